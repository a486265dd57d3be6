"""The picture in the README, taken of the running playground: python -m tests.browser.screenshot"""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.playground import SOON, browser, choose, running

PICTURE = Path(__file__).parents[2] / "docs" / "playground.png"
OPEN, REVOKED = "Dana Rossi", "Kwame Boateng"


def take(picture: Path = PICTURE) -> None:
    """One alert open, with what the directory says about that person; below it, somebody whose access was revoked."""
    with browser() as chromium, running() as url:
        page = chromium.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Berlin")
        page.goto(url)
        messages = page.locator("#messages .message")
        alert, revoked = (messages.filter(has_text=name).first for name in (OPEN, REVOKED))
        expect(revoked).to_be_visible(timeout=SOON)
        expect(alert).to_be_visible(timeout=SOON)
        revoked.get_by_role("button", name="Revoke access").click()
        page.get_by_role("dialog").get_by_role("button", name="Revoke access").click(timeout=SOON)
        expect(revoked).to_contain_text("no way in any more", timeout=SOON)
        expect(revoked.get_by_role("button", name=re.compile("repl"))).to_be_visible(timeout=SOON)
        page.wait_for_timeout(6_000)
        # Two messages fill the picture; somebody deletes the others.
        others = messages.filter(has_not_text=re.compile(f"{OPEN}|{REVOKED}"))
        while others.count():
            before = messages.count()
            others.first.hover()
            others.first.get_by_label("More about this message").click()
            others.first.get_by_role("button", name="Delete message").click()
            expect(messages).to_have_count(before - 1)
        choose(alert, "Details")
        page.get_by_role("dialog").get_by_role("button", name="Close").last.click(timeout=SOON)
        card = page.locator("#people .card", has_text=OPEN)
        card.get_by_role("button", name="Try to get in as this user").click()
        page.locator("#hint").evaluate("hint => { hint.open = false; }")
        alert.evaluate("alert => alert.scrollIntoView({ block: 'start' })")
        page.mouse.move(1400, 890)
        page.wait_for_timeout(2_500)
        page.screenshot(path=picture)


if __name__ == "__main__":
    take()
