"""What goes into a case's thread: what an action did, how to undo it, and what a scan changed."""

from collections.abc import Callable, Iterable
from typing import Literal

from bot.core.actions import LEAVERBOT, Action
from bot.core.models import worst_first
from bot.core.plans.operations import OperationKind
from bot.core.views import CaseChange
from bot.slack import kinds
from bot.slack.blocks import Block, Message, code_blocks, message, packed, paged, section, with_blocks, with_rest
from bot.slack.kinds.presenter import HOW_IT_ENDED
from bot.slack.messages.unused import emptied_blocks
from bot.slack.wording import denies, names, operations, ways_in
from bot.slack.wording.text import clean, mention, plural, say, took, when


def report_message(view: Action) -> list[Message]:
    """The report of an action in one or more messages: nothing is left out, and no undo command is ever dropped."""
    title = kinds.presenter_of(view.kind).title(view)
    commands = [] if view.dry_run else [*_in_management_account(_of_all(view, "management_commands")), *_undo(view)]
    return with_blocks(paged(title, [*packed(_lines(view, title)), *commands]), _to_press(view))


def _of_all(view: Action, what: Literal["management_commands", "undo"]) -> list[str]:
    """The commands of an action and its steps, each once."""
    found = (view.undo if what == "undo" else view.management_commands, *(_of_all(step, what) for step in view.steps))
    return list(dict.fromkeys(command for commands in found for command in commands))


def _to_press(view: Action) -> list[Block]:
    """The buttons that belong to a report and to no other message."""
    if view.dry_run:
        return []
    emptied = [*view.emptied, *(found for step in view.steps for found in step.emptied)]
    return emptied_blocks(emptied, buttons=view.buttons)


def _lines(view: Action, title: str) -> list[str]:
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


def _undo(view: Action) -> list[str | Block]:
    """How to put back what was taken away; for a user who is gone, what a new account of this person would need."""
    if view.user_gone:
        lines = [f"• {operations.taken(operation)}" for operation in view.taken]
        head = "*If this was a mistake*, a new account of this person needs what leaverbot took away:"
        return [*packed([head, *lines])] if lines else []
    unsure = any(
        one.operation.kind is OperationKind.DELETE_USER and one.state.may_have_changed for one in view.outcomes
    )
    only = " They work only if the user still exists." if unsure else ""
    return _in_code(
        _of_all(view, "undo"), lambda count: f"*To undo a mistake*: {count}, one for each thing to put back.{only}"
    )


def _in_management_account(commands: Iterable[str]) -> list[str | Block]:
    return _in_code(
        commands,
        lambda count: f"*To run in the management account*: {count}, one for each grant that only it can take away.",
    )


def _in_code(commands: Iterable[str], intro: Callable[[str], str]) -> list[str | Block]:
    """What the commands are for, how many they are, and the commands; nothing for no command."""
    commands = [command for command in commands if command]
    count = plural(len(commands), "AWS CLI command", "AWS CLI commands")
    return [intro(count), *code_blocks(commands)] if commands else []


def change_message(change: CaseChange) -> Message:
    """What a scan changed about an open case."""
    parts = []
    if change.added:
        parts.append(f"{plural(len(change.added), 'new grant')}")
    if change.removed:
        parts.append(f"{plural(len(change.removed), 'grant')} gone")
    title = f"The scan of {when(change.at)} found {' and '.join(parts) or 'a change'}"
    texts = [f"*{title}*"]
    for intro, grants in (("New:", change.added), ("Gone:", change.removed)):
        if grants:
            lines = [ways_in.grant_line(grant, None) for grant in worst_first(grants, None)]
            texts.append("\n".join([intro, *with_rest(lines, 15, 2500, ", see Details")]))
    return message(title, [section(text) for text in texts])
