"""`leaverbot schedule` from what was typed to its answer: find, show, confirm, hand over, say what came of it."""

import sys
from datetime import timedelta
from typing import NoReturn

import typer
from rich.console import Console

from bot.cli.actions.frame import Left, run_command
from bot.cli.actions.output import holder_words, left_words
from bot.cli.exits import COMPLETE, NOT_COMPLETE, WRONG_USE, complain
from bot.cli.leaves.command import Typed
from bot.cli.leaves.documents import leave_json, leaves_json
from bot.cli.plain_text import plain, show_blocks
from bot.cli.questions.asking import answer, ask
from bot.cli.scan_output import json_text
from bot.cli.stopping import when_asked_to_stop
from bot.core.authorization import Refused
from bot.core.errors import NotFound
from bot.core.leaves.leave import Leave, Terms
from bot.core.leaves.times import read_time, said, split
from bot.core.leaves.views import LeaveView, Scheduled
from bot.core.models import User
from bot.core.reasons import Code, Reason
from bot.core.terminal.wishes import Wish
from bot.core.typed_names import visible
from bot.core.views import Matches
from bot.processes.acting_command import ActingCommand, Progress
from bot.services.find_user import among, find, is_whole_name
from bot.services.leaves.schedule import refuse_now
from bot.services.leaves.views import leave_view, list_leaves
from bot.slack import messages
from bot.slack.blocks import Message
from bot.slack.terminal_words import in_terminal_words, without_slack

# Said when this command did it itself.
NOBODY_RUNS = (
    "No leaverbot is running now. The next `leaverbot run` or `leaverbot once` after that time carries it out."
)


def list_them(*, as_json: bool) -> None:
    found = ask(list_leaves)
    answer(_in_terminal(messages.leaves_message(found)).blocks, lambda: leaves_json(found), as_json=as_json)


def carry_out(typed: Typed) -> NoReturn:
    """Ends the program, with the exit code that says how it went."""
    work = _cancel if typed.cancel else _schedule
    nothing = "Nothing was scheduled or cancelled."
    run_command("schedule", lambda command: work(command, typed), lambda why, code: _refused(typed, why, code), nothing)


def _schedule(command: ActingCommand, typed: Typed) -> int:
    context = command.context
    query, when, revoke = split(typed.words)
    at = read_time(when, context.zone, context.clock.now()) if when else Reason(Code.TIME_MISSING)
    if isinstance(at, Reason):
        raise Left(context.words(at))
    if not query:
        raise Left('Who? For example: leaverbot schedule dana.rossi "2026-11-30 18:00"')
    user, terms = _one(find(context.directory, query)), Terms(at, revoke or typed.revoke)
    _whole_name(typed, query, user)
    refused = refuse_now(context, user, terms)
    if isinstance(refused, Refused):
        raise Left(context.words(refused.reason))
    _show(typed, messages.proposed_message(_proposed(command, user, terms)))
    _confirm(typed, "schedule")
    return _see_through(command, typed, command.schedule(user, terms))


def _cancel(command: ActingCommand, typed: Typed) -> int:
    open_leaves = {leave.user.id: leave for leave in command.context.store.open_leaves()}
    people = [leave.user for leave in open_leaves.values()]
    if not people:
        raise Left("No leave is scheduled, so there is nothing to cancel.")
    known = next((user for user in people if user.id == typed.words), None)
    user = known or _one(among([people], typed.words))
    _whole_name(typed, typed.words, user)
    leave = open_leaves[user.id]
    _show(typed, messages.leave_message(leave_view(command.context, leave)))
    _confirm(typed, "cancel")
    return _see_through(command, typed, command.unschedule(leave), leave.id)


def _one(found: User | Matches) -> User:
    """The one person meant. Raises Left."""
    if isinstance(found, Matches):
        raise Left(plain(_in_terminal(messages.matches_message(found)).blocks))
    return found


def _whole_name(typed: Typed, query: str, user: User) -> None:
    """Without anybody to look at it, a part of a name might match somebody else than it did yesterday. Raises Left."""
    if typed.yes and not is_whole_name(query, user):
        raise Left(f"With --yes, give the whole user name, e-mail or user id: {user.user_name or user.id}")


def _proposed(command: ActingCommand, user: User, terms: Terms) -> Scheduled:
    """What is about to be scheduled."""
    context, now = command.context, command.context.clock.now()
    leave = Leave("", user, terms.at, "", "", now, revoke=terms.revoke, dry_run=context.rules.dry_run)
    earlier = context.store.open_leave(user.id)
    replaced = said(earlier.at, context.zone) if earlier else ""
    view = LeaveView(leave, said(terms.at, context.zone), buttons=False)
    return Scheduled(view, terms.at - now, replaced)


def _confirm(typed: Typed, verb: str) -> None:
    """Raises Left unless the verb is typed, or was confirmed with the command."""
    if typed.yes:
        return
    if not sys.stdin.isatty():
        raise Left("Nobody can confirm, because this is not a terminal. Add --yes to go ahead.")
    typer.echo(f"\nType {verb} to go ahead: ", nl=False, err=True)
    if visible(sys.stdin.readline()).casefold() != verb:
        raise Left(f"You did not type {verb}.")


def _see_through(command: ActingCommand, typed: Typed, wish: Wish, leave_id: str = "") -> int:
    """Have it stored by whoever holds the database lock, and say what came of it."""
    when_asked_to_stop(command.stopping.set)
    ended = command.see_through(wish, typed.deadline, lambda _progress: None)
    if not ended.done:
        why = ended.wish.answer or left_words(ended)
        return _refused(typed, why, WRONG_USE if ended.refused else NOT_COMPLETE)
    try:
        leave = command.context.store.leave(leave_id or ended.wish.id)
    except NotFound:
        return _refused(typed, "It is not known what became of it. `leaverbot schedule` lists what is scheduled.")
    if typed.as_json:
        typer.echo(json_text(leave_json(leave)))
        return COMPLETE
    _tell(command, leave, ended)
    return COMPLETE


def _tell(command: ActingCommand, leave: Leave, ended: Progress) -> None:
    context = command.context
    when = said(leave.at, context.zone)
    if not leave.state.open:
        typer.echo(f"The leave of {leave.user.label}, {when}, is cancelled.")
        return
    ahead = max(leave.at - context.clock.now(), timedelta())
    answer_ = messages.scheduled_message(Scheduled(leave_view(context, leave), ahead))
    show_blocks(Console(), _in_terminal(answer_).blocks)
    typer.echo(f"Carried out by {holder_words(ended.holder)}." if ended.holder else NOBODY_RUNS)


def _show(typed: Typed, shown: Message) -> None:
    if not (typed.as_json and typed.yes):
        show_blocks(Console(stderr=typed.as_json), _in_terminal(shown).blocks)


def _in_terminal(shown: Message) -> Message:
    return without_slack(shown)


def _refused(typed: Typed, why: str, code: int = WRONG_USE) -> int:
    told = in_terminal_words(why)
    if typed.as_json:
        state = "failed" if code == NOT_COMPLETE else "refused"
        typer.echo(json_text({"what": "cancel" if typed.cancel else "schedule", "state": state, "why": told}))
    else:
        complain(told)
    return code
