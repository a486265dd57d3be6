"""Block Kit pieces, and fitting any number of lines into Slack's limits."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.wording.text import cut, plain, plural, size

Block = dict[str, Any]

# Slack's limits (docs/facts.md#block-limits): 50 blocks a message, 100 a view, 3,000 characters a section, 300 in a
# confirm dialog. Over 13,200 characters in all a message is refused (bolt-js #2509), over 250 kB a view.
SECTION, CONFIRM, TITLE, BLOCK_ID = 3000, 300, 24, 255
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
# We stay below, to leave room for whatever else Slack counts.
MESSAGE_TEXT, TEXT, VIEW_BYTES = 11_500, 1500, 235_000
PACKED = 2900


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is what notifications and screen readers get, `blocks` what is drawn."""

    text: str
    blocks: list[Block]

    @property
    def content(self) -> dict[str, Any]:
        """The arguments of Slack's methods that show it."""
        return {"text": self.text, "blocks": self.blocks}


def mrkdwn(text: str) -> Block:
    """`verbatim`: Slack does not turn addresses and channel names that occur in a name into links."""
    return {"type": "mrkdwn", "text": cut(text, SECTION), "verbatim": True}


def plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text)]}


def confirm(title: str, text: str, yes: str, style: str) -> Block:
    """A confirm dialog; all of it plain text."""
    return {
        "title": plain_text(plain(title, 100)),
        "text": plain_text(plain(text, CONFIRM)),
        "confirm": plain_text(yes),
        "deny": plain_text("Cancel"),
        "style": style,
    }


def message(text: str, blocks: Sequence[Block]) -> Message:
    return Message(cut(text, TEXT), list(blocks))


def with_ids(blocks: Iterable[Block], stem: str) -> list[Block]:
    """Give each block its own id, new for each new stem: Slack wants new ids when a message is updated."""
    return [{**block, "block_id": f"{number}.{stem}"[:BLOCK_ID]} for number, block in enumerate(blocks)]


def packed(lines: Iterable[str]) -> list[str]:
    """Lines joined into as few section texts as fit; a line too long for one is cut."""
    texts: list[str] = []
    for line in (cut(line, PACKED) for line in lines):
        if texts and size(texts[-1]) + 1 + size(line) <= PACKED:
            texts[-1] += "\n" + line
        else:
            texts.append(line)
    return texts


def first_that_fit(lines: Sequence[str], most: int, budget: int) -> list[str]:
    """The first lines, as many as `most` and `budget` characters allow."""
    kept: list[str] = []
    for line in lines[:most]:
        budget -= size(line) + 1
        if budget < 0:
            break
        kept.append(line)
    return kept


def with_rest(lines: Sequence[str], most: int, budget: int, see: str = "") -> list[str]:
    """The first lines that fit, and how many more there are; `see`: where to find those."""
    kept = first_that_fit(lines, most, budget)
    return [*kept, f"• {len(lines) - len(kept):,} more{see}"] if len(kept) < len(lines) else kept


def code_blocks(commands: Iterable[str]) -> list[Block]:
    """Commands to copy, shown verbatim: rich text has neither formatting nor entities. A command too long for
    one block is continued in the next.
    """
    pieces = [piece for command in commands if command for piece in _pieces(command)]
    return [_code(text) for text in packed(pieces)]


def _code(text: str) -> Block:
    code = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [code]}


def _pieces(command: str) -> list[str]:
    if size(command) <= PACKED:
        return [command]
    # A character is two units at most.
    return [command[start : start + PACKED // 2] for start in range(0, len(command), PACKED // 2)]


def paged(title: str, parts: Iterable[str | Block]) -> list[Message]:
    """As many messages as it takes to show every part, a text as a section; at least one message."""
    pages: list[list[Block]] = [[]]
    for part in parts:
        block = section(part) if isinstance(part, str) else part
        full = pages[-1] and (_shown([*pages[-1], block]) > MESSAGE_TEXT or len(pages[-1]) == MESSAGE_BLOCKS)
        if full:
            pages.append([])
        pages[-1].append(block)
    count = len(pages)
    return [
        message(title if count == 1 else f"{title} (part {number} of {count})", page)
        for number, page in enumerate(pages, 1)
    ]


def with_blocks(pages: Sequence[Message], more: Sequence[Block]) -> list[Message]:
    """The messages with further blocks at the end: in the last one if they fit there, else in one of their own."""
    if not more:
        return list(pages)
    last = pages[-1]
    fits = len(last.blocks) + len(more) <= MESSAGE_BLOCKS and _shown([*last.blocks, *more]) <= MESSAGE_TEXT
    if fits:
        return [*pages[:-1], Message(last.text, [*last.blocks, *more])]
    return [*pages, Message(last.text, list(more))]


def _shown(blocks: Sequence[Block]) -> int:
    """How much text blocks show, their buttons too."""
    total = 0
    for block in blocks:
        elements = [block, block.get("accessory") or {}, *block.get("elements", [])]
        total += sum(size(one["text"]["text"]) for one in elements if isinstance(one.get("text"), dict))
        if block["type"] == "rich_text":
            total += sum(size(part["text"]) for one in block["elements"] for part in one["elements"])
    return total


def view_size(blocks: Sequence[Block]) -> int:
    """Bytes on the wire, with every character that is not ASCII written as an escape."""
    return len(json.dumps(blocks).encode())


def fitted(head: Sequence[Block], lines: Sequence[str], tail: Sequence[Block], left_out: str) -> list[Block]:
    """The blocks of a view with as many lines as it holds; `left_out` ends the note of how many are missing."""
    room = VIEW_BLOCKS - len(head) - len(tail) - 1
    budget = VIEW_BYTES - view_size([*head, *tail])
    kept: list[Block] = []
    shown = 0
    for text in packed(lines):
        block = section(text)
        budget -= view_size([block])
        if budget < 0 or len(kept) == room:
            note = f"{plural(len(lines) - shown, 'more is', 'more are')} left out here. {left_out}"
            return [*head, *kept, section(note), *tail]
        kept.append(block)
        shown += text.count("\n") + 1
    return [*head, *kept, *tail]
