"""Carry denies and lifts out: all that wait at once, so that a policy is written once for all of them.

Policies have no revision: changes go through one place at a time, the line of denies, and what somebody else wrote in
between is noticed when the text is read back, and worked on then. Each round can be repeated after a crash at any
point: what was done is in AWS, which is looked at before anything is written.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress

from bot.core.actions import Action, ActionState
from bot.core.deny.plans import plan_deny
from bot.core.errors import AwsError, AwsUnavailable
from bot.core.kinds import LIFT, RENAME
from bot.core.models import RoleAt
from bot.core.plans.operations import Operation, OperationKind
from bot.services.actions import operations
from bot.services.actions.carry_out import end
from bot.services.context import Context
from bot.services.kinds.deny import user_names
from bot.services.kinds.deny.coverage import Documents
from bot.services.kinds.deny.policies import control_policies, inline_policies
from bot.services.kinds.deny.policies.roles import inline_roles, names_of, reach_of
from bot.services.kinds.deny.results import finish_deny, finish_lift, finish_rename

# So many are read back in one round: each takes several requests, and a new deny waits for the next round.
FINISH_AT_ONCE = 8


def step(context: Context, actions: Sequence[Action], late: Collection[str]) -> None:
    """One round over running denies, lifts and renames."""
    given_up = [action for action in actions if action.id in late]
    for action in given_up:
        operations.too_late(context, action)
    control_policies.write(context, [action for action in actions if action not in given_up])
    inline_policies.step(context, _again(context, actions))
    documents = Documents(context, patient=True)
    through = [action for action in _again(context, actions) if action.through]
    for action in through[:FINISH_AT_ONCE]:
        if action.id in late:
            _finish(context, action, Documents(context))
            continue
        with suppress(AwsUnavailable):
            # What cannot be read back now is read in the next round.
            _finish(context, action, documents)


def _finish(context: Context, action: Action, documents: Documents) -> None:
    """End an action whose operations are all final; a deny that turns out to need more gets more operations first.

    While the documents are patient, AwsUnavailable is raised for what passes; once they are not, it ends.
    """
    plain = {LIFT: finish_lift, RENAME: finish_rename}.get(action.kind)
    if plain:
        end(context, action, plain(context, action))
        return
    # Read only now, because the policy stops what it reaches in seconds, and this takes longer.
    reach = reach_of(context, action.user.id, patient=documents.patient)
    more = _more(context, action, reach.roles) if documents.patient else []
    if more:
        context.store.add_operations(action.id, more)
    else:
        end(context, action, finish_deny(context, action, documents, reach))


def _more(context: Context, action: Action, roles: frozenset[RoleAt]) -> list[Operation]:
    """The operations on roles that were not known when the deny was planned."""
    known = {
        (op.operation.args["account_id"], op.operation.args["permission_set_arn"])
        for op in action.operations
        if op.operation.kind is OperationKind.PROVISION
    }
    try:
        new = [role for role in inline_roles(context, roles) if role not in known]
        plan = plan_deny(user_names.as_denied(context, action.user), scp=False, roles=new, names=names_of(context, new))
    except AwsError as error:
        if error.passes:
            raise
        return []
    return list(plan.operations)


def _again(context: Context, actions: Iterable[Action]) -> list[Action]:
    """The same actions as they are stored now, as far as they still run."""
    found = context.store.actions([action.id for action in actions])
    return [action for action in found if action.state is ActionState.RUNNING]
