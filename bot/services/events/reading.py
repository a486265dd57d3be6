"""Read the people that events are about, and reconcile the reads as a scan does."""

from collections.abc import Sequence

import structlog

from bot.core.events.reads import ANYBODY, EVENTS, MOST_OPEN, MOST_PEOPLE, WantedRead
from bot.services.context import Context
from bot.services.events.people import read_people
from bot.services.kinds.deny.expiry import check_denies
from bot.services.rules.carry import try_rules
from bot.services.scan.run import request_scan

log = structlog.get_logger(__name__)


def read_due(context: Context) -> int:
    """Read everybody who is due, all together, and reconcile as a scan does; how many.

    If there are too many, it starts a scan instead. Raises AwsError and StoreError; then they stay due.

    Only a scan does the rest: it asks CloudTrail who used access, compares all user names with those in
    denies, looks for grants of deleted users and for permission sets that nobody uses.
    """
    due = _people(context, context.store.due_reads(context.clock.now()))
    if len(due) > MOST_PEOPLE:
        _leave_to_scan(context, due)
        return 0
    if not due:
        return 0
    ids = frozenset(one.user_id for one in due)
    scan = read_people(context, ids)
    limits = context.auto_rules.brake
    changes = context.store.save_reads(scan, due, context.digest_after, context.new_id, brake=limits)
    log.info("read because of events", users=len(ids), leavers=scan.coverage.leavers, changes=len(changes))
    context.work.wake()
    # Whoever can write to the queue decides how often this happens: people at work go first.
    with context.background():
        check_denies(context, scan, only=ids)
    try_rules(context)
    return len(ids)


def _people(context: Context, due: Sequence[WantedRead]) -> Sequence[WantedRead]:
    """The users who are due; for a changed group, all open leavers, or a scan if there are too many."""
    anybody = [one for one in due if one.user_id == ANYBODY]
    if not anybody:
        return due
    now = context.clock.now()
    if context.store.spread(MOST_OPEN, now):
        return context.store.due_reads(now)
    _leave_to_scan(context, anybody)
    return [one for one in due if one.user_id != ANYBODY]


def _leave_to_scan(context: Context, wanted: Sequence[WantedRead]) -> None:
    if context.store.leave_to_scan([one.user_id for one in wanted], context.clock.now()):
        log.info("events ask for a scan", users=len(wanted))
        request_scan(context, EVENTS)
