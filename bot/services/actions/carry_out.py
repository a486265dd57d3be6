"""Carry actions out, of whatever kind: read again, check again, change, read back.

`step` does the next of it, again and again until the action has ended. Each step can be repeated after a crash at any
point: what was done is in the store and in AWS, and both are looked at before anything is asked for again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

import structlog

from bot.core.actions import Action, ActionState, Result
from bot.core.authorization import Allowed, Refused, Unsaid
from bot.core.cases import CaseState
from bot.core.errors import AwsError, AwsNotFound, AwsUnavailable, DenyError
from bot.core.plans.plan import Plan
from bot.core.reasons import Code, Reason
from bot.services.actions import operations, requests
from bot.services.actions.planning import failed, management_commands, may_go_on, refused, undo_commands
from bot.services.actions.proofs import forget_proof
from bot.services.actions.requester import left_to_others, look_again, why_no_further
from bot.services.context import Context
from bot.services.rules import limits

log = structlog.get_logger(__name__)

# For how long an action is tried without getting on, before it has begun and after.
PATIENCE = timedelta(minutes=15)
# Denies wait in one line, so none may hold it up for long, before it has begun and after.
LINE_PATIENCE, LINE_LATE = timedelta(minutes=3), timedelta(minutes=5)


class Progress(StrEnum):
    """What came of one step of an action."""

    ENDED = "ended"
    MOVED = "on"  # more is to do
    WAITING = "waiting"  # nothing moved: AWS is busy, or it or Slack is out of reach
    PARKED = "parked"  # it waits for a place in the hour, or is left to a process that carries rules


def patience(action: Action) -> timedelta:
    """How long the action is tried without getting on."""
    if not action.kind.in_line:
        return PATIENCE
    return LINE_PATIENCE if action.state is ActionState.QUEUED else LINE_LATE


def step(context: Context, names: Iterable[str], idle: Mapping[str, float] | None = None) -> dict[str, Progress]:
    """The next step of each of these actions; those whose kinds share one `step` take it together.

    `idle`: for how many seconds each has not moved, by action id. Time in which leaverbot was down does not count.
    """
    idle = idle or {}
    unfinished = [action for action in context.store.actions(list(names)) if not action.state.final]
    left = {action.id for action in unfinished if left_to_others(context, action)}
    before = [action for action in unfinished if action.id not in left]
    waited = {action.id: timedelta(seconds=idle.get(action.id, 0.0)) for action in before}
    # One that begins only now is not late, however long it waited for that.
    running = [action for action in before if action.state is ActionState.RUNNING]
    late = {action.id for action in running if waited[action.id] > patience(action)}
    if _stop_rules(context, running):
        before = context.store.actions([action.id for action in before])
    together: dict[Callable[..., None], list[Action]] = {}
    begun, parked = _begun(context, before, waited)
    for action in begun:
        together.setdefault(context.kinds[action.kind].step, []).append(action)
    for kinds_step, actions in together.items():
        kinds_step(context, actions, late)
    now = context.store.actions([action.id for action in before])
    after = {action.id: _progress(action, changed) for action, changed in zip(before, now, strict=True)}
    after |= dict.fromkeys((*parked, *left), Progress.PARKED)
    if {Progress.ENDED, Progress.MOVED} & set(after.values()):
        context.work.wake()
    return after


def _stop_rules(context: Context, running: Sequence[Action]) -> bool:
    """Begin nothing more of what a rule asked for and may not do any more; whether there is such a thing."""
    reasons = [(action, None if action.through else why_no_further(context, action)) for action in running]
    stopped = [(action, reason) for action, reason in reasons if reason]
    for action, reason in stopped:
        operations.stop(context, action, context.words(reason))
    return bool(stopped)


def _begun(
    context: Context, actions: Sequence[Action], waited: Mapping[str, timedelta]
) -> tuple[list[Action], list[str]]:
    """Those of the actions that run, once all that may have begun, and the ids of those that are parked instead; a dry
    run has ended then.
    """
    queued = [action for action in actions if action.state is ActionState.QUEUED]
    parked = [action.id for action in queued if not _begin(context, action, waited[action.id])]
    if queued:
        actions = context.store.actions([action.id for action in actions])
    running = [action for action in actions if action.state is ActionState.RUNNING]
    # What is made of other actions hands a dry run on to those.
    dry = [action for action in running if action.dry_run and not action.kind.steps]
    for action in dry:
        _end_dry_run(context, action)
    return [action for action in running if action not in dry], parked


def _progress(before: Action, after: Action) -> Progress:
    if after.state.final:
        return Progress.ENDED
    return Progress.WAITING if after.progress == before.progress else Progress.MOVED


def recheck(context: Context, action_id: str, *, late: bool) -> bool:
    """Before an action that was interrupted goes on: may the user still be acted on? False: ask again in a while.

    Hours may lie between; somebody enabled again in them keeps what is left, and so does somebody who cannot be read.
    `late`: this has been tried for so long that it is given up.
    """
    action = context.store.action(action_id)
    if action.state is not ActionState.RUNNING or action.kind.frees or left_to_others(context, action):
        return True
    try:
        decision = may_go_on(context, action, context.directory.user(action.user.id))
    except AwsNotFound:
        return True
    except AwsError as error:
        if error.passes and not late:
            return False
        decision = Refused(Reason(Code.UNREAD_STILL_RIGHT, why=str(error)))
    if isinstance(decision, Refused):
        operations.stop(context, action, context.words(decision.reason))
    return True


def _begin(context: Context, action: Action, waited: timedelta) -> bool:
    """Check that the action is right, and store its plan; it stays queued while AWS or Slack cannot be asked. False:
    it is parked.

    `waited`: how long this has been tried already.
    """
    undo: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    try:
        decision = look_again(context, action)
        if isinstance(decision, Unsaid):
            return True
        if isinstance(decision, Allowed) and limits.park_if_full(context, action):
            return False
        kind = context.kinds[action.kind]
        plan = refused(context, decision.reason) if isinstance(decision, Refused) else kind.plan(context, action)
        if isinstance(plan, Plan):
            undo, commands = undo_commands(context, plan), management_commands(context, action.user, plan)
    except AwsError as error:
        if error.passes and waited < patience(action):
            return True
        code = Code.NOTHING_CHANGED_YET if error.passes else Code.NOTHING_CHANGED
        plan = failed(context, Reason(code, why=str(error)))
    except DenyError as error:
        plan = failed(context, Reason(Code.NOTHING_CHANGED, why=str(error)))
    if isinstance(plan, Result):
        end(context, action, plan)
        forget_proof(context, action)
        return True
    if not limits.begin(context, action, plan.operations, undo=undo, management_commands=commands):
        return False
    forget_proof(context, action)
    context.work.wake()
    return True


def _end_dry_run(context: Context, action: Action) -> None:
    done = context.words(Reason(Code.DRY_RUN, count=len(action.operations)))
    end(context, action, Result(ActionState.DONE, done, tell=done))


def one_by_one(
    context: Context,
    actions: Sequence[Action],
    late: Collection[str],
    finish: Callable[[Context, Action, bool], Result],
) -> None:
    """Move the operations of each action on; `finish` reads back what is true now, and that, not what was asked for, is
    the outcome. It raises AwsUnavailable while that cannot be read, unless it is told that it is late.
    """
    for action in actions:
        now, was_through = action, action.through
        if not was_through:
            requests.move(context, action, late=action.id in late)
            now = context.store.action(action.id)
        if now.through:
            with suppress(AwsUnavailable):
                end(context, now, finish(context, now, was_through and action.id in late))


def end(context: Context, action: Action, result: Result) -> None:
    """Store how an action ended; access that no open case shows is scanned for."""
    context.store.end_action(action.id, result, context.clock.now())
    _note_clear(context, action, result)
    case = context.store.case(action.case_id).case if action.case_id else None
    if result.read and result.read.usable and (case is None or case.state is CaseState.CLOSED):
        # Access that no open case shows: a scan opens one.
        context.work.start_scan(context.store.begin_scan(context.new_id(), "action", None, context.clock.now()).id)
    log.info("action ended", action=action.id, case=action.case_id, kind=str(action.kind), state=str(result.state))
    context.work.wake()


def _note_clear(context: Context, action: Action, result: Result) -> None:
    """The last way in was seen gone just now: from here on the time of a deny in force runs."""
    if result.read is None or not result.read.complete or result.read.usable:
        return
    deny = context.store.deny(action.user.id)
    if deny and not deny.clear_since:
        context.store.set_deny(replace(deny, clear_since=result.verified_at or context.clock.now()))


def give_up(context: Context, action_id: str, reference: str) -> None:
    """An error that nobody foresaw ended the workflow: say so, with the reference under which it is logged."""
    action = context.store.action(action_id)
    operations.give_up(context, action, context.words(Reason(Code.STOPPED_WORKING, why=reference)))
    begun = any(op.state.may_have_changed for op in action.operations)
    code = Code.UNFORESEEN_HALFWAY if begun else Code.UNFORESEEN
    end(context, action, failed(context, Reason(code, why=reference)))
