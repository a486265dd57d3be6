"""Deny in the inline policies of permission sets, and provision them: one step for each operation at a time."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.actions import Action
from bot.core.deny.placed import InlinePlace
from bot.core.deny.policy_document import Denied, change, denied_names, denied_users
from bot.core.deny.statements import DocumentKind
from bot.core.errors import AwsNotFound
from bot.core.plans.operations import OperationKind, OperationState, Outcome
from bot.core.reasons import Code, Reason
from bot.ports import Job, StoredInline
from bot.services.actions import operations
from bot.services.actions.requester import why_no_further
from bot.services.context import Context
from bot.services.kinds.deny.policies.changes import named_in, no_room, remembered, removals, with_name

# "ProvisionPermissionSet: 3 concurrent calls" (Identity Center quotas).
MOST_PROVISIONINGS = 3
# How AWS says that the role is gone: its last assignment went (hashicorp/terraform-provider-aws#35158).
_GONE = ("404 status error", "provision not found")
_NAMES = {OperationKind.RELEASE_NAME, OperationKind.DENY_NAME}
_SETS = {OperationKind.DENY_IN_SET, OperationKind.LIFT_IN_SET, *_NAMES}


def step(context: Context, actions: Sequence[Action]) -> None:
    """One step for each operation of these actions on permission sets that is not final."""
    steps = {OperationKind.DENY_IN_SET: _deny, OperationKind.LIFT_IN_SET: _lift, **dict.fromkeys(_NAMES, _rename)}
    running = sum(
        op.state is OperationState.RUNNING and op.operation.kind is OperationKind.PROVISION
        for action in actions
        for op in action.operations
    )
    for action in actions:
        for op in action.operations:
            if op.state.final:
                continue
            if op.operation.kind in _SETS and op.operation.args["permission_set_arn"]:
                if not _stopped(context, action, op):
                    operations.attempt(steps[op.operation.kind], context, action, op)
            elif op.operation.kind is OperationKind.PROVISION:
                begins = op.state is not OperationState.RUNNING
                if begins and (running >= MOST_PROVISIONINGS or not _may_provision(context, action, op)):
                    continue
                if begins and _stopped(context, action, op):
                    continue
                running += begins
                operations.attempt(_provision, context, action, op)


def _stopped(context: Context, action: Action, op: Outcome) -> bool:
    """Whether a rule asked for it, and may not go on: looked at before each operation, as people may stop it."""
    reason = why_no_further(context, action)
    if reason:
        operations.stop_one(context, action, op, context.words(reason))
    return bool(reason)


def _may_provision(context: Context, action: Action, op: Outcome) -> bool:
    """Whether the permission set's policy was changed by now; when that failed, there is nothing to provision."""
    arn = op.operation.args["permission_set_arn"]
    states = [
        one.state
        for one in context.store.action(action.id).operations
        if one.operation.kind in _SETS and one.operation.args["permission_set_arn"] == arn
    ]
    if any(state.final and state is not OperationState.DONE for state in states):
        why = context.words(Reason(Code.NOT_PROVISIONED))
        operations.set_state(context, action, op, OperationState.NOT_BEGUN, detail=why)
        return False
    return all(state is OperationState.DONE for state in states)


def _deny(context: Context, action: Action, op: Outcome) -> None:
    arn, who = op.operation.args["permission_set_arn"], named_in(op)
    text = context.deny.inline(arn)
    # Remembered before it is written: whatever happens now, nobody forgets to lift it.
    place = replace(remembered(context, action), inline=(InlinePlace(arn),))
    if _denies(text, who):
        names = (who.user_name,) if who.user_name else ()
        context.store.place_denies([replace(place, names=names, confirmed=True)])
        operations.set_state(context, action, op, OperationState.DONE)
        return
    wanted = change(text, kind=DocumentKind.INLINE, add=[who], names=context.rules.deny.names)
    context.store.place_denies([place])
    context.store.keep_inline(arn, StoredInline(_former(context, arn, text), wanted))
    with operations.asking(context, action, op):
        context.deny.write_inline(arn, wanted, text)
    # Read back at the next round: only what AWS holds then counts.


def _rename(context: Context, action: Action, op: Outcome) -> None:
    """Take a name out, or put it in; done when the text that was read back is as it should be."""
    arn = op.operation.args["permission_set_arn"]
    text = _inline(context, arn)
    wanted = with_name(op, text, DocumentKind.INLINE)
    if wanted != text:
        context.store.keep_inline(arn, StoredInline(_former(context, arn, text), wanted))
        with operations.asking(context, action, op):
            context.deny.write_inline(arn, wanted, text)
    elif op.operation.kind is OperationKind.DENY_NAME and named_in(op).user_name not in denied_names(text):
        why = context.words(no_room(text, named_in(op)))
        operations.set_state(context, action, op, OperationState.REFUSED, detail=why)
    else:
        operations.set_state(context, action, op, OperationState.DONE)


def _inline(context: Context, arn: str) -> str:
    """The inline policy; that of a permission set that is gone denies nobody."""
    try:
        return context.deny.inline(arn)
    except AwsNotFound:
        return ""


def _former(context: Context, arn: str, text: str) -> str:
    """What the policy was before our first deny; when somebody changed it since, what it is without ours."""
    known = context.store.inline(arn)
    if known and known.written == text:
        return known.former
    ours = [*(Denied(user_id) for user_id in denied_users(text)), *(Denied("", name) for name in denied_names(text))]
    return change(text, kind=DocumentKind.INLINE, remove=ours) if ours else text


def _denies(text: str, who: Denied) -> bool:
    return who.user_id in denied_users(text) and (not who.user_name or who.user_name in denied_names(text))


def _lift(context: Context, action: Action, op: Outcome) -> None:
    arn = op.operation.args["permission_set_arn"]
    out = removals(context, action.user, named_in(op).user_name)
    text = _inline(context, arn)
    if not any(one.user_id in denied_users(text) or one.user_name in denied_names(text) for one in out):
        if not denied_users(text):
            context.store.keep_inline(arn, None)
        operations.set_state(context, action, op, OperationState.DONE)
        return
    known = context.store.inline(arn)
    wanted = change(text, kind=DocumentKind.INLINE, remove=out)
    if known and known.written == text and not denied_users(wanted):
        # Nobody changed it in between, so it becomes what it was, to the letter.
        wanted = known.former
    if known and denied_users(wanted):
        former = known.former if known.written == text else _former(context, arn, text)
        context.store.keep_inline(arn, StoredInline(former, wanted))
    with operations.asking(context, action, op):
        context.deny.write_inline(arn, wanted, text)


def _provision(context: Context, action: Action, op: Outcome) -> None:
    arn, account_id = op.operation.args["permission_set_arn"], op.operation.args["account_id"]
    if op.state is OperationState.RUNNING:
        try:
            _follow(context, action, op, context.deny.provisioning(op.request_id))
        except AwsNotFound:
            # AWS forgot the request: asked once more, it says how it is.
            operations.set_state(context, action, op, OperationState.WAITING)
        return
    if _denying(action):
        asked = InlinePlace(arn, (account_id,))
        context.store.place_denies([replace(remembered(context, action), inline=(asked,))])
    with operations.asking(context, action, op):
        try:
            job = context.deny.provision(arn, account_id)
        except AwsNotFound:
            _nobody_there(context, action, op)
            return
    _follow(context, action, op, job)


def _follow(context: Context, action: Action, op: Outcome, job: Job) -> None:
    gone = job.state == "FAILED" and any(sign in job.reason for sign in _GONE)
    if gone:
        _nobody_there(context, action, op)
    else:
        operations.follow(context, action, op, job, succeeded=OperationState.DONE)
    if _denying(action) and (gone or job.state == "SUCCEEDED"):
        arn, account_id = op.operation.args["permission_set_arn"], op.operation.args["account_id"]
        done = InlinePlace(arn, (account_id,), (account_id,))
        context.store.place_denies([replace(remembered(context, action), inline=(done,))])


def _nobody_there(context: Context, action: Action, op: Outcome) -> None:
    operations.set_state(context, action, op, OperationState.DONE, detail=context.words(Reason(Code.NOBODY_THERE)))


def _denying(action: Action) -> bool:
    return any(op.operation.kind is OperationKind.DENY_IN_SET for op in action.operations)
