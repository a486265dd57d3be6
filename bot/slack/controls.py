"""The buttons as they are drawn: of a case, and those of reports, notices and lists."""

from bot.core import actions as kinds
from bot.core.cases import CloseReason
from bot.core.views import CaseView, DenyView
from bot.slack.blocks import Block, confirm, plain_text
from bot.slack.payloads import (
    SET_DELETE,
    USER_DENY,
    USER_LIFT,
    action_id,
    encode_control,
    encode_set,
    encode_user,
)
from bot.slack.wording import words
from bot.slack.wording.text import plain

LABELS = {
    kinds.SHUT_OUT: "Shut out",
    kinds.REVOKE: "Revoke access",
    kinds.LIFT: "Lift deny",
    kinds.DELETE: "Delete user",
    kinds.REVIEWED: "Reviewed",
    kinds.DETAILS: "Details",
}
STYLES = {
    kinds.SHUT_OUT: "danger",
    kinds.REVOKE: "primary",
    kinds.DENY: "danger",
    kinds.DELETE: "danger",
}
DENY, PUT_BACK, RETRY = "Emergency deny", "Put deny back", "Retry deny"
_ASKS = {
    DENY: "Emergency deny for {who}?",
    PUT_BACK: "Put the deny of {who} back?",
    RETRY: "Try the deny of {who} again?",
}
# More in one row is hard to read on a phone.
ROW = 5


def deny_label(deny: DenyView | None) -> str:
    """What denying means now: place it, put back what somebody took out, or try again what did not work."""
    if deny is None:
        return DENY
    return PUT_BACK if deny.missing else RETRY


def press_deny(view: CaseView) -> str:
    """What to press about a deny that somebody changed, or whose user was enabled again; "" for no such button."""
    if view.deny and not view.deny.missing:
        enabled = view.case.closed_reason is CloseReason.ENABLED and kinds.LIFT in view.controls
        return "Press *Lift deny* if they should work again." if enabled else ""
    offered = [f"*{_label(control, view)}*" for control in (kinds.DENY, kinds.LIFT) if control in view.controls]
    return f"Press {' or '.join(offered)}." if offered else ""


def case_buttons(view: CaseView) -> list[Block]:
    """The rows of buttons of a case."""
    buttons = [_case_button(control, view) for control in view.controls]
    return [actions(buttons[start : start + ROW]) for start in range(0, len(buttons), ROW)]


def lift_button(user_id: str) -> Block | None:
    """Lift deny, about a user and no case; None when no button could carry the id."""
    return _about(USER_LIFT, "Lift deny", encode_user(user_id))


def put_back_button(user_id: str) -> Block | None:
    """Put deny back, about a user and no case; None when no button could carry the id."""
    return _about(USER_DENY, PUT_BACK, encode_user(user_id), "danger")


def delete_set_button(arn: str) -> Block | None:
    """Delete permission set; None when no button could carry the ARN."""
    return _about(SET_DELETE, "Delete permission set", encode_set(arn), "danger")


def actions(buttons: list[Block]) -> Block:
    return {"type": "actions", "elements": buttons}


def _label(control: kinds.Control, view: CaseView) -> str:
    return deny_label(view.deny) if control is kinds.DENY else LABELS[control]


def _about(name: str, label: str, value: str | None, style: str = "") -> Block | None:
    if value is None:
        return None
    button: Block = {"type": "button", "action_id": name, "text": plain_text(label), "value": value}
    return {**button, "style": style} if style else button


def _case_button(control: kinds.Control, view: CaseView) -> Block:
    label = _label(control, view)
    button: Block = {
        "type": "button",
        "action_id": action_id(control),
        "text": plain_text(label),
        "value": encode_control(view.case.id, view.case.version),
    }
    if control in STYLES:
        button["style"] = STYLES[control]
    if control is kinds.DENY:
        user = view.case.user
        title = _ASKS[label].replace("{who}", plain(words.best_name(user), 40))
        button["confirm"] = confirm(title, words.deny_words(user), label, "danger")
    return button
