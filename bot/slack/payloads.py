"""What a control carries: a format version, what it is about, and the case version it was drawn for.

Everything else is read from the store when it is pressed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.errors import NotFound
from bot.core.views import Control, DialogKind

VERSION = 1

ACTION_IDS: Mapping[Control, str] = {
    Control.REVOKE: "case_revoke",
    Control.DENY: "case_deny",
    Control.LIFT: "case_lift",
    Control.DELETE: "case_delete",
    Control.DETAILS: "case_details",
}
CALLBACK_IDS: Mapping[DialogKind, str] = {
    DialogKind.REVOKE: "dialog_revoke",
    DialogKind.DENY: "dialog_deny",
    DialogKind.LIFT: "dialog_lift",
    DialogKind.DELETE: "dialog_delete",
    DialogKind.DETAILS: "dialog_details",
}
# The one field of the delete dialog.
INPUT_BLOCK_ID = "user_name"
INPUT_ACTION_ID = "typed"

_OLD_BUTTON = "This button is from an older version of leaverbot. Use /leavers show <user> for a fresh one."
_OLD_DIALOG = "This dialog is from an older version of leaverbot. Close it and open it again."


@dataclass(frozen=True, slots=True)
class ControlPayload:
    """A button of a case's message. `case_version` is the version of the case it was drawn for."""

    case_id: str
    case_version: int


@dataclass(frozen=True, slots=True)
class DialogPayload:
    dialog_id: str


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


def encode_dialog(dialog_id: str) -> str:
    """The private metadata of a dialog: compact JSON."""
    return _encode({"dialog": dialog_id})


def decode_dialog(text: str) -> DialogPayload:
    """Raises NotFound for anything this version did not write."""
    dialog_id = _decode(text, _OLD_DIALOG).get("dialog")
    if not isinstance(dialog_id, str) or not dialog_id:
        raise NotFound(_OLD_DIALOG)
    return DialogPayload(dialog_id)


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
