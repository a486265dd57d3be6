"""A command for one kind of action, or a note: find, show the plan, ask for confirmation, have it carried out."""

import sys
from typing import NoReturn

from bot.cli.actions.command import Asked, verb_of
from bot.cli.actions.confirm import Confirmed, confirm
from bot.cli.actions.frame import Left, run_asked
from bot.cli.actions.output import Output
from bot.core.cases import Case
from bot.core.kinds import GO_ON, REVIEWED, Kind, Note
from bot.core.models import User
from bot.core.terminal.wishes import Wish
from bot.core.views import DialogState, DialogView, Matches
from bot.processes.acting_command import ActingCommand
from bot.services.find_user import find
from bot.services.messages.case import case_view
from bot.services.permission_sets import find_set
from bot.services.questions.history import find_known
from bot.services.rules.foresee import on_person
from bot.services.rules.limits import use_of_hour
from bot.slack.blocks import section
from bot.slack.wording.rules.limits import hour_line


def carry_out(asked: Asked) -> NoReturn:
    """Ends the program, with the exit code that says how it went."""
    run_asked(verb_of(asked.control), asked, lambda command, output: _wish(command, asked, output))


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
        raise Left
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
    if isinstance(found, Matches) and (found.near or not found.users):
        # Who is only called like that is somebody else.
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
