"""Dialogs: opened at once and empty, filled from a fresh read, submitted against the plan that was shown."""

from dataclasses import dataclass, replace

import structlog

from bot.core.actions import Action, Asker
from bot.core.authorization import Ask, Refused
from bot.core.errors import AwsError, ChatDialogGone, DenyError, NotFound
from bot.core.kinds import Dialog, Kind, Role
from bot.core.reasons import Code, Reason
from bot.core.typed_names import visible
from bot.core.views import DialogState, DialogView
from bot.ports import StoredDialog
from bot.services.actions.ask import ask, refuse
from bot.services.actions.dialog_views import names_it, needs_reason, on_enabled, typed_name, view_of
from bot.services.context import Context
from bot.services.refusals import note_refusal
from bot.services.viewers import refuse_view

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WrongName:
    """The typed user name is not the one of the user to delete."""

    expected: str


@dataclass(frozen=True, slots=True)
class MissingReason:
    """A reason is needed, and none was given."""


def open_dialog(
    context: Context,
    kind: Dialog,
    asker: Asker,
    roles: frozenset[Role],
    *,
    case_id: str | None = None,
    query: str = "",
) -> StoredDialog | Refused:
    """A new dialog for the user of a case, or for whoever `query` names. Raises NotFound for an unknown case."""
    user = context.store.case(case_id).case.user if case_id else None
    subject = user.id if user else query
    if isinstance(kind, Kind):
        refused = refuse(context, Ask(kind, roles), subject, asker)
    else:
        refused = refuse_view(context, asker, str(kind), subject)
    if refused:
        return refused
    dialog = StoredDialog(
        id=context.new_id(),
        kind=kind,
        state=DialogState.READING,
        asker=asker,
        case_id=case_id,
        user_id=user.id if user else "",
        query=query,
        user=user,
        admin=Role.ADMIN in roles,
    )
    context.store.add_dialog(dialog, context.clock.now())
    return dialog


def reading(dialog: StoredDialog) -> DialogView:
    """What a dialog shows until it is filled."""
    return DialogView(dialog.id, dialog.kind, DialogState.READING, dialog.user)


def opened(context: Context, dialog: StoredDialog, view_id: str) -> None:
    """The dialog stands on somebody's screen: fill it."""
    context.store.set_dialog(replace(dialog, view_id=view_id))
    context.work.start_dialog(dialog.id)


def unread(error: AwsError | DenyError) -> Reason:
    """Why nothing can be shown that was to be read from AWS."""
    passes = isinstance(error, AwsError) and error.passes
    return Reason(Code.UNREAD_DIALOG_YET if passes else Code.UNREAD_DIALOG, why=str(error))


def fill(context: Context, dialog_id: str) -> None:
    """Read AWS and show what the dialog is about. Never raises for what AWS or Slack say."""
    dialog = context.store.dialog(dialog_id)
    try:
        view = view_of(context, dialog)
    except (AwsError, DenyError) as error:
        why = context.words(unread(error))
        view = DialogView(dialog.id, dialog.kind, DialogState.REFUSED, dialog.user, why)
    user = view.user
    newest = context.store.newest_case(user.id) if user else None
    context.store.set_dialog(
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
        context.chat.show_dialog(view, dialog.view_id)
    except ChatDialogGone as error:
        # Closed before it was filled: nobody is waiting for it.
        log.info("dialog was not filled", dialog=dialog.id, why=str(error))


def submit_key(dialog_id: str) -> str:
    """A dialog is submitted once: this names the action that comes of it."""
    return f"dialog:{dialog_id}"


def submit(
    context: Context, dialog_id: str, user: str, roles: frozenset[Role], typed: str = "", reason: str = ""
) -> Action | Refused | WrongName | MissingReason:
    """Start the action of the dialog, against the plan that it showed. Raises NotFound.

    `typed`: the user name, which a delete needs; typed in a shut-out it means to delete the user, too.
    """
    dialog = context.store.dialog(dialog_id)
    kind = dialog.kind
    if not isinstance(kind, Kind) or dialog.state is not DialogState.READY or dialog.user is None:
        raise NotFound(context.words(Reason(Code.NOTHING_TO_SUBMIT)))
    typed, reason = visible(typed), reason.strip() if visible(reason) else ""
    with_delete = bool(kind.optional and typed)
    if (with_delete or kind.needs_name) and not names_it(typed, dialog.user):
        wrong = Refused(Reason(Code.WRONG_NAME_TYPED))
        note_refusal(context, kind, dialog.user.id, replace(dialog.asker, user=user), wrong)
        return WrongName(typed_name(dialog.user))
    if needs_reason(kind, dialog.user) and not reason:
        return MissingReason()
    return ask(
        context,
        kind,
        dialog.user,
        replace(dialog.asker, user=user),
        roles,
        key=submit_key(dialog.id),
        case_id=dialog.case_id,
        digest=dialog.digest,
        revision=dialog.user.revision,
        reason=reason,
        not_disabled=on_enabled(kind, dialog.user),
        with_delete=with_delete,
    )
