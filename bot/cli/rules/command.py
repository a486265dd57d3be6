"""`leaverbot rules …` and `leaverbot brake …`: show the rules; an admin decides about rules, limits and the brake."""

from typing import Annotated

import typer

from bot.core.kinds import ACCEPT, GO_ON, RELEASE, Note

rules = typer.Typer(invoke_without_command=True)
brake = typer.Typer(
    help="The brake stops all rules and deletes when too many people are disabled within a day.", no_args_is_help=True
)

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation. Needs --count.")]
Count = Annotated[int | None, typer.Option("--count", min=0, metavar="N", help="How many people it is about.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document; everything else goes to stderr.")]
Deadline = Annotated[
    float | None, typer.Option("--deadline", min=1, metavar="SECONDS", help="Exit after this time, finished or not.")
]
GoOnYes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]


@rules.callback()
def all_rules(context: typer.Context, as_json: AsJson = False) -> None:
    """Show which rules are on, what they will do in the next 24 hours, what waits, and for whom they are stopped.

    Reads the rules from your settings and everything else from the database, and changes nothing. The commands below
    are for what an admin decides.

    Exit codes: 0 shown, 1 wrong settings or leaverbot has not run here yet, 3 the database did not answer.

    Examples: `leaverbot rules` · `leaverbot rules --json | jq .waits`
    """
    if context.invoked_subcommand is None:
        # Slack's words and the database are of no use to `scan`.
        from bot.cli.questions.rules import show_rules  # noqa: PLC0415 - see above

        show_rules(as_json=as_json)


@rules.command(name="accept")
def accept_rules(yes: Yes = False, count: Count = None, as_json: AsJson = False, deadline: Deadline = None) -> None:
    """Let rules act on the people for whom they wait: after the first scan, a change of rules, or the brake.

    Shows whom it is about and what rules would do, and asks you to type how many people that is. If rules wait for
    several decisions, the oldest comes first; --count picks one.

    If another leaverbot holds the database, the command hands this over to it. That leaverbot does it if it runs as the
    same AWS identity as you, or names yours in LEAVERBOT_TERMINAL_IDENTITIES.

    Exit codes: 0 done, 1 refused, wrong usage or nothing to accept, 3 it could not be done now.

    Examples: `leaverbot rules accept` · `leaverbot rules accept --yes --count 40`
    """
    _decide(ACCEPT, count, yes=yes, as_json=as_json, deadline=deadline)


@rules.command(name="go-on")
def go_on(yes: GoOnYes = False, as_json: AsJson = False, deadline: Deadline = None) -> None:
    """Let what waits for the hourly limit (LEAVERBOT_MAX_CHANGES_PER_HOUR) go on now, for people and rules.

    The hour starts anew: the full number of people may be changed again before anything waits. Shows what waits, and
    asks you to type `go-on`. It is recorded in the audit log.

    If another leaverbot holds the database, the command hands this over to it. That leaverbot does it if it runs as the
    same AWS identity as you, or names yours in LEAVERBOT_TERMINAL_IDENTITIES.

    Exit codes: 0 done, 1 refused or wrong usage, 3 it could not be done now.

    Examples: `leaverbot rules go-on` · `leaverbot rules go-on --yes --json | jq .state`
    """
    # Slack's words, the database and the engine are of no use to `scan`.
    from bot.cli.actions.carry_out import carry_out  # noqa: PLC0415 - see above
    from bot.cli.actions.command import Asked  # noqa: PLC0415 - see above

    carry_out(Asked(GO_ON, "", yes=yes, as_json=as_json, deadline=deadline))


@brake.callback()
def _brake() -> None:
    """The brake stops all rules and deletes when too many people are disabled within a day."""


@brake.command(name="release")
def release_brake(yes: Yes = False, count: Count = None, as_json: AsJson = False, deadline: Deadline = None) -> None:
    """Release the brake: rules and deletes go on, and those with access are listed in one message.

    Shows whom it is about, and asks you to type how many people that is.

    If another leaverbot holds the database, the command hands this over to it. That leaverbot does it if it runs as the
    same AWS identity as you, or names yours in LEAVERBOT_TERMINAL_IDENTITIES.

    Exit codes: 0 done, 1 refused, wrong usage or nothing to release, 3 it could not be done now.

    Examples: `leaverbot brake release` · `leaverbot brake release --yes --count 412`
    """
    _decide(RELEASE, count, yes=yes, as_json=as_json, deadline=deadline)


def _decide(note: Note, count: int | None, *, yes: bool, as_json: bool, deadline: float | None) -> None:
    # Slack's words, the database and the engine are of no use to `scan`.
    from bot.cli.actions.command import Asked  # noqa: PLC0415 - see above
    from bot.cli.rules.decide import decide  # noqa: PLC0415 - see above

    decide(Asked(note, "", yes=yes, as_json=as_json, deadline=deadline), count)
