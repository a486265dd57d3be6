"""What a control carries: a format version, what it is about, and the case version it was drawn for.

Everything else is read from the store when it is pressed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.actions import Asker
from bot.core.belonging import Caller
from bot.core.errors import NotFound
from bot.core.kinds import Control, Dialog, Kind, Note, controls
from bot.services.actions.dialogs import submit_key

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
# The dialog with the plan of a bulk, its field for the number of people, and the buttons of its message.
COUNT_BLOCK_ID, COUNT_ACTION_ID = "count", "typed"
BULK_PLAN = "bulk_plan"
STOP_BULK, DELETE_NEXT = "bulk_stop", "bulk_delete_next"
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
_OLD_BULK = "This button is from an older version of leaverbot. Use /leavers for a fresh list."
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
    return _encode({"case": case_id, "version": version})


def decode_control(text: str) -> ControlPayload:
    """Raises NotFound for anything this version did not write."""
    data = _decode(text, _OLD_BUTTON)
    case_id, version = data.get("case"), data.get("version")
    if not isinstance(case_id, str) or not case_id or type(version) is not int:
        raise NotFound(_OLD_BUTTON)
    return ControlPayload(case_id, version)


def encode_choice(control: Control, case_id: str, version: int) -> str:
    """The value of an option in a case's menu: what its button would carry, and which one it is."""
    return _encode({"do": control.name, "case": case_id, "version": version})


def decode_choice(text: str) -> Control:
    """What was chosen; `decode_control` tells the rest. Raises NotFound for anything this version did not write."""
    name = _decode(text, _OLD_BUTTON).get("do")
    chosen = next((control for control in controls() if control.name == name), None)
    if chosen is None:
        raise NotFound(_OLD_BUTTON)
    return chosen


def encode_decision(about: str, count: int, version: int) -> str:
    """The value of a button by which an admin decides about so many people."""
    return _encode({"about": about, "count": count, "version": version})


def decode_decision(text: str) -> DecisionPayload:
    """Raises NotFound for anything this version did not write."""
    data = _decode(text, _OLD_DECISION)
    about, count, version = data.get("about"), data.get("count"), data.get("version")
    if not isinstance(about, str) or not about or type(count) is not int or type(version) is not int:
        raise NotFound(_OLD_DECISION)
    return DecisionPayload(about, count, version)


def encode_note(announcement_id: str, stopped_at: datetime | None) -> str:
    """The value of a button of an announcement."""
    return _encode({"announcement": announcement_id, "stopped": stopped_at.isoformat() if stopped_at else None})


def decode_note(text: str) -> NotePayload:
    """Raises NotFound for anything this version did not write."""
    data = _decode(text, _OLD_RULE)
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
    value = _encode({_subject_key(kind): subject})
    return value if len(value) <= MOST_VALUE else None


def decode_subject(kind: Kind, text: str) -> str:
    """The id of the user, or the permission set's ARN. Raises NotFound for anything this version did not write."""
    subject = _decode(text, _OLD_SUBJECT).get(_subject_key(kind))
    if not isinstance(subject, str) or not subject:
        raise NotFound(_OLD_SUBJECT)
    return subject


def encode_dialog(dialog_id: str) -> str:
    """The private metadata of a dialog: compact JSON."""
    return _encode({"dialog": dialog_id})


def decode_dialog(text: str) -> str:
    """The dialog's id. Raises NotFound for anything this version did not write."""
    dialog_id = _decode(text, _OLD_DIALOG).get("dialog")
    if not isinstance(dialog_id, str) or not dialog_id:
        raise NotFound(_OLD_DIALOG)
    return dialog_id


def encode_leave(leave_id: str) -> str:
    """The value of the button of a scheduled leave: compact JSON."""
    return _encode({"leave": leave_id})


def decode_leave(text: str) -> str:
    """The id of the leave. Raises NotFound for anything this version did not write."""
    leave_id = _decode(text, _OLD_LEAVE).get("leave")
    if not isinstance(leave_id, str) or not leave_id:
        raise NotFound(_OLD_LEAVE)
    return leave_id


def bulk_id(kind: Kind) -> str:
    """What Slack calls the button of a list that asks for this of everybody selected."""
    return f"bulk_{kind.name}"


def encode_list(list_id: str) -> str:
    """The value of a button of a list: compact JSON."""
    return _encode({"list": list_id})


def decode_list(text: str) -> str:
    """The id of the list. Raises NotFound for anything this version did not write."""
    list_id = _decode(text, _OLD_BULK).get("list")
    if not isinstance(list_id, str) or not list_id:
        raise NotFound(_OLD_BULK)
    return list_id


def encode_bulk(about: str) -> str:
    """The value of a button of a bulk: compact JSON."""
    return _encode({"bulk": about})


def encode_plan(about: str, digest: str) -> str:
    """The private metadata of the dialog with the plan of a bulk: compact JSON. `digest`: of what it shows."""
    return _encode({"bulk": about, "plan": digest})


def decode_plan(text: str) -> tuple[str, str]:
    """The id of the bulk, and the digest of the plan that was shown. Raises NotFound as `decode_bulk` does."""
    digest = _decode(text, _OLD_BULK).get("plan")
    return decode_bulk(text), digest if isinstance(digest, str) else ""


def decode_bulk(text: str) -> str:
    """The id of the bulk. Raises NotFound for anything this version did not write."""
    about = _decode(text, _OLD_BULK).get("bulk")
    if not isinstance(about, str) or not about:
        raise NotFound(_OLD_BULK)
    return about


def encode_digest(digest_id: str) -> str:
    """The value of a button of a digest: compact JSON."""
    return _encode({"digest": digest_id})


def decode_digest(text: str) -> str:
    """The id of the digest. Raises NotFound for anything this version did not write."""
    digest_id = _decode(text, _OLD_DIGEST).get("digest")
    if not isinstance(digest_id, str) or not digest_id:
        raise NotFound(_OLD_DIGEST)
    return digest_id


def encode_report(action_id: str) -> str:
    """The value of the button of an action's report: compact JSON."""
    return _encode({"action": action_id})


def encode_change(change_id: str) -> str:
    """The value of the button of what a scan changed: compact JSON."""
    return _encode({"change": change_id})


def decode_report(text: str) -> ReportPayload:
    """Raises NotFound for anything this version did not write."""
    data = _decode(text, _OLD_REPORT)
    about = ReportPayload(*(data.get(name, "") for name in ("action", "change")))
    if not all(isinstance(one, str) for one in (about.action_id, about.change_id)) or not (
        about.action_id or about.change_id
    ):
        raise NotFound(_OLD_REPORT)
    return about


def press_key(body: Mapping[str, Any]) -> str:
    """A key that names this press for good, so that it is stored once; "" for a request that stores no action."""
    if body.get("type") == "view_submission" and body["view"].get("callback_id") != BULK_PLAN:
        return submit_key(decode_dialog(body["view"]["private_metadata"]))
    if body.get("type") != "block_actions":
        return ""
    action = body["actions"][0]
    return f"press:{body['user']['id']}:{action['action_id']}:{action['action_ts']}"


def submitted_bulk(body: Mapping[str, Any]) -> str:
    """The id of the bulk whose plan was submitted; "" for any other request. Raises NotFound."""
    submitted = body.get("type") == "view_submission" and body["view"].get("callback_id") == BULK_PLAN
    return decode_bulk(body["view"]["private_metadata"]) if submitted else ""


def only_theirs(body: Mapping[str, Any]) -> bool:
    """Whether only the presser sees the message with the button."""
    return bool((body.get("container") or {}).get("is_ephemeral"))


def presser(body: Mapping[str, Any]) -> Asker:
    """Who did it, and where only they see an answer."""
    user = (body.get("user") or {}).get("id") or body.get("user_id", "")
    channel = (body.get("channel") or {}).get("id") or body.get("channel_id", "")
    return Asker(user, channel, body.get("response_url", ""))


def caller_of(body: Mapping[str, Any]) -> Caller:
    """Where the request says it comes from."""
    user, team, enterprise = (body.get(name) or {} for name in ("user", "team", "enterprise"))
    return Caller(
        team=str(user.get("team_id") or body.get("team_id") or team.get("id") or ""),
        enterprise=str(enterprise.get("id") or body.get("enterprise_id") or team.get("enterprise_id") or ""),
    )


def _subject_key(kind: Kind) -> str:
    return "user" if kind.on_user else "set"


def _encode(data: Mapping[str, Any]) -> str:
    return json.dumps({"v": VERSION, **data}, separators=(",", ":"))


def _decode(text: str, sorry: str) -> Mapping[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise NotFound(sorry) from None
    if not isinstance(data, dict) or type(data.get("v")) is not int or data["v"] != VERSION:
        raise NotFound(sorry)
    return data


# For controls whose payloads have a file of their own.
encode, decode = _encode, _decode
