"""Shut out: deny, revoke, verify and, if asked for, delete as one, each step an action of its own.

A step is durable by itself, so after a crash this goes on from where it was. It stops at the first step that needs a
person. A deny that does not hold everywhere is no reason to stop: what it does not reach is taken away all the sooner.
"""

from bot.core.actions import DELETE, DENY, REVOKE, ActionState, Kind
from bot.core.authorization import Refused, Unsaid
from bot.core.errors import AlreadyUnderWay, AwsError
from bot.ports import NewAction, Result, StoredAction
from bot.services.actions.ask import begin
from bot.services.actions.carry_out import Moved
from bot.services.actions.planning import deny_roles, inline_roles, refused
from bot.services.actions.requester import look_again
from bot.services.context import Parts

_NAMES = {
    DENY: "emergency deny",
    REVOKE: "revoke",
    DELETE: "deletion",
}


def advance(parts: Parts, action_id: str) -> Moved:
    """Begin the next step once the last one ended; end the shut-out when none is left or a person is needed."""
    action = parts.store.action(action_id)
    if action.view.state.final:
        return Moved.ENDED
    if action.view.state is ActionState.QUEUED:
        decision = look_again(parts, action)
        if isinstance(decision, Unsaid):
            return Moved.WAITING
        if isinstance(decision, Refused):
            parts.store.end_action(action_id, refused(decision.reason), parts.clock.now())
            parts.work.wake()
            return Moved.ENDED
        parts.store.begin_action(action_id, (), parts.clock.now())
    steps = [parts.store.action(name) for name in action.steps]
    last = steps[-1] if steps else None
    if last and not last.view.state.final:
        # Stored but never started, if the process died in between; one that is carried on is left alone.
        parts.work.start_action(last.view.id)
        return Moved.WAITING
    stopped = _stopped(last)
    if stopped:
        parts.store.end_action(action_id, stopped, parts.clock.now())
        parts.work.wake()
        return Moved.ENDED
    kind = _next(parts, action, steps)
    if kind is None:
        parts.store.end_action(action_id, _result(parts, steps), parts.clock.now())
        parts.work.wake()
        return Moved.ENDED
    return Moved.ON if _begin(parts, action, kind) else Moved.WAITING


def _next(parts: Parts, action: StoredAction, steps: list[StoredAction]) -> Kind | None:
    """The kind of the step that comes now. Steps come in the order deny, revoke, delete; each may be left out."""
    order = [DENY, REVOKE, DELETE]
    wanted = {
        DENY: lambda: _can_deny(parts, action),
        # Without a digest the plan that was shown had nothing to revoke.
        REVOKE: lambda: bool(action.digest),
        DELETE: lambda: action.view.with_delete,
    }
    begun = [step.view.kind for step in steps]
    after = order.index(begun[-1]) + 1 if begun else 0
    return next((kind for kind in order[after:] if wanted[kind]()), None)


def _can_deny(parts: Parts, action: StoredAction) -> bool:
    """Whether there is anywhere to place a deny; somebody with applications only has no such place without a policy."""
    rules = parts.rules.deny
    if rules.scp or not rules.ready:
        return rules.scp
    try:
        return bool(inline_roles(parts, deny_roles(parts, action.view.user)))
    except AwsError:
        return True


def _begin(parts: Parts, action: StoredAction, kind: Kind) -> bool:
    """Store and start a step; False while another action on the user is in its way."""
    step = NewAction(
        id=parts.new_id(),
        key=f"step:{action.view.id}:{kind}",
        kind=kind,
        user=action.view.user,
        case_id=action.case_id,
        asker=action.asker,
        asked_at=parts.clock.now(),
        digest=action.digest if kind is REVOKE else "",
        revision=action.revision,
        dry_run=action.view.dry_run,
        reason=action.view.reason,
        parent=action.view.id,
    )
    try:
        begin(parts, step)
    except AlreadyUnderWay:
        return False
    return True


def _stopped(last: StoredAction | None) -> Result | None:
    """Why a person is needed before the next step; None to go on."""
    if last is None or last.view.state is ActionState.DONE:
        return None
    if last.view.kind is DENY and last.view.state is ActionState.INCOMPLETE and last.view.cover:
        return None
    text = f"Stopped at the {_NAMES[last.view.kind]}. {last.view.message}".strip()
    begun = last.view.kind is not DENY or last.view.state is ActionState.INCOMPLETE
    return Result(ActionState.INCOMPLETE if begun else ActionState.FAILED, text, tell=text)


def _result(parts: Parts, steps: list[StoredAction]) -> Result:
    """Everything was carried out; what did not come out whole is said."""
    if not steps:
        text = "There was nothing to do: no way in is left, and there is no policy to put a deny into."
        return Result(ActionState.REFUSED, text, tell=text)
    last = steps[-1].view
    text = " ".join(step.view.message for step in steps if step.view.message)
    emptied = tuple(found for step in steps for found in step.view.emptied)
    whole = all(step.view.state is ActionState.DONE for step in steps)
    return Result(
        ActionState.DONE if whole else ActionState.INCOMPLETE,
        text,
        verified_at=last.verified_at or parts.clock.now(),
        cover=next((step.view.cover for step in steps if step.view.cover), ()),
        tell="" if whole else text,
        emptied=emptied,
    )
