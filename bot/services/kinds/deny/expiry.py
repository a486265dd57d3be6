"""Look after the denies in force, after each scan: still there, time over, user enabled."""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from bot.core.access.person_read import PersonRead
from bot.core.access.sessions import long_sessions
from bot.core.actions import LEAVERBOT, Action, Asker
from bot.core.deny.placed import PlacedDeny
from bot.core.deny.policy_document import denied_names, denied_users
from bot.core.deny.user_names import Holders
from bot.core.errors import AlreadyUnderWay, AwsError, AwsNotFound, DenyError
from bot.core.kinds import LIFT, Lane
from bot.core.models import User, UserStatus
from bot.core.reasons import Code, Reason
from bot.core.scan.coverage import Scan
from bot.core.views import NoticeKind
from bot.services.actions.ask import begin
from bot.services.actions.planning import read_person
from bot.services.context import Context
from bot.services.denies import ends_at, is_over
from bot.services.kinds.deny import enabled_again, rename, user_names
from bot.services.kinds.deny.coverage import Documents, permission_set_name
from bot.services.kinds.deny.policies.changes import warn_when_nearly_full
from bot.services.kinds.deny.policies.roles import roles_of
from bot.services.kinds.deny.results import arns_of, proof

log = structlog.get_logger(__name__)


def check_denies(context: Context, scan: Scan | None = None, *, only: Collection[str] | None = None) -> None:
    """Compare every deny in force with AWS and with what the scan read of its user; lift those whose time is over.

    `only`: the denies of these users.
    """
    denies = [deny for deny in context.store.denies() if only is None or deny.user.id in only]
    if only is not None and not denies:
        return
    documents = Documents(context)
    read = {person.user.id: person for person in scan.people} if scan else {}
    holders = scan.holders if scan else None
    for known in denies:
        if Lane.DENY in context.store.unfinished_lanes(known.user.id):
            continue
        try:
            _check(context, known, documents, read, holders)
        except (AwsError, DenyError) as error:
            log.warning("a deny in force could not be checked", user=known.user.id, why=str(error))
    for policy_id in context.rules.deny.policy_ids if context.rules.deny.scp else ():
        documents.policy(policy_id)
    warn_when_nearly_full(context, documents.texts())
    context.work.wake()


def check_enabled(context: Context) -> None:
    """Look again at denies of rules whose users a first read showed enabled, once a second one is due."""
    found = enabled_again.to_look_at(context)
    if found:
        check_denies(context, only=found)


def _check(
    context: Context,
    known: PlacedDeny,
    documents: Documents,
    read: Mapping[str, PersonRead],
    holders: Holders | None,
) -> None:
    texts = _texts(known, documents)
    if holders and texts:
        known = user_names.settled(known, texts, holders)
    missing = _missing(context, known, documents)
    if missing is None:
        return
    if missing and not known.confirmed:
        # It was meant to be written and never was.
        context.store.lift_deny(known.user.id, LEAVERBOT, context.clock.now())
        _mark_newest(context, known)
        return
    began = context.clock.now()
    # What the scan read may be too old to be the second of two reads that are a minute apart.
    person = _person(context, known, {} if known.enabled_since else read)
    # Of a deleted user only what was known is left, which nobody just read.
    user_read = person.user if person and person.user is not known.user else None
    now = replace(
        known,
        user=_as_now(known.user, person),
        long_sessions=long_sessions(person.grants if person else (), known.long_sessions),
        cover=proof(context, known, documents, roles_of(context, known.user.id, fresh=False)),
        confirmed=True,
        missing=missing,
        clear_since=_clear_since(known, person, context.clock.now()),
        enabled_since=enabled_again.enabled_since(known, user_read, context.clock.now()),
    )
    if now != context.store.deny(known.user.id):
        context.store.set_deny(now)
        _mark_newest(context, known)
    _tell_drift(context, known, now)
    _tell_enabled(context, now, person.user if person else None)
    if now.enabled_since and enabled_again.is_settled(known, began):
        _lift_enabled(context, now)
    else:
        _end(context, now, person, works_here=_works_here(known, person))
    if holders:
        # Somebody else is let out also where the denied user cannot be read.
        _mend_names(context, now, person.user.user_name if person else "", documents, holders)


def _texts(known: PlacedDeny, documents: Documents) -> list[str]:
    """The documents that hold this deny, as far as they could be read."""
    policy = documents.policy(known.policy_id) if known.policy_id else None
    inline = [documents.inline(arn) for arn in arns_of(known)]
    return [*([policy.text] if policy else []), *(text for text in inline if text is not None)]


def _as_now(known: User, person: PersonRead | None) -> User:
    """The user as it is called now, and whether it is disabled; what changes with every scan is left out."""
    if person is None:
        return known
    user = person.user
    return replace(
        known, user_name=user.user_name, display_name=user.display_name, email=user.email, status=user.status
    )


def _mend_names(context: Context, deny: PlacedDeny, name_now: str, documents: Documents, holders: Holders) -> None:
    """Let out whoever has one of the denied names now, and put in a new name of the denied user."""
    policy = documents.policy(deny.policy_id) if deny.policy_id else None
    texts = {place: documents.inline(place.permission_set_arn) for place in deny.inline}
    inline = {place: text for place, text in texts.items() if text is not None}
    rename.ask(
        context, deny, user_names.changes(context, deny, name_now, policy.text if policy else None, inline, holders)
    )


def _missing(context: Context, known: PlacedDeny, documents: Documents) -> str | None:
    """What somebody took out by hand; "" when it stands as it was placed, None when that could not be read."""
    missing: list[Reason] = []
    if known.policy_id:
        policy = documents.policy(known.policy_id)
        if policy is None:
            return None
        if known.user.id not in (denied_users(policy.text) if policy.text else ()):
            missing.append(Reason(Code.ID_TAKEN_OUT, why=known.policy_id))
        elif not set(known.names) <= denied_names(policy.text):
            missing.append(Reason(Code.NAME_TAKEN_OUT, why=known.policy_id))
        if not policy.targets:
            missing.append(Reason(Code.POLICY_DETACHED, why=known.policy_id))
    for arn in arns_of(known):
        text = documents.inline(arn)
        if text is None:
            return None
        if known.user.id not in denied_users(text):
            missing.append(Reason(Code.SET_DENIES_NO_LONGER, why=permission_set_name(context, arn)))
    if not known.policy_id and not known.inline:
        missing.append(Reason(Code.IN_NO_POLICY))
    return "; ".join(map(context.words, missing))


def _person(context: Context, known: PlacedDeny, read: Mapping[str, PersonRead]) -> PersonRead | None:
    """The user with every way in, as the scan read it, else read now; None when that cannot be told."""
    if known.user.id in read:
        return read[known.user.id]
    try:
        user = context.directory.user(known.user.id)
    except AwsNotFound:
        return PersonRead(known.user)
    except AwsError:
        return None
    return read_person(context, user)[1]


def _clear_since(known: PlacedDeny, person: PersonRead | None, now: datetime) -> datetime | None:
    """Since when no way in is left. What was not read completely changes nothing."""
    if person is None or (person.missing and not person.usable):
        return known.clear_since
    if _works_here(known, person):
        return None
    return None if person.usable else known.clear_since or now


def _works_here(deny: PlacedDeny, person: PersonRead | None) -> bool:
    """Whether it is the deny of somebody who was not disabled, and still is not: no time ends it, only a person does.
    A deleted user is read as the deny knows them.
    """
    if person is None or person.user is deny.user:
        return False
    return deny.not_disabled and person.user.status is not UserStatus.DISABLED


def _tell_drift(context: Context, before: PlacedDeny, now: PlacedDeny) -> None:
    if set(now.missing.split("; ")) - {*before.missing.split("; "), ""}:
        at = context.clock.now()
        text = context.words(Reason(Code.DENY_CHANGED, now.user, now.missing))
        context.store.notice(f"drift:{now.id}:{at:%Y-%m-%dT%H:%M:%S}", NoticeKind.DRIFT, now.user.id, text, at)


def _tell_enabled(context: Context, deny: PlacedDeny, user: User | None) -> None:
    if user is None or user.status is not UserStatus.ENABLED or deny.not_disabled:
        return
    if enabled_again.by_rule(deny):
        # It is lifted by itself; the report of that tells.
        return
    code = Code.PERHAPS_DENIED_THOUGH_ENABLED if deny.missing else Code.DENIED_THOUGH_ENABLED
    text = context.words(Reason(code, user))
    key = f"enabled:{deny.id}:{user.updated_at.isoformat() if user.updated_at else ''}"
    context.store.notice(key, NoticeKind.ENABLED, user.id, text, context.clock.now())


def _end(context: Context, deny: PlacedDeny, person: PersonRead | None, *, works_here: bool) -> None:
    """Lift a deny whose time is over if no way in is left; otherwise keep it and tell the channel, unless its user
    works here.
    """
    now = context.clock.now()
    ends = ends_at(context, deny)
    if ends is None:
        if is_over(context, deny, now) and person is not None and person.usable and not works_here:
            kept = context.rules.deny.kept(deny.long_sessions)
            code = Code.CHANGED_DENY_STAYS if deny.missing else Code.DENY_STAYS
            text = context.words(Reason(code, deny.user, count=len(person.usable), kept=kept))
            context.store.notice(f"stays:{deny.id}", NoticeKind.STAYS, deny.user.id, text, now)
        return
    if now < ends:
        return
    fresh = _person(context, deny, {})
    if fresh is None or fresh.missing or fresh.usable or _works_here(deny, fresh):
        # Not certainly without any way in: the next scan tells.
        return
    over = Reason(Code.TIME_OVER, kept=context.rules.deny.kept(deny.long_sessions))
    _lift(context, deny, over, f"ended:{deny.id}:{now:%Y-%m-%dT%H}", now)


def _lift_enabled(context: Context, deny: PlacedDeny) -> None:
    """Lift a deny of a rule whose user is enabled again. If that fails, it is tried again in the next hour."""
    now = context.clock.now()
    key = f"enabled:{deny.id}:{deny.enabled_since:%Y-%m-%dT%H:%M:%S}:{now:%dT%H}"
    _lift(context, deny, Reason(Code.ENABLED_TWICE), key, now)


def _lift(context: Context, deny: PlacedDeny, why: Reason, key: str, now: datetime) -> None:
    newest = context.store.newest_case(deny.user.id)
    action = Action(
        id=context.new_id(),
        key=key,
        kind=LIFT,
        user=deny.user,
        case_id=newest.case.id if newest else None,
        asker=Asker(LEAVERBOT, ""),
        asked_at=now,
        dry_run=context.rules.dry_run,
        reason=context.words(why),
    )
    with contextlib.suppress(AlreadyUnderWay):
        begin(context, action)


def _mark_newest(context: Context, deny: PlacedDeny) -> None:
    newest = context.store.newest_case(deny.user.id)
    if newest:
        context.store.mark_stale(newest.case.id)
