"""Submit the plan of a bulk: from here on its actions are asked for, one a person (`services/bulk/carry.py`)."""

from dataclasses import dataclass, replace

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.bulk.bulk import Bulk, BulkState, audited
from bot.core.bulk.confirmed import confirmed
from bot.core.bulk.typed import count_typed
from bot.core.kinds import Role
from bot.core.reasons import Code, Reason
from bot.services.actions.in_bulk import seal_for
from bot.services.bulk.preview import refuse_bulk, roles_of
from bot.services.context import Context
from bot.services.refusals import note_refusal


@dataclass(frozen=True, slots=True)
class WrongCount:
    """The typed number is not how many people the plan acts on."""

    expected: int


def submit(
    context: Context, bulk_id: str, asker: Asker, typed: str = "", *, confirmed_as: str
) -> Bulk | Refused | WrongCount:
    """Begin it for exactly the people of its plan. The same once more is the same bulk. Raises NotFound and StoreError.

    `typed`: the number of people as somebody typed it, which more than ten need, and every delete. Typed by an admin in
    a plan that says it is larger than what is left of the hour, it lets this bulk go above the hourly limit.
    `confirmed_as`: the digest of what was shown and confirmed (`core/bulk/confirmed.py`), kept outside the database.
    """
    bulk = context.store.bulk(bulk_id)
    if bulk.by == asker.user and bulk.began_at:
        return bulk
    refused = refuse_bulk(context, bulk.kind, asker, bulk.id) or _outdated(context, bulk, asker, confirmed_as)
    if refused:
        return refused
    count = count_typed(typed)
    if count != bulk.size and (bulk.needs_count or typed.strip()):
        note_refusal(context, audited(bulk.kind), bulk.id, asker, Refused(Reason(Code.BULK_WRONG_COUNT, why=typed)))
        return WrongCount(bulk.size)
    over = bulk.plan is not None and bulk.plan.over is not None
    raises = over and count == bulk.size and Role.ADMIN in roles_of(context, asker)
    begun = _sealed(context, replace(bulk, raises_limit=raises, dry_run=bulk.dry_run or context.rules.dry_run))
    now = context.clock.now()
    if not context.store.begin_bulk(begun, now):
        return context.store.bulk(bulk.id)
    context.work.wake()
    return replace(begun, state=BulkState.RUNNING, began_at=now)


def _outdated(context: Context, bulk: Bulk, asker: Asker, confirmed_as: str) -> Refused | None:
    """Why this plan cannot be submitted, recorded."""
    code = None
    if bulk.state is not BulkState.PREVIEW or bulk.plan is None or bulk.by != asker.user:
        code = Code.BULK_PLAN_GONE
    elif confirmed_as != confirmed(bulk):
        code = Code.BULK_NOT_CONFIRMED
    elif not bulk.size:
        code = Code.BULK_NOBODY
    return note_refusal(context, audited(bulk.kind), bulk.id, asker, Refused(Reason(code))) if code else None


def _sealed(context: Context, bulk: Bulk) -> Bulk:
    """With a seal for each person, by which its actions are believed later."""
    people = (
        person if person.left_out else replace(person, seal=seal_for(context, bulk.sealed(person)))
        for person in bulk.people
    )
    return replace(bulk, people=tuple(people))
