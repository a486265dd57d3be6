"""Move the operations of a running action on, one step at a time, so that a crash anywhere can be continued.

An operation is marked ASKED before its request is sent. Found ASKED again, the request may or may not have
reached AWS: then AWS is looked at first (its running jobs, a fresh list), and asked again only when it shows
neither the job nor the result. What AWS works on stays under way whatever trouble there is with reading how far it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from bot.core.actions import Action
from bot.core.errors import (
    AwsConflict,
    AwsCredentials,
    AwsError,
    AwsNotFound,
    AwsRejected,
    AwsUnavailable,
    DenyError,
    DryRunRefused,
)
from bot.core.operations import OperationKind, OperationState, Outcome
from bot.ports import Assignment, Job
from bot.services.context import Parts

# AWS takes 15 outstanding assignment jobs and changes one role at a time in an account
# (docs/facts.md#assignment-jobs).
MOST_JOBS = 10
# How long it may stay unreadable what AWS did with a request: it takes seconds, a minute at most.
STATUS_PATIENCE = timedelta(minutes=2)
LATE = "AWS did not do this in time. If it was asked for, it may still happen; the next scan will tell."
CONFLICT = "the user was changed by somebody else in the meantime"


def move(parts: Parts, action: Action, *, late: bool) -> None:
    """One step for each operation that is not final. `late`: time is up, what is not final is given up."""
    if late:
        give_up(parts, action, LATE)
        return
    accounts = parts.store.busy_accounts()
    jobs, busy = len(accounts), set(accounts)
    for op in action.operations:
        if op.state.final:
            continue
        if op.operation.kind is OperationKind.DELETE_ASSIGNMENT and op.state is not OperationState.RUNNING:
            account = op.operation.args["account_id"]
            if jobs >= MOST_JOBS or account in busy:
                continue
            jobs, busy = jobs + 1, {*busy, account}
        _step(parts, action, op)


def stop(parts: Parts, action: Action, reason: str) -> None:
    """Ask for nothing more: what AWS works on is followed to its end; what was asked for without an answer, the read
    back tells; the rest is not started.
    """
    for op in action.operations:
        if op.state is OperationState.WAITING:
            set_state(parts, action, op, OperationState.NOT_BEGUN, detail=op.detail or reason)
        elif op.state is OperationState.ASKED:
            set_state(parts, action, op, OperationState.UNKNOWN, detail=op.detail or reason)


def give_up(parts: Parts, action: Action, reason: str) -> None:
    """As `stop`, and nothing is followed any more."""
    stop(parts, action, reason)
    for op in action.operations:
        if op.state is OperationState.RUNNING:
            set_state(parts, action, op, OperationState.UNKNOWN, detail=op.detail or reason)


def _step(parts: Parts, action: Action, op: Outcome) -> None:
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
        unreadable(parts, action, op, error)


def unreadable(parts: Parts, action: Action, op: Outcome, error: AwsError | DenyError) -> None:
    """AWS cannot be looked at: before a request nothing is begun then; after one it is looked at again for a while.

    One that ended in this very step (`asking`) stays as it is.
    """
    if op.state is OperationState.WAITING:
        set_state(parts, action, op, OperationState.NOT_BEGUN, detail=str(error))
    elif op.at is None or parts.clock.now() - op.at > STATUS_PATIENCE:
        set_state(parts, action, op, OperationState.UNKNOWN, detail=str(error))


@contextmanager
def asking(parts: Parts, action: Action, op: Outcome) -> Iterator[None]:
    """Around a request that changes something: it is marked before it is sent, and what AWS said is noted.

    AwsUnavailable: its answer was lost, so it stays asked for. AwsConflict: AWS is busy and did nothing with it. Every
    error goes on to the caller.
    """
    set_state(parts, action, op, OperationState.ASKED)
    try:
        yield
    except AwsConflict:
        set_state(parts, action, op, op.state)
        raise
    except AwsUnavailable:
        raise
    except AwsError as error:
        if op.state is not OperationState.WAITING:
            # An earlier request may have reached AWS; this one did not.
            set_state(parts, action, op, OperationState.UNKNOWN, detail=str(error))
            raise
        # Without credentials AWS takes no request at all.
        not_sent = isinstance(error, (AwsCredentials, DryRunRefused))
        state = OperationState.NOT_BEGUN if not_sent else OperationState.REFUSED
        set_state(parts, action, op, state, detail=str(error))
        raise


def _delete_assignment(parts: Parts, action: Action, op: Outcome) -> None:
    args = op.operation.args
    account, arn, user = args["account_id"], args["permission_set_arn"], args["user_id"]
    if op.state is OperationState.RUNNING:
        _follow_deletion(parts, action, op)
        return
    if op.state is OperationState.ASKED:
        job = _job_of(parts, op)
        if job:
            follow(parts, action, op, job)
            return
        if not _assigned(parts, op):
            set_state(parts, action, op, OperationState.DONE)
            return
    with asking(parts, action, op):
        try:
            job = parts.access.delete_assignment(account, arn, user)
        except AwsNotFound:
            job = None
    if job:
        follow(parts, action, op, job)
    else:
        set_state(parts, action, op, OperationState.ANSWERED)


def _follow_deletion(parts: Parts, action: Action, op: Outcome) -> None:
    try:
        job = parts.access.deletion(op.request_id)
    except AwsNotFound:
        # AWS forgot the request: whether it did its work shows in a fresh list.
        set_state(parts, action, op, OperationState.ASKED)
    except AwsUnavailable:
        raise
    except AwsError:
        # How far it is may not be readable, by a missing right for one: the list tells when it is done.
        if _assigned(parts, op):
            raise
        set_state(parts, action, op, OperationState.DONE)
    else:
        follow(parts, action, op, job)


def _job_of(parts: Parts, op: Outcome) -> Job | None:
    """What AWS makes of an earlier request; None also where its jobs cannot be listed: asking again does no harm."""
    args = op.operation.args
    try:
        return parts.access.find_deletion(args["account_id"], args["permission_set_arn"], args["user_id"])
    except AwsUnavailable:
        raise
    except AwsError:
        return None


def _assigned(parts: Parts, op: Outcome) -> bool:
    args = op.operation.args
    account, arn = args["account_id"], args["permission_set_arn"]
    return Assignment(account, arn, "USER", args["user_id"]) in parts.access.assigned(account, arn)


def follow(
    parts: Parts,
    action: Action,
    op: Outcome,
    job: Job,
    *,
    succeeded: OperationState = OperationState.ANSWERED,
) -> None:
    """Note how far AWS is with the job of an operation. `succeeded`: what AWS's success means; DONE where there is
    nothing else to read.
    """
    states = {"SUCCEEDED": succeeded, "FAILED": OperationState.REFUSED}
    state = states.get(job.state, OperationState.RUNNING)
    if op.state is OperationState.RUNNING and state is op.state and op.request_id == job.request_id:
        return
    detail = f"AWS says: {job.reason or 'no reason'}" if state is OperationState.REFUSED else ""
    set_state(parts, action, op, state, request_id=job.request_id, detail=detail)


def _delete_application_assignment(parts: Parts, action: Action, op: Outcome) -> None:
    # AWS does it at once, and what is gone already is success, so a lost answer is simply asked for again.
    args = op.operation.args
    with asking(parts, action, op):
        parts.access.delete_application_assignment(args["application_arn"], args["user_id"])
    set_state(parts, action, op, OperationState.ANSWERED)


def _delete_entitlement(parts: Parts, action: Action, op: Outcome) -> None:
    # "Deleting an entitlement that has already been deleted does not return an error" (API reference).
    with asking(parts, action, op):
        parts.access.delete_entitlement(op.operation.args["entitlement_id"])
    set_state(parts, action, op, OperationState.ANSWERED)


def _leave_group(parts: Parts, action: Action, op: Outcome) -> None:
    args = op.operation.args
    membership_id = args["membership_id"] or parts.directory.membership_in(args["group_id"], args["user_id"])
    if not membership_id:
        done = op.state is OperationState.ASKED
        detail = "AWS shows access through this group, but no membership that could be removed."
        state = OperationState.DONE if done else OperationState.NOT_BEGUN
        set_state(parts, action, op, state, detail="" if done else detail)
        return
    with asking(parts, action, op):
        parts.directory.leave_group(membership_id)
    set_state(parts, action, op, OperationState.ANSWERED)


def _delete_permission_set(parts: Parts, action: Action, op: Outcome) -> None:
    # For minutes after the last account was deprovisioned AWS answers with a conflict; it is asked again until it is
    # late (aws-samples/aws-iam-identity-center-extensions#89). What is gone already is success.
    with asking(parts, action, op), suppress(AwsNotFound):
        parts.access.delete_permission_set(op.operation.args["permission_set_arn"])
    set_state(parts, action, op, OperationState.ANSWERED)


def _delete_user(parts: Parts, action: Action, op: Outcome) -> None:
    args = op.operation.args
    if op.state is OperationState.ASKED:
        # The answer to an earlier request was lost. Deleted: done. Changed: the revision check refuses it.
        try:
            parts.directory.user(args["user_id"])
        except AwsNotFound:
            set_state(parts, action, op, OperationState.DONE)
            return
    with asking(parts, action, op):
        try:
            parts.directory.delete_user(args["user_id"], args["revision"])
        except AwsNotFound:
            pass
        except AwsConflict as error:
            # A changed user stays changed: nothing to wait for.
            raise AwsRejected(CONFLICT) from error
    set_state(parts, action, op, OperationState.ANSWERED)


def confirm(parts: Parts, action: Action) -> None:
    """A look shows what the operations were for: those that were asked for are done."""
    for op in action.operations:
        if op.state.may_have_changed:
            set_state(parts, action, op, OperationState.DONE)


def set_state(
    parts: Parts,
    action: Action,
    op: Outcome,
    state: OperationState,
    *,
    request_id: str = "",
    detail: str = "",
) -> None:
    """Move an operation on, now."""
    request_id, now = request_id or op.request_id, parts.clock.now()
    parts.store.set_operation(action.id, op.seq, state, now, request_id=request_id, detail=detail)
