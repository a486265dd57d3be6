"""Dialogs: "Reading…" at once, then the plan and one button. Pure."""

from collections.abc import Callable, Mapping

from bot.core import actions
from bot.core.models import User
from bot.core.views import DialogState, DialogView
from bot.slack.blocks import TITLE, Block, plain_text, section
from bot.slack.controls import deny_label
from bot.slack.dialogs import access, denies
from bot.slack.kinds import prune
from bot.slack.payloads import callback_id, encode_dialog
from bot.slack.wording import words
from bot.slack.wording.text import clean, say

TITLES = {
    actions.SHUT_OUT: "Shut out",
    actions.PRUNE: "Delete permission set",
    actions.REVOKE: "Revoke access",
    actions.DENY: "Emergency deny",
    actions.LIFT: "Lift deny",
    actions.DELETE: "Delete user",
    actions.DETAILS: "Details",
}
_BUILDERS: Mapping[actions.Dialog, Callable[[DialogView, User], list[Block]]] = {
    actions.SHUT_OUT: denies.shut_out,
    actions.PRUNE: prune.prune,
    actions.REVOKE: access.revoke,
    actions.DENY: denies.deny,
    actions.LIFT: denies.lift,
    actions.DELETE: access.delete,
    actions.DETAILS: access.details,
}


def dialog_view(view: DialogView) -> Block:
    """The modal for what the dialog has to show now; a submit button only when there is something to submit."""
    modal: Block = {
        "type": "modal",
        "title": plain_text(TITLES[view.kind][:TITLE]),
        "close": plain_text("Close"),
        "callback_id": callback_id(view.kind),
        "private_metadata": encode_dialog(view.id),
    }
    if view.state is DialogState.READING:
        return {**modal, "blocks": [section(_reading(view))]}
    nothing = view.kind is actions.PRUNE and view.permission_set is None
    if view.state is DialogState.REFUSED or view.user is None or nothing:
        return {**modal, "blocks": [section(_refused(view))]}
    modal["blocks"] = _BUILDERS[view.kind](view, view.user)
    if view.kind is not actions.DETAILS and _something_to_do(view):
        modal |= {"submit": plain_text(_submit(view)), "close": plain_text("Cancel")}
    return modal


def _reading(view: DialogView) -> str:
    who = words.user_label(view.user) if view.user else "this user"
    subject = "this permission set" if view.kind is actions.PRUNE else who
    return f"Reading…\nleaverbot asks AWS about {subject}."


def _submit(view: DialogView) -> str:
    if view.kind is actions.DENY:
        return deny_label(view.deny)
    return "Delete" if view.kind is actions.PRUNE else TITLES[view.kind]


def _something_to_do(view: DialogView) -> bool:
    return view.kind is not actions.REVOKE or bool(view.plan and view.plan.operations)


def _refused(view: DialogView) -> str:
    who = f"*{words.user_label(view.user)}*\n" if view.user else ""
    return who + (
        say(view.message, 2000) if clean(view.message) else "This is not possible now. Close it and try again."
    )
