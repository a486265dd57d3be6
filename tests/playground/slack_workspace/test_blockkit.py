"""The simulator's Block Kit validator refuses what Slack refuses, and agrees with two validators written by others."""

import json

import pytest
import slackblocks
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slackblocks import _limits

from bot.playground.slack_workspace.blockkit.blocks import BLOCKS, NOT_MODELLED, SURFACES
from bot.playground.slack_workspace.blockkit.check import check_message, check_view, filled_in


def plain(text="Text"):
    return {"type": "plain_text", "text": text}


def mrkdwn(text="*Text*"):
    return {"type": "mrkdwn", "text": text}


def button(**more):
    return {"type": "button", "text": plain(), "action_id": "go", **more}


def option(value="v", text="Option"):
    return {"text": plain(text), "value": value}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def section(text=None, **more):
    return {"type": "section", "text": text or mrkdwn(), **more}


def select(count):
    return {"type": "static_select", "action_id": "s", "options": [option(str(n)) for n in range(count)]}


def confirm(**more):
    return {"title": plain(), "text": mrkdwn(), "confirm": plain("Yes"), "deny": plain("No"), **more}


def table(rows, columns):
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def field(**element):
    return {
        "type": "input",
        "block_id": "why",
        "label": plain(),
        "element": {"type": "plain_text_input", "action_id": "text", **element},
    }


def modal(*blocks, **more):
    return {"type": "modal", "title": plain(), "blocks": list(blocks), **more}


# What a member may measure at most, by the registry of limits in slackblocks, and a block that measures n there.
MEASURED = [
    ("SECTION_TEXT_MAX_LENGTH", lambda n: section(mrkdwn("x" * n))),
    ("SECTION_FIELDS_MAX_ITEMS", lambda n: {"type": "section", "fields": [mrkdwn("x")] * n}),
    ("SECTION_FIELDS_ITEM_MAX_LENGTH", lambda n: {"type": "section", "fields": [mrkdwn("x" * n)]}),
    ("HEADER_TEXT_MAX_LENGTH", lambda n: {"type": "header", "text": plain("x" * n)}),
    ("CONTEXT_ELEMENTS_MAX_ITEMS", lambda n: {"type": "context", "elements": [mrkdwn()] * n}),
    ("ACTIONS_ELEMENTS_MAX_ITEMS", lambda n: actions(*(button(action_id=str(i)) for i in range(n)))),
    ("BUTTON_TEXT_MAX_LENGTH", lambda n: actions(button(text=plain("x" * n)))),
    ("BUTTON_VALUE_MAX_LENGTH", lambda n: actions(button(value="x" * n))),
    ("BUTTON_URL_MAX_LENGTH", lambda n: actions(button(url="https://example.com/".ljust(n, "x")))),
    ("BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH", lambda n: actions(button(accessibility_label="x" * n))),
    ("ACTION_ID_MAX_LENGTH", lambda n: actions(button(action_id="x" * n))),
    ("BLOCK_ID_MAX_LENGTH", lambda n: section(block_id="x" * n)),
    ("CONFIRMATION_TITLE_MAX_LENGTH", lambda n: actions(button(confirm=confirm(title=plain("x" * n))))),
    ("CONFIRMATION_TEXT_MAX_LENGTH", lambda n: actions(button(confirm=confirm(text=plain("x" * n))))),
    ("CONFIRMATION_CONFIRM_MAX_LENGTH", lambda n: actions(button(confirm=confirm(confirm=plain("x" * n))))),
    ("CONFIRMATION_DENY_MAX_LENGTH", lambda n: actions(button(confirm=confirm(deny=plain("x" * n))))),
    ("SELECT_OPTIONS_MAX_ITEMS", lambda n: actions(select(n))),
    ("OPTION_TEXT_MAX_LENGTH", lambda n: actions({**select(1), "options": [option(text="x" * n)]})),
    ("OPTION_VALUE_MAX_LENGTH", lambda n: actions({**select(1), "options": [option("x" * n)]})),
    ("SELECT_PLACEHOLDER_MAX_LENGTH", lambda n: actions({**select(1), "placeholder": plain("x" * n)})),
    ("OVERFLOW_OPTIONS_MAX_ITEMS", lambda n: actions({**select(n), "type": "overflow"})),
    ("CHECKBOXES_OPTIONS_MAX_ITEMS", lambda n: actions({**select(n), "type": "checkboxes"})),
    ("RADIO_BUTTONS_OPTIONS_MAX_ITEMS", lambda n: actions({**select(n), "type": "radio_buttons"})),
    ("INPUT_LABEL_MAX_LENGTH", lambda n: {**field(), "label": plain("x" * n)}),
    ("INPUT_HINT_MAX_LENGTH", lambda n: {**field(), "hint": plain("x" * n)}),
    ("PLAIN_TEXT_INPUT_MAX_LENGTH_MAX", lambda n: field(max_length=n)),
    ("PLAIN_TEXT_INPUT_PLACEHOLDER_MAX_LENGTH", lambda n: field(placeholder=plain("x" * n))),
    ("IMAGE_ALT_TEXT_MAX_LENGTH", lambda n: {"type": "image", "image_url": "https://x.test", "alt_text": "x" * n}),
    ("MARKDOWN_TEXT_MAX_LENGTH", lambda n: {"type": "markdown", "text": "x" * n}),
    ("TABLE_ROWS_MAX_ITEMS", lambda n: table(n, 1)),
    ("TABLE_COLUMNS_MAX_ITEMS", lambda n: table(1, n)),
]


@pytest.mark.parametrize(("limit", "block"), MEASURED, ids=[name for name, _ in MEASURED])
def test_a_block_at_its_limit_is_taken_and_one_more_is_refused(limit, block):
    most = getattr(_limits, limit)
    assert check_message([block(most)]) is None
    assert check_message([block(most + 1)]).error == "invalid_blocks"


BAD = {
    "empty text": section(mrkdwn("")),
    "mrkdwn in a header": {"type": "header", "text": mrkdwn()},
    "mrkdwn on a button": actions(button(text=mrkdwn())),
    "emoji in mrkdwn": section({**mrkdwn(), "emoji": True}),
    "bare string for a text": section("Text"),
    "section of nothing": {"type": "section"},
    "no elements": actions(),
    "no context elements": {"type": "context", "elements": []},
    "unknown block": {"type": "banner"},
    "no block type": {"text": mrkdwn()},
    "unknown element": actions({"type": "knob", "action_id": "k"}),
    "element in the wrong place": actions({"type": "plain_text_input", "action_id": "k"}),
    "button as an input": {**field(), "element": button()},
    "picture in actions": actions({"type": "image", "image_url": "https://x.test", "alt_text": "x"}),
    "unknown key of a block": section(color="red"),
    "unknown key of an element": actions(button(colour="red")),
    "unknown style": actions(button(style="warning")),
    "value that is no string": actions(button(value=7)),
    "null member": actions(button(value=None)),
    "url that is none": actions(button(url="not a url")),
    "confirm without deny": actions(button(confirm={"title": plain(), "text": plain(), "confirm": plain()})),
    "confirm title in mrkdwn": actions(button(confirm=confirm(title=mrkdwn()))),
    "confirm style": actions(button(confirm=confirm(style="warning"))),
    "same action_id in one block": actions(button(), button()),
    "no options": actions({"type": "static_select", "action_id": "s"}),
    "initial option not offered": actions({**select(2), "initial_option": option("7")}),
    "alert in a message": {"type": "alert", "text": mrkdwn()},
    "rows of different lengths": {"type": "table", "rows": [*table(1, 1)["rows"], *table(1, 2)["rows"]]},
    "picture without a source": {"type": "image", "alt_text": "x"},
    "empty rich text": {"type": "rich_text", "elements": []},
    "rich text part nobody knows": {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "blink", "text": "x"}]}],
    },
}


@pytest.mark.parametrize("block", BAD.values(), ids=BAD)
def test_a_block_slack_refuses_is_refused_with_a_pointer_to_the_fault(block):
    refused = check_message([section(), block])
    assert refused.error == "invalid_blocks"
    assert all("[json-pointer:/blocks/1" in message for message in refused.messages)


@pytest.mark.parametrize("block", BAD.values(), ids=BAD)
def test_nothing_that_the_official_models_refuse_is_taken(block):
    try:
        parsed = Block.parse(json.loads(json.dumps(block)))
        if parsed is not None:
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError):
        assert check_message([block]) is not None


def test_a_refusal_reads_as_slack_writes_it():
    refused = check_message([section(mrkdwn("x" * 3001))])
    assert refused.messages == [
        "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]


def test_a_message_has_fifty_blocks_at_most_and_a_view_a_hundred():
    assert check_message([{"type": "divider"}] * 50) is None
    assert check_message([{"type": "divider"}] * 51).error == "invalid_blocks"
    assert check_view(modal(*[{"type": "divider"}] * 100)) is None
    assert check_view(modal(*[{"type": "divider"}] * 101)).error == "invalid_arguments"


def test_a_block_id_stands_once_in_a_message_but_an_action_id_once_in_its_block():
    assert check_message([section(block_id="a"), section(block_id="a")]).error == "invalid_blocks"
    assert check_message([actions(button()), actions(button())]) is None


def test_all_blocks_together_may_show_13200_characters():
    assert check_message([section(mrkdwn("x" * 2640))] * 5) is None
    assert check_message([section(mrkdwn("x" * 2641))] * 5).error == "msg_blocks_too_long"


def test_a_message_holds_one_table():
    assert check_message([table(1, 1)]) is None
    assert check_message([table(1, 1), table(1, 1)]).error == "invalid_attachments"


def test_blocks_that_are_no_list_are_refused_as_a_format():
    assert check_message({"type": "divider"}).error == "invalid_blocks_format"


def test_a_block_that_is_not_modelled_is_refused_and_named():
    refused = check_message([{"type": "video"}])
    assert refused.error == "invalid_blocks"
    assert "video" in refused.not_modelled[0]


@pytest.mark.parametrize("surface", SURFACES)
def test_every_block_type_stands_on_the_surfaces_slackblocks_names(surface):
    from slackblocks._surfaces import _BLOCK_TYPES_BY_SURFACE

    assert SURFACES[surface] == _BLOCK_TYPES_BY_SURFACE[surface] - NOT_MODELLED
    assert SURFACES[surface] <= set(BLOCKS)


BAD_VIEWS = {
    "no title": {"type": "modal", "blocks": []},
    "no blocks": {"type": "modal", "title": plain()},
    "no type": {"title": plain(), "blocks": []},
    "home where a modal is opened": {"type": "home", "blocks": []},
    "title too long": modal(title=plain("x" * 25)),
    "title in mrkdwn": modal(title=mrkdwn()),
    "submit too long": modal(submit=plain("x" * 25)),
    "close too long": modal(close=plain("x" * 25)),
    "private_metadata too long": modal(private_metadata="x" * 3001),
    "callback_id too long": modal(callback_id="x" * 256),
    "external_id too long": modal(external_id="x" * 256),
    "unknown key": modal(submit_disabled=True),
    "input but no submit": modal(field()),
    "markdown in a modal": modal({"type": "markdown", "text": "x"}),
    "table in a modal": modal(table(1, 1)),
    "lengths the wrong way round": modal(field(min_length=5, max_length=4), submit=plain()),
}


@pytest.mark.parametrize("view", BAD_VIEWS.values(), ids=BAD_VIEWS)
def test_a_view_slack_refuses_is_refused_with_a_pointer_to_the_fault(view):
    refused = check_view(view)
    assert refused.error == "invalid_arguments"
    assert all("[json-pointer:/view" in message for message in refused.messages)


def test_a_view_of_more_than_250_kilobytes_is_too_large():
    assert check_view(modal(*[section(mrkdwn("x" * 3000))] * 90)).error == "view_too_large"


def test_a_view_with_inputs_and_a_submit_button_is_taken():
    assert check_view(modal(field(), section(), submit=plain("Go"), close=plain("Stop"))) is None


def test_what_slackblocks_builds_is_taken():
    built = slackblocks.Message(
        channel="C1",
        blocks=[
            slackblocks.HeaderBlock("Title"),
            slackblocks.SectionBlock("*Body*", fields=["a", "b"]),
            slackblocks.DividerBlock(),
            slackblocks.ContextBlock(elements=[slackblocks.Text("Footnote")]),
            slackblocks.ActionsBlock(
                elements=[slackblocks.Button("Go", "go", value="1", style="danger", confirm=None)]
            ),
            slackblocks.RichTextBlock(slackblocks.RichTextSection(slackblocks.RichText("x", bold=True))),
        ],
    ).json()
    assert check_message(json.loads(built)["blocks"]) is None


def test_slack_fills_in_ids_and_text_defaults():
    (kept,) = filled_in([actions({"type": "button", "text": plain()})])
    assert kept["block_id"]
    assert kept["elements"][0]["action_id"]
    assert kept["elements"][0]["text"]["emoji"] is True
