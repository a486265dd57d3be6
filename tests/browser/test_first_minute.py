"""A newcomer's first minute, in a real browser against the real program."""

import re
import time
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect

from tests.browser.playground import CHROMIUM, SOON, alert, become, card, choose, opened, running, type_in

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this computer: apt-get install chromium")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh playground, open in the browser."""
    with running() as url, opened(chromium, url) as page:
        yield page


def test_the_first_minute(page: Page) -> None:
    started = time.monotonic()
    expect(alert(page)).to_contain_text("can still get into", timeout=SOON)
    assert time.monotonic() - started < 15
    # The page stays at the first alert while others arrive, and the directory at the person it is about.
    expect(page.locator("#messages .message").first).to_be_in_viewport()
    expect(card(page)).to_contain_text("payments-prod")
    expect(card(page)).to_contain_text(re.compile(r"\d+ ways in"))

    # Whoever tries gets in, with a new session and with the open one.
    card(page).get_by_role("button", name="Try to get in as this user").click()
    expect(card(page).locator(".verdict.in").first).to_have_text("Gets in")

    # Somebody without a role is refused, kindly and for their eyes only.
    become(page, "Carol")
    alert(page).get_by_role("button", name="Revoke access").click()
    told = page.locator("#messages .message.ephemeral")
    expect(told).to_contain_text("only responders may revoke", timeout=SOON)
    expect(told).to_contain_text("Only visible to you")
    expect(page.locator("#view")).to_be_hidden()
    become(page, "Alice")
    expect(told).to_have_count(0)

    # A press shows the plan, a submit takes the way in away and edits the message.
    alert(page).get_by_role("button", name="Revoke access").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("payments-prod", timeout=SOON)
    dialog.get_by_role("button", name="Revoke access").click()
    expect(dialog).to_be_hidden(timeout=SOON)
    expect(alert(page)).to_contain_text("no way in any more", timeout=SOON)
    expect(alert(page)).to_contain_text("(edited)")
    expect(alert(page).get_by_role("button", name="Revoke access")).to_have_count(0)
    expect(card(page).locator(".ways-count")).to_have_text("No way in")
    expect(card(page).locator("tbody tr").first.locator("td").first).to_contain_text("Denied")

    # The thread keeps how to undo it.
    alert(page).get_by_role("button", name=re.compile("repl")).click()
    expect(page.get_by_label("Thread", exact=True)).to_contain_text("aws sso-admin create-account-assignment")
    # What is typed goes on below it: nothing covers the composer.
    page.get_by_label("Message or command").click()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Thread", exact=True)).to_be_hidden()

    # The command answers.
    type_in(page, "/leavers")
    expect(told.last).to_contain_text("still have access", timeout=SOON)
    expect(told.last).not_to_contain_text("Dana Rossi")
    told.last.get_by_role("button", name="Dismiss").click()
    expect(told).to_have_count(0)


def test_an_emergency_deny_asks_first_and_stops_the_open_session(page: Page) -> None:
    deny = alert(page).get_by_role("button", name="Emergency deny")
    deny.click(timeout=SOON)
    confirm = page.get_by_role("dialog")
    expect(confirm).to_contain_text("Emergency deny for Dana Rossi?")
    confirm.get_by_role("button", name="Cancel").click()
    expect(page.locator("#denies")).to_contain_text("No emergency deny in force")
    deny.click()
    confirm.get_by_role("button", name="Emergency deny").click()
    expect(page.locator("#denies")).to_contain_text("Dana Rossi", timeout=SOON)
    expect(alert(page)).to_contain_text("works in 5 of 5 accounts", timeout=SOON)
    card(page).get_by_role("button", name="Try to get in as this user").click()
    row = card(page).locator("tbody tr", has_text="payments-prod")
    expect(row.locator(".verdict")).to_have_text(["Denied", "Denied"])
    # Service control policies do not reach the management account; the permission set does.
    expect(card(page).locator("tbody tr", has_text="management").locator(".verdict").first).to_have_text("Denied")
    # No deny reaches an application.
    expect(card(page).locator("tbody tr", has_text="Grafana").locator(".verdict").first).to_have_text("Gets in")


def test_a_wrong_name_keeps_the_delete_dialog_open_with_the_error_at_the_field(page: Page) -> None:
    expect(alert(page)).to_be_visible(timeout=SOON)
    type_in(page, "/leavers revoke dana.rossi@example.com")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Revoke access").click(timeout=SOON)
    expect(alert(page)).to_contain_text("no way in any more", timeout=SOON)
    choose(alert(page), "Delete user")
    field = dialog.get_by_role("textbox")
    field.fill("somebody.else@example.com")
    dialog.get_by_role("button", name="Delete user").click()
    expect(dialog.locator(".field-error")).to_contain_text("not the user name", timeout=SOON)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("dana.rossi@example.com")
    dialog.get_by_role("button", name="Delete user").click()
    expect(dialog).to_be_hidden(timeout=SOON)
    expect(card(page)).to_have_count(0, timeout=SOON)
    expect(alert(page)).to_contain_text("was deleted", timeout=SOON)


def test_somebody_who_is_disabled_here_is_alerted_within_seconds_and_the_page_tells_how_many(page: Page) -> None:
    expect(alert(page)).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Disabled").click()
    page.get_by_role("button", name="With access").click()
    enabled = page.locator("#people .card", has=page.locator(".pill.on")).first
    name = enabled.get_attribute("aria-label") or ""
    enabled.get_by_role("button", name="Disable").click()
    expect(alert(page, name)).to_contain_text("can still get into", timeout=SOON)
    note = alert(page, name).locator(".page-note")
    expect(note).to_contain_text("minutes on average to deliver an event, and promises no time.")
    told = re.search(r"was disabled ([\d.]+) s before this alert", note.inner_text())
    assert told
    # The scans of the playground are a minute apart.
    assert float(told[1]) < 10
    expect(page.locator('[data-step="disable"]')).to_have_class("done")
