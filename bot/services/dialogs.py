"""Dialogs: opened at once and empty, filled from a fresh read, submitted against the plan that was shown."""

from dataclasses import dataclass, replace

import structlog

from bot.core.deny import denied_users
from bot.core.errors import AwsError, AwsNotFound, ChatDialogGone, DenyError, NotFound
from bot.core.models import GrantKind, Path, PersonRead, Problem, User
from bot.core.plans import ActionKind, plan_delete
from bot.core.policy import Refused, Role, may_touch
from bot.core.views import AccountCover, DialogKind, DialogState, DialogView, Matches
from bot.ports import Asker, StoredAction, StoredDialog
from bot.services import lookup
from bot.services.ask import ask, note_refusal, refuse
from bot.services.covering import ACCOUNT_AGE, cover
from bot.services.parts import Parts
from bot.services.planning import elsewhere_commands, nothing_to_revoke, revoke_of
from bot.services.reading import People
from bot.services.viewing import deny_view

log = structlog.get_logger(__name__)

ACTIONS = {
    DialogKind.REVOKE: ActionKind.REVOKE,
    DialogKind.DENY: ActionKind.DENY,
    DialogKind.LIFT: ActionKind.LIFT,
    DialogKind.DELETE: ActionKind.DELETE,
}


@dataclass(frozen=True, slots=True)
class WrongName:
    """The typed user name is not the one of the user to delete."""

    expected: str


def open_dialog(
    parts: Parts,
    kind: DialogKind,
    asker: Asker,
    roles: frozenset[Role],
    *,
    case_id: str | None = None,
    query: str = "",
) -> StoredDialog | Refused:
    """A new dialog for the user of a case, or for whoever `query` names. Raises NotFound for an unknown case."""
    action = ACTIONS.get(kind)
    user = parts.store.case(case_id).case.user if case_id else None
    if action:
        refused = refuse(parts, action, user.id if user else query, asker, roles)
        if refused:
            return refused
    dialog = StoredDialog(
        id=parts.new_id(),
        kind=kind,
        state=DialogState.READING,
        asker=asker,
        case_id=case_id,
        user_id=user.id if user else "",
        query=query,
        user=user,
    )
    parts.store.add_dialog(dialog, parts.clock.now())
    return dialog


def reading(dialog: StoredDialog) -> DialogView:
    """What a dialog shows until it is filled."""
    return DialogView(dialog.id, dialog.kind, DialogState.READING, dialog.user)


def opened(parts: Parts, dialog: StoredDialog, view_id: str) -> None:
    """The dialog stands on somebody's screen: fill it."""
    parts.store.set_dialog(replace(dialog, view_id=view_id))
    parts.work.start_dialog(dialog.id)


def fill(parts: Parts, dialog_id: str) -> None:
    """Read AWS and show what the dialog is about. Never raises for what AWS or Slack say."""
    dialog = parts.store.dialog(dialog_id)
    try:
        view = _view(parts, dialog)
    except (AwsError, DenyError) as error:
        view = DialogView(dialog.id, dialog.kind, DialogState.REFUSED, dialog.user, f"AWS could not be read: {error}")
    user = view.user
    newest = parts.store.newest_case(user.id) if user else None
    parts.store.set_dialog(
        replace(
            dialog,
            state=view.state,
            user=user,
            user_id=user.id if user else "",
            case_id=dialog.case_id or (newest.case.id if newest else None),
            digest=view.plan.digest if view.plan else "",
        )
    )
    try:
        parts.chat.show_dialog(view, dialog.view_id)
    except ChatDialogGone as error:
        # Closed before it was filled: nobody is waiting for it.
        log.info("dialog was not filled", dialog=dialog.id, why=str(error))


def submit(
    parts: Parts, dialog_id: str, user: str, roles: frozenset[Role], typed: str = ""
) -> StoredAction | Refused | WrongName:
    """Start the action of the dialog, against the plan that it showed. Raises NotFound."""
    dialog = parts.store.dialog(dialog_id)
    kind = ACTIONS.get(dialog.kind)
    if kind is None or dialog.state is not DialogState.READY or dialog.user is None:
        raise NotFound("There is nothing to submit in this dialog. Close it and open it again.")
    wrong = dialog.kind is DialogKind.DELETE and typed.strip() not in {typed_name(dialog.user), dialog.user.id}
    if wrong:
        note_refusal(parts, kind, dialog.user.id, replace(dialog.asker, user=user), Refused("typed another user name"))
        return WrongName(typed_name(dialog.user))
    return ask(
        parts,
        kind,
        dialog.user,
        replace(dialog.asker, user=user),
        roles,
        key=f"dialog:{dialog.id}",
        case_id=dialog.case_id,
        digest=dialog.digest,
        revision=dialog.user.revision,
    )


def typed_name(user: User) -> str:
    """What has to be typed to delete the user: the user name, or the id of one without a name (the id always works)."""
    return user.user_name.strip() or user.id


def _view(parts: Parts, dialog: StoredDialog) -> DialogView:
    refused = DialogView(dialog.id, dialog.kind, DialogState.REFUSED, dry_run=parts.rules.dry_run)
    try:
        found = _find(parts, dialog)
    except AwsNotFound:
        gone = dialog.user
        found = gone if gone and dialog.kind in {DialogKind.DENY, DialogKind.LIFT} else Matches(dialog.query)
        if isinstance(found, Matches):
            name = gone.label if gone else dialog.query
            return replace(refused, message=f"{name} is no longer in the directory. The next scan closes the case.")
    if isinstance(found, Matches):
        return replace(refused, message=not_one(found))
    view = replace(refused, user=found)
    kind = ACTIONS.get(dialog.kind)
    # A deleted user is taken as the case knew it; nobody could say any more whether it was disabled.
    was_deleted = found is dialog.user
    decision = may_touch(parts.rules, kind, found) if kind and not was_deleted else None
    if kind and isinstance(decision, Refused):
        note_refusal(parts, kind, found.id, dialog.asker, decision)
        return replace(view, message=decision.reason)
    builders = {
        DialogKind.REVOKE: _revoke,
        DialogKind.DENY: _deny,
        DialogKind.LIFT: _lift,
        DialogKind.DELETE: _delete,
        DialogKind.DETAILS: _details,
    }
    return builders[dialog.kind](parts, view, found)


def _find(parts: Parts, dialog: StoredDialog) -> User | Matches:
    """Whom the dialog is about. Raises AwsError, AwsNotFound for the user of a case who is gone."""
    if dialog.user_id:
        return parts.directory.user(dialog.user_id)
    found = lookup.find(parts.directory, dialog.query)
    if isinstance(found, Matches) and dialog.kind is DialogKind.LIFT:
        # The directory may have forgotten somebody whom the policy still denies.
        wanted = dialog.query.strip().casefold()
        for deny in parts.store.denies():
            if wanted in {deny.user.id.casefold(), deny.user.user_name.casefold(), deny.user.email.casefold()}:
                return deny.user
    return found


def _revoke(parts: Parts, view: DialogView, user: User) -> DialogView:
    people, read = _read(parts, user, name_every_group=True)
    if read.missing:
        return replace(view, message=_incomplete(read.user, read.missing))
    plan = revoke_of(people, read, _last_of(people, read))
    if not plan.operations and not plan.elsewhere:
        return replace(view, message=nothing_to_revoke(user, plan))
    return replace(
        view,
        state=DialogState.READY,
        plan=plan,
        read=read,
        management_account_id=people.management_account_id,
        elsewhere=elsewhere_commands(parts, user, plan),
    )


def _deny(parts: Parts, view: DialogView, user: User) -> DialogView:
    known = deny_view(parts.store.deny(user.id))
    _, read = _read(parts, user)
    return replace(view, state=DialogState.READY, deny=known, cover=_cover(parts, read))


def _lift(parts: Parts, view: DialogView, user: User) -> DialogView:
    known = deny_view(parts.store.deny(user.id))
    # The policy decides: a deny placed by hand, or by a leaverbot whose database is lost, can be lifted too.
    if known is None and user.id not in denied_users(parts.deny.read().text):
        return replace(view, message=f"No emergency deny is in force for {user.label}.")
    return replace(view, state=DialogState.READY, deny=known)


def _delete(parts: Parts, view: DialogView, user: User) -> DialogView:
    _, read = _read(parts, user)
    if read.missing:
        return replace(view, message=_incomplete(read.user, read.missing))
    if read.usable:
        count = f"{len(read.usable)} grant{'s' if len(read.usable) != 1 else ''}"
        return replace(view, message=f"{user.label} still has {count}. Revoke access first, then delete the user.")
    return replace(view, state=DialogState.READY, plan=plan_delete(user), read=read)


def _details(parts: Parts, view: DialogView, user: User) -> DialogView:
    people, read = _read(parts, user, name_every_group=True)
    known = deny_view(parts.store.deny(user.id))
    message = "" if read.complete else _not_all(read)
    covered: tuple[AccountCover, ...] = ()
    try:
        covered = _cover(parts, read)
    except (AwsError, DenyError) as error:
        # Details are about the grants; that the deny policy can not be read is only said.
        message = f"{message} The deny policy could not be read: {error}".strip()
    return replace(
        view,
        state=DialogState.READY,
        read=read,
        deny=known,
        message=message,
        cover=covered,
        management_account_id=people.management_account_id,
    )


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


def _cover(parts: Parts, read: PersonRead) -> tuple[AccountCover, ...]:
    """Where a deny would hold or holds. Raises AwsError, DenyError."""
    accounts = parts.store.reached(read.user.id) | {grant.account_id for grant in read.usable if grant.account_id}
    return cover(parts, parts.deny.read(), accounts) if parts.rules.deny_ready else ()


def _not_all(read: PersonRead) -> str:
    return f"Not everything could be read: {_problems(read.unread)}"


def _incomplete(user: User, missing: tuple[Problem, ...]) -> str:
    return (
        f"{user.label} could not be read completely: {_problems(missing)} "
        "Without a complete read nothing is planned. Try again in a minute."
    )


def _problems(problems: tuple[Problem, ...]) -> str:
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0].what}{more}. {problems[0].why}"


def not_one(matches: Matches) -> str:
    """Nobody, or several: said in plain text."""
    if not matches.users:
        return f"Nobody in the directory is called “{matches.query}”. Try the user name, the e-mail or the user id."
    names = "; ".join(f"{user.label} ({user.user_name or user.id})" for user in matches.users)
    if matches.near:
        return f"Nobody in the directory is called “{matches.query}”. The nearest: {names}."
    return f"{matches.total} users match “{matches.query}”: {names}. Use the user name or the id of one."
