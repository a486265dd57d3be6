"""What goes into a case's thread: what an action did, how to undo it, and what a scan changed."""

from collections.abc import Callable, Iterable

from bot.core.models import worst_first
from bot.core.plans import ActionKind
from bot.core.views import ActionState, ActionView, CaseChange
from bot.slack import operations, ways, words
from bot.slack.blocks import Message, code_blocks, first_that_fit, message, packed, paged, section
from bot.slack.text import clean, mention, plural, say, took, when

_ENDED = {
    ActionState.QUEUED: "is waiting",
    ActionState.RUNNING: "is under way",
    ActionState.DONE: "is done",
    ActionState.INCOMPLETE: "is not complete",
    ActionState.REFUSED: "was refused",
    ActionState.FAILED: "failed",
}
_DONE = {
    ActionKind.REVOKE: "Access of {who} was revoked",
    ActionKind.DENY: "Emergency deny for {who} is in force",
    ActionKind.LIFT: "The emergency deny of {who} was lifted",
    ActionKind.DELETE: "{who} was deleted from the directory",
}
_AFTER_DENY = (
    "Next, if it is not done yet: Revoke access. A deny takes no assignment away.",
    words.MANAGEMENT_NOT_REACHED,
    words.NOT_REACHED,
)


def report_message(view: ActionView) -> list[Message]:
    """The report of an action as one message or more: nothing is left out, no undo command is ever dropped."""
    title = _title(view)
    commands = [] if view.dry_run else [*_elsewhere(view.elsewhere), *_undo(view.undo)]
    return paged(title, [*packed(_lines(view, title)), *commands])


def _title(view: ActionView) -> str:
    who = words.user_label(view.user)
    if view.state is ActionState.DONE and not view.dry_run:
        return _DONE[view.kind].replace("{who}", who)
    if view.kind is ActionKind.DENY and view.state is ActionState.INCOMPLETE:
        return f"Emergency deny for {who} is in force, but not known to hold everywhere"
    if operations.only_elsewhere(view):
        return f"Access of {who} was revoked, but for what only the management account can take away"
    dry = "Dry run: " if view.dry_run else ""
    return f"{dry}{words.ACTION_NAMES[view.kind]} for {who} {_ENDED[view.state]}"


def _lines(view: ActionView, title: str) -> list[str]:
    lines = [f"*{title}*", _facts(view)]
    if clean(view.message):
        lines.append(say(view.message))
    if view.dry_run:
        lines.append("Nothing was sent to AWS. This would have been done:")
        lines += [f"• {operations.planned(outcome.operation)}" for outcome in view.outcomes]
        return lines
    lines += [operations.outcome_line(outcome) for outcome in view.outcomes]
    endings = {
        ActionKind.REVOKE: _after_revoke,
        ActionKind.DENY: _after_deny,
        ActionKind.LIFT: _after_lift,
        ActionKind.DELETE: _after_delete,
    }
    return [*lines, *endings[view.kind](view)]


def _facts(view: ActionView) -> str:
    text = f"Asked for by {mention(view.by)}, {when(view.asked_at)}"
    if view.finished_at:
        text += f", ended after {took((view.finished_at - view.asked_at).total_seconds())}"
    return f"{text}. Read back from AWS at {when(view.verified_at)}." if view.verified_at else f"{text}."


def _after_revoke(view: ActionView) -> Iterable[str]:
    if view.verified_at and view.state in {ActionState.DONE, ActionState.INCOMPLETE}:
        yield from _left(view)
    if any(outcome.state.final for outcome in view.outcomes):
        yield f"Sessions that are open already were not ended. {ways.DENY_STOPS}"


def _left(view: ActionView) -> Iterable[str]:
    left = words.left_open(view)
    dead = [grant for grant in view.left if not grant.usable]
    # An action does not know which account is the management account, but then all that is left is in it.
    management = left[0].account_id if operations.only_elsewhere(view) else None
    if left:
        yield f"Left, {ways.how_many(left)}:"
        yield from (ways.grant_line(grant, management, ids=True) for grant in worst_first(left, management))
    elif view.state is ActionState.DONE:
        yield "Left: no way in."
    if dead:
        yield f"{plural(len(dead), 'grant')} in suspended or closed accounts stay; nobody can use them:"
        yield from (ways.grant_line(grant, None, ids=True) for grant in worst_first(tuple(dead), None))


def _after_deny(view: ActionView) -> Iterable[str]:
    if view.cover:
        yield "Account by account:"
        yield from (words.cover_line(cover) for cover in view.cover)
    if view.state not in {ActionState.DONE, ActionState.INCOMPLETE}:
        return
    yield from _AFTER_DENY
    if view.finished_at:
        yield f"Keep the deny until {when(view.finished_at + words.LONGEST_SESSION)} at least (12 hours)."


def _after_lift(view: ActionView) -> Iterable[str]:
    if view.state is ActionState.DONE:
        yield "Sessions that are still open, and any access left, work again. Nobody else's deny was touched."


def _after_delete(view: ActionView) -> Iterable[str]:
    if view.state is not ActionState.DONE:
        return
    yield "This can not be undone: a user made anew gets a new id, and every assignment has to be made again."
    yield "Role sessions that are open live on for up to 12 hours. A deny in force should stay for that long."
    if view.user.scim:
        yield "The user was managed by your directory (SCIM): it may make the user again. Remove the user there too."


def _undo(commands: Iterable[str]) -> list[str]:
    return _in_code(commands, lambda count: f"*To undo a mistake*: {count}, one for each thing to put back.")


def _elsewhere(commands: Iterable[str]) -> list[str]:
    return _in_code(
        commands,
        lambda count: f"*To run in the management account*: {count}, one for each grant that only it can take away.",
    )


def _in_code(commands: Iterable[str], intro: Callable[[str], str]) -> list[str]:
    """What the commands are for, how many they are, and the commands; nothing for no command."""
    commands = [command for command in commands if clean(command)]
    count = plural(len(commands), "AWS CLI command", "AWS CLI commands")
    return [intro(count), *code_blocks(commands)] if commands else []


def change_message(change: CaseChange) -> Message:
    """What a scan changed about an open case."""
    parts = []
    if change.added:
        parts.append(f"{plural(len(change.added), 'new grant')}")
    if change.removed:
        parts.append(f"{plural(len(change.removed), 'grant')} gone")
    title = f"The scan at {when(change.at)} found {' and '.join(parts) or 'a change'}"
    texts = [f"*{title}*"]
    for intro, grants in (("New:", change.added), ("Gone:", change.removed)):
        if grants:
            lines = [ways.grant_line(grant, None) for grant in worst_first(grants, None)]
            kept = first_that_fit(lines, 15, 2500)
            more = [f"• {len(lines) - len(kept):,} more, see Details"] if len(kept) < len(lines) else []
            texts.append("\n".join([intro, *kept, *more]))
    return message(title, [section(text) for text in texts])
