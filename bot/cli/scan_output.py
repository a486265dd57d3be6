"""Documents of `--json` about people, grants and scans; and text that is safe to print."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.cli.directory_output import origins_json
from bot.core.access.person_read import PersonRead
from bot.core.access.severity import Severity, severity
from bot.core.cases import disabled_by
from bot.core.lists.order import urgency_of
from bot.core.models import Grant, Privilege, User, worst_first
from bot.core.scan.coverage import Coverage, Scan
from bot.core.text import clean_lines, listed

# Who can still get in, one and several.
WHO = ("disabled person", "disabled people")
# Administrator-like: it allows nearly everything.
_LIKE = {None: None, Privilege.ADMINISTRATOR: True, Privilege.POWER_USER: True, Privilege.OTHER: False}


def found(scan: Scan) -> list[PersonRead]:
    """The leavers who hold a usable grant, in the order of all lists."""

    def order(person: PersonRead) -> tuple[Any, ...]:
        since = disabled_by(person.user, scan.coverage.finished_at)
        return urgency_of(person.user, severity_of(scan, person), since, used=person.used is not None)

    return sorted((person for person in scan.people if person.usable), key=order)


def scan_json(scan: Scan, people: Sequence[PersonRead] | None = None) -> dict[str, Any]:
    """The document of `--json`, with these leavers; None: with all."""
    return {
        "scan": coverage_json(scan.coverage),
        "cases": [
            {
                "user": user_json(person.user),
                "severity": str(severity_of(scan, person)),
                "used": {**asdict(person.used), "at": person.used.at.isoformat()} if person.used else None,
                "grants": [grant_json(grant) for grant in worst_first(person.grants, scan.management_account_id)],
            }
            for person in (found(scan) if people is None else people)
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


def by_severity(levels: Sequence[Severity]) -> str:
    """2 critical and 1 normal."""
    return listed([f"{levels.count(level):,} {level}" for level in Severity if level in levels])


def say(console: Console, text: str) -> None:
    """Print lines as they are: the terminal wraps them, and nothing in them is markup."""
    console.print(Text(clean_lines(text)), soft_wrap=True)


def severity_of(scan: Scan, person: PersonRead) -> Severity:
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
