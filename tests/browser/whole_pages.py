"""Pictures of the whole page: as it opens, with a thread beside the channel, and with a menu open."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.playground import SOON, alert, running

SIZES = {1440: 900, 390: 844}


def _menu(page: Page) -> None:
    alert(page).get_by_role("button", name="More actions").click()


def _thread(page: Page) -> None:
    page.keyboard.press("Escape")
    deny = page.locator("#messages .message", has_text="Tomas Novotny").first
    deny.get_by_role("button", name=re.compile("repl")).click()


SHOWN: Mapping[str, Callable[[Page], None]] = {"page": lambda _page: None, "page-menu": _menu, "page-thread": _thread}


def whole_pages(chromium: Browser, folder: Path) -> None:
    """Take them in one playground; somebody was denied before, so that there is a thread."""
    with running() as url:
        _deny(chromium, url)
        for width, height in SIZES.items():
            for scheme in ("light", "dark"):
                options: Any = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
                page = chromium.new_page(**options, locale="en-GB", timezone_id="Europe/Berlin")
                page.goto(url)
                alert(page).wait_for(timeout=SOON)
                page.wait_for_timeout(2_500)
                for name, show in SHOWN.items():
                    show(page)
                    page.wait_for_timeout(400)
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
                page.close()


def _deny(chromium: Browser, url: str) -> None:
    page = chromium.new_page(locale="en-GB")
    page.goto(url)
    tomas = alert(page, "Tomas Novotny")
    tomas.get_by_role("button", name="Emergency deny").click(timeout=2 * SOON)
    page.get_by_role("dialog").get_by_role("button", name="Emergency deny").click()
    tomas.get_by_role("button", name=re.compile("repl")).wait_for(timeout=2 * SOON)
    page.close()
