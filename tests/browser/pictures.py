"""Pictures of every message, dialog and list, at 1440 and 390 px, light and dark: python -m tests.browser.pictures

Takes some minutes. Every picture in docs/images is replaced, and those of scenes that are gone are deleted.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Locator
from playwright.sync_api import Error as PlaywrightError

from tests.benchmarks.words.phone import Phone, phone
from tests.benchmarks.words.scenes import Scene, large_company, small_company
from tests.browser.playground import browser, running
from tests.browser.whole_pages import whole_pages

FOLDER = Path(__file__).parents[2] / "docs" / "images"
WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")
# Tall enough for the longest list, so that nothing has to be scrolled.
TALL = 3600
LARGE = ("--users", "600", "--leavers", "400")
# For what is drawn after the size of the window has changed.
REST_MS = 250
COLOURS = 96


def take(folder: Path = FOLDER) -> list[str]:
    """Take all of them. Returns what could not be shown."""
    folder.mkdir(parents=True, exist_ok=True)
    began, missing = time.time(), []
    with browser() as chromium:
        missing += _play(chromium, (), small_company(), folder)
        missing += _play(chromium, LARGE, large_company(), folder, rates=False)
        whole_pages(chromium, folder)
    for picture in folder.glob("*.png"):
        if picture.stat().st_mtime >= began:
            _make_small(picture)
        elif not missing:
            picture.unlink()
    return missing


def _make_small(picture: Path) -> None:
    """Few colours, as a page has: a third of the bytes, and nobody sees it."""
    few = (
        Image.open(picture)
        .convert("RGB")
        .quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    few.save(picture, optimize=True)


def _play(
    chromium: Browser, options: tuple[str, ...], scenes: Mapping[str, Scene], folder: Path, *, rates: bool = True
) -> list[str]:
    missing = []
    with running(*options, rates=rates) as url, phone(chromium, url) as seen:
        for name, scene in scenes.items():
            try:
                shown = scene(seen)
                _in_every_way(seen, folder, name, [shown] if isinstance(shown, Locator) else list(shown))
            except PlaywrightError as error:
                missing.append(f"{name}: {str(error).splitlines()[0]}")
    return missing


def _in_every_way(seen: Phone, folder: Path, name: str, shown: Sequence[Locator]) -> None:
    page, stem = seen.page, file_name(name)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": TALL})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its two words
            page.mouse.move(1, 1)
            page.wait_for_timeout(REST_MS)
            page.screenshot(path=folder / f"{stem}-{width}-{scheme}.png", clip=_around(shown))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})


def _around(shown: Sequence[Locator]) -> Any:
    """The part of the page with all of them."""
    shown[0].evaluate("one => one.scrollIntoView({ block: 'nearest' })")
    boxes = [box for one in shown if (box := one.bounding_box())]
    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    right, bottom = (max(box[at] + box[size] for box in boxes) for at, size in (("x", "width"), ("y", "height")))
    return {"x": left, "y": top, "width": right - left, "height": min(bottom, TALL) - top}


def file_name(name: str) -> str:
    """A scene's name as that of a file."""
    plain = "".join(char if char.isalnum() else " " for char in name.lower())
    return "-".join(plain.split())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    not_shown = take(parser.parse_args().folder)
    print("\n".join(not_shown) or "Everything was shown.")
    sys.exit(bool(not_shown))
