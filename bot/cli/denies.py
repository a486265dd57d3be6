"""`leaverbot deny`: the policy for emergency denies set up, and what is denied now."""

import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import quote

import typer
from rich.console import Console
from rich.text import Text

from bot.aws.scp_setup import ScpSetup
from bot.cli.deny_output import NO_DATABASE, Stored, show_end, show_plan, show_standing, standing_json
from bot.cli.scan_output import json_text
from bot.clock import SystemClock
from bot.connect import AwsParts, connect_aws
from bot.core.errors import AwsConflict, AwsUnavailable, LeaverbotError, SettingsError, StoreError
from bot.core.text import clean, clean_lines
from bot.observe import set_up_logging
from bot.redact import redact
from bot.services.kinds.deny.audit import Comparison
from bot.services.kinds.deny.setup import DenySetup
from bot.settings import DenySettings

app = typer.Typer(no_args_is_help=True, help="Set the policy for emergency denies up, and see what is denied now.")

# Exit codes, as those of `scan`.
FINE, REFUSED, DIFFERENT, NOT_READ = 0, 1, 2, 3
NAME = "leaverbot-emergency-deny"
AGAIN = "Run the same command again: it goes on where this one stopped."


@app.command()
def setup(
    target: Annotated[
        list[str] | None,
        typer.Option(help="Where to attach it: root, ou-… or an account id; can be repeated.", show_default="root"),
    ] = None,
    name: Annotated[str, typer.Option(help="The policy's name; another one when the first is full.")] = NAME,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. For automation.")] = False,
) -> None:
    """Make the service control policy for emergency denies, and attach it. Shows what it will do, and asks.

    The policy denies nobody until leaverbot writes somebody's id into it, and never reaches the management account.
    Repeated, it does what is still missing. Needs credentials of the management account; docs/aws-rights.md lists the
    rights. With LEAVERBOT_DRY_RUN=true it only shows.

    Exit codes: 0 set up, or shown, 1 wrong use, refused or not confirmed, 3 AWS did not answer.

    Examples: `leaverbot deny setup` · `leaverbot deny setup --target ou-ab12-11111111 --target 111122223333` ·
    `leaverbot deny setup --yes --name leaverbot-emergency-deny-2`
    """
    set_up_logging("console", logging.WARNING)
    console = Console()
    try:
        _check_name(name)
        settings = DenySettings.load()
        parts = _connect(settings)
        setting_up = DenySetup(ScpSetup(parts.aws), parts.deny, parts.access, SystemClock())
        with Console(stderr=True).status("Reading the organization"):
            plan = setting_up.plan(name, target or ())
    except LeaverbotError as error:
        _leave(error)
    show_plan(console, plan, settings)
    if plan.missing and not _may_go_on(settings, yes=yes):
        return
    try:
        policy_id, targets = setting_up.carry_out(plan, lambda step: console.print(Text(clean(step))))
    except LeaverbotError as error:
        _leave(error, AGAIN)
    show_end(policy_id, targets, settings)


@app.command(name="list")
def list_denies(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, nothing else.")] = False,
) -> None:
    """Show who is denied, how full each policy is, and where what leaverbot stored differs from AWS. Changes nothing.

    Reads the database of LEAVERBOT_DATABASE_URL, which is never made or changed; without one it shows AWS only.

    Exit codes: 0 nothing differs, 1 wrong use or settings, 2 something differs, 3 AWS or the database could not be
    read.

    Examples: `leaverbot deny list` · `leaverbot deny list --json | jq .differences`
    """
    set_up_logging("console", logging.WARNING)
    try:
        settings = DenySettings.load()
        parts = _connect(settings)
        stored = _stored(settings.database_url)
        comparison = Comparison(ScpSetup(parts.aws), parts.deny, parts.access)
        standing = comparison.compare(settings.deny_scp_ids, stored.denies)
    except LeaverbotError as error:
        _leave(error)
    names = settings.deny_match == "user-id-and-name"
    if as_json:
        typer.echo(json_text(standing_json(standing, stored, names=names)))
    else:
        show_standing(Console(), standing, stored, names=names)
    if standing.unread or stored.failed:
        raise typer.Exit(NOT_READ)
    raise typer.Exit(DIFFERENT if standing.differences else FINE)


def _connect(settings: DenySettings) -> AwsParts:
    return connect_aws(settings.instance_arn, dry_run=settings.dry_run, account_access=settings.account_access)


def _leave(error: LeaverbotError, more: str = "") -> NoReturn:
    typer.echo(clean_lines(redact("\n".join(filter(None, [str(error), more])))), err=True)
    raise typer.Exit(NOT_READ if isinstance(error, (AwsUnavailable, AwsConflict)) else REFUSED) from None


def _check_name(name: str) -> None:
    # 128 characters: CreatePolicy (Organizations API reference).
    if not 1 <= len(name) <= 128 or not name.isprintable() or name != name.strip():
        raise SettingsError(["--name is from 1 to 128 printable characters, without blanks around them."])


def _may_go_on(settings: DenySettings, *, yes: bool) -> bool:
    """Whether to change anything; ends the program when nobody said yes."""
    if settings.dry_run:
        typer.echo("Dry run (LEAVERBOT_DRY_RUN): nothing was changed.")
        return False
    if yes:
        return True
    if not sys.stdin.isatty():
        typer.echo("Nothing was changed: there is no terminal to ask in. Add --yes to go ahead.", err=True)
        raise typer.Exit(REFUSED)
    if not typer.confirm("Go ahead?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(REFUSED)
    return True


# --- what is printed ----------------------------------------------------------------------------------------------


def _stored(url: str) -> Stored:
    """What the database holds, without making or changing it."""
    # The database is of no use to `scan`, which is in the same program.
    from bot.store.database.connection import Database, connect, normal_url  # noqa: PLC0415 - see above
    from bot.store.database.schema import denies  # noqa: PLC0415 - see above
    from bot.store.store import SqlStore  # noqa: PLC0415 - see above

    parsed = normal_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = parsed.database or ""
        if not Path(path).exists():
            return Stored(None, NO_DATABASE)
        url = f"sqlite:///file:{quote(path)}?mode=ro&uri=true"
    database = Database(connect(url))
    try:
        with database.transaction(reads=True) as connection:
            there = connection.dialect.has_table(connection, denies.name)
        return Stored(SqlStore(database).denies()) if there else Stored(None, NO_DATABASE)
    except StoreError as error:
        why = f"leaverbot's records could not be read ({error}), so only what AWS has is shown."
        return Stored(
            None, f"{why} A database of an older leaverbot is brought up to date by the next run.", failed=True
        )
    finally:
        database.close()
