"""Block Kit blocks: what each may contain, and which surfaces may show it."""

from __future__ import annotations

from typing import Any

from bot.playground.slack_workspace.blockkit.elements import (
    ACCESSORY,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    RAW_CELLS,
    SLACK_FILE,
)
from bot.playground.slack_workspace.blockkit.rich_text import RICH_TEXT
from bot.playground.slack_workspace.blockkit.shape import (
    Check,
    Findings,
    any_text,
    array,
    boolean,
    integer,
    kind,
    one_of,
    plain_text,
    record,
    string,
    typed,
    url,
)

_BLOCK_ID = {"block_id": string(255)}


def _text_or_fields(block: dict[str, Any], pointer: str, findings: Findings) -> None:
    if "text" not in block and "fields" not in block:
        findings.add(pointer, "must define either `text` or `fields`")


def _one_picture(block: dict[str, Any], pointer: str, findings: Findings) -> None:
    if ("image_url" in block) == ("slack_file" in block):
        findings.add(pointer, "must define either `image_url` or `slack_file`")


def _action_ids_once(block: dict[str, Any], pointer: str, findings: Findings) -> None:
    """An action_id is unique within its block; two blocks of one message may share one."""
    seen: set[str] = set()
    for index, element in enumerate(block["elements"]):
        action_id = element.get("action_id")
        if action_id is not None and action_id in seen:
            findings.add(f"{pointer}/elements/{index}/action_id", f"`action_id` {action_id!r} already exists")
        seen.add(action_id)


def _one_focus(block: dict[str, Any], pointer: str, findings: Findings) -> None:
    if block.get("dispatch_action") and block["element"]["type"] == "file_input":
        findings.add(pointer, "`dispatch_action` is not supported for this element")


def _same_columns(block: dict[str, Any], pointer: str, findings: Findings) -> None:
    if len({len(row) for row in block["rows"]}) > 1:
        findings.add(f"{pointer}/rows", "all rows must have the same number of columns")


def _header_is_raw(block: dict[str, Any], pointer: str, findings: Findings) -> None:
    if any(cell["type"] == "rich_text" for cell in block["rows"][0]):
        findings.add(f"{pointer}/rows/0", "header cells cannot contain rich text")
    if text_length(block["rows"]) > 20_000:
        findings.add(f"{pointer}/rows", "cell text cannot exceed 20000 characters")


def text_length(value: Any) -> int:
    """How many characters of text a block, or a list of blocks, shows."""
    if isinstance(value, dict):
        return sum(
            len(member) if name == "text" and isinstance(member, str) else text_length(member)
            for name, member in value.items()
        )
    if isinstance(value, list):
        return sum(text_length(item) for item in value)
    return 0


_CELL = typed({**RAW_CELLS, "rich_text": RICH_TEXT})
_COLUMN = record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _column_or_null(value: Any, pointer: str, findings: Findings) -> None:
    # "null" keeps a column's default, says the reference of the table block.
    if value is not None:
        _COLUMN(value, pointer, findings)


BLOCKS: dict[str, Check] = {
    "header": record({"type": kind("header"), "text": plain_text(150)}, _BLOCK_ID),
    "section": record(
        {"type": kind("section")},
        {
            **_BLOCK_ID,
            "text": any_text(3000),
            "fields": array(any_text(2000), 1, 10),
            "accessory": ACCESSORY,
            "expand": boolean,
        },
        [_text_or_fields],
    ),
    "divider": record({"type": kind("divider")}, _BLOCK_ID),
    "image": record(
        {"type": kind("image"), "alt_text": string(2000)},
        {**_BLOCK_ID, "image_url": url(3000), "slack_file": SLACK_FILE, "title": plain_text(2000)},
        [_one_picture],
    ),
    "context": record({"type": kind("context"), "elements": array(IN_CONTEXT, 1, 10)}, _BLOCK_ID),
    "actions": record({"type": kind("actions"), "elements": array(IN_ACTIONS, 1, 25)}, _BLOCK_ID, [_action_ids_once]),
    "input": record(
        {"type": kind("input"), "label": plain_text(2000), "element": IN_INPUT},
        {**_BLOCK_ID, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
        [_one_focus],
    ),
    "rich_text": RICH_TEXT,
    "markdown": record({"type": kind("markdown"), "text": string(12_000)}, _BLOCK_ID),
    "alert": record(
        {"type": kind("alert"), "text": any_text(200)},
        {**_BLOCK_ID, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    "table": record(
        {"type": kind("table"), "rows": array(array(_CELL, 1, 20), 1, 100)},
        {**_BLOCK_ID, "column_settings": array(_column_or_null, 0, 20)},
        [_same_columns],
    ),
    "data_table": record(
        # One header row and 200 more; the documentation page says 101 in all, newer specifications 201.
        {
            "type": kind("data_table"),
            "rows": array(array(_CELL, 1, 20), 2, 201),
            "caption": string(3000),
        },
        {**_BLOCK_ID, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
        [_same_columns, _header_is_raw],
    ),
}

TABLES = ("table", "data_table")

_EVERYWHERE = {"header", "section", "divider", "image", "context", "actions", "input", "rich_text"}
SURFACES: dict[str, frozenset[str]] = {
    "message": frozenset(_EVERYWHERE | {"markdown", *TABLES}),
    "modal": frozenset(_EVERYWHERE | {"alert"}),
    "home": frozenset(_EVERYWHERE | set(TABLES)),
}

# Real block types that this simulator rejects explicitly: accepting them quietly would hide mistakes.
NOT_MODELLED = frozenset(
    {
        *("video", "file", "call", "card", "carousel", "container", "plan", "task_card"),
        *("context_actions", "data_visualization", "auth_provider"),
    }
)
