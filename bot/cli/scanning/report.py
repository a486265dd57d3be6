"""What `leaverbot scan` prints for people: the sum first, then the leavers, worst first, then what was not read.

A wide terminal gets a table, a narrow one a short line for each leaver, and a pipe a whole line for each.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.plain_text import text_of
from bot.cli.scan_output import WHO, by_severity, found, say, severity_of
from bot.core.access.person_read import PersonRead
from bot.core.access.severity import Severity
from bot.core.directory.provisioning import MOST_ISSUERS, Origins
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.core.scan.wording import way_read
from bot.core.text import capital, clean, listed, plural
from bot.slack.wording import names, ways_in
from bot.slack.wording.directory.directory import share
from bot.slack.wording.grouped_ways import grouped_lines
from bot.slack.wording.text import about, when

# As many lines of a phone have the ways in of a leaver in the table; --csv and --json have all of them, one by one.
ROOM, EVERY_LINE = 8, 10_000
_STYLES = {Severity.CRITICAL: "bold red", Severity.HIGH: "yellow", Severity.NORMAL: ""}
_CLEAR = {0: "No user is disabled.", 1: "The 1 disabled user was checked. None can get in."}
_CLEAR_OF_MANY = "All {leavers:,} disabled users were checked. None can get in."
# The ways in need this much room beside the other columns.
_ROOM_FOR_WAYS = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """Which leavers to show: those as bad as this (all, when empty), and only so many."""

    severities: frozenset[Severity] = frozenset()
    top: int | None = None

    def of(self, scan: Scan) -> list[PersonRead]:
        """Worst first."""
        people = [person for person in found(scan) if self.wants(severity_of(scan, person))]
        return people[: self.top]

    def wants(self, level: Severity) -> bool:
        return not self.severities or level in self.severities


EVERYBODY = Shown()


def show_scan(scan: Scan, console: Console, shown: Shown = EVERYBODY, *, verbose: bool = False) -> None:
    """Print the scan."""
    people = shown.of(scan)
    for told in sum_lines(scan, len(people)):
        say(console, told)
    if people:
        console.print()
        _show_people(scan, people, console)
        console.print()
    for line in _remarks(scan, verbose=verbose):
        console.print(line, soft_wrap=True)


def sum_lines(scan: Scan, shown: int) -> Iterator[str]:
    """How many can still get in, how bad that is, and what was read. `shown`: how many of them are listed."""
    coverage, people = scan.coverage, found(scan)
    yield _headline(coverage, scan, people)
    if shown < len(people):
        yield f"Listed: {shown:,} of {len(people):,}."
    calls = sum((coverage.calls or {}).values())
    state = {ScanStatus.COMPLETE: "complete", ScanStatus.PARTIAL: "incomplete"}.get(coverage.status)
    start = f"The scan is {state}" if state else "The scan failed"
    yield (
        f"{start}: {plural(coverage.users_read, 'user')} read, {coverage.checked}, "
        f"with {plural(calls, 'call')} to AWS in {_seconds(coverage)}."
    )
    if coverage.status is not ScanStatus.COMPLETE:
        yield "Somebody who is not listed may still get in."


def _headline(coverage: Coverage, scan: Scan, people: Sequence[PersonRead]) -> str:
    """Never "none" from a scan that did not read everything."""
    whole = coverage.status is ScanStatus.COMPLETE and coverage.every_kind
    if not people:
        if whole:
            return _CLEAR.get(coverage.leavers, _CLEAR_OF_MANY).format(leavers=coverage.leavers)
        return "No way in was found, but not everything could be read."
    levels = [severity_of(scan, person) for person in people]
    least = "" if whole else "At least "
    used = sum(person.used is not None for person in people)
    incidents = f" {used:,} used their access while disabled." if used else ""
    return f"{least}{plural(len(people), *WHO)} can still get in: {by_severity(levels)}.{incidents}"


def _seconds(coverage: Coverage) -> str:
    return f"{(coverage.finished_at - coverage.started_at).total_seconds():,.0f} s"


def _show_people(scan: Scan, people: Sequence[PersonRead], console: Console) -> None:
    if not console.is_terminal:
        for person in people:
            console.print(Text(line_of(scan, person)), soft_wrap=True)
        return
    table = _table(scan, people)
    if _fits(table, console):
        console.print(table)
        return
    for person in people:
        console.print(_short_line(scan, person, console.width), soft_wrap=True)


def line_of(scan: Scan, person: PersonRead) -> str:
    """One leaver on one whole line, for a pipe."""
    ways = "; ".join(way.plain for way in _ways(scan, person, EVERY_LINE))
    return f"{_level(scan, person)}: {_name(person)} {_reach(person)} · {_disabled(person)}{_used(person)} · {ways}"


def _short_line(scan: Scan, person: PersonRead, width: int) -> Text:
    """One leaver on one line of a narrow terminal: as many whole parts as fit, the name always."""
    level = severity_of(scan, person)
    line = Text(capital(str(level)), style=_STYLES[level]).append(f": {_label(person)}", style="")
    for part in ("used while disabled" if person.used else "", _targets(person), _disabled(person)):
        if part and line.cell_len + len(part) + 3 <= width:
            line.append(f" · {part}", style="")
    return line


def _table(scan: Scan, people: Sequence[PersonRead]) -> Table:
    table = Table(expand=False)
    for name in ("Severity", "User", "Disabled"):
        table.add_column(name, no_wrap=True)
    table.add_column("Ways in", min_width=_ROOM_FOR_WAYS)
    for person in people:
        level = severity_of(scan, person)
        ways = Text("\n").join(
            ([Text(_used(person).removeprefix(" · "))] if person.used else []) + _ways(scan, person, ROOM)
        )
        who = Text("\n".join(dict.fromkeys([_label(person), clean(person.user.user_name)])))
        table.add_row(Text(capital(str(level)), style=_STYLES[level]), who, Text(_since(person)), ways)
    return table


def _fits(table: Table, console: Console) -> bool:
    """Whether it fits without a word broken in two or a name cut off."""
    *others, ways = [
        max(console.measure(cell).maximum for cell in (column.header, *column.cells)) for column in table.columns
    ]
    longest = max(console.measure(cell).minimum for cell in table.columns[-1].cells)
    frame = 3 * len(table.columns) + 1
    return sum(others) + min(ways, max(longest, _ROOM_FOR_WAYS)) + frame <= console.width


def _remarks(scan: Scan, *, verbose: bool) -> Iterator[Text]:
    """What else there is to know."""
    coverage = scan.coverage
    if verbose:
        yield from (Text(f"Read {clean(way_read(how))}: {clean(how.why)}.", style="dim") for how in coverage.how)
        if scan.origins and scan.origins.users:
            yield Text(_from_directory(scan.origins), style="dim")
    yield from (Text(f"Note: {clean(note)}.") for note in coverage.notes)
    if scan.orphans:
        gone = len({orphan.user_id for orphan in scan.orphans})
        least, left = "at least " if coverage.orphans is None else "", plural(len(scan.orphans), "grant")
        yield Text(
            f"Left behind by {plural(gone, 'deleted user')}: {least}{left}, which nobody can use. --json lists them."
        )
    yield from (
        Text(f"Not read: {clean(problem.what)}: {clean(problem.why)}", style="yellow") for problem in coverage.problems
    )


def _from_directory(origins: Origins) -> str:
    """Who comes from a company directory, with the issuers as AWS spells them."""
    issuers = [f"{clean(issuer)} {count:,}" for issuer, count in origins.issuers]
    return f"{share(origins)}{f' (by issuer: {listed(issuers, most=MOST_ISSUERS)})' if issuers else ''}."


def _ways(scan: Scan, person: PersonRead, room: int) -> list[Text]:
    """The ways in as an alert groups them, on as many lines of a phone."""
    lines = grouped_lines(person.usable, scan.management_account_id, ways_in.Held(None), room)
    return [text_of(line.removeprefix("• ")) for line in lines]


def _targets(person: PersonRead) -> str:
    usable = person.usable
    return ways_in.reach(len(ways_in.account_ids(usable)), len(ways_in.application_ids(usable)))


def _reach(person: PersonRead) -> str:
    return f"can still get into {_targets(person)}"


def _label(person: PersonRead) -> str:
    return clean(names.best_name(person.user))


def _name(person: PersonRead) -> str:
    """Dana Rossi (dana.rossi@example.com)."""
    label, user_name = _label(person), clean(person.user.user_name)
    return f"{label} ({user_name})" if user_name not in {"", label} else label


def _level(scan: Scan, person: PersonRead) -> str:
    return capital(str(severity_of(scan, person)))


def _since(person: PersonRead) -> str:
    at = person.user.updated_at
    return text_of(about(at)).plain if at else "not known"


def _disabled(person: PersonRead) -> str:
    return f"disabled {_since(person)}" if person.user.updated_at else "disabled, not known since when"


def _used(person: PersonRead) -> str:
    """What was done after the disabling; "" for nothing that is known."""
    use = person.used
    if use is None:
        return ""
    words: Iterable[str] = (ways_in.use_words(use), when(use.at))
    return f" · used their access while disabled: {text_of(', '.join(words)).plain}"
