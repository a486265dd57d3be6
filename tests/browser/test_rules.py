"""What a visitor sees of rules: switched on, announced, stopped, let run; and the brake when a third is disabled."""

import re
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.playground import CHROMIUM, SOON, alert, become, opened, running

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this computer: apt-get install chromium")
# The bot starts again and scans, or reads many people at once.
RESTART = 3 * SOON


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with running() as url, opened(chromium, url) as page:
        expect(alert(page)).to_be_visible(timeout=SOON)
        yield page


def make(page: Page, title: str) -> None:
    """Make this trouble."""
    page.locator("#trouble-open").click()
    page.get_by_role("button", name=re.compile(f"Do it: {title}")).click()
    page.locator("#trouble-close").click()


def let_run(page: Page, thread: Locator) -> None:
    """Press it, and again if the message was drawn anew meanwhile."""
    gone = thread.get_by_text("That button is gone")
    while True:
        thread.get_by_role("button", name="Let it run").click()
        page.get_by_role("dialog").get_by_role("button", name="Let it run").click()
        expect(thread.locator("[aria-busy=true]")).to_have_count(0)
        page.wait_for_timeout(300)
        if not gone.count():
            return


def test_rules_are_announced_stopped_and_let_run_and_the_brake_stops_them_all(page: Page) -> None:
    make(page, "Switch rules on")
    expect(alert(page)).to_contain_text("A rule will revoke the access of this user", timeout=RESTART)
    alert(page).get_by_role("button", name=re.compile("repl")).click()
    thread = page.get_by_label("Thread", exact=True)
    expect(thread).to_contain_text("A rule will revoke the access of Dana Rossi")

    become(page, "Bob")
    thread.get_by_role("button", name="Stop").click()
    expect(thread).to_contain_text("Stopped: no rule will revoke the access of Dana Rossi", timeout=SOON)
    expect(alert(page)).to_contain_text("Rules leave this user alone")

    # Only responders let a rule run; Carol is none.
    become(page, "Carol")
    let_run(page, thread)
    expect(page.locator("#messages .message.ephemeral")).to_contain_text("Only responders", timeout=SOON)
    become(page, "Alice")
    let_run(page, thread)
    # Its minute may be over by now.
    expect(thread).to_contain_text(re.compile("A rule (will|has asked to) revoke|has no way in"), timeout=SOON)
    expect(alert(page)).not_to_contain_text("Rules leave this user alone", timeout=SOON)
    page.keyboard.press("Escape")

    make(page, "A third of the company")
    brake = page.locator("#messages .message", has_text="usually a directory mistake")
    expect(brake).to_be_visible(timeout=RESTART)

    # With the mistake undone it ends by itself, and says so.
    page.locator("#trouble-open").click()
    page.locator("#calm").click()
    over = page.locator("#messages .message", has_text="The brake ended by itself")
    expect(over).to_be_visible(timeout=RESTART)
