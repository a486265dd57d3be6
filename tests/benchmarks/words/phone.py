"""A phone that looks at a running playground: 390 px wide, as a visitor's."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

WIDTH, HEIGHT = 390, 844
SOON = 20_000
REPLIES = re.compile("repl(y|ies)")


@dataclass(frozen=True, slots=True)
class Phone:
    """What a person does on the page, in words that stay the same when the messages change."""

    page: Page

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The first message for everybody with this text, once it is there."""
        found = self.page.locator("#messages .message:not(.ephemeral)", has_text=text).first
        found.wait_for(timeout=SOON)
        return found

    def told(self, command: str) -> Locator:
        """The answer to a command. Answers that came before are put away."""
        self.dismiss()
        self.page.get_by_label("Message or command").fill(command)
        self.page.get_by_role("button", name="Send").click()
        return self.answer()

    def answer(self) -> Locator:
        """The answer for this person's eyes only."""
        found = self.page.locator(".message.ephemeral").last
        found.wait_for(timeout=SOON)
        self.page.wait_for_timeout(700)
        return found

    def dismiss(self) -> None:
        """Put away what only this person sees, and the thread."""
        if self.page.locator("#thread").is_visible():
            self.page.locator("#thread-close").click()
        while self.page.locator("#messages .dismiss").count():
            self.page.locator("#messages .dismiss").first.click()

    def press(self, message: Locator, label: str) -> None:
        """Press a button, in the message's menu if it is not one of its own."""
        own = message.get_by_role("button", name=label, exact=True)
        if not own.count():
            message.get_by_role("button", name="More actions").first.click()
            own = self.page.get_by_role("menuitem", name=label)
        own.first.click()

    def dialog(self) -> Locator:
        """The open dialog, filled in."""
        shown = self.page.get_by_role("dialog")
        shown.wait_for(timeout=SOON)
        expect(shown.locator(".waiting")).to_have_count(0, timeout=SOON)
        return shown

    def close_dialog(self) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name=re.compile("Close|Cancel")).last.click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def confirm(self, label: str) -> None:
        """Press the dialog's own button, and wait until it is closed."""
        self.dialog().get_by_role("button", name=label).click()
        expect(self.page.get_by_role("dialog")).to_have_count(0, timeout=SOON)

    def thread(self, message: Locator) -> Sequence[Locator]:
        """Every reply to a message."""
        message.get_by_role("button", name=REPLIES).click(timeout=SOON)
        replies = self.page.locator("#thread-messages .message")
        replies.nth(1).wait_for(timeout=SOON)
        return replies.all()[1:]

    def become(self, who: str) -> None:
        value = self.page.locator("#persona option", has_text=who).get_attribute("value")
        self.page.get_by_label("I am").select_option(value)

    def act(self, what: str, **given: Any) -> None:
        """Do in the simulated AWS or to it what has a place on another pane of the page."""
        self.page.evaluate("async ([what, given]) => (await import('/api.js')).act(what, given)", [what, given])

    def user(self, name: str) -> str:
        """The id of somebody in the directory."""
        asked = "async search => (await (await import('/api.js')).look('directory', { search })).users[0].id"
        return str(self.page.evaluate(asked, name))


@contextmanager
def phone(chromium: Browser, url: str) -> Iterator[Phone]:
    """The page as it opens, without the hint."""
    size: Any = {"width": WIDTH, "height": HEIGHT}
    context = chromium.new_context(viewport=size, locale="en-GB", timezone_id="Europe/Berlin")
    page = context.new_page()
    page.set_default_timeout(SOON)
    page.goto(url)
    yield Phone(page)
    context.close()
