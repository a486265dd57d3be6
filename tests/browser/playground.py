"""A running playground and a browser that looks at it."""

import contextlib
import os
import re
import select
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import urlopen

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, sync_playwright

from tests import zygote

SOON = 15_000
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@contextmanager
def running(*options: str, rates: bool = True) -> Iterator[str]:
    """`leaverbot playground` as a process of its own, in an empty folder; gives its address and stops it at the end.

    Without `rates` its AWS answers as fast as it can, so that hundreds of people are read in seconds.
    """
    with tempfile.TemporaryDirectory(prefix="leaverbot-browser-") as folder:
        # A visitor's own settings, all of them wrong here: the playground must not care.
        foreign = {
            "AWS_PROFILE": "no-such-profile",
            "LEAVERBOT_CHANNEL": "nonsense",
            "HTTPS_PROXY": "http://127.0.0.1:1",
        }
        with open(os.path.join(folder, ".env"), "w") as file:  # noqa: PTH118, PTH123 - two lines of a fixture
            file.write("LEAVERBOT_SCAN_SCHEDULE=nonsense\n")
        heard, said = os.pipe()
        environment = {**os.environ, **foreign}
        program = zygote.start(
            ["playground", "--port", "0", *options], env=environment, cwd=folder, stdout=said, rates=rates
        )
        os.close(said)
        try:
            url = address(program, heard)
            built(program, url)
            yield url
        finally:
            program.terminate()
            try:
                code = program.wait(timeout=20)
            finally:
                program.kill()
                os.close(heard)
        assert code == 0


def address(program: zygote.Program, heard: int, seconds: float = 30) -> str:
    """What the playground prints once it runs."""
    said = b""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and program.poll() is None:
        if select.select([heard], [], [], 0.1)[0]:
            said += os.read(heard, 4096)
        if found := re.search(rb"http://127\.0\.0\.1:\d+", said):
            return found[0].decode()
    raise AssertionError(f"the playground did not start:\n{said.decode()}")


def built(program: zygote.Program, url: str, seconds: float = 30) -> None:
    """Wait until the page has a company to show."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and program.poll() is None:
        with contextlib.suppress(HTTPError), urlopen(f"{url}/api/about", timeout=seconds):
            return
        time.sleep(0.05)
    raise AssertionError("the playground was not built")


@contextmanager
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window and without talking to anybody."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            yield started
        finally:
            started.close()


@contextmanager
def opened(chromium: Browser, url: str) -> Iterator[Page]:
    """The page, as a new visitor sees it; it may not complain about anything."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith((url, "data:")) else complaints.append(request.url),
    )
    page.goto(url)
    yield page
    context.close()
    assert not complaints


def alert(page: Page, name: str = "Dana Rossi") -> Locator:
    return page.locator("#messages .message:not(.ephemeral)", has_text=name).first


def choose(message: Locator, label: str) -> None:
    """Choose from the menu at the end of a message's buttons."""
    message.get_by_role("button", name="More actions").click()
    message.page.get_by_role("menuitem", name=label).click()


def card(page: Page, name: str = "Dana Rossi") -> Locator:
    return page.locator("#people .card", has_text=name)


def become(page: Page, who: str) -> None:
    value = page.locator("#persona option", has_text=who).get_attribute("value")
    page.get_by_label("I am").select_option(value)


def type_in(page: Page, text: str) -> None:
    page.get_by_label("Message or command").fill(text)
    page.get_by_role("button", name="Send").click()
