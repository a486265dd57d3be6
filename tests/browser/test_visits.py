"""What anybody sees and does who leaves everybody's access as it is, in one playground for all of them."""

import re
import time
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect

from tests.browser.playground import CHROMIUM, SOON, alert, card, choose, opened, running, type_in

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this computer: apt-get install chromium")


@pytest.fixture(scope="module")
def playground() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture
def page(chromium: Browser, playground: str) -> Iterator[Page]:
    """A playground where others were before, open in the browser."""
    with opened(chromium, playground) as page:
        yield page


def test_every_kind_of_way_in_is_shown_and_what_deleted_users_left_behind(page: Page) -> None:
    expect(alert(page)).to_be_visible(timeout=SOON)
    expect(card(page)).to_contain_text(re.compile(r"Grafana · application · directly"))
    expect(card(page, "Tomas Novotny")).to_contain_text("Ledger reports · application · through group payments-team")
    kwame = card(page, "Kwame Boateng")
    kwame.locator("details.rest summary").click()
    expect(kwame).to_contain_text("storefront-prod · release-deployer · role through account access · directly")
    expect(card(page, "Ops")).to_contain_text(
        "notebook-runner · role through account access · through group data-science"
    )
    hidden = card(page, "Ingrid Solberg").locator("li", has_text="BreakGlass")
    expect(hidden.locator(".tag")).to_have_text("administrator-like")

    left = page.locator("#orphans")
    expect(left.locator("summary")).to_have_text("Left behind by deleted users: 2 grants")
    expect(left.locator("li").first).to_be_hidden()
    left.locator("summary").click()
    expect(left.locator("li")).to_contain_text(["payments-staging · PowerUserAccess", "Grafana · application"])

    # Trying covers them: no policy of the organization reaches an application.
    card(page).get_by_role("button", name="Try to get in as this user").click()
    row = card(page).locator("tbody tr", has_text="Grafana")
    expect(row).to_contain_text("application")
    expect(row.locator(".verdict")).to_have_text("Gets in")


def test_with_the_keyboard_alone(page: Page) -> None:
    expect(alert(page)).to_be_visible(timeout=SOON)
    alert(page).get_by_role("button", name="Emergency deny").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(alert(page).get_by_role("button", name="Emergency deny")).to_be_focused()
    page.get_by_label("Message or command").focus()
    page.keyboard.type("/lea")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message or command")).to_have_value("/leavers")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator("#messages .message.ephemeral")).to_contain_text("still have access", timeout=SOON)


def test_on_a_phone_the_panes_are_tabs_and_nothing_is_wider_than_the_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(alert(page)).to_be_visible(timeout=SOON)
    expect(page.locator("#directory")).to_be_hidden()
    page.get_by_role("tab", name="Directory").click()
    expect(card(page)).to_be_visible()
    expect(page.locator("#slack")).to_be_hidden()
    for selector in ("body", "#people", "#messages"):
        box = page.locator(selector).bounding_box()
        assert box is None or box["width"] <= 390
    page.get_by_role("tab", name="Directory").press("ArrowLeft")
    expect(page.get_by_role("tab", name="Slack")).to_be_focused()
    expect(alert(page)).to_be_visible()


def test_the_summary_fits_one_screen_of_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(alert(page)).to_be_visible(timeout=SOON)
    type_in(page, "/leavers summary")
    told = page.locator("#messages .message.ephemeral", has_text="Longest disabled").last
    expect(told).to_contain_text("Scans: complete", timeout=SOON)
    box = told.bounding_box()
    assert box is not None
    assert box["height"] <= 700


def test_a_partial_scan_is_there_for_the_asking(page: Page) -> None:
    expect(alert(page)).to_be_visible(timeout=SOON)
    # The playground scans at every full minute; whoever asks then joins that scan, which may have read the users already.
    while not 10 < time.time() % 60 < 50:
        page.wait_for_timeout(500)
    page.get_by_role("button", name="Make trouble").click()
    page.get_by_role("button", name="Do it: Partial scan").click()
    page.keyboard.press("Escape")
    type_in(page, "/leavers scan")
    # Only whoever asked sees it.
    told = page.locator("#messages .message.ephemeral", has_text="The scan is incomplete")
    expect(told).to_be_visible(timeout=SOON)
    expect(told).to_contain_text("page 3 of the user list")
    expect(alert(page)).to_contain_text("can still get into")


def test_when_slack_is_down_the_press_fails_in_slacks_words_and_works_later(page: Page) -> None:
    expect(alert(page)).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Make trouble").click()
    page.get_by_role("button", name="Do it: Slack is down").click()
    page.keyboard.press("Escape")
    expect(page.locator("#notice")).to_contain_text("not connected")
    choose(alert(page), "Details")
    expect(alert(page).get_by_role("alert")).to_contain_text("We had some trouble connecting. Try again?", timeout=SOON)
    page.get_by_role("button", name="Make trouble").click()
    page.get_by_role("button", name="Clear all trouble").click()
    page.keyboard.press("Escape")
    expect(page.locator("#notice")).to_be_hidden(timeout=30_000)
    choose(alert(page), "Details")
    expect(page.get_by_role("dialog")).to_contain_text("payments-prod", timeout=SOON)
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
