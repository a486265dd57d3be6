"""One browser for all tests that need one: they run in one worker, beside the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


# Ends with the last test in this folder: while it lives, playwright's event loop runs in this thread, and DBOS refuses to
# be called from one.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    # Where playwright is not installed, the tests are skipped.
    from tests.browser.playground import browser

    with browser() as started:
        yield started
