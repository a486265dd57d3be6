"""What can still be undone of an action: nothing, once its user or permission set has been deleted."""

from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa

from bot.core.actions import CARRIED_OUT, Action
from bot.core.cases import CloseReason
from bot.core.kinds import KINDS, OCCUPIES, TAKING, Lane
from bot.core.plans.operations import Operation
from bot.store.database.schema import actions, cases, operations
from bot.store.rows import operation_of


def as_it_is_by_now(connection: sa.Connection, action: Action) -> Action:
    """The action; an ended one without the undo commands that can no longer work."""
    if not action.state.final or Lane.ACCESS not in OCCUPIES[action.kind.lane]:
        return action
    if _is_gone(connection, action.user.id):
        return replace(action, undo=(), user_gone=True, taken=_taken(connection, action.user.id))
    arns = {op.operation.args.get("permission_set_arn", "") for op in action.outcomes} - {""}
    return _without(action, _deleted(connection, arns, on_user=False))


def _is_gone(connection: sa.Connection, user_id: str) -> bool:
    """Whether leaverbot deleted the user or a scan saw that they are gone. Ids are never reused."""
    if _deleted(connection, {user_id}, on_user=True):
        return True
    seen = sa.select(cases.c.id).where(
        cases.c.user_id == user_id, cases.c.closed_reason.in_((CloseReason.GONE, CloseReason.DELETED))
    )
    return connection.execute(seen.limit(1)).scalar() is not None


def _deleted(connection: sa.Connection, ids: Collection[str], *, on_user: bool) -> set[str]:
    """Which of these users, or of these permission sets, leaverbot deleted."""
    if not ids:
        return set()
    done = sa.select(actions.c.user_id).where(
        actions.c.kind.in_([kind for kind in KINDS.values() if kind.deletes and kind.on_user is on_user]),
        actions.c.state.in_(CARRIED_OUT),
        actions.c.dry_run.is_(False),
        actions.c.user_id.in_(sorted(ids)),
    )
    return set(connection.execute(done).scalars())


def _without(action: Action, arns: Collection[str]) -> Action:
    if not arns:
        return action
    undo = tuple(command for command in action.undo if not any(arn in command for arn in arns))
    return replace(action, undo=undo, steps=tuple(_without(step, arns) for step in action.steps))


def _taken(connection: sa.Connection, user_id: str) -> tuple[Operation, ...]:
    """Everything that was, or may have been, taken from the user, each once."""
    wanted = (
        sa.select(operations)
        .join(actions, actions.c.id == operations.c.action_id)
        .where(actions.c.user_id == user_id, actions.c.kind.in_(TAKING), actions.c.dry_run.is_(False))
        .order_by(actions.c.asked_at, operations.c.seq)
    )
    found = {}
    for op in map(operation_of, connection.execute(wanted).mappings().all()):
        if op.state.may_have_changed:
            found[op.operation.kind, tuple(sorted(op.operation.args.items()))] = op.operation
    return tuple(found.values())
