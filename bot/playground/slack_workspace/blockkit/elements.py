"""Block Kit elements and the objects inside them, with the limits of the Block Kit reference."""

from __future__ import annotations

from typing import Any

from bot.playground.slack_workspace.blockkit.shape import (
    Check,
    Findings,
    any_text,
    array,
    boolean,
    integer,
    kind,
    number,
    one_of,
    plain_text,
    record,
    string,
    typed,
    url,
)

ACTION_ID = string(255)

CONFIRM = record(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)

OPTION = record(
    {"text": plain_text(75), "value": string(150)},
    {"description": plain_text(75)},
)
# Only checkboxes and radio buttons show formatting in their options, only an overflow's option may be a link.
RICH_OPTION = record({"text": any_text(75), "value": string(150)}, {"description": any_text(75)})
LINK_OPTION = record({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75), "url": url(3000)})
OPTION_GROUP = record({"label": plain_text(75), "options": array(OPTION, 1, 100)})
CONVERSATION_FILTER = record(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH = record({}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Every option an element offers, those in groups included."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


def _options_or_groups(element: dict[str, Any], pointer: str, findings: Findings) -> None:
    if ("options" in element) == ("option_groups" in element):
        findings.add(pointer, "must define either `options` or `option_groups`")


def _initial_is_offered(element: dict[str, Any], pointer: str, findings: Findings) -> None:
    chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    for option in chosen:
        if option not in options_of(element):
            findings.add(pointer, "initial option(s) must match an option exactly")


def _lengths_in_order(element: dict[str, Any], pointer: str, findings: Findings) -> None:
    if "max_length" in element and element.get("min_length", 0) > element["max_length"]:
        findings.add(pointer, "min_length must not be greater than max_length")


def _one_picture(element: dict[str, Any], pointer: str, findings: Findings) -> None:
    if ("image_url" in element) == ("slack_file" in element):
        findings.add(pointer, "must define either `image_url` or `slack_file`")


SLACK_FILE = record({}, {"id": string(255), "url": url(3000)})
IMAGE = record(
    {"type": kind("image"), "alt_text": string(2000)},
    {"image_url": url(3000), "slack_file": SLACK_FILE},
    [_one_picture],
)
BUTTON = record(
    {"type": kind("button"), "text": plain_text(75)},
    {
        "action_id": ACTION_ID,
        "url": url(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)

_PICKER = {
    "action_id": ACTION_ID,
    "confirm": CONFIRM,
    "focus_on_load": boolean,
    "placeholder": plain_text(150),
}
_MANY = {**_PICKER, "max_selected_items": integer(1)}
_OFFERED = {"options": array(OPTION, 1, 100), "option_groups": array(OPTION_GROUP, 1, 100)}
_IDS = array(string(255), 0, None)


def _picker(name: str, **more: Check) -> Check:
    return record({"type": kind(name)}, {**(_MANY if name.startswith("multi_") else _PICKER), **more})


def _text_input(name: str, **more: Check) -> Check:
    members = {
        "action_id": ACTION_ID,
        "initial_value": string(3000, 0),
        "placeholder": plain_text(150),
        "focus_on_load": boolean,
        "dispatch_action_config": DISPATCH,
    }
    return record({"type": kind(name)}, {**members, **more}, [_lengths_in_order])


_BOXES = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}

ELEMENTS: dict[str, Check] = {
    "button": BUTTON,
    "image": IMAGE,
    "overflow": record(
        {"type": kind("overflow"), "options": array(LINK_OPTION, 1, 5)},
        {"action_id": ACTION_ID, "confirm": CONFIRM},
    ),
    "static_select": record(
        {"type": kind("static_select")},
        {**_PICKER, **_OFFERED, "initial_option": OPTION},
        [_options_or_groups, _initial_is_offered],
    ),
    "multi_static_select": record(
        {"type": kind("multi_static_select")},
        {**_MANY, **_OFFERED, "initial_options": array(OPTION, 1, 100)},
        [_options_or_groups, _initial_is_offered],
    ),
    "users_select": _picker("users_select", initial_user=string(255)),
    "multi_users_select": _picker("multi_users_select", initial_users=_IDS),
    "channels_select": _picker("channels_select", initial_channel=string(255), response_url_enabled=boolean),
    "multi_channels_select": _picker("multi_channels_select", initial_channels=_IDS),
    "conversations_select": _picker(
        "conversations_select",
        initial_conversation=string(255),
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=CONVERSATION_FILTER,
    ),
    "multi_conversations_select": _picker(
        "multi_conversations_select",
        initial_conversations=_IDS,
        default_to_current_conversation=boolean,
        filter=CONVERSATION_FILTER,
    ),
    "checkboxes": record(
        {"type": kind("checkboxes"), "options": array(RICH_OPTION, 1, 10)},
        {**_BOXES, "initial_options": array(RICH_OPTION, 1, 10)},
        [_initial_is_offered],
    ),
    "radio_buttons": record(
        {"type": kind("radio_buttons"), "options": array(RICH_OPTION, 1, 10)},
        {**_BOXES, "initial_option": RICH_OPTION},
        [_initial_is_offered],
    ),
    "datepicker": _picker("datepicker", initial_date=string(10, 10)),
    "timepicker": _picker("timepicker", initial_time=string(5, 5), timezone=string(255)),
    "datetimepicker": record(
        {"type": kind("datetimepicker")}, {**_BOXES, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}
    ),
    "plain_text_input": _text_input(
        "plain_text_input", multiline=boolean, min_length=integer(0, 3000), max_length=integer(1, 3000)
    ),
    "email_text_input": _text_input("email_text_input"),
    "url_text_input": _text_input("url_text_input"),
    "number_input": record(
        {"type": kind("number_input"), "is_decimal_allowed": boolean},
        {
            "action_id": ACTION_ID,
            "initial_value": string(3000),
            "min_value": string(255),
            "max_value": string(255),
            "placeholder": plain_text(150),
            "focus_on_load": boolean,
            "dispatch_action_config": DISPATCH,
        },
    ),
}

_SELECTS = ("static_select", "users_select", "channels_select", "conversations_select")
_MULTI = tuple(f"multi_{name}" for name in _SELECTS)
_PICKERS = ("datepicker", "timepicker", "checkboxes", "radio_buttons")


def _place(*names: str) -> Check:
    return typed({name: ELEMENTS[name] for name in names}, tuple(ELEMENTS))


# Where each element may be used: "Works with block types" in the reference of each element.
ACCESSORY = _place("button", "image", "overflow", *_SELECTS, *_MULTI, *_PICKERS)
IN_ACTIONS = _place("button", "overflow", *_SELECTS, *_PICKERS, "datetimepicker")
IN_INPUT = _place(
    *("plain_text_input", "email_text_input", "url_text_input", "number_input"),
    *(*_SELECTS, *_MULTI, *_PICKERS, "datetimepicker"),
)
IN_CONTEXT = typed(
    {
        "image": IMAGE,
        # The reference gives context text no length of its own; a text object never has more than 3,000.
        "plain_text": record({"type": kind("plain_text"), "text": string(3000)}, {"emoji": boolean}),
        "mrkdwn": record({"type": kind("mrkdwn"), "text": string(3000)}, {"verbatim": boolean}),
    },
    tuple(ELEMENTS),
)
RAW_CELLS: dict[str, Check] = {
    "raw_text": record({"type": kind("raw_text"), "text": string(3000)}),
    "raw_number": record({"type": kind("raw_number"), "value": number, "text": string(3000)}),
}
