"""Actions and their operations, in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError

from bot.core.actions import BEGUN, FIRST, MOVES, UNFINISHED, Action, Result
from bot.core.errors import AlreadyUnderWay
from bot.core.kinds import KINDS, Kind, occupied
from bot.core.plans.operations import IN_AWS, OPERATION_MOVES, PLANNED, Operation, OperationState
from bot.core.rules.limits import HourlyLimits, claim_of, free_at
from bot.core.waiting import Wait
from bot.ports import Verdict
from bot.store import audit
from bot.store.actions.ending import end
from bot.store.actions.hour import park, read_hour
from bot.store.actions.rows import BY_ID, NOT_PARKED, bump, bump_cases_of, read_action, read_actions, readable_actions
from bot.store.actions.undo_commands import as_it_is_by_now
from bot.store.database.connection import Database
from bot.store.database.schema import actions, operations
from bot.store.rows import action_of, asker_columns
from bot.store.rules.drawing import redraw_asked
from bot.store.wishes import forget_proof

log = structlog.get_logger(__name__)

T = TypeVar("T")
# Made once, with values given apart.
BEFORE = (
    sa.select(actions.c.id, actions.c.key, actions.c.kind, actions.c.lane, actions.c.parked_since)
    .where(
        sa.or_(
            actions.c.key == sa.bindparam("key"),
            sa.and_(
                actions.c.user_id == sa.bindparam("user_id"),
                actions.c.id != sa.bindparam("parent"),
                actions.c.state.in_(UNFINISHED),
            ),
        )
    )
    .order_by(actions.c.asked_at)
)


# What is known when it is asked for.
_ASKED = (
    *("id", "key", "kind", "user", "case_id", "asked_at", "digest", "revision"),
    *("dry_run", "reason", "not_disabled", "with_delete", "parent"),
)


class ActionTable:
    """Implements `ports.ActionStore`. `_left_alone`: the actions already logged as unreadable."""

    _db: Database
    _left_alone: set[str]

    def add_action(self, action: Action) -> Action:
        try:
            with self._db.transaction() as connection:
                return add(connection, action)
        except IntegrityError:
            # Two presses at the same moment, and the other one was first.
            with self._db.transaction() as connection:
                return add(connection, action)

    def action(self, action_id: str) -> Action:
        with self._db.transaction(reads=True) as connection:
            found = read_action(connection, action_id)
            return as_it_is_by_now(connection, found)

    def actions(self, action_ids: Collection[str]) -> list[Action]:
        with self._db.transaction(reads=True) as connection:
            return [as_it_is_by_now(connection, found) for found in read_actions(connection, list(action_ids))]

    def unfinished_actions(self, *kinds: Kind) -> list[Action]:
        # A kind that only a newer version knows waits for that version; it must not stop all the others.
        of_kinds = actions.c.kind.in_(kinds or list(KINDS))
        with self._db.transaction(reads=True) as connection:
            found, unreadable = readable_actions(connection, sa.and_(actions.c.state.in_(UNFINISHED), of_kinds))
        for action_id in set(unreadable) - self._left_alone:
            log.error("an action cannot be read, so it is left alone", action=action_id)
            self._left_alone.add(action_id)
        return found

    def unreadable_actions(self) -> list[str]:
        with self._db.transaction(reads=True) as connection:
            return readable_actions(connection, actions.c.state.in_(UNFINISHED))[1]

    def knows_press(self, key: str) -> bool:
        return self._db.value(sa.select(actions.c.id).where(actions.c.key == key)) is not None

    def set_workflow(self, action_id: str, workflow_id: str, before: str) -> bool:
        same = sa.and_(actions.c.id == action_id, actions.c.workflow_id == before)
        with self._db.transaction() as connection:
            return connection.execute(actions.update().where(same).values(workflow_id=workflow_id)).rowcount == 1

    def begin_action(
        self,
        action_id: str,
        plan: tuple[Operation, ...],
        at: datetime,
        *,
        undo: tuple[str, ...] = (),
        management_commands: tuple[str, ...] = (),
        limits: HourlyLimits | None = None,
    ) -> datetime | None:
        values = {"state": BEGUN, "started_at": at, "undo": undo, "elsewhere": management_commands, **NOT_PARKED}
        with self._db.transaction() as connection:
            until = _full(connection, action_id, at, limits) if limits else None
            if until:
                return until
            moved = connection.execute(
                actions.update()
                .where(actions.c.id == action_id, actions.c.state.in_(_leading_to(MOVES, BEGUN)))
                .values(**values)
            )
            if moved.rowcount:
                _insert_operations(connection, action_id, plan, 0)
                forget_proof(connection, action_id)
                bump_cases_of(connection, action_id)
                redraw_asked(connection, action_id)
        return None

    def add_operations(self, action_id: str, plan: Sequence[Operation]) -> None:
        with self._db.transaction() as connection:
            state = connection.execute(sa.select(actions.c.state).where(actions.c.id == action_id)).scalar()
            if state is not BEGUN:
                return
            known = sa.select(sa.func.max(operations.c.seq)).where(operations.c.action_id == action_id)
            last = connection.execute(known).scalar()
            _insert_operations(connection, action_id, plan, 0 if last is None else last + 1)
            bump_cases_of(connection, action_id)

    def set_operation(
        self, action_id: str, seq: int, state: OperationState, at: datetime, *, request_id: str = "", detail: str = ""
    ) -> None:
        movable = operations.c.state.in_(_leading_to(OPERATION_MOVES, state))
        where = sa.and_(operations.c.action_id == action_id, operations.c.seq == seq, movable)
        with self._db.transaction() as connection:
            values = {"state": state, "detail": detail, "request_id": request_id, "moved_at": at}
            connection.execute(operations.update().where(where).values(**values))
            if state.final:
                bump_cases_of(connection, action_id)

    def busy_accounts(self) -> list[str]:
        unfinished = sa.select(actions.c.id).where(actions.c.state.in_(UNFINISHED))
        running = sa.select(operations.c.operation).where(
            operations.c.state == IN_AWS, operations.c.action_id.in_(unfinished)
        )
        return [row["operation"].args.get("account_id", "") for row in self._db.readable_rows(running)]

    def waits(self) -> dict[str, Wait]:
        unfinished = sa.select(actions.c.id, actions.c.waiting).where(
            actions.c.state.in_(UNFINISHED), actions.c.kind.in_(list(KINDS))
        )
        return {row["id"]: row["waiting"] for row in self._db.readable_rows(unfinished) if row["waiting"]}

    def set_wait(self, action_id: str, wait: Wait | None) -> None:
        with self._db.transaction() as connection:
            action = read_action(connection, action_id)
            if action.state.final:
                return
            connection.execute(actions.update().where(actions.c.id == action_id).values(waiting=wait))
            bump(connection, action.case_id, action.user.id)
            redraw_asked(connection, action_id)

    def end_action(self, action_id: str, result: Result, at: datetime) -> None:
        with self._db.transaction() as connection:
            action = read_action(connection, action_id)
            if action.state.final:
                return
            end(connection, action, result, at)
            forget_proof(connection, action_id)
            _note(connection, action, at, str(result.state), result.message)


def _leading_to(moves: Mapping[T, frozenset[T]], state: T) -> list[T]:
    """The states that this one may follow."""
    return [before for before, onwards in moves.items() if state in onwards]


def _full(connection: sa.Connection, action_id: str, at: datetime, limits: HourlyLimits) -> datetime | None:
    """None if there is a place for the action in the hour; else it is parked, until about this time."""
    claim = claim_of(read_action(connection, action_id))
    until = free_at(limits, read_hour(connection, at), claim) if claim else None
    if until:
        park(connection, action_id, at, until)
    return until


def add(connection: sa.Connection, action: Action) -> Action:
    """Store and audit it in the caller's transaction; the same press again is the first one.

    Raises AlreadyUnderWay, and IntegrityError when another press came at the same moment.
    """
    same, other = _before(connection, action)
    if same:
        return read_action(connection, same)
    if other:
        what = str(other["kind"]).replace("_", " ")
        raise AlreadyUnderWay(
            f"A {what} of {action.user.label} is already running, so nothing more was started.", other["id"]
        )
    # Statement and values are separate, so that SQLAlchemy compiles the text once: a press has only milliseconds.
    connection.execute(actions.insert(), _values(action))
    bump(connection, action.case_id, action.user.id)
    _note(connection, action, action.asked_at, Verdict.ASKED, action.reason)
    return action_of(connection.execute(BY_ID, {"id": action.id}).mappings().one(), ())


def _note(connection: sa.Connection, action: Action, at: datetime, verdict: str, why: str) -> None:
    audit.append(connection, at, action.by, str(action.kind), action.user.id, verdict, why)


def _values(action: Action) -> dict[str, object]:
    asked = {name: getattr(action, name) for name in _ASKED}
    lane = {"lane": action.kind.lane, "user_id": action.user.id, "state": FIRST}
    return asked | lane | asker_columns(action.asker)


def _insert_operations(connection: sa.Connection, action_id: str, plan: Sequence[Operation], first: int) -> None:
    rows = [
        {"action_id": action_id, "seq": seq, "operation": op, "state": PLANNED}
        for seq, op in enumerate(plan, start=first)
    ]
    if rows:
        connection.execute(operations.insert(), rows)


def _before(connection: sa.Connection, action: Action) -> tuple[str, sa.RowMapping | None]:
    """The id of the action that this same press already became, or ""; and the unfinished action on the same user that
    keeps this one from beginning, never the one it is a step of.
    """
    found = connection.execute(
        BEFORE, {"key": action.key, "user_id": action.user.id, "parent": action.parent}
    ).mappings()
    rows = found.all()
    same = next((str(row["id"]) for row in rows if row["key"] == action.key), "")
    wanted = occupied(action.kind.lane, parked=False)
    return same, next((row for row in rows if wanted & occupied(row["lane"], parked=bool(row["parked_since"]))), None)
