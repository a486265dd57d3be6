"""The buttons as they are drawn: of a case, and those of reports, notices and lists."""

from bot.core.kinds import Control, Kind
from bot.core.views import CaseView
from bot.slack import kinds
from bot.slack.blocks import Block, plain_text
from bot.slack.payloads import action_id, encode_control, encode_subject

# More in one row is hard to read on a phone.
ROW = 5


def case_buttons(view: CaseView) -> list[Block]:
    """The rows of buttons of a case."""
    buttons = [_case_button(control, view) for control in view.controls]
    return [actions(buttons[start : start + ROW]) for start in range(0, len(buttons), ROW)]


def subject_button(kind: Kind, subject: str, label: str = "") -> Block | None:
    """A button about a user or a permission set, and no case; None when no button could carry the id."""
    presenter, value = kinds.presenter_of(kind), encode_subject(kind, subject)
    return _button(presenter.about_id, label or presenter.label, value, presenter.style) if value else None


def actions(buttons: list[Block]) -> Block:
    return {"type": "actions", "elements": buttons}


def _case_button(control: Control, view: CaseView) -> Block:
    presenter = kinds.button_of(control)
    value = encode_control(view.case.id, view.case.version)
    button = _button(action_id(control), presenter.button(view), value, presenter.style)
    asks = presenter.confirm(view)
    return {**button, "confirm": asks} if asks else button


def _button(name: str, label: str, value: str, style: str) -> Block:
    button: Block = {"type": "button", "action_id": name, "text": plain_text(label), "value": value}
    return {**button, "style": style} if style else button
