"""`leaverbot scan`."""

import logging
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.exits import COMPLETE, FINDINGS, NOT_COMPLETE, WRONG_USE, complain
from bot.cli.scan_output import Bar, found, json_text, scan_json, show_scan
from bot.core.errors import AwsCredentials, AwsRejected, SettingsError
from bot.core.scan.coverage import Scan, ScanStatus, Strategy
from bot.logs import set_up_logging
from bot.processes.connect_aws import connect_aws, scanner
from bot.settings import ScanSettings


class End(StrEnum):
    """What a scan goes through."""

    LEAVERS = "leavers"
    ACCOUNTS = "accounts"


_STRATEGIES = {End.LEAVERS: Strategy.BY_PRINCIPAL, End.ACCOUNTS: Strategy.BY_LOCATION}


def scan(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    fail_on_findings: Annotated[
        bool, typer.Option("--fail-on-findings", help="Exit with code 2 if anybody is found.")
    ] = False,
    check_use: Annotated[
        bool, typer.Option("--check-use", help="Ask CloudTrail whether they used access after being disabled.")
    ] = False,
    find_orphans: Annotated[
        bool, typer.Option("--find-orphans", help="Read every account, to find grants of deleted users too.")
    ] = False,
    end: Annotated[
        End | None,
        typer.Option(
            "--from",
            help="Read person by person, or account by account. The default is whichever takes fewer calls; "
            "--find-orphans always reads account by account.",
        ),
    ] = None,
) -> None:
    """Read the directory once and show which disabled users can still get in. Changes nothing.

    All it needs is AWS credentials (profile, region and role as for the AWS CLI) for the management account or, with
    more calls, for the delegated administrator account of Identity Center.

    Exit codes: 0 complete, 1 wrong usage or settings, 2 somebody was found (with --fail-on-findings), 3 the scan is
    partial or failed.

    Examples: `AWS_PROFILE=management AWS_REGION=eu-west-1 leaverbot scan` · `leaverbot scan --json | jq .cases` ·
    `leaverbot scan --find-orphans --check-use`
    """
    set_up_logging("console", logging.WARNING)
    try:
        settings = ScanSettings.load()
        reader = scanner(
            connect_aws(settings.instance_arn, account_access=settings.account_access),
            check_use=check_use or settings.check_use,
            find_orphans=find_orphans or settings.find_orphans,
            only=_STRATEGIES[end] if end else None,
        )
        with Bar(Console(stderr=True)) as bar:
            result = reader.scan(progress=bar.show, strict=True)
    except (SettingsError, AwsCredentials, AwsRejected) as error:
        complain(str(error))
        raise typer.Exit(WRONG_USE) from None
    if as_json:
        typer.echo(json_text(scan_json(result)))
    else:
        show_scan(result, Console())
    raise typer.Exit(_exit_code(result, fail_on_findings=fail_on_findings))


def _exit_code(result: Scan, *, fail_on_findings: bool) -> int:
    if result.coverage.status is not ScanStatus.COMPLETE:
        return NOT_COMPLETE
    return FINDINGS if fail_on_findings and found(result) else COMPLETE
