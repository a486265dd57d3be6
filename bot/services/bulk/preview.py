"""The plan of a bulk: its people are fixed, the directory is read, and what it would do is counted. Nothing changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.actions import Asker
from bot.core.authorization import Ask, Refused
from bot.core.bulk.bulk import BULK_KINDS, Bulk, BulkPerson, LeftOut, audited
from bot.core.bulk.plan import over_limit, plan_bulk
from bot.core.cases import Case
from bot.core.kinds import DENY, Kind, Role
from bot.core.models import User
from bot.core.reasons import Code, Reason
from bot.core.terminal.askers import terminal_asker
from bot.services.actions.ask import refuse
from bot.services.actions.groups import roles
from bot.services.bulk.people import left_out, read_users, without_room
from bot.services.context import Context
from bot.services.refusals import note_refusal
from bot.services.rules.limits import limits_of


def preview(context: Context, kind: Kind, people: Sequence[str], asker: Asker, filter_text: str = "") -> Bulk | Refused:
    """A stored plan for exactly these users, by their ids, in this order; who cannot be acted on is left out of it and
    named. `filter_text`: how they were found, for people to read. Raises AwsError and StoreError.
    """
    bulk = open_preview(context, kind, people, asker, filter_text)
    return bulk if isinstance(bulk, Refused) else read_preview(context, bulk)


def open_preview(
    context: Context, kind: Kind, people: Sequence[str], asker: Asker, filter_text: str = ""
) -> Bulk | Refused:
    """The same before the directory is read. Reads only the store."""
    assert kind in BULK_KINDS, kind
    ids = list(dict.fromkeys(people))
    refused = refuse_bulk(context, kind, asker, f"{len(ids)} people")
    if refused is None and not ids:
        refused = Refused(Reason(Code.BULK_NOBODY))
    if refused:
        return refused
    cases = context.store.newest_cases(ids)
    bulk = Bulk(
        context.new_id(),
        kind,
        asker.user,
        asker.channel,
        filter_text,
        context.clock.now(),
        tuple(_person(number, user_id, cases) for number, user_id in enumerate(ids, 1)),
        dry_run=context.rules.dry_run,
    )
    context.store.add_bulk(bulk)
    return bulk


def read_preview(context: Context, bulk: Bulk) -> Bulk:
    """The stored bulk with its plan, from a fresh read of who is disabled. Raises AwsError and StoreError."""
    cases = context.store.newest_cases([person.user.id for person in bulk.people])
    users = read_users(context, [person.user.id for person in bulk.people])
    own_name = context.access.caller_user_name()

    def read(person: BulkPerson) -> BulkPerson:
        found = users[person.user.id]
        if isinstance(found, LeftOut):
            return replace(person, left_out=found)
        return replace(person, user=found, left_out=left_out(context, bulk.kind, found, cases.get(found.id), own_name))

    read_bulk = replace(bulk, people=tuple(read(person) for person in bulk.people))
    ids = [person.user.id for person in read_bulk.planned]
    # A dry run takes no place in the hour.
    hour = None if bulk.dry_run else context.store.hour(context.clock.now())
    over = over_limit(limits_of(context), hour, bulk.kind, ids) if hour else None
    known = [cases[user_id] for user_id in ids if user_id in cases and cases[user_id].is_open]
    plan = replace(plan_bulk(bulk.kind, len(ids), known, over), no_room=without_room(context, read_bulk))
    planned = replace(read_bulk, plan=plan)
    context.store.plan_bulk(planned)
    return planned


def refuse_bulk(context: Context, kind: Kind, asker: Asker, subject: str) -> Refused | None:
    """Why this person may not ask for it of many people now, recorded; None when they may."""
    terminal = terminal_asker(asker.user) is not None
    refused = refuse(context, Ask(kind, roles_of(context, asker), terminal=terminal), subject, asker)
    if refused:
        return refused
    reason = None
    if context.store.brake() and kind is not DENY:
        reason = Reason(Code.BULK_BRAKED)
    elif kind.denies and not kind.steps and not context.rules.deny_ready:
        reason = Reason(Code.DENY_NOT_SET_UP)
    return note_refusal(context, audited(kind), subject, asker, Refused(reason)) if reason else None


def roles_of(context: Context, asker: Asker) -> frozenset[Role]:
    """What the person may; with a proven AWS identity, only AWS rights limit what somebody may ask for."""
    return frozenset(Role) if terminal_asker(asker.user) else roles(context, asker.user)


def _person(number: int, user_id: str, cases: Mapping[str, Case]) -> BulkPerson:
    case = cases.get(user_id)
    return BulkPerson(number, case.user if case else User(user_id), case.id if case else None)
