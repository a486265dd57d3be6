"""What `leaverbot scan` prints: a progress bar, a table for people, JSON for programs."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bot.cli.directory_output import origins_json
from bot.core.access.person_read import PersonRead
from bot.core.access.severity import Severity, severity
from bot.core.directory.provisioning import MOST_ISSUERS, Origins
from bot.core.models import Grant, GrantKind, Privilege, User, worst_first
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.core.scan.wording import KIND_NAMES, way_read
from bot.core.text import clean, clean_lines, listed, plural, utc
from bot.services.scan.progress import Phase
from bot.services.scan.progress import Progress as ScanProgress
from bot.slack.wording.directory.directory import share

# How many grants the table shows for each user; the JSON has all.
MOST_WAYS = 4
_ALL_CLEAR = {0: "No user is disabled.", 1: "The one disabled user was checked and cannot get in."}
_ALL_CLEAR_OF_MANY = "All {leavers} disabled users were checked. None can get in."
_COLOURS = {Severity.CRITICAL: "bold red", Severity.HIGH: "yellow", Severity.NORMAL: ""}
# Administrator-like: it allows nearly everything.
_LIKE = {None: None, Privilege.ADMINISTRATOR: True, Privilege.POWER_USER: True, Privilege.OTHER: False}


def found(scan: Scan) -> list[PersonRead]:
    """The leavers who hold a usable grant, worst first."""
    people = [person for person in scan.people if person.usable]
    return sorted(
        people, key=lambda person: (not person.used, _severity(scan, person).rank, person.user.label.casefold())
    )


def scan_json(scan: Scan) -> dict[str, Any]:
    """The document of `--json`."""
    return {
        "scan": coverage_json(scan.coverage),
        "cases": [
            {
                "user": user_json(person.user),
                "severity": str(_severity(scan, person)),
                "used": {**asdict(person.used), "at": person.used.at.isoformat()} if person.used else None,
                "grants": [grant_json(grant) for grant in worst_first(person.grants, scan.management_account_id)],
            }
            for person in found(scan)
        ],
        "origins": origins_json(scan.origins) if scan.origins else None,
        "orphans": [{"user_id": orphan.user_id, **grant_json(orphan.grant)} for orphan in scan.orphans],
    }


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """What the scan read, how, and what it could not read."""
    told = asdict(coverage)
    del told["leavers_read"]
    return {
        **told,
        "started_at": coverage.started_at.isoformat(),
        "finished_at": coverage.finished_at.isoformat(),
        "calls": dict(sorted((coverage.calls or {}).items())),
        "problems": [{"what": problem.what, "why": problem.why} for problem in coverage.problems],
    }


def json_text(document: dict[str, Any]) -> str:
    """JSON that is safe to show in a terminal: exact, with invisible characters escaped."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)


def show_scan(scan: Scan, console: Console) -> None:
    """The table, what was read, and what was not."""
    people = found(scan)
    if people:
        console.print(_table(scan, people))
    coverage = scan.coverage
    console.print(
        f"{plural(coverage.users_read, 'user')} read, {coverage.checked}. With a way in: {len(people):,}. "
        f"Scan {coverage.status}, {sum((coverage.calls or {}).values()):,} calls to AWS."
    )
    if coverage.status is ScanStatus.COMPLETE and coverage.every_kind and not people:
        console.print(_ALL_CLEAR.get(coverage.leavers, _ALL_CLEAR_OF_MANY).format(leavers=coverage.leavers))
    for how in coverage.how:
        console.print(Text(f"Read {clean(way_read(how))}: {clean(how.why)}.", style="dim"))
    if scan.origins and scan.origins.users:
        console.print(Text(_from_directory(scan.origins)))
    for note in coverage.notes:
        console.print(Text(f"Note: {clean(note)}."))
    if scan.orphans:
        gone = len({orphan.user_id for orphan in scan.orphans})
        least, left = "at least " if coverage.orphans is None else "", plural(len(scan.orphans), "grant")
        console.print(
            f"Left behind by {plural(gone, 'deleted user')}: {least}{left}, which nobody can use. --json lists them."
        )
    for problem in coverage.problems:
        console.print(Text(f"Not read: {clean(problem.what)}: {clean(problem.why)}", style="yellow"))
    if coverage.status is not ScanStatus.COMPLETE:
        console.print("This scan is not complete, so somebody who is not listed may still get in.", style="bold yellow")


def _from_directory(origins: Origins) -> str:
    """Who comes from a company directory, with the issuers as AWS spells them."""
    issuers = [f"{clean(issuer)} {count:,}" for issuer, count in origins.issuers]
    return f"{share(origins)}{f' (by issuer: {listed(issuers, most=MOST_ISSUERS)})' if issuers else ''}."


def say(console: Console, text: str) -> None:
    """Print lines as they are: the terminal wraps them, and nothing in them is markup."""
    console.print(Text(clean_lines(text)), soft_wrap=True)


class Bar:
    """A progress bar on stderr: users while they are listed, then leavers while they are read."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("Reading users", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, state: ScanProgress) -> None:
        """Called by the scan."""
        texts = {
            Phase.USERS: f"Reading users ({state.leavers} disabled)",
            Phase.LOCATIONS: f"Reading all {KIND_NAMES[state.what]}" if state.what else "",
            Phase.PEOPLE: "Putting their access together",
            Phase.TRAIL: "Reading CloudTrail",
        }
        self._progress.update(self._task, description=texts[state.phase], completed=state.done, total=state.total)


def _table(scan: Scan, people: list[PersonRead]) -> Table:
    table = Table(title="Disabled users who can still get in", title_justify="left", expand=False)
    for name in ("User", "Disabled since about", "Ways in", "Severity"):
        table.add_column(name, overflow="fold")
    for person in people:
        level, use = _severity(scan, person), person.used
        used = f"\nused access after being disabled: {use.event}, {utc(use.at)}" if use else ""
        table.add_row(
            Text(_name(person.user) + used),
            Text(_moment(person.user.updated_at)),
            Text(_ways(scan, person)),
            Text(str(level), style=_COLOURS[level]),
        )
    return table


def _ways(scan: Scan, person: PersonRead) -> str:
    grants = worst_first(person.usable, scan.management_account_id)
    lines = [_way(grant, scan.management_account_id) for grant in grants[:MOST_WAYS]]
    more = len(grants) - MOST_WAYS
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])


def _way(grant: Grant, management_account_id: str | None) -> str:
    path = f" through group {grant.group_name or grant.group_id}" if grant.group_id else ""
    if grant.kind is GrantKind.APPLICATION:
        return clean(f"application {grant.application_name or grant.application_arn}{path}")
    account = grant.account_name or grant.account_id or ""
    if grant.account_id == management_account_id:
        account += " (management account)"
    if grant.kind is GrantKind.ENTITLEMENT:
        return clean(f"{account}: role {(grant.role_arn or '').rpartition('/')[2]} (account access){path}")
    mark = {"administrator": " (administrator)", "power_user": " (power user)"}.get(grant.privilege or "", "")
    return clean(f"{account}: {grant.permission_set_name or grant.permission_set_arn}{mark}{path}")


def _name(user: User) -> str:
    return clean(user.label if user.label in {user.user_name, user.id} else f"{user.label} ({user.user_name})")


def _moment(moment: datetime | None) -> str:
    return utc(moment) if moment else "unknown"


def _severity(scan: Scan, person: PersonRead) -> Severity:
    return severity(person.grants, scan.management_account_id, person.used)


def user_json(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "user_name": user.user_name or None,
        "display_name": user.display_name or None,
        "email": user.email or None,
        "updated_at": user.updated_at.isoformat() if user.updated_at else None,
    }


def grant_json(grant: Grant) -> dict[str, Any]:
    told = {name: value for name, value in asdict(grant).items() if name not in {"group_scim", "background"}}
    return {**told, "administrator_like": _LIKE[grant.privilege]}
