"""A person at the page, whose time is counted: what they read, press and type, and what they have to wait for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect

# To find a button, move there and press it; to type a character; and four words read in a second (240 a minute).
CLICK_SECONDS, CHARACTER_SECONDS, WORDS_A_SECOND = 1.5, 0.4, 4.0
# Whatever takes longer than this has failed.
PATIENCE = 60_000


@dataclass
class Person:
    """`seconds` is the time that all of it takes a person; `steps` says for what."""

    seconds: float = 0.0
    steps: list[tuple[str, float]] = field(default_factory=list)

    def _spend(self, what: str, seconds: float) -> None:
        self.seconds += seconds
        self.steps.append((what, seconds))

    def read(self, what: str, shown: Locator, most: int = 1_000) -> None:
        """Read it, up to so many words."""
        words = min(most, len(shown.inner_text().split()))
        self._spend(f"reads {what}, {words} words", words / WORDS_A_SECOND)

    def press(self, button: Locator) -> None:
        with self._waits("waits for a button"):
            expect(button).to_be_visible(timeout=PATIENCE)
        label = button.inner_text()
        button.click(timeout=PATIENCE)
        self._spend(f"presses {label!r}", CLICK_SECONDS)

    def write(self, field_to_fill: Locator, text: str) -> None:
        field_to_fill.fill(text)
        self._spend(f"types {text!r}", CLICK_SECONDS + CHARACTER_SECONDS * len(text))

    def wait(self, what: str, shown: Locator, text: str = "") -> None:
        """Wait until it is there, as long as that really takes."""
        with self._waits(f"waits for {what}"):
            expect(shown).to_be_visible(timeout=PATIENCE)
            expect(shown).to_contain_text(text, timeout=PATIENCE)

    @contextmanager
    def _waits(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        waited = time.monotonic() - began
        if waited > 0.2:  # nobody notices less
            self._spend(what, waited)
