"""Carry an action out: read again, check again, change, read back.

The engine calls `prepare` until it does not say "later", then `advance` until nothing is under way, then
`finish`. Each of them can be repeated after a crash at any point: what was done is in the store and in AWS, and
both are looked at before anything is asked for again.
"""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

import structlog

from bot.core.actions import DELETE, IN_LINE, LIFT, PRUNE, RENAME, REVOKE, ActionState
from bot.core.authorization import Refused, Unsaid, may_touch
from bot.core.aws_commands import undo_command
from bot.core.cases import CaseState, CloseReason
from bot.core.errors import AwsError, AwsNotFound, AwsUnavailable, DenyError
from bot.core.models import PersonRead
from bot.core.plans import OperationState, Outcome, Plan, read_back, tally
from bot.ports import Result, StoredAction
from bot.services.actions import operations
from bot.services.actions.planning import (
    CONFLICT,
    management_commands,
    place,
    plan_action,
    problems,
    read_person,
    refused,
)
from bot.services.actions.requester import look_again
from bot.services.context import Parts
from bot.services.kinds.prune import emptied_by, finish_prune

log = structlog.get_logger(__name__)

# For how long an action is tried without getting on, before it has begun and after; while leaverbot is down does not
# count.
PATIENCE = timedelta(minutes=15)
# Denies wait in one line, so none may hold it up for long.
DENY_PATIENCE = timedelta(minutes=3)
# AWS may show an assignment for a moment after its deletion succeeded; read back this often, a second apart.
READ_BACK_ATTEMPTS = 4


class Ready(StrEnum):
    GO = "go"  # operations are stored, go on with `advance`
    LATER = "later"  # AWS could not be asked, try again in a while
    ENDED = "ended"  # refused, or nothing to do


def recheck(parts: Parts, action_id: str, *, late: bool) -> bool:
    """Before an action that was interrupted goes on: may the user still be touched? False: ask again in a while.

    Hours may lie between; somebody enabled again in them keeps what is left, and so does somebody who cannot be read.
    `late`: this has been tried for so long that it is given up.
    """
    action = parts.store.action(action_id)
    unchecked = {LIFT, PRUNE, RENAME}
    if action.view.state is not ActionState.RUNNING or action.view.kind in unchecked:
        return True
    try:
        user = parts.directory.user(action.view.user.id)
        decision = may_touch(
            parts.rules,
            action.view.kind,
            user,
            not_disabled=action.view.not_disabled,
            own_name=parts.access.caller_user_name(),
        )
    except AwsNotFound:
        return True
    except AwsError as error:
        if error.passes and not late:
            return False
        decision = Refused(f"Whether this is still right could not be read, so leaverbot did not go on: {error}")
    if isinstance(decision, Refused):
        operations.stop(parts, action, decision.reason)
    return True


def prepare(parts: Parts, action_id: str, waited: timedelta) -> Ready:
    """Read the user again, check that the action is still right, and store its operations.

    `waited`: how long this has been tried already, while AWS could not be asked.
    """
    action = parts.store.action(action_id)
    if action.view.state is ActionState.RUNNING:
        return Ready.GO
    if action.view.state.final:
        return Ready.ENDED
    undo: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    try:
        decision = look_again(parts, action)
        if isinstance(decision, Unsaid):
            return Ready.LATER
        plan = refused(decision.reason) if isinstance(decision, Refused) else plan_action(parts, action)
        if isinstance(plan, Plan):
            undo, commands = _undo(parts, plan), management_commands(parts, action.view.user, plan)
    except AwsError as error:
        patience = DENY_PATIENCE if action.view.kind in IN_LINE else PATIENCE
        if error.passes and waited < patience:
            return Ready.LATER
        again = " Try again later." if error.passes else ""
        plan = _failed(f"Nothing was changed: {error}{again}")
    except DenyError as error:
        plan = _failed(f"Nothing was changed: {error}")
    if isinstance(plan, Result):
        end(parts, action, plan)
        return Ready.ENDED
    if action.view.dry_run:
        done = f"Dry run: {_count(plan)} would be carried out; nothing was sent to AWS."
        parts.store.begin_action(action_id, plan.operations, parts.clock.now())
        end(parts, action, Result(ActionState.DONE, done, tell=done))
        return Ready.ENDED
    parts.store.begin_action(action_id, plan.operations, parts.clock.now(), undo=undo, management_commands=commands)
    parts.work.wake()
    return Ready.GO


class Moved(StrEnum):
    ENDED = "ended"  # every operation is final
    ON = "on"  # something moved, more is to do
    WAITING = "waiting"  # nothing moved, AWS is busy or out of reach


def advance(parts: Parts, action_id: str, *, late: bool) -> Moved:
    """Move every operation one step on. `late`: nothing has moved for so long that what is left is given up."""
    action = parts.store.action(action_id)
    if action.view.state is not ActionState.RUNNING:
        return Moved.ENDED
    operations.advance(parts, action, late=late)
    after = parts.store.action(action_id)
    moved = after.progress != action.progress
    if moved:
        parts.work.wake()
    if all(op.state.final for op in after.operations):
        return Moved.ENDED
    return Moved.ON if moved else Moved.WAITING


def finish(parts: Parts, action_id: str, *, late: bool) -> bool:
    """Read back from AWS what is true now; that, not what was asked for, is the outcome. False: it cannot be read now,
    come back in a while. `late`: this has been tried for so long that it ends with what is known.

    Denies and lifts end in their line, `services/kinds/deny/rounds.py`.
    """
    action = parts.store.action(action_id)
    if action.view.state.final:
        return True
    endings = {
        REVOKE: _finish_revoke,
        DELETE: _finish_delete,
        PRUNE: finish_prune,
    }
    try:
        result = endings[action.view.kind](parts, action, late)
    except AwsUnavailable:
        return False
    end(parts, action, result)
    return True


def give_up(parts: Parts, action_id: str, reference: str) -> None:
    """An error that nobody foresaw ended the workflow: say so, with the reference under which it is logged."""
    action = parts.store.action(action_id)
    operations.give_up(parts, action, f"leaverbot stopped working on it (reference {reference}).")
    begun = any(op.state.may_have_changed for op in action.operations)
    changed = "Part of it may have been done." if begun else "Nothing was changed in AWS."
    text = f"Something went wrong that we did not foresee (reference {reference}). {changed} Check with Details."
    end(parts, action, Result(ActionState.FAILED, text, tell=text))


def _finish_revoke(parts: Parts, action: StoredAction, late: bool) -> Result:
    read = _read_back(parts, action, late)
    now = parts.clock.now()
    action = parts.store.action(action.view.id)
    if isinstance(read, str):
        text = f"The result could not be read back: {read} The next scan that can read it will tell."
        return Result(ActionState.INCOMPLETE, text, tell=f"{tally(action.view.outcomes)}. {text}")
    if any(problem.passing for problem in read.missing) and not late:
        raise AwsUnavailable(problems(read.missing))
    if read.missing:
        text = f"Not everything could be read back: {problems(read.missing)}"
        return Result(ActionState.INCOMPLETE, text, read, now, tell=text)
    emptied = emptied_by(parts, action)
    if not read.usable:
        return Result(ActionState.DONE, "", read, now, close=CloseReason.REVOKED, emptied=emptied)
    kept = len(action.view.management_commands)
    if kept and kept == len(read.usable):
        text = (
            f"Only the management account can take away the {'last one' if kept == 1 else f'last {kept}'}: "
            "leaverbot runs in another account. The commands are in the thread."
        )
        return Result(ActionState.INCOMPLETE, text, read, now, tell=text, emptied=emptied)
    reasons = list(dict.fromkeys(one.detail for one in action.view.outcomes if one.missed and one.detail))
    text = " ".join(reasons) or "AWS still shows it, or shows it again. Open Details in a minute."
    left = f"{read.user.label} still has {len(read.usable)} way{'s' if len(read.usable) > 1 else ''} in."
    return Result(ActionState.INCOMPLETE, text, read, now, tell=f"{left} {text}", emptied=emptied)


def _finish_delete(parts: Parts, action: StoredAction, late: bool) -> Result:
    user = action.view.user
    detail = " ".join(op.detail for op in action.operations if op.detail)
    try:
        parts.directory.user(user.id)
    except AwsNotFound:
        gone = PersonRead(user)
        operations.confirm(parts, action)
        return Result(ActionState.DONE, "", gone, parts.clock.now(), close=CloseReason.DELETED)
    except AwsError as error:
        if error.passes and not late:
            raise
        text = f"Whether {user.label} was deleted could not be read back: {error} The next scan will tell."
        return Result(ActionState.INCOMPLETE, text, tell=text)
    conflict = any(op.detail == operations.CONFLICT for op in action.operations)
    text = CONFLICT.format(user=user.label) if conflict else f"{user.label} was not deleted: {detail}"
    return Result(ActionState.FAILED, text, tell=text)


def _read_back(parts: Parts, action: StoredAction, late: bool) -> PersonRead | str:
    """The user read again, and what that says of each operation noted; a sentence when not even the user could be
    read. Raises AwsUnavailable for what passes, unless it is late.
    """
    for attempt in range(1, READ_BACK_ATTEMPTS + 1):
        try:
            user = parts.directory.user(action.view.user.id)
        except AwsNotFound:
            return PersonRead(action.view.user)
        except AwsError as error:
            if error.passes and not late:
                raise
            return str(error)
        _, read = read_person(parts, user)
        found = [read_back(outcome, read) for outcome in action.view.outcomes]
        # Something that AWS said is gone still shows: its lists lag behind for a moment.
        answered = [one.state is OperationState.ANSWERED for one in action.operations]
        lagging = any(was and now.missed for was, now in zip(answered, found, strict=True))
        if not lagging or attempt == READ_BACK_ATTEMPTS:
            _note(parts, action, found)
            return read
        parts.clock.sleep(1.0)
    raise AssertionError("the last attempt returns")


def _note(parts: Parts, action: StoredAction, found: list[Outcome]) -> None:
    for op, now in zip(action.operations, found, strict=True):
        if (now.state, now.detail) != (op.state, op.detail):
            operations.set_state(parts, action, op, now.state, detail=now.detail)


def _undo(parts: Parts, plan: Plan) -> tuple[str, ...]:
    found = place(parts)
    return tuple(undo_command(operation, found) or "" for operation in plan.operations)


def end(parts: Parts, action: StoredAction, result: Result) -> None:
    """Store how an action ended; access that no open case shows is scanned for."""
    parts.store.end_action(action.view.id, result, parts.clock.now())
    _note_clear(parts, action, result)
    case = parts.store.case(action.case_id).case if action.case_id else None
    if result.read and result.read.usable and (case is None or case.state is CaseState.CLOSED):
        # Access that no open case shows: a scan opens one.
        parts.work.start_scan(parts.store.begin_scan(parts.new_id(), "action", None, parts.clock.now()).id)
    log.info(
        "action ended", action=action.view.id, case=action.case_id, kind=str(action.view.kind), state=str(result.state)
    )
    parts.work.wake()


def _note_clear(parts: Parts, action: StoredAction, result: Result) -> None:
    """The last way in was seen gone just now: from here on the time of a deny in force runs."""
    deny = parts.store.deny(action.view.user.id)
    if deny and not deny.clear_since and result.read and result.read.complete and not result.read.usable:
        parts.store.set_deny(replace(deny, clear_since=result.verified_at or parts.clock.now()))


def _failed(reason: str) -> Result:
    return Result(ActionState.FAILED, reason, tell=reason)


def _count(plan: Plan) -> str:
    return f"{len(plan.operations)} operation{'s' if len(plan.operations) != 1 else ''}"
