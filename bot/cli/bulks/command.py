"""`leaverbot bulks …`: what was asked for many people at once: list, show, stop."""

from typing import Annotated

import typer

bulks = typer.Typer(invoke_without_command=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Id = Annotated[
    str, typer.Argument(metavar="ID", help="The id, or the beginning of one, as `leaverbot bulks` shows it.")
]
Deadline = Annotated[
    float | None, typer.Option("--deadline", min=1, metavar="SECONDS", help="Exit after this time, finished or not.")
]


@bulks.callback()
def all_bulks(context: typer.Context, as_json: AsJson = False) -> None:
    """List actions on many people, newest first: what, by whom, how far it is, and its id.

    Reads only the database and changes nothing. `leaverbot revoke --filter …` and others begin one.

    Exit codes: 0 listed, 1 wrong settings or leaverbot has not run here yet, 3 the database did not answer.

    Examples: `leaverbot bulks` · `leaverbot bulks --json | jq '.bulks[0].id'`
    """
    if context.invoked_subcommand is None:
        # Slack's words and the database are of no use to `scan`.
        from bot.cli.bulks.show import list_bulks  # noqa: PLC0415 - see above

        list_bulks(as_json=as_json)


@bulks.command(name="show")
def show(bulk: Id, as_json: AsJson = False) -> None:
    """Show what became of each person, and the commands that undo it.

    Reads only the database and changes nothing.

    Exit codes: 0 shown, 1 there is no such id, or leaverbot has not run here yet, 3 the database did not answer.

    Examples: `leaverbot bulks show 4b1c` · `leaverbot bulks show 4b1c --json | jq -r '.people[].undo[]'`
    """
    from bot.cli.bulks.show import show_bulk  # noqa: PLC0415 - see above

    show_bulk(bulk, as_json=as_json)


@bulks.command(name="stop")
def stop(bulk: Id, as_json: AsJson = False, deadline: Deadline = None) -> None:
    """Stop one: those under way finish, and nothing more starts.

    If another leaverbot holds the database, the command hands this over to it. That leaverbot does it if it runs as the
    same AWS identity as you, or names yours in LEAVERBOT_TERMINAL_IDENTITIES.

    Exit codes: 0 stopped, 1 refused, wrong usage or it has ended, 3 it could not be done now.

    Examples: `leaverbot bulks stop 4b1c`
    """
    from bot.cli.bulks.stop import stop_bulk  # noqa: PLC0415 - see above

    stop_bulk(bulk, as_json=as_json, deadline=deadline)
