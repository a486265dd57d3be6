"""`leaverbot schedule`."""

from dataclasses import dataclass
from typing import Annotated

import typer


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed. `words`: the user and the time, as in Slack."""

    words: str
    revoke: bool = False
    cancel: bool = False
    yes: bool = False
    as_json: bool = False
    deadline: float | None = None


def schedule(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="USER TIME", help='Whom, and when: dana.rossi "2026-11-30 18:00".')
    ] = None,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Also revoke, once the directory has disabled the user.")
    ] = False,
    show: Annotated[bool, typer.Option("--list", help="Only list what is scheduled.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel the scheduled leave of USER.")] = False,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Do not ask for confirmation. Needs the whole user name, e-mail or user id."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document; everything else goes to stderr.")
    ] = False,
    deadline: Annotated[
        float | None,
        typer.Option("--deadline", min=1, metavar="SECONDS", help="Exit after this time, finished or not."),
    ] = None,
) -> None:
    """Schedule a leave: an emergency deny of somebody at a given time. Without arguments: list what is scheduled.

    It works for somebody who is not disabled yet. A time without an offset is in LEAVERBOT_TIMEZONE. `leaverbot run`,
    `leaverbot once` or Lambda announces it in the channel an hour before and carries it out; if none of
    them runs at that time, the next one does it late. Scheduling again replaces the earlier time. It needs
    SLACK_BOT_TOKEN, or a running leaverbot that has it.

    Exit codes: 0 scheduled, cancelled or listed, 1 refused or wrong usage, 3 it is not known whether it was done.

    Examples: `leaverbot schedule dana.rossi@example.com "2026-11-30 18:00" --revoke` · `leaverbot schedule` ·
    `leaverbot schedule --cancel dana.rossi@example.com`
    """
    # Slack's words, the database and the engine are of no use to `scan`.
    from bot.cli.leaves.schedule import carry_out, list_them  # noqa: PLC0415 - see above

    text = " ".join(words or ())
    if show or not (text or cancel):
        list_them(as_json=as_json)
    else:
        carry_out(Typed(text, revoke, cancel, yes, as_json, deadline))
