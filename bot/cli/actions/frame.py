"""The frame of every command that changes something: settings, the database, and how the program ends."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, TypeVar

import structlog

from bot.cli.actions.command import Asked
from bot.cli.actions.output import UNREAD, Output
from bot.cli.exits import COMPLETE, NOT_COMPLETE, WRONG_USE, code_of, complain, leave_now
from bot.cli.stopping import when_asked_to_stop
from bot.core.errors import LeaverbotError
from bot.core.terminal.wishes import Wish
from bot.logs import set_up_logging
from bot.processes.acting_command import ActingCommand, Progress
from bot.settings import WorkSettings

log = structlog.get_logger(__name__)


C = TypeVar("C", bound=ActingCommand)


class Left(Exception):
    """Nothing was started: why, in a sentence."""


def run_command(
    name: str,
    work: Callable[[C], int],
    refused: Callable[[str, int], object],
    nothing: str,
    command_class: Callable[[WorkSettings, str], C] = ActingCommand,  # type: ignore[assignment]  # C is that then
) -> NoReturn:
    """Do the work, and end the program with the exit code that it returns.

    `name`: of the command, for whoever finds it at work. `refused`: tells people why nothing came of it, and gets the
    exit code, too. `nothing`: what Ctrl-C says while nothing may have begun.
    """
    set_up_logging("console", logging.WARNING)
    try:
        settings = WorkSettings.load()
        for problem in settings.doubts():
            log.warning(problem)
        with command_class(settings, name) as command:
            code = work(command)
    except Left as left:
        code = WRONG_USE
        refused(str(left), code)
    except LeaverbotError as error:
        code = code_of(error)
        refused(str(error), code)
    except KeyboardInterrupt:
        # Once something may have begun, Ctrl-C is no exception any more.
        code = WRONG_USE
        refused(nothing, code)
    # A parked workflow still has a thread; the next process with the lock continues it.
    leave_now(code)


def run_asked(
    name: str, asked: Asked, wish: Callable[[ActingCommand, Output], Wish], nothing: str = "Nothing was started."
) -> NoReturn:
    """The same for what was typed: `wish` shows it and has it confirmed, and then it is carried out."""
    output = Output(asked)

    def work(command: ActingCommand) -> int:
        made = wish(command, output)
        _leave_when_asked_to(command)
        ended = command.see_through(made, asked.deadline, output.tell)
        report(output, ended)
        return exit_code(ended)

    run_command(name, work, lambda why, code: output.refused(why, failed=code == NOT_COMPLETE), nothing)


def report(output: Output, ended: Progress) -> None:
    """Print how it ended. If that cannot be printed, the exit code still tells."""
    try:
        output.end(ended)
    except UNREAD:
        with suppress(*UNREAD):
            complain("The result could not be printed. `leaverbot history` shows it.")


def exit_code(ended: Progress) -> int:
    """0 when everything was done and read back, 1 for a refusal, 3 for everything else."""
    if ended.refused:
        return WRONG_USE
    return COMPLETE if ended.done else NOT_COMPLETE


def _leave_when_asked_to(command: ActingCommand) -> None:
    """Ctrl-C and SIGTERM: leave, and say what continues. A second Ctrl-C ends at once."""

    def leave() -> None:
        if command.stopping.is_set():
            leave_now(NOT_COMPLETE)
        command.stopping.set()

    when_asked_to_stop(leave)
