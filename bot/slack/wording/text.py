"""Text for Slack: names made harmless, times in the reader's own zone, plurals, lists.

Everything that comes from a directory or from AWS goes through `name`, `say`, `code` or `plain` before it is shown.
Slack has no escape for its own formatting characters, so those that would act become characters that look like them.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from bot.core.rules.askers import rule_asker
from bot.core.terminal.askers import TerminalAsker, terminal_asker

# Slack's rooms take these from here, with the rest.
from bot.core.text import capital as capital  # noqa: PLC0414 - see above
from bot.core.text import clean as clean  # noqa: PLC0414 - see above
from bot.core.text import listed as listed  # noqa: PLC0414 - see above
from bot.core.text import plural as plural  # noqa: PLC0414 - see above
from bot.core.text import shorten_middle, utc

ELLIPSIS = "…"
NAME = 80
SENTENCES = 900
# A group's name, an account's, a reason stand in hundreds of lines; each is made harmless once.
NAMES_KEPT = 2048

_LOOK_ALIKE = str.maketrans({"*": "\u2217", "`": "\u02cb", "~": "\u223c"})
_LIKE_UNDERSCORE, _LIKE_COLON, _LIKE_LESS, _LIKE_MORE = "\u02cd", "\u2236", "\u2039", "\u203a"
# Slack formats at word boundaries only, so the underscores of svc_backup_1 stay what they are.
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
# A colon that could open an emoji code, also one whose closing colon comes with our own next words.
_EMOJI_COLON = re.compile(r":(?=[\w+'-]+(?::|$))")
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")
_GROUP_ID = re.compile(r"S[A-Z0-9]{1,30}")
_CODE = re.compile(r"`[^`]*`")
# What a cut may leave half at the end: an entity, a date or a mention.
_BROKEN_END = re.compile(r"(?:&[a-z]*|<[^>]*)$")


def size(text: str) -> int:
    """The length of a text in UTF-16 units: whichever way Slack counts, it is not longer than this."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was cut: between words, where there are any."""
    return text if len(text) <= limit else _between_words(text[: limit - 1], text[limit - 1]) + ELLIPSIS


def _between_words(kept: str, cut_off: str) -> str:
    """What is kept of a text, without a word that was cut through, unless that is most of it."""
    whole = kept if cut_off == " " else kept[: kept.rfind(" ")] if kept.rfind(" ") > len(kept) // 2 else kept
    return whole.rstrip()


def escape(text: str) -> str:
    """As Slack requires: `&`, `<` and `>` as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(NAMES_KEPT)
def name(text: str | None, limit: int = NAME, empty: str = "(no name)") -> str:
    """A name from a directory as mrkdwn: it cannot ping, format, become an emoji or reverse the line."""
    shown = shorten(clean(text or ""), limit) or empty
    return _kept_apart(escape(_tame(shown)), "\u2068")


@lru_cache(NAMES_KEPT)
def say(text: str, limit: int = SENTENCES) -> str:
    """Plain sentences as mrkdwn on one line. They may hold names, so they are made harmless too.

    Too long a text loses its middle: what AWS says of a refusal names the cause at its end.
    """
    return _kept_apart(escape(_tame(shorten_middle(clean(text), limit))), "\u2066")


def code(text: str, limit: int = 200) -> str:
    """An id or command in code style; nothing in it acts."""
    shown = shorten(clean(text), limit).replace("`", "'")
    return f"`{escape(shown)}`" if shown else "(none)"


def plain(text: str | None, limit: int) -> str:
    """Text for a plain_text object, where neither entities nor formatting exist."""
    shown = shorten(clean(text or ""), limit) or "(no name)"
    return _kept_apart(without_brackets(shown), "\u2068")


def without_brackets(text: str) -> str:
    """Angle brackets as characters that look like them and never mean anything to Slack."""
    return text.replace("<", _LIKE_LESS).replace(">", _LIKE_MORE)


def _tame(text: str) -> str:
    text = _UNDERSCORE.sub(_LIKE_UNDERSCORE, text.translate(_LOOK_ALIKE))
    text = _EMOJI_COLON.sub(_LIKE_COLON, text)
    return _LIKE_MORE + text[1:] if text.startswith(">") else text


def _kept_apart(text: str, opening: str) -> str:
    """Right-to-left text between isolates, so that it cannot reorder the words around it."""
    turned = any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in set(text))
    return f"{opening}{text}\u2069" if turned else text


def cut(text: str, limit: int) -> str:
    """At most `limit` units of ready-made mrkdwn, never ending inside an entity, date, mention, code or bold text."""
    if size(text) <= limit:
        return text
    kept = text
    while size(kept) > limit - 1:
        kept = kept[: len(kept) - max(1, (size(kept) - limit + 1) // 2)]
    kept = _between_words(kept, text[len(kept)])
    kept = _without_open(_without_open(_BROKEN_END.sub("", kept), "`"), "*")
    return kept.rstrip() + ELLIPSIS


def _without_open(text: str, mark: str) -> str:
    """The text up to a mark in its last line that is never closed."""
    start = text.rfind("\n") + 1
    last = _CODE.sub(lambda code: " " * len(code[0]), text[start:])
    return text[: start + last.rindex(mark)] if last.count(mark) % 2 else text


def mention(ids: str | Iterable[str]) -> str:
    """Slack ids of people and user groups as mentions, people in a terminal by name, rules by their setting; anything
    else as escaped text.
    """
    if not isinstance(ids, str):
        return listed([mention(one) for one in ids], most=10)
    if _USER_ID.fullmatch(ids):
        return f"<@{ids}>"
    if someone := terminal_asker(ids):
        return from_terminal(someone)
    if rule := rule_asker(ids):
        return f"rule {code(rule.rule)}"
    return f"<!subteam^{ids}>" if _GROUP_ID.fullmatch(ids) else name(ids, empty="somebody")


def from_terminal(someone: TerminalAsker) -> str:
    """Somebody in a terminal: Admin/alice from a terminal (alice on host7)."""
    who = name(someone.identity, empty="somebody unproven")
    return f"{who} from a terminal ({name(someone.os_user, 40)} on {name(someone.host, 40)})"


def link(url: str, label: str) -> str:
    """The label (ready-made text) as a link, or alone where Slack could not show the address."""
    return f"<{url}|{label}>" if url.startswith("https://") and not any(char in "|<> \n" for char in url) else label


def when(moment: datetime) -> str:
    """A time in the reader's own zone; UTC where Slack cannot tell it."""
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{utc(moment)}>"


def about(moment: datetime) -> str:
    """A time that is not known exactly, in the reader's own zone: today at about 15:22."""
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at about {{time}}|{utc(moment)}, about>"


def day(moment: datetime) -> str:
    """The day of a time, in the reader's own zone; in UTC where Slack cannot tell it."""
    return f"<!date^{int(moment.timestamp())}^{{date_short}}|{moment.astimezone(UTC):%d %b %Y}>"


def second(moment: datetime) -> str:
    """A time of the day to the second, in the reader's own zone; it stands next to a `when` that tells the day."""
    return f"<!date^{int(moment.timestamp())}^{{time_secs}}|{moment.astimezone(UTC):%H:%M:%S} UTC>"


def exactly(moment: datetime) -> str:
    """A time in UTC, to the second, as logs have it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def span(seconds: int) -> str:
    """A set length of time, exactly: 4 hours, 1 hour 30 minutes."""
    parts = [
        plural(amount, unit)
        for amount, unit in ((seconds // 3600, "hour"), (seconds % 3600 // 60, "minute"), (seconds % 60, "second"))
        if amount
    ]
    return " ".join(parts) or "0 seconds"


def hours(seconds: int) -> str:
    """A set length of time, short: 8 h, 1 h 30 min, 15 min."""
    parts = [(seconds // 3600, "h"), (seconds % 3600 // 60, "min"), (seconds % 60, "s")]
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 s"


def took(seconds: float) -> str:
    """How long something took, as roughly as people say it: 38 s, 42 min, 5 h, 2 days."""
    for limit, unit, unit_name in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{max(0, round(seconds / unit))} {unit_name}"
    return plural(round(seconds / 86_400), "day")
