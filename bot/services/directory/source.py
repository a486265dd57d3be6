"""What the directory that people are provisioned from says about leavers: looked up after scans, and when asked."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.core.access.person_read import PersonRead
from bot.core.directory.source import ActiveThere, CouldNotLook, Looked, SourceLook, Unseen
from bot.core.models import User, UserStatus
from bot.core.scan.coverage import Scan
from bot.services.context import Context

log = structlog.get_logger(__name__)

# How long to look for all leavers of a scan, which is saved before that, and for one person.
ALL_WITHIN, ONE_WITHIN = timedelta(seconds=60), timedelta(seconds=10)


def look_after_scan(context: Context, scan: Scan) -> None:
    """Look for every leaver that the scan read, those with access first, and keep what was seen."""
    if context.source is None:
        if context.store.forget_source_looks():
            context.work.wake()
        return
    before = context.store.source_looks()
    leavers = _in_order(scan, before)
    if not leavers:
        return
    seen = context.source.look(leavers, ALL_WITHIN)
    # What an earlier look showed says more than that there was no time for another.
    kept = {user_id: one for user_id, one in seen.items() if user_id not in before or not _too_slow(one)}
    if context.store.keep_source_looks(kept, context.clock.now()):
        context.work.wake()
    _log(seen.values())


def look_now(context: Context, user: User) -> SourceLook | None:
    """A fresh look at one person, which is kept, too. None: leaverbot is not set up to look.

    Never raises for what the other directory does: that is `CouldNotLook`. Takes 10 s at most.
    """
    if context.source is None:
        return None
    at = context.clock.now()
    seen = context.source.look([user], ONE_WITHIN)[user.id]
    if context.store.keep_source_looks({user.id: seen}, at):
        context.work.wake()
    return SourceLook(seen, at)


def look_or_last(context: Context, user: User) -> SourceLook | None:
    """For a person who asks: what a look now shows of somebody who is disabled, or the last look did where this process
    does not look itself. None: nobody looks.
    """
    if user.status is not UserStatus.DISABLED:
        return None
    return look_now(context, user) or context.store.source_look(user.id)


def _in_order(scan: Scan, before: Mapping[str, SourceLook]) -> list[User]:
    """Those with access first, then those whose last look is the oldest."""
    leavers = [one for one in scan.people if one.user.status is UserStatus.DISABLED]
    longest = scan.coverage.started_at - timedelta(days=1)

    def order(one: PersonRead) -> tuple[bool, datetime]:
        last = before.get(one.user.id)
        return not one.usable, last.at if last else longest

    return [one.user for one in sorted(leavers, key=order)]


def _too_slow(seen: Looked) -> bool:
    return isinstance(seen, CouldNotLook) and seen.why is Unseen.TOO_SLOW


def _log(looks: Iterable[Looked]) -> None:
    seen = list(looks)
    unseen = Counter((one.why.value, one.said) for one in seen if isinstance(one, CouldNotLook))
    active = sum(isinstance(one, ActiveThere) for one in seen)
    log.info("looked in the source directory", people=len(seen), active=active, unseen=unseen.total())
    for (why, said), people in unseen.most_common(3):
        log.warning("the source directory did not say what became of somebody", why=why, said=said, people=people)
