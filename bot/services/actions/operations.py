"""Note what becomes of the operations of an action, so that a crash anywhere can be continued.

An operation is marked ASKED before its request is sent. What AWS works on stays under way whatever trouble there is
with reading how far it is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from bot.core.actions import Action
from bot.core.errors import AwsConflict, AwsCredentials, AwsError, AwsUnavailable, DenyError, DryRunRefused
from bot.core.plans.operations import OperationState, Outcome
from bot.core.reasons import Code, Reason
from bot.ports import Job
from bot.services.context import Context

# How long it may stay unreadable what AWS did with a request: it takes seconds, a minute at most.
STATUS_PATIENCE = timedelta(minutes=2)


def stop(context: Context, action: Action, reason: str) -> None:
    """Ask for nothing more: what AWS works on is followed to its end; what was asked for without an answer, the read
    back tells; the rest is not started.
    """
    for op in action.operations:
        stop_one(context, action, op, reason)


def stop_one(context: Context, action: Action, op: Outcome, reason: str) -> None:
    """The same for one operation."""
    if op.state is OperationState.WAITING:
        set_state(context, action, op, OperationState.NOT_BEGUN, detail=op.detail or reason)
    elif op.state is OperationState.ASKED:
        set_state(context, action, op, OperationState.UNKNOWN, detail=op.detail or reason)


def too_late(context: Context, action: Action) -> None:
    """Time is up."""
    give_up(context, action, context.words(Reason(Code.LATE)))


def give_up(context: Context, action: Action, reason: str) -> None:
    """As `stop`, and nothing is followed any more."""
    stop(context, action, reason)
    for op in action.operations:
        if op.state is OperationState.RUNNING:
            set_state(context, action, op, OperationState.UNKNOWN, detail=op.detail or reason)


def attempt(step: Callable[[Context, Action, Outcome], None], context: Context, action: Action, op: Outcome) -> None:
    """One step of an operation. What passes is tried again with the next step, until the action is late."""
    try:
        step(context, action, op)
    except (AwsConflict, AwsUnavailable):
        return
    except (AwsError, DenyError) as error:
        _unreadable(context, action, op, error)


def _unreadable(context: Context, action: Action, op: Outcome, error: AwsError | DenyError) -> None:
    """AWS cannot be looked at: before a request nothing is begun then; after one it is looked at again for a while.

    One that ended in this very step (`asking`) stays as it is.
    """
    if op.state is OperationState.WAITING:
        set_state(context, action, op, OperationState.NOT_BEGUN, detail=str(error))
    elif op.at is None or context.clock.now() - op.at > STATUS_PATIENCE:
        set_state(context, action, op, OperationState.UNKNOWN, detail=str(error))


@contextmanager
def asking(context: Context, action: Action, op: Outcome) -> Iterator[None]:
    """Around a request that changes something: it is marked before it is sent, and what AWS said is noted.

    AwsUnavailable: its answer was lost, so it stays asked for. AwsConflict: AWS is busy and did nothing with it. Every
    error goes on to the caller.
    """
    set_state(context, action, op, OperationState.ASKED)
    try:
        yield
    except AwsConflict:
        set_state(context, action, op, op.state)
        raise
    except AwsUnavailable:
        raise
    except AwsError as error:
        if op.state is not OperationState.WAITING:
            # An earlier request may have reached AWS; this one did not.
            set_state(context, action, op, OperationState.UNKNOWN, detail=str(error))
            raise
        # Without credentials AWS takes no request at all.
        not_sent = isinstance(error, (AwsCredentials, DryRunRefused))
        state = OperationState.NOT_BEGUN if not_sent else OperationState.REFUSED
        set_state(context, action, op, state, detail=str(error))
        raise


def follow(
    context: Context,
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
    said = Reason(Code.AWS_SAYS if job.reason else Code.AWS_SAYS_NOTHING, why=job.reason)
    detail = context.words(said) if state is OperationState.REFUSED else ""
    set_state(context, action, op, state, request_id=job.request_id, detail=detail)


def confirm(context: Context, action: Action) -> None:
    """A look shows what the operations were for: those that were asked for are done."""
    for op in action.operations:
        if op.state.may_have_changed:
            set_state(context, action, op, OperationState.DONE)


def set_state(
    context: Context,
    action: Action,
    op: Outcome,
    state: OperationState,
    *,
    request_id: str = "",
    detail: str = "",
) -> None:
    """Move an operation on, now."""
    request_id, now = request_id or op.request_id, context.clock.now()
    context.store.set_operation(action.id, op.seq, state, now, request_id=request_id, detail=detail)
