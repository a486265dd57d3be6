"""Move the operations of a running action on, one step at a time, so that a crash anywhere can be continued.

An operation is marked ASKED before its request is sent. Found ASKED again, the request may or may not have
reached AWS: then AWS is looked at first (its running jobs, a fresh list), and asked again only when it shows
neither the job nor the result.
"""

import contextlib

from bot.core.errors import AwsConflict, AwsError, AwsNotFound, AwsUnavailable
from bot.core.plans import OperationKind, OperationState
from bot.ports import Assignment, Job, StoredAction, StoredOperation
from bot.services.parts import Parts

# AWS takes 15 outstanding assignment jobs and changes one role at a time in an account (facts 2.1).
MOST_JOBS = 10
LATE = "AWS did not do this in time. If it was asked for, it may still do so; the next scan tells."
CONFLICT = "the user was changed by somebody else in the meantime"


def advance(parts: Parts, action: StoredAction, *, late: bool) -> None:
    """One step for each operation that is not final. `late`: time is up, what is not final has failed."""
    accounts = parts.store.busy_accounts()
    jobs, busy = len(accounts), set(accounts)
    for op in action.operations:
        if op.state.final:
            continue
        if late:
            set_state(parts, action, op, OperationState.FAILED, detail=op.detail or LATE)
            continue
        if op.operation.kind is OperationKind.DELETE_ASSIGNMENT and op.state is not OperationState.RUNNING:
            account = op.operation.args["account_id"]
            if jobs >= MOST_JOBS or account in busy:
                continue
            jobs, busy = jobs + 1, {*busy, account}
        _step(parts, action, op)


def stop(parts: Parts, action: StoredAction, reason: str, *, running_too: bool = False) -> None:
    """Ask for nothing more: what AWS works on is followed to its end, unless that is given up as well; everything else
    fails with this reason, or with the one it has.
    """
    for op in action.operations:
        if not op.state.final and (running_too or op.state is not OperationState.RUNNING):
            set_state(parts, action, op, OperationState.FAILED, detail=op.detail or reason)


def _step(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    steps = {
        OperationKind.DELETE_ASSIGNMENT: _delete_assignment,
        OperationKind.DELETE_APPLICATION_ASSIGNMENT: _delete_application_assignment,
        OperationKind.DELETE_ENTITLEMENT: _delete_entitlement,
        OperationKind.LEAVE_GROUP: _leave_group,
        OperationKind.DELETE_USER: _delete_user,
        OperationKind.DELETE_PERMISSION_SET: _delete_permission_set,
    }
    try:
        steps[op.operation.kind](parts, action, op)
    except (AwsConflict, AwsUnavailable):
        # Busy, throttled, or the answer was lost: look again at the next step. The deadline ends it.
        return
    except AwsError as error:
        set_state(parts, action, op, OperationState.FAILED, detail=str(error))


def _delete_assignment(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    args = op.operation.args
    account, arn, user = args["account_id"], args["permission_set_arn"], args["user_id"]
    if op.state is OperationState.RUNNING:
        try:
            follow(parts, action, op, parts.access.deletion(op.request_id))
        except AwsNotFound:
            # AWS forgot the request: whether it did its work shows in a fresh list.
            set_state(parts, action, op, OperationState.ASKED)
        return
    if op.state is OperationState.ASKED:
        job = parts.access.find_deletion(account, arn, user)
        if job:
            follow(parts, action, op, job)
            return
        if Assignment(account, arn, "USER", user) not in parts.access.assigned(account, arn):
            set_state(parts, action, op, OperationState.DONE, detail="")
            return
    set_state(parts, action, op, OperationState.ASKED)
    try:
        job = parts.access.delete_assignment(account, arn, user)
    except AwsNotFound:
        set_state(parts, action, op, OperationState.DONE)
        return
    except AwsConflict:
        # AWS did nothing; it is no lost answer.
        set_state(parts, action, op, OperationState.WAITING)
        raise
    follow(parts, action, op, job)


def follow(parts: Parts, action: StoredAction, op: StoredOperation, job: Job) -> None:
    """Note how far AWS is with the job of an operation."""
    states = {"SUCCEEDED": OperationState.DONE, "FAILED": OperationState.FAILED}
    state = states.get(job.state, OperationState.RUNNING)
    if state is OperationState.RUNNING and op.request_id == job.request_id:
        return
    detail = f"AWS says: {job.reason or 'nothing more'}" if state is OperationState.FAILED else ""
    set_state(parts, action, op, state, request_id=job.request_id, detail=detail)


def _delete_application_assignment(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    # AWS does it at once, and what is gone already is success, so a lost answer is simply asked for again.
    args = op.operation.args
    set_state(parts, action, op, OperationState.ASKED)
    parts.access.delete_application_assignment(args["application_arn"], args["user_id"])
    set_state(parts, action, op, OperationState.DONE)


def _delete_entitlement(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    # "Deleting an entitlement that has already been deleted does not return an error" (API reference).
    set_state(parts, action, op, OperationState.ASKED)
    parts.access.delete_entitlement(op.operation.args["entitlement_id"])
    set_state(parts, action, op, OperationState.DONE)


def _leave_group(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    args = op.operation.args
    membership_id = args["membership_id"] or parts.directory.membership_in(args["group_id"], args["user_id"])
    if not membership_id:
        detail = "AWS shows access through this group, but no membership that could be removed."
        set_state(parts, action, op, OperationState.FAILED, detail=detail)
        return
    set_state(parts, action, op, OperationState.ASKED)
    parts.directory.leave_group(membership_id)
    set_state(parts, action, op, OperationState.DONE)


def _delete_permission_set(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    # For minutes after the last account was deprovisioned AWS answers with a conflict; it is asked again until it is
    # late (aws-samples/aws-iam-identity-center-extensions#89). What is gone already is success.
    set_state(parts, action, op, OperationState.ASKED)
    with contextlib.suppress(AwsNotFound):
        parts.access.delete_permission_set(op.operation.args["permission_set_arn"])
    set_state(parts, action, op, OperationState.DONE)


def _delete_user(parts: Parts, action: StoredAction, op: StoredOperation) -> None:
    args = op.operation.args
    if op.state is OperationState.ASKED:
        # The answer to an earlier request was lost. Deleted: done. Changed: the revision check refuses it.
        try:
            parts.directory.user(args["user_id"])
        except AwsNotFound:
            set_state(parts, action, op, OperationState.DONE)
            return
    set_state(parts, action, op, OperationState.ASKED)
    try:
        parts.directory.delete_user(args["user_id"], args["revision"])
    except AwsNotFound:
        pass
    except AwsConflict:
        set_state(parts, action, op, OperationState.FAILED, detail=CONFLICT)
        return
    set_state(parts, action, op, OperationState.DONE)


def set_state(
    parts: Parts,
    action: StoredAction,
    op: StoredOperation,
    state: OperationState,
    *,
    request_id: str = "",
    detail: str = "",
) -> None:
    """Move an operation on, now."""
    request_id, now = request_id or op.request_id, parts.clock.now()
    parts.store.set_operation(action.view.id, op.seq, state, now, request_id=request_id, detail=detail)
