"""`leaverbot rules …`: what an admin says about rules and limits."""

from typing import Annotated

import typer

from bot.cli.brake import AsJson, Deadline, accept_rules
from bot.core.kinds import GO_ON

_HELP = "Decide what waits for an admin's word: what leaverbot does by itself, and how much of it."
GoOnYes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]
rules = typer.Typer(help=_HELP, no_args_is_help=True)


@rules.callback()
def _rules() -> None:
    """Decide what waits for an admin's word: what leaverbot does by itself, and how much of it."""


rules.command(name="accept")(accept_rules)


@rules.command(name="go-on")
def go_on(yes: GoOnYes = False, as_json: AsJson = False, deadline: Deadline = None) -> None:
    """Let what waits for the hourly limit (LEAVERBOT_MAX_CHANGES_PER_HOUR) go on now, for people and rules.

    The hour begins anew: as many people again may be changed before anything waits. Shows what waits, and asks you to
    type `go-on`. It is recorded in the audit log. If another leaverbot holds the database, it does this, and goes on.

    Exit codes: 0 done, 1 refused or wrong usage, 3 it could not be done now.

    Examples: `leaverbot rules go-on` · `leaverbot rules go-on --yes --json | jq .state`
    """
    # Slack's words, the database and the engine are of no use to `scan`.
    from bot.cli.actions.carry_out import carry_out  # noqa: PLC0415 - see above
    from bot.cli.actions.command import Asked  # noqa: PLC0415 - see above

    carry_out(Asked(GO_ON, "", yes=yes, as_json=as_json, deadline=deadline))
