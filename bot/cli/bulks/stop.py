"""`leaverbot bulks stop`."""

from collections.abc import Callable
from typing import NoReturn

import typer

from bot.cli.actions.frame import Left, run_command
from bot.cli.bulks.output import left_words
from bot.cli.bulks.results import find_bulk
from bot.cli.bulks.show import NO_SUCH
from bot.cli.exits import COMPLETE, NOT_COMPLETE, WRONG_USE, complain
from bot.cli.scan_output import json_text
from bot.cli.stopping import when_asked_to_stop
from bot.processes.bulk_command import BulkCommand

_STATES = {COMPLETE: "stopped", NOT_COMPLETE: "failed"}


def stop_bulk(typed: str, *, as_json: bool, deadline: float | None) -> NoReturn:
    """Ends the program, with the exit code that says how it went."""

    def tell(why: str, code: int) -> None:
        if as_json:
            typer.echo(json_text({"what": "bulks stop", "state": _STATES.get(code, "refused"), "why": why or None}))
        elif code == COMPLETE:
            typer.echo(why)
        else:
            complain(why)

    run_command(
        "bulks stop", lambda command: _stop(command, typed, deadline, tell), tell, "Nothing was stopped.", BulkCommand
    )


def _stop(command: BulkCommand, typed: str, deadline: float | None, tell: Callable[[str, int], None]) -> int:
    bulk_id = find_bulk(command.context.store, typed)
    if not bulk_id:
        raise Left(NO_SUCH.format(id=typed))
    when_asked_to_stop(command.stopping.set)
    ended = command.see_stopped(bulk_id, deadline)
    if ended.done:
        tell(f"Stopped. `leaverbot bulks show {bulk_id}` shows what was done.", COMPLETE)
        return COMPLETE
    code = WRONG_USE if ended.refused else NOT_COMPLETE
    tell(ended.wish.answer or left_words(ended), code)
    return code
