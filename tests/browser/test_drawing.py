"""What Slack's own client would draw, drawn by the page: mrkdwn, blocks, and nothing that data could inject."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, Page

from bot.playground.identity_center import AwsServer, Organization
from bot.playground.page_server import PageServer, open_port
from bot.playground.play import workspace_with_people
from bot.playground.scene import Scene
from bot.playground.slack_workspace import SlackServer
from tests.browser.playground import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this computer: apt-get install chromium")
HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script> & <!channel>"


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """The page of a quiet workspace, in a reader's own time zone."""
    workspace, channel, people = workspace_with_people()
    org = Organization(seed=1)
    aws, slack = AwsServer(org), SlackServer(workspace)
    aws.start()
    slack.start()
    server = PageServer(Scene(org, aws, workspace, slack, channel=channel, people=people), open_port(0))
    server.start()
    opened = chromium.new_page(timezone_id="Asia/Tokyo", locale="en-GB")
    opened.goto(server.url)
    opened.locator("#persona option").first.wait_for(state="attached")
    yield opened
    opened.close()
    server.stop()
    slack.stop()
    aws.stop()


def mrkdwn(page: Page, text: str) -> str:
    return str(page.evaluate("async text => (await import('/slack/mrkdwn.js')).mrkdwn(text).innerHTML", text))


def blocks(page: Page, *given: dict[str, Any]) -> Any:
    """The blocks on the page, as a locator."""
    page.evaluate(
        """async given => {
            const { blocks } = await import('/slack/blocks.js');
            document.getElementById('drawn')?.remove();
            const place = document.createElement('div');
            place.id = 'drawn';
            place.append(...blocks(given, () => {}));
            document.body.append(place);
        }""",
        list(given),
    )
    return page.locator("#drawn")


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <s>gone</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("`a*b*c` x", "<code>a*b*c</code> x"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("* not * bold", "* not * bold"),
        ("*two\nlines*", "*two\nlines*"),
        ("(*bold*), *bold*.", "(<strong>bold</strong>), <strong>bold</strong>."),
        ("a &lt;b&gt; &amp;amp; c", "a &lt;b&gt; &amp;amp; c"),
        (":tada: stays", ":tada: stays"),
        ("&gt; quoted\nnot", "<blockquote>quoted</blockquote>not"),
        ("&gt; one\n&gt; two", "<blockquote>one\ntwo</blockquote>"),
        ("before\n```\ncode *x*\n```\nafter", "before\n<pre>code *x*</pre>after"),
        ("``` open", "``` open"),
        ("`` empty", "`` empty"),
        ("<!here> now", '<span class="mention loud">@here</span> now'),
        ("<@U0UNKNOWN>", '<span class="mention">@<bdi>U0UNKNOWN</bdi></span>'),
        ("<!subteam^S1|@sec>", '<span class="mention">@<bdi>@sec</bdi></span>'),
        ("<javascript:alert(1)|x>", "<bdi>x</bdi>"),
        (
            "<https://example.com/?a=1&amp;b=2|a &lt;link&gt;>",
            '<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"><bdi>a &lt;link&gt;</bdi></a>',
        ),
        (
            "<https://example.slack.com/archives/C01/p1700000000000100|Dana>",
            '<a href="#" data-message="1700000000.000100"><bdi>Dana</bdi></a>',
        ),
        ("*bold <https://example.com/*x|y*z> end*", None),
        ("<!date^nonsense^{date}|then>", "<bdi>then</bdi>"),
    ],
)
def test_mrkdwn(page: Page, text: str, drawn: str | None) -> None:
    shown = mrkdwn(page, text)
    assert shown == drawn if drawn is not None else shown.startswith("<strong>bold <a ")


def test_a_person_is_mentioned_by_name(page: Page) -> None:
    person = page.locator("#persona option").first.get_attribute("value")
    assert mrkdwn(page, f"<@{person}>") == '<span class="mention">@<bdi>Alice Martin</bdi></span>'


def test_a_date_is_shown_in_the_readers_own_time_zone(page: Page) -> None:
    drawn = mrkdwn(page, "<!date^1700000000^{date_short_pretty} at {time}|2023-11-14 22:13 UTC>")
    assert ">15 Nov 2023 at 07:13</time>" in drawn


def test_a_date_less_than_six_months_away_has_no_year(page: Page) -> None:
    week_ago = int(time.time()) - 7 * 86_400
    assert re.search(r">\d{1,2} [A-Z][a-z]{2,3}</time>", mrkdwn(page, f"<!date^{week_ago}^{{date_short}}|x>"))


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        HOSTILE.replace("<", "&lt;"),
        f"*{HOSTILE}*",
        f"`{HOSTILE}`",
        f"```{HOSTILE}```",
        f"<https://x.example|{HOSTILE}>",
    ],
)
def test_no_text_becomes_an_element(page: Page, text: str) -> None:
    drawn = mrkdwn(page, text)
    assert "<img" not in drawn
    assert "<script" not in drawn


def test_every_block_draws_its_text_and_none_of_it_as_markup(page: Page) -> None:
    plain = {"type": "plain_text", "text": HOSTILE}
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": HOSTILE, "style": {"bold": True}}]}
    option = {"text": plain, "value": "a"}
    drawn = blocks(
        page,
        {"type": "header", "text": plain},
        {
            "type": "section",
            "text": plain,
            "fields": [plain, plain],
            "accessory": {"type": "button", "text": plain, "action_id": "a"},
        },
        {
            "type": "context",
            "elements": [plain, {"type": "image", "image_url": "https://x.example/i.png", "alt_text": HOSTILE}],
        },
        {
            "type": "actions",
            "elements": [{"type": "static_select", "action_id": "b", "placeholder": plain, "options": [option]}],
        },
        {
            "type": "rich_text",
            "elements": [
                words,
                {"type": "rich_text_list", "style": "bullet", "elements": [words]},
                {**words, "type": "rich_text_quote"},
                {**words, "type": "rich_text_preformatted"},
            ],
        },
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": HOSTILE}], [{"type": "rich_text", "elements": [words]}]],
        },
        {"type": "alert", "text": plain},
        {
            "type": "input",
            "block_id": "i",
            "label": plain,
            "hint": plain,
            "element": {"type": "plain_text_input", "action_id": "t", "initial_value": HOSTILE},
        },
        {
            "type": "input",
            "block_id": "r",
            "label": plain,
            "element": {"type": "radio_buttons", "action_id": "r", "options": [option]},
        },
        {"type": "divider"},
        {"type": "unheard_of"},
    )
    assert drawn.locator("img, script").count() == 0
    assert drawn.inner_text().count("onerror") >= 14
    assert drawn.locator("strong", has_text="onerror").count() == 5
    assert drawn.get_by_role("textbox").input_value() == HOSTILE
    assert "not drawn here" in drawn.inner_text()


def test_buttons_have_their_style_and_links_only_lead_to_the_web(page: Page) -> None:
    def button(**more: Any) -> dict[str, Any]:
        return {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": str(more), **more}

    drawn = blocks(
        page,
        {
            "type": "actions",
            "elements": [
                button(style="primary"),
                button(style="danger"),
                button(url="javascript:alert(1)"),
                button(url="https://example.com"),
            ],
        },
    )
    assert [one.get_attribute("class") for one in drawn.locator("button").all()] == ["button primary", "button danger"]
    assert [one.get_attribute("href") for one in drawn.locator("a").all()] == [None, "https://example.com"]


def test_a_name_cannot_turn_the_line_around(page: Page) -> None:
    drawn = blocks(page, {"type": "section", "text": {"type": "mrkdwn", "text": "<@U0\u202eLIVE\u202b> then after"}})
    left, right = drawn.locator(".mention"), drawn.locator(".text")
    after = right.evaluate(
        """text => {
            const range = document.createRange();
            range.selectNodeContents(text.lastChild);
            return range.getBoundingClientRect().left;
        }"""
    )
    box = left.bounding_box()
    assert box
    assert after >= box["x"] + box["width"] - 1


def overflow(*labels: str, **more: Any) -> dict[str, Any]:
    options = [{"text": {"type": "plain_text", "text": label}, "value": label.lower()} for label in labels]
    return {"type": "overflow", "action_id": "more", "options": options, **more}


def pressed(page: Page) -> list[Any]:
    """What was pressed on the blocks that `pressable` drew."""
    return list(page.evaluate("window.pressed"))


def pressable(page: Page, *given: dict[str, Any]) -> Any:
    """The blocks on the page; what is pressed on them is kept."""
    page.evaluate(
        """async given => {
            const { blocks } = await import('/slack/blocks.js');
            window.pressed = [];
            document.getElementById('drawn')?.remove();
            const place = document.createElement('div');
            place.id = 'drawn';
            place.append(...blocks(given, (element, block, value) => window.pressed.push([element.action_id, block, value])));
            document.querySelector('.bar').before(place);
        }""",
        list(given),
    )
    return page.locator("#drawn")


def test_a_menu_opens_over_everything_and_gives_what_was_chosen(page: Page) -> None:
    drawn = pressable(page, {"type": "actions", "block_id": "b", "elements": [overflow("Details", "Delete user")]})
    more = drawn.get_by_role("button", name="More actions")
    assert page.get_by_role("menu").count() == 0
    more.click()
    assert page.get_by_role("menuitem").all_inner_texts() == ["Details", "Delete user"]
    page.locator(".bar").click()
    assert page.get_by_role("menu").count() == 0
    more.click()
    page.get_by_role("menuitem", name="Delete user").click()
    assert pressed(page) == [["more", "b", "delete user"]]
    assert page.get_by_role("menu").count() == 0


def test_a_menu_works_with_the_keyboard_alone(page: Page) -> None:
    section = {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "Dana"}}
    drawn = pressable(page, section | {"accessory": overflow("Select", "Details", "Shut out")})
    more = drawn.get_by_role("button", name="More actions")
    more.focus()
    page.keyboard.press("ArrowUp")
    assert page.locator(":focus").inner_text() == "Shut out"
    page.keyboard.press("ArrowDown")
    assert page.locator(":focus").inner_text() == "Select"
    page.keyboard.press("Escape")
    assert page.get_by_role("menu").count() == 0
    assert more.evaluate("more => more === document.activeElement")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert pressed(page) == [["more", "s", "details"]]
    assert more.get_attribute("aria-expanded") == "false"


@pytest.mark.parametrize("width", [390, 1440])
def test_a_menu_never_leaves_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 500})
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x\n" * 18}}
    drawn = pressable(page, section | {"accessory": overflow("A rather long label", "Another")})
    drawn.get_by_role("button", name="More actions").click()
    box = page.get_by_role("menu").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 500
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 720})


def test_a_menu_with_a_confirmation_asks_before_it_gives_anything(page: Page) -> None:
    plain = {"type": "plain_text", "text": "Sure?"}
    confirm = {"title": plain, "text": plain, "confirm": plain, "deny": {"type": "plain_text", "text": "No"}}
    drawn = pressable(page, {"type": "actions", "block_id": "b", "elements": [overflow("Delete", confirm=confirm)]})
    for answer, given in (("No", []), ("Sure?", [["more", "b", "delete"]])):
        drawn.get_by_role("button", name="More actions").click()
        page.get_by_role("menuitem", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name=answer).click()
        page.wait_for_function("count => window.pressed.length === count", arg=len(given))
        assert pressed(page) == given
