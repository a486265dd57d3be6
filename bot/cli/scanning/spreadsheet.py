"""`leaverbot scan --csv`: a row for each way in, for a spreadsheet. No cell can act there, whatever a name holds."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from bot.cli.scan_output import severity_of
from bot.core.access.person_read import PersonRead
from bot.core.models import Grant, worst_first
from bot.core.scan.coverage import Scan
from bot.core.text import clean

COLUMNS = (
    "severity",
    "user_name",
    "display_name",
    "email",
    "user_id",
    "disabled_at_the_latest",
    "used_while_disabled",
    "used_at",
    "kind",
    "path",
    "group",
    "account",
    "account_id",
    "permission_set_or_role",
    "application",
    "privilege",
)
# What a spreadsheet takes for a formula (OWASP, "CSV Injection"), at the start of a cell, and after what another
# program may take for the end of one.
_FORMULA = re.compile(r"(^|[;,|])(\s*)([=+\-@\uff1d\uff0b\uff0d\uff20])")


def write_csv(scan: Scan, people: Sequence[PersonRead], out: TextIO) -> None:
    """Write these leavers, with a header. Every cell is one line of text in quotes."""
    sheet = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for person in people:
        for grant in worst_first(person.usable, scan.management_account_id):
            sheet.writerow([cell(text) for text in _row(scan, person, grant)])


def cell(text: str | None) -> str:
    """One line that no spreadsheet takes for a formula: an apostrophe before what would start one."""
    return _FORMULA.sub(r"\1\2'\3", clean(text or ""))


def _row(scan: Scan, person: PersonRead, grant: Grant) -> Iterator[str | None]:
    user, use = person.user, person.used
    yield str(severity_of(scan, person))
    yield from (user.user_name, user.display_name, user.email, user.id)
    yield user.updated_at.isoformat() if user.updated_at else ""
    yield from (use.event, use.at.isoformat()) if use else ("", "")
    yield from (str(grant.kind), str(grant.path), grant.group_name or grant.group_id)
    yield from _place(grant)
    yield str(grant.privilege or "")


def _place(grant: Grant) -> Iterable[str | None]:
    """Account, its id, permission set or role, application."""
    allowed = grant.permission_set_name or grant.permission_set_arn or grant.role_arn
    return grant.account_name, grant.account_id, allowed, grant.application_name or grant.application_arn
