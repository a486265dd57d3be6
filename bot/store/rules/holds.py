"""Holds in the database."""

from datetime import datetime

import sqlalchemy as sa

from bot.core.events.reads import ReadAs, UserRead
from bot.core.rules.holds import Hold, WhyHeld
from bot.ports import MessageKind, Verdict
from bot.store import audit, outbox
from bot.store.database.connection import Database
from bot.store.database.rule_tables import brakes, held_people, holds
from bot.store.database.schema import remembered, user_reads
from bot.store.events.users import user_read
from bot.store.rows import columns_of, value_of

# In the audit log: what happened to a hold. Its id stands there as the subject.
HOLD, ACCEPT, OVER = "hold", "accept", "hold-end"
# Under which name the reach of the rules that was looked at is remembered.
REACH = "reach of rules"
_HOLDS = holds.c.accepted_at.is_(None)


class HoldTable:
    """Implements `ports.HoldStore`."""

    _db: Database

    def held(self) -> frozenset[str]:
        in_force = sa.select(held_people.c.user_id).where(
            held_people.c.hold_id.in_(sa.select(holds.c.id).where(_HOLDS))
        )
        return frozenset(self._db.values(in_force))

    def holds(self) -> list[Hold]:
        with self._db.transaction(reads=True) as connection:
            return _in_force(connection)

    def told_hold(self, hold_id: str) -> Hold:
        row = self._db.known(sa.select(holds).where(holds.c.id == hold_id), "This hold is not in the database.")
        people = self._db.values(sa.select(held_people.c.user_id).where(held_people.c.hold_id == hold_id))
        return value_of(Hold, row, user_ids=frozenset(people))

    def looked_at_rules(self) -> str | None:
        return self._db.value(sa.select(remembered.c.value).where(remembered.c.name == REACH))

    def look_at_rules(self, reach: str, hold: Hold | None, at: datetime) -> None:
        with self._db.transaction() as connection:
            connection.execute(remembered.delete().where(remembered.c.name == REACH))
            connection.execute(remembered.insert().values(name=REACH, value=reach, at=at))
            earlier = _in_force(connection)
            for one in earlier:
                # What it would mean to accept it has changed.
                _draw_again(connection, one.id)
            if hold is None:
                return
            for one in earlier:
                _end(connection, one, "", at)
            add(connection, hold, "leaverbot")

    def show_hold(self, hold_id: str, at: datetime) -> None:
        with self._db.transaction() as connection:
            outbox.queue(connection, f"hold:{hold_id}", MessageKind.HOLD, at, ref=hold_id)

    def redraw_hold(self, hold_id: str) -> None:
        with self._db.transaction() as connection:
            outbox.redraw(connection, MessageKind.HOLD, [hold_id])

    def accept_hold(self, hold_id: str, version: int, by: str, at: datetime) -> bool:
        with self._db.transaction() as connection:
            mine = (one for one in _in_force(connection) if (one.id, one.version) == (hold_id, version))
            hold = next(mine, None)
            if hold is None:
                return False
            _end(connection, hold, by, at)
            audit.append(connection, at, by, ACCEPT, hold.id, Verdict.DONE, f"{len(hold.user_ids)} people")
            return True

    def leavers(self) -> list[UserRead]:
        disabled = sa.select(user_reads).where(user_reads.c.status == ReadAs.DISABLED)
        return [user_read(row) for row in self._db.rows(disabled.order_by(user_reads.c.user_id))]


def add(connection: sa.Connection, hold: Hold, who: str) -> None:
    """Store and log it; a service asks about it when rules are on."""
    connection.execute(holds.insert().values(**columns_of(hold, "user_ids")))
    people = [{"hold_id": hold.id, "user_id": user_id} for user_id in sorted(hold.user_ids)]
    connection.execute(held_people.insert(), people)
    audit.append(connection, hold.made_at, who, HOLD, hold.id, Verdict.DONE, f"{len(people)} people, {hold.why}")


def drop_out(connection: sa.Connection, at: datetime) -> None:
    """People who are no longer disabled leave their holds; a hold of nobody is over."""
    back = sa.select(user_reads.c.user_id).where(user_reads.c.status != ReadAs.DISABLED)
    gone = sa.and_(held_people.c.hold_id.in_(sa.select(holds.c.id).where(_HOLDS)), held_people.c.user_id.in_(back))
    changed = set(connection.execute(sa.select(held_people.c.hold_id).where(gone)).scalars())
    if not changed:
        return
    connection.execute(held_people.delete().where(gone))
    for hold in _in_force(connection):
        if hold.id not in changed:
            continue
        _draw_again(connection, hold.id)
        if not hold.user_ids:
            _end(connection, hold, "", at)
            audit.append(connection, at, "leaverbot", OVER, hold.id, Verdict.DONE, "nobody is left")


def _in_force(connection: sa.Connection) -> list[Hold]:
    rows = connection.execute(sa.select(holds).where(_HOLDS).order_by(holds.c.made_at, holds.c.id)).mappings().all()
    people: dict[str, set[str]] = {row["id"]: set() for row in rows}
    for row in connection.execute(sa.select(held_people).where(held_people.c.hold_id.in_(people))):
        people[row.hold_id].add(row.user_id)
    return [value_of(Hold, row, user_ids=frozenset(people[row["id"]])) for row in rows]


def _end(connection: sa.Connection, hold: Hold, by: str, at: datetime) -> None:
    connection.execute(holds.update().where(holds.c.id == hold.id).values(accepted_at=at, accepted_by=by))
    _draw_again(connection, hold.id)
    if hold.why is WhyHeld.BRAKE_ENDED:
        # Its message says for how many rules wait.
        its = connection.execute(sa.select(brakes.c.id).where(brakes.c.ended_at == hold.made_at)).scalars().all()
        outbox.redraw(connection, MessageKind.BRAKE, its)


def _draw_again(connection: sa.Connection, hold_id: str) -> None:
    connection.execute(holds.update().where(holds.c.id == hold_id).values(version=holds.c.version + 1))
    outbox.redraw(connection, MessageKind.HOLD, [hold_id])
