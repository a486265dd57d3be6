"""What `leaverbot list` prints for people: how many, then one line for each, then what the last scan read."""

from collections.abc import Iterator

from bot.cli.scan_output import WHO, by_severity
from bot.core.cases import Case
from bot.core.lists.filters import Word
from bot.core.text import listed, plural
from bot.services.questions.filtered_cases import FilteredCases
from bot.slack import messages
from bot.slack.blocks import Block, context, section
from bot.slack.messages.lists.open_cases import case_line
from bot.slack.wording.coverage import coverage_line
from bot.slack.wording.text import code, name

# How many names are given of those that would find somebody.
MOST_NAMES = 12
_NAMED = {Word.ACCOUNT: "accounts", Word.GROUP: "groups", Word.PERMISSION_SET: "permission sets"}


def list_blocks(found: FilteredCases, top: int | None) -> Iterator[Block]:
    """The first `top` of them, or all."""
    cases = found.list.cases
    if not cases and not found.filtered:
        yield from messages.list_message(found.list, whole=True).blocks
        return
    lines = [f"*{title(found)}*", *_instead(found)]
    if top is not None and top < len(cases):
        lines.append(f"Listed: {top:,} of {len(cases):,}.")
    yield section("\n".join(lines))
    yield from (section(_line(found, case)) for case in cases[:top])
    yield context(_last_scan(found))


def title(found: FilteredCases) -> str:
    """60 disabled people can still get in: 3 critical and 57 normal. Matching `critical`: 3 of 60 disabled people …."""
    cases = found.list.cases
    can = "have no way in any more" if found.filter.closed else "can still get in"
    if found.filtered:
        count = f"{len(cases):,} of" if cases else "none of the"
        return f"Matching {code(str(found.filter))}: {count} {plural(found.everybody, *WHO)} who {can}"
    levels = "" if found.filter.closed else f": {by_severity([case.severity for case in cases])}"
    return f"{plural(len(cases), *WHO)} {can}{levels}"


def _line(found: FilteredCases, case: Case) -> str:
    denied = case.user.id in found.list.denied
    in_part = "emergency deny, not confirmed everywhere" if case.user.id in found.list.denied_in_part else ""
    return case_line(case, deny="emergency deny in force" if denied else in_part)


def _instead(found: FilteredCases) -> Iterator[str]:
    """What would find somebody."""
    for word, names in found.there_are.items():
        known = listed([name(one) for one in names], most=MOST_NAMES) or "none"
        yield f"The {_NAMED[word]} there are: {known}."


def _last_scan(found: FilteredCases) -> str:
    last = found.list.last_scan
    parts = [coverage_line(last) if last else "No scan has ended yet."]
    if found.list.scanning:
        parts.append("A scan is running now.")
    return " ".join([*parts, "One person, and what you can do: `leaverbot show USER`"])
