"""`leaverbot events`: the pattern for the AWS rule that sends events to leaverbot's queue."""

import typer

from bot.cli.scan_output import json_text
from bot.core.events.watched import event_pattern

events = typer.Typer(help="Set up AWS to send its events to leaverbot.", no_args_is_help=True)


@events.callback()
def _events() -> None:
    """Set up AWS to send its events to leaverbot."""


@events.command()
def pattern() -> None:
    """Print the EventBridge pattern of the events that leaverbot uses. Needs no settings and no AWS access.

    Examples: `leaverbot events pattern` · `aws events put-rule --name leaverbot --event-pattern "$(leaverbot events
    pattern)"`
    """
    typer.echo(json_text(dict(event_pattern())))
