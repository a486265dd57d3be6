"""Slack's blocks as text for a terminal, so that Slack and the terminal say the same words.

Draws what `slack/messages`, `slack/dialogs` and `slack/kinds` make: sections, fields, headers, contexts, and commands
to copy. Buttons, inputs and dividers are left out. Of Slack's formatting it knows what leaverbot uses: bold, code,
links, times and mentions. A terminal gets bold letters and lines of its width; a pipe gets plain, whole lines.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo

from rich.console import Console
from rich.text import Text

from bot.core.text import clean_lines
from bot.slack.blocks import Block
from bot.slack.terminal_words import in_terminal_words

BULLET = "• "
# Code before bold, and bold around code: an asterisk inside code is an asterisk.
_TOKEN = re.compile(r"`(?P<code>[^`\n]+)`|<(?P<angle>[^<>\n]+)>|\*(?P<bold>(?:`[^`\n]*`|[^*`\n])+)\*")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
# slack/wording/text.py replaces Slack's special characters with look-alikes; a terminal can show the real ones.
_REAL = str.maketrans("\u2217\u02cb\u223c\u02cd\u2236\u2039\u203a", "*`~_:<>")
_DATE, _TIME, _SECONDS = re.compile(r"\{date\w*\}"), "{time}", "{time_secs}"
_SPACED = frozenset({"section", "header", "context", "rich_text"})


def show_blocks(console: Console, blocks: Iterable[Block], zone: tzinfo | None = None) -> None:
    """Print the blocks; times are in `zone`, or in the zone of this computer."""
    for line in lines_of(blocks, zone):
        _print(console, line)


def lines_of(blocks: Iterable[Block], zone: tzinfo | None = None) -> list[Text]:
    """The lines of the blocks, with an empty line between two blocks, unless both belong to one list."""
    lines: list[Text] = []
    for block in blocks:
        more = list(_lines(block, zone))
        if lines and more and not (_in_list(lines[-1]) and _in_list(more[0])):
            lines.append(Text())
        lines += more
    return lines


def plain(blocks: Iterable[Block], zone: tzinfo | None = None) -> str:
    """The same lines as one text without any style."""
    return "\n".join(line.plain for line in lines_of(blocks, zone))


def text_of(mrkdwn: str, zone: tzinfo | None = None, style: str = "") -> Text:
    """Slack's mrkdwn as text for a terminal, with terminal commands. Any text is safe: nothing in it can act there."""
    shown = Text(style=style)
    for piece, piece_style in _pieces(clean_lines(in_terminal_words(mrkdwn)), zone):
        shown.append(piece, style=piece_style)
    return shown


def _print(console: Console, line: Text) -> None:
    """Wrap for a terminal, the lines of a list below their first word; a pipe gets the whole line."""
    indent = len(BULLET) if _in_list(line) else 0
    if not console.is_terminal or line.no_wrap or console.width <= 2 * len(BULLET):
        console.print(line, soft_wrap=True)
        return
    first, *others = line.wrap(console, console.width - indent) or [line]
    console.print(first, soft_wrap=True)
    for other in others:
        console.print(Text(" " * indent).append_text(other), soft_wrap=True)


def _in_list(line: Text) -> bool:
    return line.plain.startswith(BULLET)


def _lines(block: Block, zone: tzinfo | None) -> Iterator[Text]:
    """The lines of one block; none of one that only works in Slack."""
    kind = block.get("type")
    if kind == "rich_text":
        yield from _rich_lines(block.get("elements", ()))
        return
    style = {"header": "bold", "context": "dim"}.get(str(kind), "")
    if kind in _SPACED:
        for part in (block.get("text"), *block.get("fields", ()), *block.get("elements", ())):
            yield from _said(part, zone, style)


def _said(part: object, zone: tzinfo | None, style: str) -> Iterator[Text]:
    """The lines of a text object; none of an image or of nothing."""
    text = part.get("text") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(text, str):
        return
    if part.get("type") == "mrkdwn":
        yield from text_of(text, zone, style).split("\n", allow_blank=True)
    else:
        yield from (Text(line.translate(_REAL), style=style) for line in clean_lines(text).split("\n"))


def _rich_lines(elements: Sequence[Block]) -> Iterator[Text]:
    """Commands to copy: exact, each on one line, however long; a character that cannot be shown is a replacement
    character, with which the command fails instead of doing something else.
    """
    for element in elements:
        text = "".join(str(part.get("text", "")) for part in element.get("elements", ()))
        for line in text.split("\n"):
            yield Text("".join(char if char.isprintable() else "\ufffd" for char in line), no_wrap=True)


def _pieces(text: str, zone: tzinfo | None, style: str = "") -> Iterator[tuple[str, str]]:
    """The text in pieces, each with its style."""
    end = 0
    for found in _TOKEN.finditer(text):
        yield _real(text[end : found.start()]), style
        end = found.end()
        if found["bold"]:
            yield from _pieces(found["bold"], zone, "bold")
        elif found["code"]:
            yield _real(found["code"]), style
        else:
            yield _angle(found["angle"], zone), style
    yield _real(text[end:]), style


def _real(text: str) -> str:
    """The text with the signs that Slack's form of it stands for."""
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], text).translate(_REAL)


def _angle(inside: str, zone: tzinfo | None) -> str:
    """What stands between Slack's angle brackets: a time, a mention or a link."""
    target, _, label = inside.partition("|")
    label = "".join(piece for piece, _ in _pieces(label, zone))
    if target.startswith("!date^"):
        return _moment(target.split("^"), zone) or label
    if target.startswith(("@", "#")):
        return _real(target)
    if target.startswith("!"):
        return label or "@" + _real(target.rpartition("^")[2].removeprefix("!"))
    return f"{label} ({_real(target)})" if label else _real(target)


def _moment(parts: Sequence[str], zone: tzinfo | None) -> str:
    """The time as Slack would say it, with its zone; "" for a form that is not known."""
    try:
        at = datetime.fromtimestamp(int(parts[1]), UTC).astimezone(zone)
        form = parts[2]
    except (IndexError, ValueError, OverflowError, OSError):
        return ""
    said = _DATE.sub(f"{at:%Y-%m-%d}", form)
    said = said.replace(_SECONDS, f"{at:%H:%M:%S %Z}").replace(_TIME, f"{at:%H:%M %Z}")
    return "" if "{" in said else _real(said)
