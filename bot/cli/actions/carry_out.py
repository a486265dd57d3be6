"""One command from what was typed to how it ended: find, show the plan, ask for confirmation, carry out, report."""

import logging
import sys
from contextlib import suppress
from typing import NoReturn

import structlog

from bot.cli.actions.command import Asked, verb_of
from bot.cli.actions.confirm import Confirmed, confirm
from bot.cli.actions.output import UNREAD, Output
from bot.cli.exits import COMPLETE, NOT_COMPLETE, WRONG_USE, code_of, complain, leave_now
from bot.cli.stopping import when_asked_to_stop
from bot.core.cases import Case
from bot.core.errors import LeaverbotError
from bot.core.kinds import GO_ON, REVIEWED, Kind, Note
from bot.core.models import User
from bot.core.terminal.wishes import Wish
from bot.core.views import DialogState, DialogView, Matches
from bot.logs import set_up_logging
from bot.processes.acting_command import ActingCommand, Progress
from bot.services.find_user import find
from bot.services.messages.case import case_view
from bot.services.permission_sets import find_set
from bot.services.questions.history import find_known
from bot.services.rules.foresee import on_person
from bot.services.rules.limits import use_of_hour
from bot.settings import WorkSettings
from bot.slack.blocks import section
from bot.slack.wording.limits import hour_line

log = structlog.get_logger(__name__)


class Left(Exception):
    """Nothing was started: why, in a sentence, and the exit code."""

    def __init__(self, why: str, code: int = WRONG_USE) -> None:
        super().__init__(why)
        self.code = code


def carry_out(asked: Asked) -> NoReturn:
    """Ends the program, with the exit code that says how it went."""
    set_up_logging("console", logging.WARNING)
    output = Output(asked)
    try:
        settings = WorkSettings.load()
        for problem in settings.doubts():
            log.warning(problem)
        with ActingCommand(settings, verb_of(asked.control)) as command:
            code = _carry_out(command, asked, output)
    except Left as left:
        output.refused(str(left))
        code = left.code
    except LeaverbotError as error:
        code = code_of(error)
        output.refused(str(error), failed=code == NOT_COMPLETE)
    except KeyboardInterrupt:
        # Once something may have begun, Ctrl-C is no exception any more.
        output.refused("Nothing was started.")
        code = WRONG_USE
    # A parked workflow still has a thread; the next process with the lock continues it.
    leave_now(code)


def _carry_out(command: ActingCommand, asked: Asked, output: Output) -> int:
    wish = _wish(command, asked, output)
    leave_when_asked_to(command)
    ended = command.see_through(wish, asked.deadline, output.tell)
    report(output, ended)
    return exit_code(ended)


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


def _wish(command: ActingCommand, asked: Asked, output: Output) -> Wish:
    """What was shown and confirmed. Raises Left."""
    if asked.control is GO_ON:
        output.show_question([section(hour_line(use_of_hour(command.context)))])
        _ask(command, asked, output)
        return command.note(GO_ON.name)
    if asked.control is REVIEWED:
        case = _case(command, asked)
        output.show_case(case_view(command.context, case))
        _ask(command, asked, output)
        return command.note(asked.control.name, case)
    if isinstance(asked.control, Note):
        user = _user(command, asked)
        output.show_rules(user, on_person(command.context, user.id))
        _ask(command, asked, output, about=user)
        return command.note_on(asked.control, user)
    view = command.plan(asked.control, _subject(command, asked, asked.control))
    output.show_plan(view)
    if view.state is not DialogState.READY or view.user is None:
        raise Left("", WRONG_USE)
    confirmed = _ask(command, asked, output, view)
    return command.wish(view, confirmed.reason, with_delete=asked.delete)


def _subject(command: ActingCommand, asked: Asked, kind: Kind) -> str:
    """What the plan looks up: the user as typed, or the ARN of the permission set. Raises Left, AwsError."""
    if kind.on_user:
        return asked.subject
    found = find_set(command.context, asked.subject)
    if found is None:
        raise Left(f"No permission set is called {asked.subject}. `leaverbot unused` lists those you can delete.")
    return found.arn


def _case(command: ActingCommand, asked: Asked) -> Case:
    """The newest case of the user, which has access to review. Raises Left, AwsError."""
    found = find(command.context.directory, asked.subject)
    if isinstance(found, Matches):
        raise Left(Output.whom(found))
    newest = command.context.store.newest_case(found.id)
    if newest is None or newest.case.used is None:
        raise Left(
            f"leaverbot has not found any use of access by {found.label} while disabled, so there is nothing to review."
        )
    if newest.case.reviewed_at:
        raise Left(f"The use of access by {found.label} has already been reviewed.")
    return newest.case


def _user(command: ActingCommand, asked: Asked) -> User:
    """Whom rules are to leave alone, or not any more: known to the database, else to AWS. Raises Left, AwsError."""
    found = find_known(command.context, asked.subject)
    if isinstance(found, Matches) and not found.users:
        found = find(command.context.directory, asked.subject)
    if isinstance(found, Matches):
        raise Left(Output.whom(found))
    return found


def _ask(
    command: ActingCommand, asked: Asked, output: Output, view: DialogView | None = None, about: User | None = None
) -> Confirmed:
    """What was confirmed. Raises Left."""
    confirmed = confirm(asked, view, output.ask if sys.stdin.isatty() else None, about)
    if confirmed.wrong_name and view and view.user and isinstance(asked.control, Kind):
        command.wrong_name(asked.control, view.user)
    if confirmed.why_not:
        raise Left(confirmed.why_not)
    return confirmed


def leave_when_asked_to(command: ActingCommand) -> None:
    """Ctrl-C and SIGTERM: leave, and say what continues. A second Ctrl-C ends at once."""

    def leave() -> None:
        if command.stopping.is_set():
            leave_now(NOT_COMPLETE)
        command.stopping.set()

    when_asked_to_stop(leave)
