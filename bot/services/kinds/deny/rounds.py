"""Carry denies and lifts out: all that wait at once, so that a policy is written once for all of them.

Policies have no revision: changes go through one place at a time, the line of denies, and what somebody else wrote in
between is noticed when the text is read back, and worked on then. Each round can be repeated after a crash at any
point: what was done is in AWS, which is looked at before anything is written.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress

from bot.core.actions import LIFT, RENAME, Action, ActionState
from bot.core.deny.plans import plan_deny
from bot.core.errors import AwsError, AwsUnavailable
from bot.core.models import RoleAt
from bot.core.operations import Operation, OperationKind
from bot.services.actions import operations
from bot.services.actions.carry_out import end
from bot.services.context import Parts
from bot.services.kinds.deny import control_policies, inline_policies, user_names
from bot.services.kinds.deny.coverage import Documents
from bot.services.kinds.deny.results import finish_deny, finish_lift, finish_rename
from bot.services.kinds.deny.roles import inline_roles, names_of, reach_of

# So many are read back in one round: each takes several requests, and a new deny waits for the next round.
FINISH_AT_ONCE = 8


def step(parts: Parts, actions: Sequence[Action], late: Collection[str]) -> None:
    """One round over running denies, lifts and renames."""
    given_up = [action for action in actions if action.id in late]
    for action in given_up:
        operations.give_up(parts, action, operations.LATE)
    control_policies.write(parts, [action for action in actions if action not in given_up])
    inline_policies.step(parts, _again(parts, actions))
    documents = Documents(parts, patient=True)
    through = [action for action in _again(parts, actions) if action.through]
    for action in through[:FINISH_AT_ONCE]:
        if action.id in late:
            _finish(parts, action, Documents(parts))
            continue
        with suppress(AwsUnavailable):
            # What cannot be read back now is read in the next round.
            _finish(parts, action, documents)


def _finish(parts: Parts, action: Action, documents: Documents) -> None:
    """End an action whose operations are all final; a deny that turns out to need more gets more operations first.

    While the documents are patient, AwsUnavailable is raised for what passes; once they are not, it ends.
    """
    plain = {LIFT: finish_lift, RENAME: finish_rename}.get(action.kind)
    if plain:
        end(parts, action, plain(parts, action))
        return
    # Read only now, because the policy stops what it reaches in seconds, and this takes longer.
    reach = reach_of(parts, action.user.id, patient=documents.patient)
    more = _more(parts, action, reach.roles) if documents.patient else []
    if more:
        parts.store.add_operations(action.id, more)
    else:
        end(parts, action, finish_deny(parts, action, documents, reach))


def _more(parts: Parts, action: Action, roles: frozenset[RoleAt]) -> list[Operation]:
    """The operations on roles that were not known when the deny was planned."""
    known = {
        (op.operation.args["account_id"], op.operation.args["permission_set_arn"])
        for op in action.operations
        if op.operation.kind is OperationKind.PROVISION
    }
    try:
        new = [role for role in inline_roles(parts, roles) if role not in known]
        plan = plan_deny(user_names.as_denied(parts, action.user), scp=False, roles=new, names=names_of(parts, new))
    except AwsError as error:
        if error.passes:
            raise
        return []
    return list(plan.operations)


def _again(parts: Parts, actions: Iterable[Action]) -> list[Action]:
    """The same actions as they are stored now, as far as they still run."""
    found = [parts.store.action(action.id) for action in actions]
    return [action for action in found if action.state is ActionState.RUNNING]
