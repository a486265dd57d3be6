"""Dialogs: "Reading…" at once, then what there is to see, and one button where there is something to do."""

from bot.core.kinds import Kind
from bot.core.views import DialogState, DialogView
from bot.slack import kinds
from bot.slack.blocks import TITLE, Block, plain_text, section
from bot.slack.dialogs.parts import refused
from bot.slack.payloads import callback_id, encode_dialog
from bot.slack.wording import names


def dialog_view(view: DialogView) -> Block:
    """The modal for what the dialog has to show now; a submit button only when there is something to submit."""
    presenter = kinds.button_of(view.kind)
    modal: Block = {
        "type": "modal",
        "title": plain_text(presenter.label[:TITLE]),
        "close": plain_text("Close"),
        "callback_id": callback_id(view.kind),
        "private_metadata": encode_dialog(view.id),
    }
    if view.state is DialogState.READING:
        return {**modal, "blocks": [section(_reading(view))]}
    if view.state is DialogState.REFUSED or view.user is None:
        return {**modal, "blocks": [section(refused(view))]}
    modal["blocks"] = presenter.dialog(view, view.user)
    submit = presenter.submit(view)
    return {**modal, "submit": plain_text(submit), "close": plain_text("Cancel")} if submit else modal


def _reading(view: DialogView) -> str:
    subject = names.user_label(view.user) if view.user else "this user"
    if isinstance(view.kind, Kind) and not view.kind.on_user:
        subject = "this permission set"
    return f"Reading…\nleaverbot is asking AWS about {subject}."
