"""What `leaverbot list` prints for people: how many, then one line for each, in the words of the list in Slack."""

from collections.abc import Iterator

from bot.core.lists.views import ListPage, ListRow
from bot.slack.blocks import Block, context, section
from bot.slack.messages.lists.case_list import Shape, list_below, list_title, row_text
from bot.slack.wording.coverage import coverage_line


def list_blocks(found: ListPage, top: int | None) -> Iterator[Block]:
    """The first `top` of them, or all."""
    lines = [f"*{list_title(found)}*", list_below(found)]
    if top is not None and top < found.total:
        lines.append(f"Listed: {top:,} of {found.total:,}.")
    yield section("\n".join(line for line in lines if line))
    yield from (section(_line(row)) for row in found.rows[:top])
    yield context(_last_scan(found))


def _line(row: ListRow) -> str:
    text = row_text(row, Shape(60, named=3))
    return " · ".join(text.split("\n"))


def _last_scan(found: ListPage) -> str:
    parts = [coverage_line(found.last_scan) if found.last_scan else "No scan has ended yet."]
    if found.scanning:
        parts.append("A scan is running now.")
    return " ".join([*parts, "One person, and what you can do: `leaverbot show USER`"])
