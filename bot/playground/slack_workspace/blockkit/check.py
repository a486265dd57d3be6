"""Whole messages and views against Block Kit, and the defaults Slack fills in.

Refusals are sentences that end in a JSON pointer, like Slack's. Written from the Block Kit reference and the limits in
Slack's client libraries, without copying any of them.
"""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack_workspace.blockkit.blocks import BLOCKS, NOT_MODELLED, SURFACES, TABLES, text_length
from bot.playground.slack_workspace.blockkit.shape import (
    Check,
    Findings,
    array,
    boolean,
    kind,
    plain_text,
    record,
    string,
)

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
# Measured by users on the real Slack, documented nowhere: github.com/slackapi/bolt-js/issues/2509
MESSAGE_TEXT = 13_200
MARKDOWN_TEXT = 12_000
VIEW_BYTES = 250_000


@dataclass(frozen=True)
class Refused:
    """Why Slack would reject these blocks: an error code and its explanations."""

    error: str
    messages: list[str] = field(default_factory=list)
    not_modelled: list[str] = field(default_factory=list)


def _blocks(surface: str) -> Check:
    def one(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add(pointer, "must be an object")
            return
        name = value.get("type")
        if name is None:
            findings.add(pointer, "missing required field: type")
        elif name in NOT_MODELLED:
            findings.not_modelled.append(f"block type {name!r} is not modelled")
            findings.add(f"{pointer}/type", f"unsupported type: {name}")
        elif not isinstance(name, str) or name not in SURFACES[surface]:
            findings.add(f"{pointer}/type", f"unsupported type: {name}")
        else:
            BLOCKS[name](value, pointer, findings)

    many = array(one, 0, MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS)

    def check(value: Any, pointer: str, findings: Findings) -> None:
        before = len(findings.errors)
        many(value, pointer, findings)
        if len(findings.errors) == before:
            _ids_once(value, pointer, findings)

    return check


def _ids_once(blocks: list[dict[str, Any]], pointer: str, findings: Findings) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name is None:
            continue
        if name in seen:
            findings.add(f"{pointer}/{index}/block_id", f"`block_id` {name!r} already exists for another block")
        seen.add(name)


_COMMON: dict[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}


def _submit_for_inputs(view: dict[str, Any], pointer: str, findings: Findings) -> None:
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        findings.add(pointer, "missing required field: submit")


_VIEWS: dict[str, Check] = {
    "modal": record(
        {"type": kind("modal"), "title": plain_text(24), "blocks": _blocks("modal")},
        {
            **_COMMON,
            "submit": plain_text(24),
            "close": plain_text(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
        },
        [_submit_for_inputs],
    ),
    "home": record({"type": kind("home"), "blocks": _blocks("home")}, _COMMON),
}
_MESSAGE = _blocks("message")


def check_message(blocks: Any, pointer: str = "/blocks") -> Refused | None:
    """What is wrong with a message's blocks, or None if Slack would accept them."""
    if not isinstance(blocks, list):
        return Refused("invalid_blocks_format", ["[ERROR] must be an array [json-pointer:/blocks]"])
    findings = Findings()
    _MESSAGE(blocks, pointer, findings)
    if findings.errors:
        return Refused("invalid_blocks", findings.errors, findings.not_modelled)
    if sum(block["type"] in TABLES for block in blocks) > 1:
        return Refused("invalid_attachments", ["only_one_table_allowed"])
    if text_length([block for block in blocks if block["type"] == "markdown"]) > MARKDOWN_TEXT:
        return Refused("msg_too_long")
    # A data table has a budget of its own (20,000 characters), checked with the table.
    if text_length([block for block in blocks if block["type"] != "data_table"]) > MESSAGE_TEXT:
        return Refused("msg_blocks_too_long")
    return None


def check_view(view: Any, surface: str = "modal") -> Refused | None:
    """What is wrong with a view, or None if Slack would accept it."""
    if not isinstance(view, dict):
        return Refused("invalid_arguments", ["must be an object [json-pointer:/view]"])
    findings = Findings()
    if view.get("type") not in _VIEWS:
        findings.add("/view/type", "missing required field: type")
    elif view["type"] != surface:
        findings.add("/view/type", f"unsupported type: {view['type']}")
    else:
        _VIEWS[surface](view, "/view", findings)
    if findings.errors:
        return Refused("invalid_arguments", findings.errors, findings.not_modelled)
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        return Refused("view_too_large")
    return None


def filled_in(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks as Slack stores them: an id on every block and control, ``emoji`` and ``verbatim`` on every text."""
    kept = copy.deepcopy(blocks)
    for block in kept:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        for element in controls(block):
            element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
        _fill_texts(block)
    return kept


def _fill_texts(value: Any) -> None:
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for member in value.values():
            _fill_texts(member)
    elif isinstance(value, list):
        for item in value:
            _fill_texts(item)


def controls(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The interactive elements of one block."""
    if block["type"] == "actions":
        yield from block["elements"]
    elif block["type"] == "input":
        yield block["element"]
    elif block["type"] == "section" and block.get("accessory", {}).get("type", "image") != "image":
        yield block["accessory"]
