"""Makes text from outside (directories, AWS, proxies) fit to show in a terminal, in Slack or in a log line; and
plurals, lists and times for every package that has words.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

# Invisible letters and symbols; a name made of them would look empty.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Joiners hold emoji families and some scripts together; all other format characters, bidi controls included, go.
_JOINERS = "\u200c\u200d"
_COMBINING = re.compile(r"([\u0300-\u036f]{2})[\u0300-\u036f]+")


# A message repeats the same few names many times.
@lru_cache(maxsize=1024)
def clean(text: str) -> str:
    """One line of visible text: no control or direction characters, single spaces; "" when nothing is left."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    line = " ".join(text.translate(_SHOWN).split())
    return _COMBINING.sub(r"\1", line).strip(_JOINERS + " ")


def clean_lines(text: str) -> str:
    """`clean` line by line, for text that has several lines on purpose."""
    return "\n".join(map(clean, text.split("\n")))


class _Shown(dict[int, str]):
    """What each character is shown as, worked out once: text from outside can be long."""

    def __missing__(self, code: int) -> str:
        self[code] = _visible(chr(code))
        return self[code]


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp", "Zs"} or char in _BLANK:
        return " "
    if category == "Cs":
        return "\ufffd"
    return "" if category == "Cf" and char not in _JOINERS else char


_SHOWN = _Shown()


def shorten_middle(text: str, limit: int) -> str:
    """At most `limit` characters: the beginning and the end, which often names the cause."""
    if len(text) <= limit:
        return text
    half = (limit - 3) // 2
    return f"{text[:half].rstrip()} … {text[-half:].lstrip()}"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 account, 2 accounts."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(items: Sequence[str], most: int = 5, last: str = "and") -> str:
    """The items as one text: "a, b and c"; beyond `most`, the rest are only counted."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {plural(len(items) - most, 'more', 'more')}"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def utc(moment: datetime) -> str:
    """A time for readers whose time zone is not known."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
