"""The buttons as they are drawn: of a case, and those of reports, notices and lists."""

from datetime import datetime

from bot.core.kinds import DETAILS, LET_RUN, Control, Kind, Note
from bot.core.views import CaseView
from bot.slack import kinds
from bot.slack.blocks import Block, confirm, plain_text
from bot.slack.payloads import (
    CASE_MORE,
    MOST_VALUE,
    REPORT_DETAILS,
    action_id,
    encode_choice,
    encode_control,
    encode_note,
    encode_subject,
    note_id,
)

# More in one row is hard to read on a phone.
ROW = 5
_LET_RUN = confirm("Let rules act again?", "Anything overdue happens soon.", "Let it run", "primary")


def case_buttons(view: CaseView) -> list[Block]:
    """The rows of buttons of a case, with a menu at the end for what is seldom needed."""
    in_menu = [control for control in view.controls if kinds.button_of(control).in_menu]
    buttons = [_case_button(control, view) for control in view.controls if control not in in_menu]
    buttons += [_menu(in_menu, view)] if in_menu else []
    return [actions(buttons[start : start + ROW]) for start in range(0, len(buttons), ROW)]


def subject_button(kind: Kind, subject: str, label: str = "") -> Block | None:
    """A button about a user or a permission set, and no case; None when no button could carry the id."""
    presenter, value = kinds.presenter_of(kind), encode_subject(kind, subject)
    return _button(presenter.about_id, label or presenter.label, value, presenter.style) if value else None


def note_button(note: Note, announcement_id: str, stopped_at: datetime | None) -> Block:
    """The button that stops rules for the person of an announcement, or lets them run. `stopped_at`: since when they
    are stopped, as drawn.
    """
    presenter = kinds.button_of(note)
    button = _button(note_id(note), presenter.label, encode_note(announcement_id, stopped_at), presenter.style)
    return {**button, "confirm": _LET_RUN} if note is LET_RUN else button


def report_button(value: str) -> list[Block]:
    """The row with the one button of a report, which shows everything about it; none for a value that no button could
    carry.
    """
    button = _button(REPORT_DETAILS, kinds.button_of(DETAILS).label, value, "")
    return [actions([button])] if len(value) <= MOST_VALUE else []


def actions(buttons: list[Block]) -> Block:
    return {"type": "actions", "elements": buttons}


def _case_button(control: Control, view: CaseView) -> Block:
    presenter = kinds.button_of(control)
    value = encode_control(view.case.id, view.case.version)
    button = _button(action_id(control), presenter.button(view), value, presenter.style)
    asks = presenter.confirm(view)
    return {**button, "confirm": asks} if asks else button


def _menu(controls: list[Control], view: CaseView) -> Block:
    options = [
        {
            "text": plain_text(kinds.button_of(control).button(view)),
            "value": encode_choice(control, view.case.id, view.case.version),
        }
        for control in controls
    ]
    return {"type": "overflow", "action_id": CASE_MORE, "options": options}


def _button(name: str, label: str, value: str, style: str) -> Block:
    button: Block = {"type": "button", "action_id": name, "text": plain_text(label), "value": value}
    return {**button, "style": style} if style else button
