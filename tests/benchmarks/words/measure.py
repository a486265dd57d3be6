"""Plays the scenes on a phone and measures what is shown.

python -m tests.benchmarks.words.measure [--json FILE]
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, Locator
from playwright.sync_api import Error as PlaywrightError

from tests.benchmarks.table import show
from tests.benchmarks.words.phone import phone
from tests.benchmarks.words.scenes import Scene, large_company, small_company
from tests.browser.playground import browser, running

# The alert with ten ways in may not be taller.
MOST_PX, OF = 420, "alert, 10 ways in"
LARGE = ("--users", "600", "--leavers", "400")
# A dialog scrolls: what is hidden of it counts as well.
WHOLE = """one => {
    const body = one.querySelector('.modal-body');
    return one.getBoundingClientRect().height + (body ? body.scrollHeight - body.clientHeight : 0);
}"""
Size = tuple[int, int]


def measure_words(file: str | None = None) -> list[str]:
    """Print height and words of everything. Returns the broken bounds."""
    with browser() as chromium:
        sizes = _play(chromium, (), small_company()) | _play(chromium, LARGE, large_company(), rates=False)
    rows = [(name, *(size or ("not shown", ""))) for name, size in sizes.items()]
    show("Height at 390 px, and words", ("what", "px", "words"), rows)
    if file:
        Path(file).write_text(json.dumps(sizes, indent=1) + "\n")
    tall = sizes[OF]
    return [] if tall and tall[0] <= MOST_PX else [f"{OF}: {tall}, but at most {MOST_PX} px"]


def _play(
    chromium: Browser, options: tuple[str, ...], scenes: Mapping[str, Scene], *, rates: bool = True
) -> dict[str, Size | None]:
    with running(*options, rates=rates) as url, phone(chromium, url) as seen:
        sizes: dict[str, Size | None] = {}
        for name, scene in scenes.items():
            try:
                shown = scene(seen)
                sizes[name] = _size([shown] if isinstance(shown, Locator) else list(shown))
            except PlaywrightError as error:
                print(f"{name}: {str(error).splitlines()[0]}", file=sys.stderr)
                sizes[name] = None
        return sizes


def _size(shown: list[Locator]) -> Size:
    """Height in pixels and words, of all of them together."""
    px = sum(float(one.evaluate(WHOLE)) for one in shown)
    words = sum(len(one.locator(".body, .modal-form, .modal-body").first.inner_text().split()) for one in shown)
    return round(px), words


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", help="also write the figures to this file")
    sys.exit(bool(measure_words(parser.parse_args().json)))
