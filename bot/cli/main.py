"""The command line: its commands, one file each, and the end of whatever goes wrong in them."""

import logging
from typing import Annotated, Any

import typer

from bot import __version__
from bot.cli.actions import actions
from bot.cli.bulks.command import bulks
from bot.cli.denies import Commands, denies
from bot.cli.events import events
from bot.cli.exits import NOT_COMPLETE, WRONG_USE, leave_now, open_closed_streams
from bot.cli.leaves.command import schedule
from bot.cli.once import once
from bot.cli.playground import playground
from bot.cli.questions import QUESTIONS
from bot.cli.rules.command import brake, rules
from bot.cli.run import run_bot
from bot.cli.scanning.command import scan
from bot.environment import secrets
from bot.logs import catch_everything, set_up_logging, unforeseen
from bot.redact import keep_secret

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.command(name="run")(run_bot)
app.command()(scan)
app.command()(once)
app.command()(playground)
for _name, _question in QUESTIONS.items():
    app.command(name=_name)(_question)
for _name, _action in actions().items():
    app.command(name=_name)(_action)
app.command()(schedule)
app.add_typer(bulks, name="bulks")
app.add_typer(denies, name="denies")
app.add_typer(events, name="events")
app.add_typer(brake, name="brake")
app.add_typer(rules, name="rules")


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
    """Find people who left but still have access in AWS IAM Identity Center, and remove it with a button in Slack."""


def main() -> None:
    """Run a command. Whatever goes wrong, a person reads one sentence, and the log has the rest under a reference."""
    open_closed_streams()
    keep_secret(secrets())
    set_up_logging("console", logging.WARNING)
    catch_everything()
    # Typer exits with 2 on wrong usage; here that is the code for findings.
    usage_error: Any = typer.BadParameter.__base__
    usage_error.exit_code = WRONG_USE
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the program ends here; `unforeseen` logs it with a reference
        typer.echo(unforeseen(error), err=True)
        leave_now(NOT_COMPLETE)
