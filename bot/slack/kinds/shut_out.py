"""Shut out in words: its steps (deny, revoke and, if asked for, delete) while it works, and how it ended."""

from collections.abc import Iterable

from bot.core.actions import DELETE, DENY, REVOKE, ActionState
from bot.core.models import worst_first
from bot.core.views import ActionView
from bot.slack.wording import deny_progress, operations, ways_in, words
from bot.slack.wording.text import clean, listed, mention, say, second, took, when

_NAMES = {DENY: "deny", REVOKE: "revoke", DELETE: "delete"}
_DOING = {DENY: "denying", REVOKE: "revoking", DELETE: "deleting the user"}
_DID = {DENY: "denied", REVOKE: "revoked", DELETE: "user deleted"}
_BUT = {DENY: "not everywhere", REVOKE: "not all of it"}


def steps_line(view: ActionView, management: str | None) -> str:
    """How far: "denied 09:41:07 · revoking 3 of 7 · then delete"."""
    to_come = _to_come(view)
    parts = [_step(step, management) for step in view.steps]
    return " · ".join([*parts, *([f"then {listed(to_come)}"] if to_come else [])])


def ended(view: ActionView, management: str | None) -> str:
    """How it came out: what was done, where it stopped and why, what is left."""
    who, finished = mention(view.by), view.finished_at or view.asked_at
    why = f" {say(view.message, 600)}" if clean(view.message) else ""
    if view.state is ActionState.DONE and view.dry_run:
        return f"Shut out by {who}, {when(finished)}.{why or ' Dry run: nothing was sent to AWS.'}"
    if view.state is ActionState.DONE:
        return _done(view, management)
    verb = {ActionState.REFUSED: "was refused", ActionState.FAILED: "failed"}.get(view.state, "is not complete")
    return "\n".join([f"Shut out by {who} {verb}, {when(finished)}.{why}", *_so_far(view, management)])


def last_read(view: ActionView) -> ActionView | None:
    """The step after which the ways in were read again; None when they were not."""
    reads = [step for step in view.steps if step.kind is REVOKE and step.verified_at]
    return reads[-1] if reads else None


def _done(view: ActionView, management: str | None) -> str:
    finished = view.finished_at or view.asked_at
    duration = took((finished - view.asked_at).total_seconds())
    parts = [_step(step, management) for step in view.steps]
    text = f"Shut out by {mention(view.by)} in {duration}: {listed(parts) or 'there was nothing to do'}."
    removed, last = operations.counted(view.outcomes), last_read(view)
    if removed:
        text += f" {removed[:1].upper()}{removed[1:]}."
    if last and last.verified_at:
        text += f" Checked again {when(last.verified_at)}: {words.still_left(last)}."
    return text


def _so_far(view: ActionView, management: str | None) -> Iterable[str]:
    to_come, last = _to_come(view), last_read(view)
    parts = [_step(step, management) for step in view.steps]
    parts += [f"not started: {listed(to_come)}"] if to_come else []
    if parts:
        line = " · ".join(parts)
        yield f"{line[:1].upper()}{line[1:]}."
    left = words.left_open(last) if last else ()
    if left:
        named = listed([ways_in.what(grant, management, 40) for grant in worst_first(left, management)], most=3)
        yield f"Left: {named}."
    for step in view.steps:
        yield from deny_progress.failures(step.outcomes)[:2]


def _to_come(view: ActionView) -> list[str]:
    """The steps after the newest one that has begun."""
    order = [DENY, REVOKE, *([DELETE] if view.with_delete else [])]
    begun = [order.index(step.kind) for step in view.steps if step.kind in order]
    return [_NAMES[kind] for kind in order[max(begun, default=-1) + 1 :]]


def _step(step: ActionView, management: str | None) -> str:
    """One step, as far as it is: denying (member accounts: waiting), revoking 3 of 7, user deleted 09:41:07."""
    if not step.state.final:
        return _under_way(step, management)
    name = _NAMES.get(step.kind, str(step.kind))
    if step.dry_run:
        return f"{name} planned"
    if step.state in {ActionState.REFUSED, ActionState.FAILED}:
        return f"{name} {'refused' if step.state is ActionState.REFUSED else 'failed'}"
    at = f" {second(step.finished_at)}" if step.finished_at else ""
    did = f"{_DID.get(step.kind, name)}{at}"
    if step.state is ActionState.DONE:
        return did
    # A deny of which nobody can tell where it holds, a revoke of which nothing was read to be left, and a delete that
    # was not read back may have been done, in part or not at all.
    certain = bool(step.cover) if step.kind is DENY else bool(words.left_open(step))
    return f"{did}, {_BUT[step.kind]}" if certain and step.kind in _BUT else f"{name} not certain"


def _under_way(step: ActionView, management: str | None) -> str:
    doing = _DOING.get(step.kind, str(step.kind))
    if step.state is ActionState.QUEUED or not step.outcomes:
        return f"{doing}: reading AWS first"
    if step.kind is DENY:
        placed = deny_progress.by_place(step.outcomes, management)
        return f"{doing} ({placed})" if placed else doing
    return f"{doing} {step.done} of {len(step.outcomes)}" if len(step.outcomes) > 1 else doing
