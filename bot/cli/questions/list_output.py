"""What `leaverbot list` prints for people: how many, then one line for each, in the words of the list in Slack."""

from collections.abc import Iterator

from bot.core.cases import Case
from bot.core.lists.views import DenyMark, ListPage, ListRow
from bot.services.questions.filtered_cases import FilteredCases
from bot.slack.blocks import Block, context, section
from bot.slack.messages.lists.case_list import Shape, list_below, list_title, row_text
from bot.slack.wording.coverage import coverage_line


def list_blocks(found: FilteredCases, top: int | None) -> Iterator[Block]:
    """The first `top` of them, or all."""
    cases, page = found.list.cases, _page(found)
    lines = [f"*{list_title(page)}*", list_below(page)]
    if top is not None and top < len(cases):
        lines.append(f"Listed: {top:,} of {len(cases):,}.")
    yield section("\n".join(line for line in lines if line))
    yield from (section(_line(found, case)) for case in cases[:top])
    yield context(_last_scan(found))


def _page(found: FilteredCases) -> ListPage:
    """All of it as one page."""
    cases = found.list
    return ListPage(
        id="",
        filter=found.filter,
        rows=(),
        page=1,
        pages=1,
        total=len(cases.cases),
        everybody=found.everybody,
        there_are=found.there_are,
        last_scan=cases.last_scan,
        scanning=cases.scanning,
        to_review=cases.to_review,
    )


def _line(found: FilteredCases, case: Case) -> str:
    in_part = DenyMark.IN_PART if case.user.id in found.list.denied_in_part else DenyMark.NONE
    deny = DenyMark.EVERYWHERE if case.user.id in found.list.denied else in_part
    text = row_text(ListRow(case, deny=deny), Shape(60, named=3))
    return " · ".join(text.split("\n"))


def _last_scan(found: FilteredCases) -> str:
    last = found.list.last_scan
    parts = [coverage_line(last) if last else "No scan has ended yet."]
    if found.list.scanning:
        parts.append("A scan is running now.")
    return " ".join([*parts, "One person, and what you can do: `leaverbot show USER`"])
