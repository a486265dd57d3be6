"""The picture in the README, taken of the running playground: python -m tests.browser.screenshot"""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.playground import browser, running

PICTURE = Path(__file__).parents[2] / "docs" / "playground.png"


def take(picture: Path = PICTURE) -> None:
    """One person's access revoked a moment ago, the next one's alert still open."""
    with browser() as chromium, running() as url:
        page = chromium.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Berlin")
        page.goto(url)
        alert = page.locator("#messages .message", has_text="Dana Rossi").first
        expect(alert).to_be_visible(timeout=15_000)
        # All the alerts of the first scan are there when the bot has nothing more to say.
        page.wait_for_timeout(8_000)
        card = page.locator("#people .card", has_text="Dana Rossi")
        card.get_by_role("button", name="Try to get in as this user").click()
        alert.get_by_role("button", name="Revoke access").click()
        page.get_by_role("dialog").get_by_role("button", name="Revoke access").click(timeout=15_000)
        expect(alert).to_contain_text("no account assignment left", timeout=15_000)
        expect(alert.get_by_role("button", name=re.compile("repl"))).to_be_visible(timeout=15_000)
        page.wait_for_timeout(6_000)
        page.locator("#hint").evaluate("hint => { hint.open = false; }")
        alert.evaluate("alert => alert.scrollIntoView({ block: 'start' })")
        page.mouse.move(1400, 890)
        page.locator(".jump").evaluate("jump => { jump.hidden = true; }")
        page.wait_for_timeout(300)
        page.screenshot(path=picture)


if __name__ == "__main__":
    take()
