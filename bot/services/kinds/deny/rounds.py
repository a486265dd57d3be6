"""Carry denies and lifts out: all that wait at once, so that a policy is written once for all of them.

Policies have no revision: changes go through one place at a time, the line of denies, and what somebody else wrote in
between is noticed when the text is read back, and worked on then. Each round can be repeated after a crash at any
point: what was done is in AWS, which is looked at before anything is written.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from bot.core.actions import IN_LINE, LIFT, RENAME, ActionState
from bot.core.deny.plans import plan_deny
from bot.core.errors import AwsError, AwsUnavailable
from bot.core.models import RoleAt
from bot.core.plans import Operation, OperationKind
from bot.ports import StoredAction
from bot.services.actions import carry_out, operations
from bot.services.actions.planning import inline_roles, names_of
from bot.services.context import Parts
from bot.services.kinds.deny import inline, names, policies
from bot.services.kinds.deny.coverage import Documents, reach_of
from bot.services.kinds.deny.results import finish_deny, finish_lift

# After so many seconds without any change, what is left of a deny has failed; time in which leaverbot was down does not
# count.
LATE_SECONDS = 300.0
# So many are read back in one round: each takes several requests, and a new deny waits for the next round.
FINISH_AT_ONCE = 8


def work_on(parts: Parts, idle: Mapping[str, float], *, only: str = "") -> dict[str, bool]:
    """One round over every unfinished deny and lift: for each that is still unfinished, whether something moved.

    `idle`: for how many seconds each has not moved, by action id. `only`: leave all others alone.
    """
    before = _unfinished(parts, only)
    for action in before:
        if action.view.state is ActionState.QUEUED:
            carry_out.prepare(parts, action.view.id, timedelta(seconds=idle.get(action.view.id, 0.0)))
    running = _running(parts, only)
    late = [action for action in running if idle.get(action.view.id, 0.0) > LATE_SECONDS]
    for action in late:
        operations.give_up(parts, action, operations.LATE)
    policies.write(parts, [action for action in running if action not in late])
    inline.advance(parts, _running(parts, only))
    documents = Documents(parts, patient=True)
    ended = [action for action in _running(parts, only) if all(op.state.final for op in action.operations)]
    for action in ended[:FINISH_AT_ONCE]:
        if action.view.id in {one.view.id for one in late}:
            _finish(parts, action, Documents(parts))
            continue
        with suppress(AwsUnavailable):
            # What cannot be read back now is read in the next round.
            _finish(parts, action, documents)
    left = _unfinished(parts, only)
    known = {action.view.id: action for action in before}
    moved = {action.view.id: _moved(known.get(action.view.id), action) for action in left}
    if len(left) < len(before) or any(moved.values()):
        parts.work.wake()
    return moved


def patience(parts: Parts) -> dict[str, timedelta]:
    """How long each deny and lift that is unfinished now is tried without getting on, by action id."""
    late = timedelta(seconds=LATE_SECONDS)
    return {
        action.view.id: carry_out.DENY_PATIENCE if action.view.state is ActionState.QUEUED else late
        for action in _unfinished(parts, "")
    }


def _finish(parts: Parts, action: StoredAction, documents: Documents) -> None:
    """End an action whose operations are all final; a deny that turns out to need more gets more operations first.

    While the documents are patient, AwsUnavailable is raised for what passes; once they are not, it ends.
    """
    plain = {LIFT: finish_lift, RENAME: names.finish}.get(action.view.kind)
    if plain:
        carry_out.end(parts, action, plain(parts, action))
        return
    # Read only now, because the policy stops what it reaches in seconds, and this takes longer.
    reach = reach_of(parts, action.view.user.id, patient=documents.patient)
    more = _more(parts, action, reach.roles) if documents.patient else []
    if more:
        parts.store.add_operations(action.view.id, more)
    else:
        carry_out.end(parts, action, finish_deny(parts, action, documents, reach))


def _more(parts: Parts, action: StoredAction, roles: frozenset[RoleAt]) -> list[Operation]:
    """The operations on roles that were not known when the deny was planned."""
    known = {
        (op.operation.args["account_id"], op.operation.args["permission_set_arn"])
        for op in action.operations
        if op.operation.kind is OperationKind.PROVISION
    }
    try:
        new = [role for role in inline_roles(parts, roles) if role not in known]
        plan = plan_deny(names.as_denied(parts, action.view.user), scp=False, roles=new, names=names_of(parts, new))
    except AwsError as error:
        if error.passes:
            raise
        return []
    return list(plan.operations)


def _unfinished(parts: Parts, only: str) -> list[StoredAction]:
    return [action for action in parts.store.unfinished_actions(*IN_LINE) if only in {"", action.view.id}]


def _running(parts: Parts, only: str) -> list[StoredAction]:
    return [action for action in _unfinished(parts, only) if action.view.state is ActionState.RUNNING]


def _moved(before: StoredAction | None, after: StoredAction) -> bool:
    return before is None or before.progress != after.progress
