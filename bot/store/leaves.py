"""Scheduled leaves, in the database."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.core.actions import LEAVERBOT
from bot.core.errors import AlreadyUnderWay, NotFound
from bot.core.leaves.leave import MOVES, OPEN, SCHEDULE, Leave, LeaveState
from bot.core.views import NoticeKind
from bot.ports import MessageKind, Verdict
from bot.store import audit, outbox
from bot.store.database.connection import Database
from bot.store.database.leave_tables import leaves
from bot.store.rows import columns_of, value_of

_RUNS = "The scheduled leave of {who} is being carried out now, so it was not changed."
# The time at which a state was reached, where that is kept.
_REACHED = {LeaveState.DENYING: "began_at", LeaveState.DENIED: "denied_at"}


class LeaveTable:
    """Implements `ports.LeaveStore`."""

    _db: Database

    def add_leave(self, leave: Leave) -> Leave | None:
        try:
            with self._db.transaction() as connection:
                return _add(connection, leave)
        except IntegrityError:
            # Two at the same moment, and the other one was first.
            with self._db.transaction() as connection:
                return _add(connection, leave)

    def leave(self, leave_id: str) -> Leave:
        row = self._db.row(sa.select(leaves).where(leaves.c.id == leave_id))
        if row is None:
            raise NotFound("This scheduled leave is not in the database.")
        return value_of(Leave, row)

    def open_leave(self, user_id: str) -> Leave | None:
        with self._db.transaction(reads=True) as connection:
            return _open(connection, user_id)

    def open_leaves(self) -> list[Leave]:
        wanted = sa.select(leaves).where(leaves.c.state.in_(OPEN)).order_by(leaves.c.at, leaves.c.id)
        return [value_of(Leave, row) for row in self._db.readable_rows(wanted)]

    def announce_leave(self, leave_id: str, at: datetime) -> None:
        unsaid = sa.and_(leaves.c.id == leave_id, leaves.c.announced_at.is_(None))
        with self._db.transaction() as connection:
            if connection.execute(leaves.update().where(unsaid).values(announced_at=at)).rowcount:
                outbox.queue(connection, f"leave:{leave_id}", MessageKind.LEAVE, at, ref=leave_id)

    def move_leave(
        self,
        leave_id: str,
        before: LeaveState,
        state: LeaveState,
        at: datetime,
        *,
        by: str = "",
        why: str = "",
    ) -> bool:
        if state not in MOVES[before]:
            return False
        with self._db.transaction() as connection:
            return _move(connection, leave_id, before, state, at, by=by, why=why)

    def note_leave_asked(self, leave_id: str, text: str, at: datetime) -> None:
        unasked = sa.and_(leaves.c.id == leave_id, leaves.c.asked_at.is_(None))
        with self._db.transaction() as connection:
            if connection.execute(leaves.update().where(unasked).values(asked_at=at)).rowcount:
                user_id = connection.execute(sa.select(leaves.c.user_id).where(leaves.c.id == leave_id)).scalar_one()
                # In the channel itself, not in the thread of a case: everybody is asked.
                ref = f"{NoticeKind.LEAVE}:{user_id}"
                outbox.queue(connection, f"leave-asked:{leave_id}", MessageKind.NOTICE, at, ref=ref, text=text)
                outbox.redraw(connection, MessageKind.LEAVE, [leave_id])


def _add(connection: sa.Connection, leave: Leave) -> Leave | None:
    if connection.execute(sa.select(leaves.c.id).where(leaves.c.id == leave.id)).scalar() is not None:
        return None
    earlier = _open(connection, leave.user.id)
    if earlier:
        if LeaveState.REPLACED not in MOVES[earlier.state]:
            raise AlreadyUnderWay(_RUNS.format(who=leave.user.label), earlier.id)
        _move(connection, earlier.id, earlier.state, LeaveState.REPLACED, leave.scheduled_at, by=leave.by)
    connection.execute(leaves.insert().values(**columns_of(leave, user_id=leave.user.id)))
    terms = f"{leave.at.isoformat()}{' revoke' if leave.revoke else ''}"
    audit.append(connection, leave.scheduled_at, leave.by, SCHEDULE, leave.user.id, Verdict.ASKED, terms)
    return earlier


def _move(
    connection: sa.Connection,
    leave_id: str,
    before: LeaveState,
    state: LeaveState,
    at: datetime,
    *,
    by: str,
    why: str = "",
) -> bool:
    values: dict[str, object] = {"state": state, "why": why}
    if not state.open:
        values |= {"ended_at": at, "ended_by": by}
    elif state in _REACHED:
        values[_REACHED[state]] = at
    there = sa.and_(leaves.c.id == leave_id, leaves.c.state == before)
    if connection.execute(leaves.update().where(there).values(**values)).rowcount == 0:
        return False
    if not state.open:
        user_id = connection.execute(sa.select(leaves.c.user_id).where(leaves.c.id == leave_id)).scalar_one()
        audit.append(connection, at, by or LEAVERBOT, SCHEDULE, user_id, str(state), why)
    outbox.redraw(connection, MessageKind.LEAVE, [leave_id])
    return True


def _open(connection: sa.Connection, user_id: str) -> Leave | None:
    wanted = sa.select(leaves).where(leaves.c.user_id == user_id, leaves.c.state.in_(OPEN))
    row = connection.execute(wanted).mappings().one_or_none()
    return value_of(Leave, row) if row else None
