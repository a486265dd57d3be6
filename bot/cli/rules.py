"""`leaverbot rules …`: what an admin says about rules and limits."""

from typing import Annotated

import typer

from bot.cli.brake import AsJson, Deadline, accept_rules
from bot.core.kinds import GO_ON

GoOnYes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]
rules = typer.Typer(invoke_without_command=True)


@rules.callback()
def all_rules(context: typer.Context, as_json: AsJson = False) -> None:
    """Show which rules are on, what they will do in the next 24 hours, what waits for whom, and who stopped what.

    Reads the rules from your settings and everything else from the database, and changes nothing. The commands below
    say what an admin decides.

    Exit codes: 0 shown, 1 wrong settings or leaverbot has not run here yet, 3 the database did not answer.

    Examples: `leaverbot rules` · `leaverbot rules --json | jq .waits`
    """
    if context.invoked_subcommand is None:
        # Slack's words and the database are of no use to `scan`.
        from bot.cli.questions.rules import show_rules  # noqa: PLC0415 - see above

        show_rules(as_json=as_json)


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
