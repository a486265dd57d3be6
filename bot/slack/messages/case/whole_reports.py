"""Everything that came of an action: operation by operation, account by account, and how to undo it.

Details and the terminal show all of it; the thread gets what `reports.py` makes of it.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from bot.core.actions import LEAVERBOT, Action
from bot.core.plans.operations import OperationKind
from bot.slack import kinds
from bot.slack.blocks import Block, Message, code_blocks, packed, paged, with_blocks
from bot.slack.kinds.presenter import HOW_IT_ENDED
from bot.slack.messages.unused import emptied_blocks
from bot.slack.wording import denies, names, operations
from bot.slack.wording.text import clean, mention, plural, say, took, when


def whole_report(view: Action) -> list[Message]:
    """All of it, in as many messages as it takes: nothing is left out, and no undo command is ever dropped."""
    title = kinds.presenter_of(view.kind).title(view)
    parts: list[str | Block] = [*packed(lines_of(view)), *taken_of(view)]
    for head, commands in commands_of(view):
        parts += [head, *code_blocks(commands)]
    return with_blocks(paged(title, parts), emptied_of(view))


def commands_of(view: Action) -> list[tuple[str, list[str]]]:
    """What commands are for, and the commands: those for the management account, and those that undo it."""
    if view.dry_run:
        return []
    elsewhere, undo = _of_all(view, "management_commands"), [] if view.user_gone else _of_all(view, "undo")
    return [(head, lines) for head, lines in ((_elsewhere(elsewhere), elsewhere), (_undo(view, undo), undo)) if lines]


def taken_of(view: Action) -> list[str]:
    """For a user who is gone: what a new account of this person would need."""
    if view.dry_run or not view.user_gone or not view.taken:
        return []
    head = "*If this was a mistake*, a new account of this person needs what leaverbot took away:"
    return packed([head, *(f"• {operations.taken(operation)}" for operation in view.taken)])


def _of_all(view: Action, what: Literal["management_commands", "undo"]) -> list[str]:
    """The commands of an action and its steps, each once."""
    found = (view.undo if what == "undo" else view.management_commands, *(_of_all(step, what) for step in view.steps))
    return list(dict.fromkeys(command for commands in found for command in commands if command))


def emptied_of(view: Action) -> list[Block]:
    """The permission sets that it left without any assignment, with the offer to delete them."""
    if view.dry_run:
        return []
    emptied = [*view.emptied, *(found for step in view.steps for found in step.emptied)]
    return emptied_blocks(emptied, buttons=view.buttons)


def lines_of(view: Action) -> list[str]:
    """What came of it, a line for each thing; without commands."""
    title = kinds.presenter_of(view.kind).title(view)
    lines = [f"*{title}*", *_loud(view), _facts(view), denies.reason_line(view.reason)]
    lines = [line for line in lines if line]
    if clean(view.message):
        lines.append(say(view.message))
    if view.dry_run:
        lines.append("Nothing was sent to AWS. This would have been done:")
        lines += [f"• {operations.planned(outcome.operation)}" for outcome in view.outcomes]
        return lines
    presenter = kinds.presenter_of(view.kind)
    lines += [_step(view, step) for step in view.steps]
    so_far = presenter.so_far(view)
    lines += [so_far] if so_far else []
    lines += [operations.outcome_line(outcome) for outcome in view.outcomes]
    return [*lines, *presenter.after(view)]


def _loud(view: Action) -> Iterable[str]:
    """Whom it was about, if AWS did not say that they were disabled."""
    if view.not_disabled:
        yield f"Not disabled at the time: *{names.user_label(view.user)}* · {names.identity(view.user)}."


def _facts(view: Action) -> str:
    text = f"Asked for by {mention(view.by)}, {when(view.asked_at)}"
    if view.by == LEAVERBOT:
        text = f"Done by leaverbot on its own, {when(view.asked_at)}"
    if view.finished_at:
        text += f", took {took((view.finished_at - view.asked_at).total_seconds())}"
    return f"{text}. Checked again {when(view.verified_at)}." if view.verified_at else f"{text}."


def _step(view: Action, step: Action) -> str:
    """How a step of a shut-out ended, and why, where the shut-out itself does not say that."""
    at = f", {when(step.finished_at)}" if step.finished_at else ""
    why = f" {say(step.message)}" if clean(step.message) and step.message not in view.message else ""
    return f"{kinds.presenter_of(step.kind).noun} {HOW_IT_ENDED[step.state]}{at}.{why}"


def _undo(view: Action, commands: Sequence[str]) -> str:
    unsure = any(
        one.operation.kind is OperationKind.DELETE_USER and one.state.may_have_changed for one in view.outcomes
    )
    only = " They work only if the user still exists." if unsure else ""
    return f"*To undo a mistake*: {_commands(commands)}, one for each thing to put back.{only}"


def _elsewhere(commands: Sequence[str]) -> str:
    return f"*To run in the management account*: {_commands(commands)}, one for each grant that only it can take away."


def _commands(commands: Sequence[str]) -> str:
    return plural(len(commands), "AWS CLI command", "AWS CLI commands")
