"""`leaverbot brake release` and `leaverbot rules accept`: what an admin decides about many people at once."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from bot.cli.actions.command import Asked
from bot.cli.actions.frame import Left, run_asked
from bot.cli.actions.output import Output
from bot.core.kinds import ACCEPT, RELEASE, Note
from bot.core.terminal.wishes import Wish
from bot.core.text import plural
from bot.core.typed_names import visible
from bot.processes.acting_command import ActingCommand
from bot.services.context import Context
from bot.services.rules.brake import brake_view
from bot.services.rules.holds import hold_view
from bot.slack import messages
from bot.slack.blocks import Block

_NAMES = {RELEASE: "brake release", ACCEPT: "rules accept"}
_NOTHING = {RELEASE: "The brake is not engaged.", ACCEPT: "Rules do not wait for a decision."}


@dataclass(frozen=True, slots=True)
class Question:
    """One decision: what it is about, of how many people, in which version, and how that is shown."""

    about: str
    count: int
    version: int
    blocks: Sequence[Block]


def decide(asked: Asked, count: int | None) -> NoReturn:
    """Ends the program. `count`: for how many people, as typed with the command."""
    assert isinstance(asked.control, Note)

    def wish(command: ActingCommand, output: Output) -> Wish:
        return _wish(command, asked, count, output)

    run_asked(_NAMES[asked.control], asked, wish, "Nothing was changed.")


def _wish(command: ActingCommand, asked: Asked, count: int | None, output: Output) -> Wish:
    """What was shown and confirmed. Raises Left."""
    assert isinstance(asked.control, Note)
    questions = _to_release(command.context) if asked.control is RELEASE else _to_accept(command.context)
    question = _question(questions, asked, count)
    output.show_question(question.blocks)
    if not asked.yes:
        _ask(question, output.ask if sys.stdin.isatty() else None)
    return command.decision(asked.control, question.about, question.count, question.version)


def _to_release(context: Context) -> list[Question]:
    brake = context.store.brake()
    if brake is None:
        return []
    view = brake_view(context, brake.id)
    return [Question(brake.id, view.left, brake.version, messages.brake_message(view).blocks)]


def _to_accept(context: Context) -> list[Question]:
    views = [hold_view(context, hold.id) for hold in context.store.holds()]
    return [Question(view.hold.id, view.count, view.hold.version, messages.hold_message(view).blocks) for view in views]


def _question(questions: Sequence[Question], asked: Asked, count: int | None) -> Question:
    """The one to answer: with a count, that of so many people. Raises Left."""
    assert isinstance(asked.control, Note)
    if not questions:
        raise Left(f"{_NOTHING[asked.control]} Nothing was changed.")
    if asked.yes and count is None:
        raise Left("Nothing was changed: --yes needs --count with the number of people.")
    fitting = [one for one in questions if count in {None, one.count}]
    if not fitting:
        counts = " or ".join(plural(one.count, "person", "people") for one in questions)
        raise Left(f"Nothing was changed: it is about {counts}, not {count:,}. Look again, then decide.")
    return fitting[0]


def _ask(question: Question, ask: Callable[[str], str] | None) -> None:
    """Have the number of people typed. Raises Left."""
    if ask is None:
        raise Left("Nothing was changed: nobody can confirm, because this is not a terminal. Add --yes and --count.")
    typed = visible(ask(f"To go ahead, type how many people this is about ({question.count}): "))
    if typed.replace(",", "") != str(question.count):
        raise Left(f"Nothing was changed: you did not type {question.count}.")
