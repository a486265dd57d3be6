"""What a control carries: a format version, what it is about, and the case version it was drawn for.

Everything else is read from the store when it is pressed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.errors import NotFound
from bot.core.kinds import Control, Dialog, Kind, Note, controls

VERSION = 1

# The field of the delete and the shut-out dialog.
INPUT_BLOCK_ID = "user_name"
INPUT_ACTION_ID = "typed"
# The field of the deny and the lift dialog.
REASON_BLOCK_ID = "reason"
REASON_ACTION_ID = "why"
# The menu at the end of a case's buttons.
CASE_MORE = "case_more"
# The button that cancels a scheduled leave.
CANCEL_LEAVE = "leave_cancel"
# The button of a report that shows everything about it.
REPORT_DETAILS = "report_details"
# The longest value that a button and that an option of a menu may have (docs/facts.md#block-limits).
MOST_VALUE, MOST_CHOICE = 2000, 150

_OLD_SUBJECT = "This button is from an older version of leaverbot. Use the /leavers commands instead: /leavers help."
_OLD_BUTTON = "This button is from an older version of leaverbot. Use /leavers show <user> for a fresh one."
_OLD_DECISION = (
    "This button is from an older version of leaverbot. Use a terminal: leaverbot brake release, or leaverbot rules "
    "accept."
)
_OLD_DIGEST = "This button is from an older version of leaverbot. Use /leavers for the list."
_OLD_LEAVE = "This button is from an older version of leaverbot. Use /leavers schedule for a fresh one."
_OLD_REPORT = "This button is from an older version of leaverbot. Use a terminal: leaverbot history <user> --details."
_OLD_RULE = "This button is from an older version of leaverbot. Use /leavers stop <user> or /leavers let-run <user>."
_OLD_DIALOG = "This dialog is from an older version of leaverbot. Close it and open it again."


@dataclass(frozen=True, slots=True)
class ControlPayload:
    """A button of a case's message. `case_version` is the version of the case it was drawn for."""

    case_id: str
    case_version: int


@dataclass(frozen=True, slots=True)
class DecisionPayload:
    """A button about the brake or a hold: its id, for how many people it was drawn, and as which version."""

    about: str
    count: int
    version: int


@dataclass(frozen=True, slots=True)
class ReportPayload:
    """The button of a report: the action that it is about, or else the change that a scan made."""

    action_id: str
    change_id: str


@dataclass(frozen=True, slots=True)
class NotePayload:
    """A button of an announcement. `stopped_at`: since when rules were stopped for its person, when it was drawn."""

    announcement_id: str
    stopped_at: datetime | None = None


def action_id(control: Control) -> str:
    """What Slack calls the button of a case."""
    return f"case_{control.name}"


def note_id(note: Note) -> str:
    """What Slack calls the button of an announcement."""
    return f"rule_{note.name}"


def callback_id(dialog: Dialog) -> str:
    """What Slack calls the dialog."""
    return f"dialog_{dialog.name}"


def encode_control(case_id: str, version: int) -> str:
    """The value of a button: compact JSON."""
    return encode({"case": case_id, "version": version})


def decode_control(text: str) -> ControlPayload:
    """Raises NotFound for anything this version did not write."""
    data = decode(text, _OLD_BUTTON)
    case_id, version = data.get("case"), data.get("version")
    if not isinstance(case_id, str) or not case_id or type(version) is not int:
        raise NotFound(_OLD_BUTTON)
    return ControlPayload(case_id, version)


def encode_choice(control: Control, case_id: str, version: int) -> str:
    """The value of an option in a case's menu: what its button would carry, and which one it is."""
    return encode({"do": control.name, "case": case_id, "version": version})


def decode_choice(text: str) -> Control:
    """What was chosen; `decode_control` tells the rest. Raises NotFound for anything this version did not write."""
    name = decode(text, _OLD_BUTTON).get("do")
    chosen = next((control for control in controls() if control.name == name), None)
    if chosen is None:
        raise NotFound(_OLD_BUTTON)
    return chosen


def encode_decision(about: str, count: int, version: int) -> str:
    """The value of a button by which an admin decides about so many people."""
    return encode({"about": about, "count": count, "version": version})


def decode_decision(text: str) -> DecisionPayload:
    """Raises NotFound for anything this version did not write."""
    data = decode(text, _OLD_DECISION)
    about, count, version = data.get("about"), data.get("count"), data.get("version")
    if not isinstance(about, str) or not about or type(count) is not int or type(version) is not int:
        raise NotFound(_OLD_DECISION)
    return DecisionPayload(about, count, version)


def encode_note(announcement_id: str, stopped_at: datetime | None) -> str:
    """The value of a button of an announcement."""
    return encode({"announcement": announcement_id, "stopped": stopped_at.isoformat() if stopped_at else None})


def decode_note(text: str) -> NotePayload:
    """Raises NotFound for anything this version did not write."""
    data = decode(text, _OLD_RULE)
    announcement_id, stopped = data.get("announcement"), data.get("stopped")
    try:
        stopped_at = datetime.fromisoformat(stopped) if stopped is not None else None
    except (TypeError, ValueError):
        raise NotFound(_OLD_RULE) from None
    if not isinstance(announcement_id, str) or not announcement_id:
        raise NotFound(_OLD_RULE)
    return NotePayload(announcement_id, stopped_at)


def encode_subject(kind: Kind, subject: str) -> str | None:
    """The value of a button about a user or a permission set; None for an id too long for a button (AWS has
    none).
    """
    value = encode({_subject_key(kind): subject})
    return value if len(value) <= MOST_VALUE else None


def decode_subject(kind: Kind, text: str) -> str:
    """The id of the user, or the permission set's ARN. Raises NotFound for anything this version did not write."""
    return decode_id(text, _subject_key(kind), _OLD_SUBJECT)


def encode_dialog(dialog_id: str) -> str:
    """The private metadata of a dialog: compact JSON."""
    return encode({"dialog": dialog_id})


def decode_dialog(text: str) -> str:
    """The dialog's id. Raises NotFound for anything this version did not write."""
    return decode_id(text, "dialog", _OLD_DIALOG)


def encode_leave(leave_id: str) -> str:
    """The value of the button of a scheduled leave: compact JSON."""
    return encode({"leave": leave_id})


def decode_leave(text: str) -> str:
    """The id of the leave. Raises NotFound for anything this version did not write."""
    return decode_id(text, "leave", _OLD_LEAVE)


def encode_digest(digest_id: str) -> str:
    """The value of a button of a digest: compact JSON."""
    return encode({"digest": digest_id})


def decode_digest(text: str) -> str:
    """The id of the digest. Raises NotFound for anything this version did not write."""
    return decode_id(text, "digest", _OLD_DIGEST)


def encode_report(action_id: str) -> str:
    """The value of the button of an action's report: compact JSON."""
    return encode({"action": action_id})


def encode_change(change_id: str) -> str:
    """The value of the button of what a scan changed: compact JSON."""
    return encode({"change": change_id})


def decode_report(text: str) -> ReportPayload:
    """Raises NotFound for anything this version did not write."""
    data = decode(text, _OLD_REPORT)
    about = ReportPayload(*(data.get(name, "") for name in ("action", "change")))
    ids = (about.action_id, about.change_id)
    if not all(isinstance(one, str) for one in ids) or not any(ids):
        raise NotFound(_OLD_REPORT)
    return about


def encode(data: Mapping[str, Any]) -> str:
    """The value of a control: compact JSON with the version of its format."""
    return json.dumps({"v": VERSION, **data}, separators=(",", ":"))


def decode(text: str, sorry: str) -> Mapping[str, Any]:
    """What a control carries. Raises NotFound with this sentence for anything this version did not write."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise NotFound(sorry) from None
    if not isinstance(data, dict) or type(data.get("v")) is not int or data["v"] != VERSION:
        raise NotFound(sorry)
    return data


def decode_id(text: str, key: str, sorry: str) -> str:
    """The one id that a control carries. Raises NotFound with this sentence for anything this version did not write."""
    found = decode(text, sorry).get(key)
    if not isinstance(found, str) or not found:
        raise NotFound(sorry)
    return found


def _subject_key(kind: Kind) -> str:
    return "user" if kind.on_user else "set"
