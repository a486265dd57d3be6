"""What each dialog shows: a plan, or why there is none, always from a fresh read of AWS."""

from dataclasses import replace

from bot.core.actions import DELETE, DENY, DETAILS, LIFT, PRUNE, REVOKE, SHUT_OUT, Dialog, Kind
from bot.core.authorization import Refused, may_touch
from bot.core.errors import AwsError, AwsNotFound, DenyError
from bot.core.models import GrantKind, Path, PersonRead, Problem, User, UserStatus
from bot.core.names import fold, named, visible
from bot.core.plans import Plan, plan_delete, subject_of
from bot.core.sessions import long_sessions
from bot.core.views import DialogState, DialogView, Matches, UnusedSet
from bot.ports import StoredDialog
from bot.services import lookup
from bot.services.actions.ask import note_refusal
from bot.services.actions.planning import (
    denied_in,
    management_commands,
    nothing_to_revoke,
    nowhere_to_deny,
    problems,
    revoke_of,
)
from bot.services.context import Parts
from bot.services.kinds import prune
from bot.services.kinds.deny import names as deny_names
from bot.services.kinds.deny.coverage import ACCOUNT_AGE
from bot.services.kinds.deny.preview import Preview, preview
from bot.services.messages.case import deny_view
from bot.services.scan.people import People


def needs_reason(kind: Dialog, user: User) -> bool:
    """Whether a reason has to be given: for a lift, and for a deny of somebody who is not disabled."""
    return kind is LIFT or (kind is DENY and user.status is not UserStatus.DISABLED)


def typed_name(user: User) -> str:
    """What has to be typed to delete the user: the user name, or the id of one without a name (the id always works)."""
    return visible(user.user_name) or user.id


def view_of(parts: Parts, dialog: StoredDialog) -> DialogView:
    """What the dialog shows, from a fresh read. Raises AwsError, DenyError."""
    refused = DialogView(
        dialog.id, dialog.kind, DialogState.REFUSED, dry_run=parts.rules.dry_run, may_delete=dialog.admin
    )
    if dialog.kind is PRUNE:
        return _prune(parts, refused, dialog.query)
    try:
        found = _find(parts, dialog)
    except AwsNotFound:
        gone = dialog.user
        found = gone if gone and dialog.kind in {DENY, LIFT} else Matches(dialog.query)
        if isinstance(found, Matches):
            name = gone.label if gone else dialog.query
            return replace(refused, message=f"{name} is no longer in the directory. The next scan closes the case.")
    if isinstance(found, Matches):
        return replace(refused, message=not_one(found))
    # A deleted user is taken as the case knew it; nobody could say any more whether it was disabled.
    was_deleted = found is dialog.user
    view = replace(refused, user=found, needs_reason=needs_reason(dialog.kind, found))
    kind = dialog.kind if isinstance(dialog.kind, Kind) else None
    decision = None if was_deleted or kind is None else _may_touch(parts, dialog, kind, found)
    if kind and decision:
        note_refusal(parts, kind, found.id, dialog.asker, decision)
        return replace(view, message=decision.reason)
    builders = {
        REVOKE: _revoke,
        DENY: _deny,
        LIFT: _lift,
        DELETE: _delete,
        DETAILS: _details,
        SHUT_OUT: _shut_out,
    }
    return builders[dialog.kind](parts, view, found)


def _may_touch(parts: Parts, dialog: StoredDialog, kind: Kind, user: User) -> Refused | None:
    """Why this user may not be acted on like that; admins may deny somebody who is not disabled."""
    not_disabled = kind is DENY and user.status is not UserStatus.DISABLED
    own_name = parts.access.caller_user_name()
    decision = may_touch(parts.rules, kind, user, not_disabled=not_disabled and dialog.admin, own_name=own_name)
    if not isinstance(decision, Refused):
        return None
    if not_disabled and not dialog.admin and not parts.rules.is_protected(user):
        return Refused(f"{user.label} is not disabled. Only admins may deny somebody who is not disabled.")
    return decision


def _find(parts: Parts, dialog: StoredDialog) -> User | Matches:
    """Whom the dialog is about. Raises AwsError, AwsNotFound for the user of a case who is gone."""
    if dialog.user_id:
        return parts.directory.user(dialog.user_id)
    found = lookup.find(parts.directory, dialog.query)
    if isinstance(found, Matches) and dialog.kind is LIFT:
        # The directory may have forgotten somebody whom the policy still denies.
        wanted = fold(named(dialog.query))
        for deny in parts.store.denies():
            if wanted in map(fold, (deny.user.id, deny.user.user_name, deny.user.email)):
                return deny.user
    return found


def _revoke(parts: Parts, view: DialogView, user: User) -> DialogView:
    people, read = _read(parts, user, name_every_group=True)
    if any(problem.passing for problem in read.missing):
        return replace(view, message=_incomplete(read.user, read.missing))
    plan = revoke_of(people, read, _last_of(people, read))
    if not plan.operations and not plan.needs_management_account:
        return replace(view, message=nothing_to_revoke(user, plan, read.missing))
    return replace(
        view,
        state=DialogState.READY,
        # What stays unreadable is no reason to leave what is known.
        message=_known_only(read.missing),
        plan=plan,
        read=read,
        management_account_id=people.management_account_id,
        deny_in_management=parts.rules.deny.inline and people.caller_account_id == people.management_account_id,
        management_commands=management_commands(parts, user, plan),
    )


def _shut_out(parts: Parts, view: DialogView, user: User) -> DialogView:
    shown = _revoke(parts, view, user)
    if shown.read is None:
        people, read = _read(parts, user)
        if any(problem.passing for problem in read.missing):
            return shown
        message = _known_only(read.missing)
        shown = replace(view, message=message, read=read, management_account_id=people.management_account_id)
    if not parts.rules.deny_ready:
        if not (shown.plan and shown.plan.operations):
            return replace(view, message=f"Emergency deny is not set up, and {user.label} has nothing to revoke.")
        notes = ("Emergency deny is not set up, so this begins with the revoke and open sessions live on.",)
        return replace(shown, state=DialogState.READY, notes=notes)
    found = preview(parts, user, shown.read or PersonRead(user))
    return _previewed(parts, replace(shown, state=DialogState.READY), user, found)


def _prune(parts: Parts, view: DialogView, arn: str) -> DialogView:
    plan = prune.plan_of(parts, arn)
    permission_set = prune.named(parts, arn)
    view = replace(view, user=subject_of(permission_set))
    if not isinstance(plan, Plan):
        return replace(view, message=plan.message)
    since = parts.store.unused_since(arn) or parts.clock.now()
    return replace(view, state=DialogState.READY, plan=plan, permission_set=UnusedSet(permission_set, since))


def _deny(parts: Parts, view: DialogView, user: User) -> DialogView:
    _, read = _read(parts, user)
    found = preview(parts, user, read)
    if not parts.rules.deny.scp and not found.possible:
        return replace(view, message=nowhere_to_deny(user))
    kept = parts.rules.deny.kept(long_sessions(read.grants, parts.store.long_sessions(user.id)))
    return _previewed(parts, replace(view, state=DialogState.READY, deny_kept=kept), user, found)


def _previewed(parts: Parts, view: DialogView, user: User, found: Preview) -> DialogView:
    known = deny_view(parts, parts.store.deny(user.id))
    return replace(view, deny=known, cover=found.cover, notes=(*view.notes, *found.notes))


def _lift(parts: Parts, view: DialogView, user: User) -> DialogView:
    stored = parts.store.deny(user.id)
    known = deny_view(parts, stored)
    # The policy decides: a deny placed by hand, or by a leaverbot whose database is lost, can be lifted too.
    if stored is None and not denied_in(parts, user.id):
        return replace(view, message=_not_denied(parts, user))
    return replace(view, state=DialogState.READY, deny=known)


def _not_denied(parts: Parts, user: User) -> str:
    """Why there is nothing to lift; somebody else's deny may hold this user's name."""
    text = f"No emergency deny is in force for {user.label}."
    other = deny_names.holds_name_of(parts, user)
    if other is None:
        return text
    return (
        f"{text} But the deny of {other.user.label} ({other.user.id}) holds the user name {user.user_name}, so AWS may "
        f"refuse what {user.label} does. Every scan takes such a name out: /leavers scan starts one. To lift that "
        f"deny: /leavers lift {other.user.id}"
    )


def _delete(parts: Parts, view: DialogView, user: User) -> DialogView:
    _, read = _read(parts, user)
    if read.missing:
        return replace(view, message=_incomplete(read.user, read.missing))
    if read.usable:
        count = f"{len(read.usable)} grant{'s' if len(read.usable) != 1 else ''}"
        return replace(view, message=f"{user.label} still has {count}. Revoke access first, then delete the user.")
    newest = parts.store.newest_case(user.id)
    return replace(
        view,
        state=DialogState.READY,
        plan=plan_delete(user),
        read=read,
        deny=deny_view(parts, parts.store.deny(user.id)),
        sessions_until=newest.case.sessions_until if newest else None,
        long_sessions=newest.case.long_sessions if newest else (),
    )


def _details(parts: Parts, view: DialogView, user: User) -> DialogView:
    people, read = _read(parts, user, name_every_group=True)
    message = "" if read.complete else _not_all(read)
    view = replace(
        view, state=DialogState.READY, read=read, message=message, management_account_id=people.management_account_id
    )
    try:
        return _previewed(parts, view, user, preview(parts, user, read) if parts.rules.deny_ready else Preview())
    except (AwsError, DenyError) as error:
        # Details are about the grants; that the deny policy cannot be read is only said.
        message = f"{message} The deny policy could not be read: {error}".strip()
        return replace(view, deny=deny_view(parts, parts.store.deny(user.id)), message=message)


def _read(parts: Parts, user: User, *, name_every_group: bool = False) -> tuple[People, PersonRead]:
    people = People(parts.directory, parts.access, max_account_age=ACCOUNT_AGE)
    return people, people.read_one(user, name_every_group=name_every_group)


def _last_of(people: People, read: PersonRead) -> frozenset[tuple[str, str]]:
    """The (account, permission set) pairs in which nobody but this user is assigned."""
    pairs = [
        (grant.account_id or "", grant.permission_set_arn or "")
        for grant in read.grants
        if grant.kind is GrantKind.ACCOUNT and grant.path is Path.DIRECT and grant.usable
    ]
    return frozenset(pair for pair in pairs if people.only_assignment(*pair))


def _not_all(read: PersonRead) -> str:
    return f"Not everything could be read: {problems(read.unread)}"


def _known_only(missing: tuple[Problem, ...]) -> str:
    return f"Not everything could be read: {problems(missing)} There may be more ways in." if missing else ""


def _incomplete(user: User, missing: tuple[Problem, ...]) -> str:
    return f"{user.label} could not be read completely, so nothing is planned. {problems(missing)}" + (
        " Try again in a minute." if any(problem.passing for problem in missing) else ""
    )


def not_one(matches: Matches) -> str:
    """Nobody, or several: said in plain text."""
    if not matches.users:
        return f"Nobody in the directory is called “{matches.query}”. Try the user name, the e-mail or the user id."
    names = "; ".join(f"{user.label} ({user.user_name or user.id})" for user in matches.users)
    if matches.near:
        return f"Nobody in the directory is called “{matches.query}”. The nearest: {names}."
    return f"{matches.total} users match “{matches.query}”: {names}. Use the user name or the id of one."
