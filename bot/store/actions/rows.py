"""Reads actions with their operations and steps; has the cases that show them drawn again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import sqlalchemy as sa

from bot.core.actions import Action
from bot.core.errors import NotFound, StoreUnreadable
from bot.core.plans.operations import Outcome
from bot.store.cases.table import IS_OPEN
from bot.store.database.schema import actions, cases, operations
from bot.store.outbox import redraw_denies
from bot.store.rows import action_of, operation_of

# What is stored of an action that waits for no place in the hour.
NOT_PARKED: Mapping[str, None] = {"parked_since": None, "parked_until": None}
NOT_STORED = "This action is not in the database."
# Made once, with values given apart.
BY_ID = sa.select(actions).where(actions.c.id == sa.bindparam("id"))
BUMP = (
    cases.update()
    .where(
        sa.or_(
            cases.c.id == sa.bindparam("shown_case"), sa.and_(cases.c.user_id == sa.bindparam("shown_user"), IS_OPEN)
        )
    )
    .values(version=cases.c.version + 1)
)


def read_action(connection: sa.Connection, action_id: str) -> Action:
    row = connection.execute(BY_ID, {"id": action_id}).mappings().one_or_none()
    if row is None:
        raise NotFound(NOT_STORED)
    return with_operations(connection, [row])[0]


def read_actions(connection: sa.Connection, action_ids: list[str]) -> list[Action]:
    """These actions, in this order."""
    found: dict[str, Action] = {}
    for names in some(action_ids):
        rows = connection.execute(sa.select(actions).where(actions.c.id.in_(names))).mappings().all()
        found |= {action.id: action for action in with_operations(connection, rows)}
    if len(found) < len(set(action_ids)):
        raise NotFound(NOT_STORED)
    return [found[name] for name in action_ids]


def readable_actions(connection: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[list[Action], list[str]]:
    """These actions, oldest first, and the ids of those that this version cannot read."""
    wanted = sa.select(actions).where(which).order_by(actions.c.asked_at)
    try:
        return with_operations(connection, connection.execute(wanted).mappings().all()), []
    except StoreUnreadable:
        ids = connection.execute(wanted.with_only_columns(actions.c.id)).scalars().all()
    found: list[Action] = []
    unreadable: list[str] = []
    for action_id in ids:
        try:
            found.append(read_action(connection, action_id))
        except StoreUnreadable:
            unreadable.append(action_id)
    return found, unreadable


def with_operations(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> list[Action]:
    """The actions of these rows, in the same order, with their operations and steps, read for many at once."""
    found: dict[str, list[Outcome]] = {row["id"]: [] for row in rows}
    # An action that has not started has no operations.
    for names in some([row["id"] for row in rows if row["started_at"]]):
        wanted = sa.select(operations).where(operations.c.action_id.in_(names)).order_by(operations.c.seq)
        for row in connection.execute(wanted).mappings():
            found[row["action_id"]].append(operation_of(row))
    plays = [row["id"] for row in rows if row["kind"].steps]
    steps: list[Action] = []
    for names in some(plays):
        wanted = sa.select(actions).where(actions.c.parent.in_(names))
        steps += with_operations(connection, connection.execute(wanted).mappings().all())
    return [action_of(row, tuple(found[row["id"]]), _steps_of(row, steps)) for row in rows]


def _steps_of(row: sa.RowMapping, steps: Iterable[Action]) -> tuple[Action, ...]:
    """Each step once, in the order of the kind's steps; not by time, because clocks can stand still or be set back.
    Actions that name this one as their parent but are not steps of its kind come last.
    """
    order = {kind: number for number, kind in enumerate(row["kind"].steps)}
    mine = (step for step in steps if step.parent == row["id"])
    return tuple(sorted(mine, key=lambda step: order.get(step.kind, len(order))))


def some(names: list[str]) -> Iterator[list[str]]:
    """The names in chunks small enough for an old SQLite's parameters (999)."""
    for start in range(0, len(names), 500):
        yield names[start : start + 500]


def bump_cases_of(connection: sa.Connection, action_id: str) -> None:
    action = connection.execute(sa.select(actions.c.case_id, actions.c.user_id).where(actions.c.id == action_id)).one()
    bump(connection, action.case_id, action.user_id)


def bump(connection: sa.Connection, case_id: str | None, user_id: str) -> None:
    """Have the case drawn again, the user's open case (an action asked for by command may have none) and their
    denies.
    """
    connection.execute(BUMP, {"shown_case": case_id, "shown_user": user_id})
    redraw_denies(connection, user_id)
