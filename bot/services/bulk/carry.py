"""Carry bulks on: ask for the actions of their people, some at a time, until all have ended or somebody stops it.

Each look does what is due now, so one that was missed while leaverbot was down is done at the next look. Each person's
action has a key of its own: however often it is asked for, it is one.
"""

from dataclasses import replace

import structlog

from bot.core.actions import LEAVERBOT, Asker
from bot.core.authorization import Refused
from bot.core.bulk.bulk import Bulk, BulkPerson, BulkState
from bot.core.bulk.next_step import counts, has_ended, to_ask
from bot.core.errors import StoreError, new_reference
from bot.core.kinds import DENY, Role
from bot.core.reasons import Code, Reason
from bot.services.actions.ask import ask
from bot.services.context import Context

log = structlog.get_logger(__name__)


def look_after(context: Context, only: str = "") -> bool:
    """Do what is due for every open bulk, or for this one; whether that was anything. Raises StoreError."""
    wanted = [bulk for bulk in context.store.open_bulks() if only in {"", bulk.id}]
    moved = [bulk.id for bulk in wanted if _look_after(context, bulk)]
    if moved:
        context.work.wake()
    return bool(moved)


def still_to_ask(context: Context) -> int:
    """How many people of bulks that run have no action yet, so that nothing else counts them as unfinished."""
    running = (bulk for bulk in context.store.open_bulks() if bulk.state is BulkState.RUNNING)
    return sum(counts(context.store.bulk_results(bulk.id)).waiting for bulk in running)


def _look_after(context: Context, bulk: Bulk) -> bool:
    """One bulk; whatever goes wrong with it holds up no other one."""
    try:
        return _carry(context, bulk)
    except StoreError:
        raise
    except Exception:  # a bulk that breaks must not hold up the others
        log.exception("a bulk action failed unexpectedly", bulk=bulk.id, reference=new_reference())
        return False


def _carry(context: Context, bulk: Bulk) -> bool:
    braked = _brake(context, bulk)
    if braked:
        bulk = replace(bulk, state=BulkState.STOPPING)
    now = context.clock.now()
    withdrawn = 0
    if bulk.state is BulkState.STOPPING:
        withdrawn = context.store.withdraw_parked(bulk.id, context.words(Reason(Code.BULK_STOPPED)), now)
    results = context.store.bulk_results(bulk.id)
    people = to_ask(bulk, results)
    for person in people:
        _ask(context, bulk, person)
    ended = has_ended(bulk, results) and context.store.end_bulk(bulk.id, now)
    if ended:
        log.info("bulk action ended", bulk=bulk.id, kind=str(bulk.kind))
    return bool(braked or withdrawn or people or ended)


def _brake(context: Context, bulk: Bulk) -> bool:
    """Whether the brake stopped it just now; only denies go on."""
    stops = bulk.state is BulkState.RUNNING and bulk.kind is not DENY and context.store.brake()
    return bool(stops) and context.store.stop_bulk(bulk.id, LEAVERBOT, context.clock.now())


def _ask(context: Context, bulk: Bulk, person: BulkPerson) -> None:
    """Ask for one person's action; after a crash in between, it asks again, and it is the same action."""
    if context.rules.dry_run and not bulk.dry_run:
        # What would only be shown would count as done.
        context.store.skip_in_bulk(bulk.id, person.number, context.words(Reason(Code.BULK_DRY_RUN)))
        return
    asked = ask(
        context,
        bulk.kind,
        person.user,
        Asker(bulk.by, bulk.channel),
        # What whoever asked may is looked at when the action begins, with patience for Slack (`requester.look_again`).
        frozenset(Role),
        key=bulk.key(person),
        action_id=bulk.action_id(person),
        case_id=person.case_id,
        revision=person.user.revision,
        dry_run=bulk.dry_run,
    )
    if isinstance(asked, Refused):
        context.store.skip_in_bulk(bulk.id, person.number, context.words(asked.reason))
