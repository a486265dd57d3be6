"""`leaverbot scan`."""

import logging
import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.exits import COMPLETE, FINDINGS, NOT_COMPLETE, WRONG_USE, complain
from bot.cli.scan_output import json_text, scan_json
from bot.cli.scanning.progress_bar import Bar
from bot.cli.scanning.report import Shown, show_scan, sum_lines
from bot.cli.scanning.spreadsheet import write_csv
from bot.core.access.severity import Severity
from bot.core.errors import AwsCredentials, AwsRejected, SettingsError
from bot.core.scan.coverage import Scan, ScanStatus, Strategy
from bot.logs import set_up_logging
from bot.processes.connect_aws import connect_aws, scanner
from bot.settings import ScanSettings


class End(StrEnum):
    """What a scan goes through."""

    LEAVERS = "leavers"
    ACCOUNTS = "accounts"


From = Annotated[
    End | None,
    typer.Option(
        "--from",
        help="Read person by person, or account by account. The default is whichever takes fewer calls; "
        "--find-orphans always reads account by account.",
    ),
]
_STRATEGIES = {End.LEAVERS: Strategy.BY_PRINCIPAL, End.ACCOUNTS: Strategy.BY_LOCATION}


def scan(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print a row for each way in, for a spreadsheet; the sum goes to stderr.")
    ] = False,
    severity: Annotated[
        list[Severity] | None, typer.Option("--severity", help="Show only these leavers. May be given more than once.")
    ] = None,
    top: Annotated[int | None, typer.Option("--top", min=1, metavar="N", help="Show only the N worst.")] = None,
    fail_on_findings: Annotated[
        bool, typer.Option("--fail-on-findings", help="Exit with code 2 if anybody is shown.")
    ] = False,
    check_use: Annotated[
        bool, typer.Option("--check-use", help="Ask CloudTrail whether they used access while disabled.")
    ] = False,
    find_orphans: Annotated[
        bool, typer.Option("--find-orphans", help="Read every account, to find grants of deleted users too.")
    ] = False,
    end: From = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Also say how everything was read.")] = False,
) -> None:
    """Read the directory once and show which disabled users can still get in. Changes nothing.

    All it needs is AWS credentials (profile, region and role as for the AWS CLI) for the management account or, with
    more calls, for the delegated administrator account of Identity Center.

    Exit codes: 0 complete, 1 wrong usage or settings, 2 somebody was found (with --fail-on-findings), 3 the scan is
    partial or failed.

    A wide terminal shows a table; a narrow one, or a pipe, one line a leaver. --csv and --json have every way in.

    Examples: `AWS_PROFILE=management AWS_REGION=eu-west-1 leaverbot scan` · `leaverbot scan --severity critical` ·
    `leaverbot scan --csv > leavers.csv` · `leaverbot scan --json | jq .cases` · `leaverbot scan --find-orphans`
    """
    if as_json and as_csv:
        complain("--json and --csv do not go together: choose one.")
        raise typer.Exit(WRONG_USE)
    set_up_logging("console", logging.WARNING)
    result = _read(_STRATEGIES[end] if end else None, check_use=check_use, find_orphans=find_orphans)
    shown = Shown(frozenset(severity or ()), top)
    people = shown.of(result)
    if as_json:
        typer.echo(json_text(scan_json(result, people)))
    elif as_csv:
        complain(*sum_lines(result, len(people)))
        write_csv(result, people, sys.stdout)
    else:
        show_scan(result, Console(), shown, verbose=verbose)
    raise typer.Exit(_exit_code(result, found=fail_on_findings and bool(people)))


def _read(only: Strategy | None, *, check_use: bool, find_orphans: bool) -> Scan:
    """One scan, with its progress on stderr. Ends the program when the settings or AWS do not allow one."""
    try:
        settings = ScanSettings.load()
        reader = scanner(
            connect_aws(settings.instance_arn, account_access=settings.account_access),
            check_use=check_use or settings.check_use,
            find_orphans=find_orphans or settings.find_orphans,
            only=only,
        )
        with Bar(Console(stderr=True)) as bar:
            return reader.scan(progress=bar.show, strict=True)
    except (SettingsError, AwsCredentials, AwsRejected) as error:
        complain(str(error))
        raise typer.Exit(WRONG_USE) from None


def _exit_code(result: Scan, *, found: bool) -> int:
    if result.coverage.status is not ScanStatus.COMPLETE:
        return NOT_COMPLETE
    return FINDINGS if found else COMPLETE
