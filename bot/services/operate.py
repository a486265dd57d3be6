"""Move the operations of a running action on, one step at a time, so that a crash anywhere can be continued.

An operation is marked ASKED before its request is sent. Found ASKED again, the request may or may not have
reached AWS: then AWS is looked at first (its running jobs, a fresh list), and asked again only when it shows
neither the job nor the result.
"""

import contextlib

from bot.core import deny
from bot.core.errors import (
    AwsConflict,
    AwsError,
    AwsNotFound,
    AwsUnavailable,
    DenyError,
)
from bot.core.models import GrantKind
from bot.core.plans import OperationKind, OperationState
from bot.ports import ApplicationAssignment, Assignment, DenyPolicy, Job, StoredAction, StoredDeny, StoredOperation
from bot.services.covering import cover
from bot.services.parts import Parts

# AWS takes 15 outstanding assignment jobs and changes one role at a time in an account (facts 2.1).
MOST_JOBS = 10
# Somebody else may change the deny policy at the same moment; then it is read and written again, this often.
WRITE_ATTEMPTS = 5
# Kinds of grants that a deny can reach: those in accounts.
_IN_ACCOUNTS = {GrantKind.ACCOUNT, GrantKind.ENTITLEMENT}
LATE = "AWS did not do this in time. If it was asked for, it may still do so; the next scan tells."
CONTESTED = "Somebody else keeps changing the deny policy at the same time. Try again."
CONFLICT = "the user was changed by somebody else in the meantime"


def advance(parts: Parts, action: StoredAction, *, late: bool) -> None:
    """One step for each operation that is not final. `late`: time is up, what is not final has failed."""
    accounts = parts.store.busy_accounts()
    jobs, busy = len(accounts), set(accounts)
    for op in action.operations:
        if op.state.final:
            continue
        if late:
            if op.operation.kind is OperationKind.ADD_TO_DENY:
                _forget_unless_denied(parts, action)
            _set(parts, action, op, OperationState.FAILED, detail=op.detail or LATE)
            continue
        if op.operation.kind is OperationKind.DELETE_ASSIGNMENT and op.state is not OperationState.RUNNING:
            account = op.operation.args["account_id"]
            if jobs >= MOST_JOBS or account in busy:
                continue
            jobs, busy = jobs + 1, {*busy, account}
        _step(parts, action, op)


def stop(parts: Parts, action: StoredAction, reason: str) -> None:
    """Ask for nothing more: what AWS works on is followed to its end, everything else fails with this reason."""
    for op in action.operations:
        if not op.state.final and op.state is not OperationState.RUNNING:
            if op.operation.kind is OperationKind.ADD_TO_DENY:
                _forget_unless_denied(parts, action)
            _set(parts, action, op, OperationState.FAILED, detail=reason)


def _step(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    steps = {
        OperationKind.DELETE_ASSIGNMENT: _delete_assignment,
        OperationKind.DELETE_APPLICATION_ASSIGNMENT: _delete_application_assignment,
        OperationKind.DELETE_ENTITLEMENT: _delete_entitlement,
        OperationKind.LEAVE_GROUP: _leave_group,
        OperationKind.ADD_TO_DENY: _add_to_deny,
        OperationKind.REMOVE_FROM_DENY: _remove_from_deny,
        OperationKind.DELETE_USER: _delete_user,
    }
    try:
        steps[op.operation.kind](parts, action, op)
    except (AwsConflict, AwsUnavailable):
        # Busy, throttled, or the answer was lost: look again at the next step. The deadline ends it.
        return
    except (AwsError, DenyError) as error:
        if op.operation.kind is OperationKind.ADD_TO_DENY:
            _forget_unless_denied(parts, action)
        _set(parts, action, op, OperationState.FAILED, detail=str(error))


def _delete_assignment(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    args = op.operation.args
    account, arn, user = args["account_id"], args["permission_set_arn"], args["user_id"]
    if op.state is OperationState.RUNNING:
        try:
            _follow(parts, action, op, parts.access.deletion(op.request_id))
        except AwsNotFound:
            # AWS forgot the request: whether it did its work shows in a fresh list.
            _set(parts, action, op, OperationState.ASKED)
        return
    if op.state is OperationState.ASKED:
        job = parts.access.find_deletion(account, arn, user)
        if job:
            _follow(parts, action, op, job)
            return
        if Assignment(account, arn, "USER", user) not in parts.access.assigned(account, arn):
            _set(parts, action, op, OperationState.DONE, detail="")
            return
    _set(parts, action, op, OperationState.ASKED)
    try:
        job = parts.access.delete_assignment(account, arn, user)
    except AwsNotFound:
        _set(parts, action, op, OperationState.DONE)
        return
    except AwsConflict:
        # AWS did nothing; it is no lost answer.
        _set(parts, action, op, OperationState.WAITING)
        raise
    _follow(parts, action, op, job)


def _follow(parts: Parts, action: StoredAction, op: StoredOperation, job: Job) -> None:
    states = {"SUCCEEDED": OperationState.DONE, "FAILED": OperationState.FAILED}
    state = states.get(job.state, OperationState.RUNNING)
    if state is OperationState.RUNNING and op.request_id == job.request_id:
        return
    detail = f"AWS says: {job.reason or 'nothing more'}" if state is OperationState.FAILED else ""
    _set(parts, action, op, state, request_id=job.request_id, detail=detail)


def _delete_application_assignment(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    # AWS does it at once, and what is gone already is success, so a lost answer is simply asked for again.
    args = op.operation.args
    _set(parts, action, op, OperationState.ASKED)
    parts.access.delete_application_assignment(args["application_arn"], args["user_id"])
    _set(parts, action, op, OperationState.DONE)


def _delete_entitlement(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    # "Deleting an entitlement that has already been deleted does not return an error" (API reference).
    _set(parts, action, op, OperationState.ASKED)
    parts.access.delete_entitlement(op.operation.args["entitlement_id"])
    _set(parts, action, op, OperationState.DONE)


def _leave_group(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    args = op.operation.args
    membership_id = args["membership_id"] or parts.directory.membership_in(args["group_id"], args["user_id"])
    if not membership_id:
        detail = "AWS shows access through this group, but no membership that could be removed."
        _set(parts, action, op, OperationState.FAILED, detail=detail)
        return
    _set(parts, action, op, OperationState.ASKED)
    parts.directory.leave_group(membership_id)
    _set(parts, action, op, OperationState.DONE)


def _add_to_deny(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    user = action.view.user
    policy = parts.deny.read()
    if not policy.targets and user.id not in deny.denied_users(policy.text):
        # Detached since the plan was made. Nothing is written: attached again later, it would deny unnoticed.
        detail = f"{policy.id} is attached to nothing, so it denies nobody. Attach it to the root or to units."
        _set(parts, action, op, OperationState.FAILED, detail=detail)
        return
    for _ in range(WRITE_ATTEMPTS):
        if user.id in deny.denied_users(policy.text):
            break
        # Remembered before it is written: whatever happens now, nobody forgets to lift it.
        _remember_deny(parts, action, op, policy)
        parts.deny.write(deny.add_user(policy.text, user.id), policy.text)
        policy = parts.deny.read()
    if user.id not in deny.denied_users(policy.text):
        _forget_unless_denied(parts, action)
        _set(parts, action, op, OperationState.FAILED, detail=CONTESTED)
        return
    _remember_deny(parts, action, op, policy)
    _set(parts, action, op, OperationState.DONE)


def _forget_unless_denied(parts: Parts, action: StoredAction) -> None:
    """After a failure the policy decides: a deny that is certainly not in it is not kept as one in force."""
    user = action.view.user
    with contextlib.suppress(AwsError, DenyError):
        if user.id not in deny.denied_users(parts.deny.read().text):
            parts.store.lift_deny(user.id, action.view.by, parts.clock.now())


def _remember_deny(parts: Parts, action: StoredAction, op: StoredOperation, policy: DenyPolicy) -> None:
    user = action.view.user
    reach = parts.store.reached(user.id) | _reached_now(parts, user.id)
    known = parts.store.deny(user.id)
    denied = user.id in deny.denied_users(policy.text)
    placed = StoredDeny(
        user=user,
        policy_id=policy.id,
        placeholder=known.placeholder if known else _placeholder(parts, op),
        since=known.since if known else parts.clock.now(),
        by=known.by if known else action.view.by,
        cover=cover(parts, policy, reach) if denied else (),
        confirmed=denied,
    )
    parts.store.place_deny(placed, parts.new_id())


def _remove_from_deny(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    user = action.view.user
    known = parts.store.deny(user.id)
    # The policy it was placed in, even when the settings name another one by now.
    place = known.policy_id if known else ""
    placeholder = known.placeholder if known else deny.PLACEHOLDER
    policy = parts.deny.read(place)
    for _ in range(WRITE_ATTEMPTS):
        if user.id not in deny.denied_users(policy.text):
            break
        parts.deny.write(deny.remove_user(policy.text, user.id, placeholder), policy.text, place)
        policy = parts.deny.read(place)
    if user.id in deny.denied_users(policy.text):
        _set(parts, action, op, OperationState.FAILED, detail=CONTESTED)
        return
    parts.store.lift_deny(user.id, action.view.by, parts.clock.now())
    _set(parts, action, op, OperationState.DONE)


def _delete_user(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    args = op.operation.args
    if op.state is OperationState.ASKED:
        # The answer to an earlier request was lost. Deleted: done. Changed: the revision check refuses it.
        try:
            parts.directory.user(args["user_id"])
        except AwsNotFound:
            _set(parts, action, op, OperationState.DONE)
            return
    _set(parts, action, op, OperationState.ASKED)
    try:
        parts.directory.delete_user(args["user_id"], args["revision"])
    except AwsNotFound:
        pass
    except AwsConflict:
        _set(parts, action, op, OperationState.FAILED, detail=CONFLICT)
        return
    _set(parts, action, op, OperationState.DONE)


def _reached_now(parts: Parts, user_id: str) -> frozenset[str]:
    """Accounts that AWS lists for the user now; what can not be read is covered by what the cases remember."""
    try:
        rows = [row for ways in parts.access.ways() if ways.kind in _IN_ACCOUNTS for row in ways.of("USER", user_id)]
        return frozenset(row.account_id for row in rows if not isinstance(row, ApplicationAssignment))
    except AwsError:
        return frozenset()


def _placeholder(parts: Parts, op: StoredOperation) -> str:
    """What stood in the policy before the first deny: as it was read when the action was prepared."""
    earlier = next((known.placeholder for known in parts.store.denies()), None)
    return earlier or str(op.operation.shown.get("placeholder", deny.PLACEHOLDER))


def _set(
    parts: Parts,
    action: StoredAction,
    op: StoredOperation,
    state: OperationState,
    *,
    request_id: str = "",
    detail: str = "",
) -> None:
    parts.store.set_operation(action.view.id, op.seq, state, request_id=request_id or op.request_id, detail=detail)
