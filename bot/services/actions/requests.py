"""Ask AWS for the operations of a running action, one step at a time: how each kind of operation is asked for.

Found ASKED, an operation may or may not have reached AWS: then AWS is looked at first (its running jobs, a fresh list),
and asked again only when it shows neither the job nor the result.

The operations come from the database. Whatever stands there, nothing is asked for that is not about the action's user:
of ids that do not name a user, AWS is asked whether they belong to the user.
"""

from contextlib import suppress

from bot.core.actions import Action
from bot.core.errors import AwsConflict, AwsError, AwsNotFound, AwsRejected, AwsUnavailable
from bot.core.models import GrantKind
from bot.core.plans.operations import OperationKind, OperationState, Outcome
from bot.core.reasons import Code, Reason
from bot.ports import Assignment, Entitlement, Job
from bot.services.actions import operations
from bot.services.actions.requester import why_no_further
from bot.services.context import Context

# AWS takes 15 outstanding assignment jobs and changes one role at a time in an account
# (docs/facts.md#assignment-jobs).
MOST_JOBS = 10


def move(context: Context, action: Action, *, late: bool) -> None:
    """One step for each operation that is not final. `late`: time is up, what is not final is given up. Before each of
    what a rule asked for, people may have stopped it.
    """
    if late:
        operations.too_late(context, action)
        return
    steps = {
        OperationKind.DELETE_ASSIGNMENT: _delete_assignment,
        OperationKind.DELETE_APPLICATION_ASSIGNMENT: _delete_application_assignment,
        OperationKind.DELETE_ENTITLEMENT: _delete_entitlement,
        OperationKind.LEAVE_GROUP: _leave_group,
        OperationKind.DELETE_USER: _delete_user,
        OperationKind.DELETE_PERMISSION_SET: _delete_permission_set,
    }
    accounts = context.store.busy_accounts()
    jobs, busy = len(accounts), set(accounts)
    for op in action.operations:
        if op.state.final:
            continue
        if _subject(op) != action.user.id:
            operations.set_state(
                context, action, op, OperationState.NOT_BEGUN, detail=context.words(Reason(Code.ABOUT_ANOTHER))
            )
            continue
        if op.state is not OperationState.RUNNING and (reason := why_no_further(context, action)):
            operations.stop_one(context, action, op, context.words(reason))
            continue
        if op.operation.kind is OperationKind.DELETE_ASSIGNMENT and op.state is not OperationState.RUNNING:
            account = op.operation.args["account_id"]
            if jobs >= MOST_JOBS or account in busy:
                continue
            jobs, busy = jobs + 1, {*busy, account}
        operations.attempt(steps[op.operation.kind], context, action, op)


def _subject(op: Outcome) -> str:
    """Whom or what the operation is about."""
    about_set = op.operation.kind is OperationKind.DELETE_PERMISSION_SET
    return op.operation.args["permission_set_arn" if about_set else "user_id"]


def _delete_assignment(context: Context, action: Action, op: Outcome) -> None:
    args = op.operation.args
    account, arn, user = args["account_id"], args["permission_set_arn"], args["user_id"]
    if op.state is OperationState.RUNNING:
        _follow_deletion(context, action, op)
        return
    if op.state is OperationState.ASKED:
        job = _job_of(context, op)
        if job:
            operations.follow(context, action, op, job)
            return
        if not _assigned(context, op):
            operations.set_state(context, action, op, OperationState.DONE)
            return
    with operations.asking(context, action, op):
        try:
            job = context.access.delete_assignment(account, arn, user)
        except AwsNotFound:
            job = None
    if job:
        operations.follow(context, action, op, job)
    else:
        operations.set_state(context, action, op, OperationState.ANSWERED)


def _follow_deletion(context: Context, action: Action, op: Outcome) -> None:
    try:
        job = context.access.deletion(op.request_id)
    except AwsNotFound:
        # AWS forgot the request: whether it did its work shows in a fresh list.
        operations.set_state(context, action, op, OperationState.ASKED)
    except AwsUnavailable:
        raise
    except AwsError:
        # How far it is may not be readable, by a missing right for one: the list tells when it is done.
        if _assigned(context, op):
            raise
        operations.set_state(context, action, op, OperationState.DONE)
    else:
        operations.follow(context, action, op, job)


def _job_of(context: Context, op: Outcome) -> Job | None:
    """What AWS makes of an earlier request; None also where its jobs cannot be listed: asking again does no harm."""
    args = op.operation.args
    try:
        return context.access.find_deletion(args["account_id"], args["permission_set_arn"], args["user_id"])
    except AwsUnavailable:
        raise
    except AwsError:
        return None


def _assigned(context: Context, op: Outcome) -> bool:
    args = op.operation.args
    account, arn = args["account_id"], args["permission_set_arn"]
    return Assignment(account, arn, "USER", args["user_id"]) in context.access.assigned(account, arn)


def _delete_application_assignment(context: Context, action: Action, op: Outcome) -> None:
    # AWS does it at once, and what is gone already is success, so a lost answer is simply asked for again.
    args = op.operation.args
    with operations.asking(context, action, op):
        context.access.delete_application_assignment(args["application_arn"], args["user_id"])
    operations.set_state(context, action, op, OperationState.ANSWERED)


def _delete_entitlement(context: Context, action: Action, op: Outcome) -> None:
    # "Deleting an entitlement that has already been deleted does not return an error" (API reference).
    entitlement_id = op.operation.args["entitlement_id"]
    if entitlement_id not in _entitlements(context, action.user.id):
        operations.set_state(context, action, op, OperationState.DONE)
        return
    with operations.asking(context, action, op):
        context.access.delete_entitlement(entitlement_id)
    operations.set_state(context, action, op, OperationState.ANSWERED)


def _entitlements(context: Context, user_id: str) -> set[str]:
    """The ids of the user's own entitlements."""
    rows = (
        row
        for source in context.access.grant_sources()
        if source.kind is GrantKind.ENTITLEMENT
        for row in source.of("USER", user_id)
    )
    return {row.id for row in rows if isinstance(row, Entitlement) and row.principal_id == user_id}


def _leave_group(context: Context, action: Action, op: Outcome) -> None:
    args = op.operation.args
    membership_id = context.directory.membership_in(args["group_id"], args["user_id"])
    if not membership_id:
        left = op.state is OperationState.ASKED or args["membership_id"]
        detail = context.words(Reason(Code.NO_MEMBERSHIP))
        state = OperationState.DONE if left else OperationState.NOT_BEGUN
        operations.set_state(context, action, op, state, detail="" if left else detail)
        return
    with operations.asking(context, action, op):
        context.directory.leave_group(membership_id)
    operations.set_state(context, action, op, OperationState.ANSWERED)


def _delete_permission_set(context: Context, action: Action, op: Outcome) -> None:
    # For minutes after the last account was deprovisioned AWS answers with a conflict; it is asked again until it is
    # late (aws-samples/aws-iam-identity-center-extensions#89). What is gone already is success.
    with operations.asking(context, action, op), suppress(AwsNotFound):
        context.access.delete_permission_set(op.operation.args["permission_set_arn"])
    operations.set_state(context, action, op, OperationState.ANSWERED)


def _delete_user(context: Context, action: Action, op: Outcome) -> None:
    args = op.operation.args
    if op.state is OperationState.ASKED:
        # The answer to an earlier request was lost. Deleted: done. Changed: the revision check refuses it.
        try:
            context.directory.user(args["user_id"])
        except AwsNotFound:
            operations.set_state(context, action, op, OperationState.DONE)
            return
    with operations.asking(context, action, op):
        try:
            context.directory.delete_user(args["user_id"], args["revision"])
        except AwsNotFound:
            pass
        except AwsConflict as error:
            # A changed user stays changed: nothing to wait for.
            raise AwsRejected(context.words(Reason(Code.CHANGED_MEANWHILE))) from error
    operations.set_state(context, action, op, OperationState.ANSWERED)
