"""The command line."""

import logging
import os
import signal
import sys
import threading
from enum import StrEnum
from types import FrameType
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console

from bot import __version__
from bot.cli import denies
from bot.cli.scan_output import Bar, found, json_text, scan_json, show_scan
from bot.connect import connect_aws, scanner
from bot.core.errors import AwsCredentials, AwsRejected, LeaverbotError, SettingsError
from bot.core.scan.coverage import Scan, ScanStatus, Strategy
from bot.core.text import clean_lines
from bot.observe import catch_everything, set_up_logging, unforeseen
from bot.redact import keep_secret, redact
from bot.settings import ScanSettings, Settings, secrets, unknown_settings

log = structlog.get_logger(__name__)
app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False
)
app.add_typer(denies.app, name="deny")

# Exit codes of `scan`; of `run` too, which never finds anything and is complete when it was asked to stop.
COMPLETE, WRONG_USE, FINDINGS, NOT_COMPLETE = 0, 1, 2, 3
STOP_WITHIN_SECONDS = 9.0


class End(StrEnum):
    """From which end a scan reads."""

    LEAVERS = "leavers"
    ACCOUNTS = "accounts"


_STRATEGIES = {End.LEAVERS: Strategy.BY_PRINCIPAL, End.ACCOUNTS: Strategy.BY_LOCATION}


def _version(value: bool) -> None:
    if value:
        typer.echo(f"leaverbot {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Finds people who left but still hold access in AWS IAM Identity Center, and takes it away from Slack."""


@app.command(name="run")
def run_bot() -> None:
    """Run the bot: scan on a schedule, alert in Slack, act on buttons and commands.

    Settings come from the environment and from `.env`; the README lists them all. What cannot be reached at the start
    (Slack, AWS, the database) is tried again until it answers; `/readyz` says what is missing. Stop it with SIGTERM or
    Ctrl-C: what is under way is finished, or continued by the next start.

    Exit codes: 0 stopped, 1 something that a person must change (all of it is named: settings, tokens, the channel,
    credentials, rights, the deny policies), 3 something nobody foresaw.

    Example: `SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… LEAVERBOT_CHANNEL=C0123456789 leaverbot run`
    """
    # Slack, the database and the engine are half of the memory, and of no use to `scan`.
    from bot.app import run  # noqa: PLC0415 - see above

    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        _end_in_time()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    try:
        settings = Settings.load()
        set_up_logging(settings.log_format)
        for problem in [*unknown_settings(), *settings.doubts()]:
            log.warning(problem)
        run(settings, stop)
    except SettingsError as error:
        _complain(error)
        _leave(WRONG_USE)
    _leave(COMPLETE)


@app.command()
def scan(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, nothing else.")] = False,
    fail_on_findings: Annotated[
        bool, typer.Option("--fail-on-findings", help="Exit with 2 when somebody is found.")
    ] = False,
    check_use: Annotated[
        bool, typer.Option("--check-use", help="Ask CloudTrail whether they used access after being disabled.")
    ] = False,
    find_orphans: Annotated[
        bool, typer.Option("--find-orphans", help="Go through every account, and find grants of deleted users, too.")
    ] = False,
    end: Annotated[
        End | None,
        typer.Option(
            "--from",
            help="From which end to read; by default the one with fewer calls. --find-orphans reads from accounts.",
        ),
    ] = None,
) -> None:
    """Read the directory once and show which disabled users can still get in. Changes nothing.

    Needs AWS credentials only (profile, region and role as for the AWS CLI): of the management account, or with more
    calls of the delegated administrator of Identity Center.

    Exit codes: 0 complete, 1 wrong use or settings, 2 somebody was found (with --fail-on-findings), 3 the scan is
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
        _complain(error)
        raise typer.Exit(WRONG_USE) from None
    if as_json:
        typer.echo(json_text(scan_json(result)))
    else:
        show_scan(result, Console())
    raise typer.Exit(_exit_code(result, fail_on_findings=fail_on_findings))


@app.command()
def playground(
    port: Annotated[int, typer.Option(help="Port of the page.", min=0, max=65535)] = 8765,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    seed: Annotated[int, typer.Option(help="Another number, another sample company.")] = 7,
    users: Annotated[int, typer.Option(help="How many people work there.", min=10, max=5000)] = 60,
) -> None:
    """Try everything with no AWS and no Slack: the same bot against two simulators, with a page in the browser.

    Example: `leaverbot playground --open`
    """
    try:
        from bot.playground.play import play  # noqa: PLC0415 - the simulators are an extra
    except ImportError as error:
        _complain(
            SettingsError(
                [f"The playground is an extra ({error.name} is missing): pip install 'leaverbot[playground]'"]
            )
        )
        raise typer.Exit(WRONG_USE) from None
    _leave(play(port=port, open_page=open_page, seed=seed, users=users))


def _exit_code(result: Scan, *, fail_on_findings: bool) -> int:
    if result.coverage.status is not ScanStatus.COMPLETE:
        return NOT_COMPLETE
    return FINDINGS if fail_on_findings and found(result) else COMPLETE


def _complain(error: LeaverbotError) -> None:
    typer.echo(clean_lines(redact(str(error))), err=True)


def _end_in_time() -> None:
    """Whoever stops us kills after ten seconds. What hangs then is parked in the database: the next start goes on."""
    timer = threading.Timer(STOP_WITHIN_SECONDS, lambda: _leave(COMPLETE))
    timer.daemon = True
    timer.start()


def _leave(code: int) -> None:
    """End now: a workflow that was parked still has a thread, and it is continued by the next start."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Run a command. Whatever ends it, a person reads a sentence, and the log has the rest under a reference."""
    keep_secret(secrets())
    set_up_logging("console", logging.WARNING)
    catch_everything()
    # Wrong use ends with 2 by Typer's habit, and that is the code for somebody found.
    usage_error: Any = typer.BadParameter.__base__
    usage_error.exit_code = WRONG_USE
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the program ends here; `unforeseen` logs it with a reference
        typer.echo(unforeseen(error), err=True)
        _leave(NOT_COMPLETE)
