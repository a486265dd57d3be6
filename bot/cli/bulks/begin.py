"""`leaverbot revoke|deny|shut-out|delete --filter …`, from the filter to the report."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.cli.actions.command import verb_of
from bot.cli.actions.frame import Left, run_command
from bot.cli.bulks.output import Output
from bot.cli.bulks.results import shown_bulk
from bot.cli.exits import COMPLETE, NOT_COMPLETE, WRONG_USE, leave_now
from bot.cli.stopping import when_asked_to_stop
from bot.core.authorization import Refused
from bot.core.bulk.bulk import Bulk
from bot.core.bulk.typed import count_typed
from bot.core.kinds import Kind
from bot.core.lists.filters import CaseFilter, parse_filter
from bot.core.reasons import Code, Reason
from bot.core.text import plural
from bot.processes.bulk_command import BulkCommand, BulkProgress
from bot.services.lists.selection import matching

NOTHING = "Nothing was started."


@dataclass(frozen=True, slots=True)
class AskedOfMany:
    """What was typed: what to do to everybody whom the filter shows, and how many they are."""

    kind: Kind
    filter_text: str
    count: int | None = None
    yes: bool = False
    as_json: bool = False
    deadline: float | None = None


def begin_bulk(kind: Kind, given: Mapping[str, Any]) -> NoReturn:
    """Ends the program, with the exit code that says how it went. `given`: the options that were typed."""
    wrong = wrong_options(given)
    output = Output(verb_of(kind), as_json=given.get("as_json", False))
    if wrong:
        output.refused(wrong)
        leave_now(WRONG_USE)
    known = {name: value for name, value in given.items() if name in AskedOfMany.__dataclass_fields__}
    asked = AskedOfMany(kind, **known)
    run_command(
        f"{output.verb} --filter",
        lambda command: _carry_out(command, asked, output),
        lambda why, code: output.refused(why, failed=code == NOT_COMPLETE),
        NOTHING,
        BulkCommand,
    )


def wrong_options(given: Mapping[str, Any]) -> str:
    """What does not go together; "" when all does."""
    if "filter_text" not in given:
        return "--count goes with --filter, which finds several people."
    for name, option in (("user", "USER"), ("reason", "--reason"), ("confirm", "--confirm"), ("delete", "--delete")):
        if given.get(name):
            return f"{option} is for one person and does not go with --filter."
    return ""


def _carry_out(command: BulkCommand, asked: AskedOfMany, output: Output) -> int:
    bulk = _plan(command, asked)
    why = "" if bulk.size else command.context.words(Reason(Code.BULK_NOBODY_LEFT))
    if not (asked.as_json and asked.yes):
        output.show_plan(bulk, why)
    if why:
        raise Left(f"{NOTHING} {why}")
    confirm_count(asked, bulk, output.ask if sys.stdin.isatty() else None)
    wish = command.confirm_bulk(bulk)
    _stop_when_asked_to(command, output)
    with output.progress() as tell:
        ended = command.see_bulk_through(wish, asked.deadline, tell)
    output.end(ended, shown_bulk(command.context.store, bulk.id))
    return exit_code(ended)


def _plan(command: BulkCommand, asked: AskedOfMany) -> Bulk:
    """What would be done to everybody whom the filter shows now. Raises Left."""
    context = command.context
    wanted = parse_filter(asked.filter_text)
    if isinstance(wanted, Reason):
        raise Left(context.words(wanted))
    people = [case.user.id for case in matching(context, wanted)]
    if not people:
        raise Left(f"{NOTHING} {nobody(wanted)}")
    made = command.plan_bulk(asked.kind, people, str(wanted))
    if isinstance(made, Refused):
        raise Left(context.words(made.reason))
    return made


def nobody(wanted: CaseFilter) -> str:
    """Nobody is found: what to look at."""
    said = f' matches "{wanted}"' if str(wanted) else " has an open case"
    return f"Nobody{said}. `leaverbot list` shows everybody who can still get in."


def confirm_count(asked: AskedOfMany, bulk: Bulk, ask: Callable[[str], str] | None) -> None:
    """Have the number of people typed, whom the plan acts on. `ask` asks a person; None if there is nobody to ask.
    Raises Left.
    """
    if asked.count is not None and asked.count != bulk.size:
        raise Left(
            f"{NOTHING} It is about {plural(bulk.size, 'person', 'people')}, not {asked.count:,}. "
            "Look at the plan again, then decide."
        )
    if asked.yes and asked.count is None:
        raise Left(f"{NOTHING} --yes needs --count with the number of people.")
    if asked.yes:
        return
    if ask is None:
        raise Left(f"{NOTHING} Nobody can confirm, because this is not a terminal. Add --yes and --count.")
    if count_typed(ask(f"To go ahead, type how many people this is about ({bulk.size}): ")) != bulk.size:
        raise Left(f"{NOTHING} You did not type {bulk.size}.")


def exit_code(ended: BulkProgress) -> int:
    """0 when it was done to everybody and checked, 1 for a refusal, 3 for everything else."""
    if ended.refused:
        return WRONG_USE
    return COMPLETE if ended.done else NOT_COMPLETE


def _stop_when_asked_to(command: BulkCommand, output: Output) -> None:
    """Ctrl-C and SIGTERM: nothing more begins. A second one leaves, and a third ends at once."""

    def stop() -> None:
        if command.stopping.is_set():
            leave_now(NOT_COMPLETE)
        if command.no_more.is_set():
            command.stopping.set()
            return
        command.no_more.set()
        output.stopping()

    when_asked_to_stop(stop)
