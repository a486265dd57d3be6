"""What a person has typed or chosen: the ``state`` of a message or a view, and what Slack's own client blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.playground.slack_workspace.blockkit.check import controls
from bot.playground.slack_workspace.blockkit.elements import options_of

Json = dict[str, Any]
Typed = Mapping[tuple[str, str], Any]

# The member of ``state`` that carries the value, and the member of the element that fills it at first.
_MEMBERS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_CHOICES = ("static_select", "radio_buttons", "checkboxes", "multi_static_select", "overflow")


def offered(element: Json, value: str) -> Json:
    """The element's option with this value. Raises ValueError if it has none."""
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise ValueError(f"{element['type']} {element['action_id']!r} does not offer {value!r}")


def chosen(element: Json, value: Any) -> Any:
    """What a person's entry becomes in the payload; an option is given by its value."""
    if element["type"] not in _CHOICES or value is None:
        return value
    if isinstance(value, list):
        return [offered(element, one) for one in value]
    return offered(element, value)


def state_of(element: Json, block_id: str, typed: Typed) -> Json:
    member, initial = _MEMBERS[element["type"]]
    empty: Any = [] if member.endswith("s") else None
    value = typed.get((block_id, element["action_id"]), element.get(initial, empty))
    return {"type": element["type"], member: value}


def state_values(blocks: list[Json], typed: Typed) -> Json:
    """``state.values``: every stateful control, by block_id and action_id."""
    values: Json = {}
    for block in blocks:
        for element in controls(block):
            if element["type"] in _MEMBERS:
                entry = state_of(element, block["block_id"], typed)
                values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def client_errors(blocks: list[Json], typed: Typed) -> dict[str, str]:
    """Why Slack's client would not submit the form, by block_id: for example a required field left empty."""
    errors = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        entry = state_of(element, block["block_id"], typed)
        value = entry[_MEMBERS[element["type"]][0]]
        if value in (None, "", []):
            if not block.get("optional", False):
                errors[block["block_id"]] = "Please complete this required field."
        elif element["type"] == "plain_text_input":
            low, high = element.get("min_length", 0), element.get("max_length", 3000)
            if not low <= len(value) <= high:
                errors[block["block_id"]] = f"Please enter between {low} and {high} characters."
    return errors


def find_control(
    blocks: list[Json], action_id: str, block_id: str | None, *, inputs: bool = False
) -> tuple[str, Json] | None:
    """The first control with this action_id that a person can use: (its block_id, itself)."""
    for block in blocks:
        if block_id is not None and block["block_id"] != block_id:
            continue
        # A control in an input block is submitted with the form, unless the block dispatches its actions.
        if block["type"] == "input" and not inputs and not block.get("dispatch_action", False):
            continue
        for element in controls(block):
            if element["action_id"] == action_id:
                return block["block_id"], element
    return None
