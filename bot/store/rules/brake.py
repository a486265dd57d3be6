"""The brake in the database: engaged, extended and ended in the transaction of the reads that call for it."""

from collections.abc import Callable, Collection
from datetime import datetime

import sqlalchemy as sa

from bot.core.events.reads import ReadAs, UserRead
from bot.core.rules.brake import WINDOW, Brake, BrakeLimits, BrakeState, burst, ends_by_itself
from bot.core.rules.holds import Hold, WhyHeld
from bot.core.scan.coverage import Coverage, Scan
from bot.ports import MessageKind, Verdict
from bot.store import audit, outbox
from bot.store.cases.digests import announce, show_incidents
from bot.store.cases.table import IS_OPEN
from bot.store.database.connection import Database
from bot.store.database.rule_tables import braked_people, brakes
from bot.store.database.schema import cases, scans, user_reads
from bot.store.events.users import user_read
from bot.store.rows import columns_of, value_of
from bot.store.rules import holds

# How many scans back to look for one with a complete list of users.
_SCANS = 50
# In the audit log: what happened to the brake. Its id stands there as the subject.
ENGAGE, RELEASE, END = "brake", "release", "brake-end"


class BrakeTable:
    """Implements `ports.BrakeStore`."""

    _db: Database

    def brake(self) -> Brake | None:
        with self._db.transaction(reads=True) as connection:
            return engaged(connection)

    def told_brake(self, brake_id: str) -> Brake:
        wanted = sa.select(brakes).where(brakes.c.id == brake_id)
        return value_of(Brake, self._db.known(wanted, "This brake is not in the database."))

    def braked(self, brake_id: str) -> tuple[int, list[UserRead]]:
        with self._db.transaction(reads=True) as connection:
            people = sa.select(sa.func.count()).where(braked_people.c.brake_id == brake_id)
            return connection.execute(people).scalar() or 0, _left(connection, brake_id)

    def release_brake(self, brake_id: str, version: int, by: str, at: datetime) -> bool:
        with self._db.transaction() as connection:
            brake = engaged(connection)
            if brake is None or (brake.id, brake.version) != (brake_id, version):
                return False
            left = len(_left(connection, brake.id))
            _end(connection, brake, by, at)
            audit.append(connection, at, by, RELEASE, brake.id, Verdict.DONE, f"{left} people")
            return True

    def redraw_brake(self, brake_id: str) -> None:
        with self._db.transaction() as connection:
            outbox.redraw(connection, MessageKind.BRAKE, [brake_id])

    def ask_about_brake(self, at: datetime) -> None:
        with self._db.transaction() as connection:
            brake = engaged(connection)
            if brake and brake.asks_again(at):
                connection.execute(brakes.update().where(brakes.c.id == brake.id).values(asked_at=at))
                key = f"brake:{brake.id}:{at.isoformat()}"
                outbox.queue(connection, key, MessageKind.BRAKE, at, ref=brake.id)


def watch(
    connection: sa.Connection, scan: Scan, limits: BrakeLimits | None, who: str, new_id: Callable[[], str]
) -> None:
    """Engage, extend or end the brake, and let people drop out of holds, as this scan or read of some users shows it:
    it is stored already. The cases of the brake's people are not announced, unless access was used.
    """
    at = scan.coverage.finished_at
    holds.drop_out(connection, at)
    brake = engaged(connection)
    if limits is None or not (brake or scan.people):
        return
    users = _users(connection, scan.coverage)
    turned = _turned(connection, at)
    people = burst(limits, turned, users, at)
    if people:
        newest, oldest = max(turned[one] for one in people), min(turned[one] for one in people)
        brake = brake or _engage(
            connection, new_id(), at, newest, _began_before(connection, oldest), users, who, len(people)
        )
        _extend(connection, brake, people, newest)
    if brake:
        _hush(connection, brake)
        _follow(connection, brake, scan, limits, users, who, new_id)


def engaged(connection: sa.Connection) -> Brake | None:
    row = connection.execute(sa.select(brakes).where(brakes.c.state == BrakeState.ENGAGED)).mappings().one_or_none()
    return value_of(Brake, row) if row else None


def _turned(connection: sa.Connection, at: datetime) -> dict[str, datetime]:
    """When everybody who turned disabled within a day, and still is, did so; without those whom an admin let through
    since.
    """
    disabled = sa.and_(user_reads.c.status == ReadAs.DISABLED, user_reads.c.turned_at >= at - WINDOW)
    found = {row.user_id: row.turned_at for row in connection.execute(_TURNED.where(disabled))}
    let_through = sa.select(braked_people.c.user_id, brakes.c.ended_at).join(
        brakes, brakes.c.id == braked_people.c.brake_id
    )
    for row in connection.execute(let_through.where(brakes.c.ended_by != "", brakes.c.ended_at >= at - WINDOW)):
        if row.user_id in found and found[row.user_id] <= row.ended_at:
            del found[row.user_id]
    return found


_TURNED = sa.select(user_reads.c.user_id, user_reads.c.turned_at)


def _engage(
    connection: sa.Connection,
    brake_id: str,
    at: datetime,
    newest: datetime,
    after: datetime | None,
    users: int,
    who: str,
    people: int,
) -> Brake:
    brake = Brake(brake_id, BrakeState.ENGAGED, at, newest, at, after, users)
    connection.execute(brakes.insert().values(**columns_of(brake)))
    outbox.queue(connection, f"brake:{brake_id}", MessageKind.BRAKE, at, ref=brake_id)
    audit.append(connection, at, who, ENGAGE, brake_id, Verdict.DONE, f"{people} people of {users}")
    return brake


def _extend(connection: sa.Connection, brake: Brake, people: Collection[str], newest: datetime) -> None:
    """Add those who are not among its people yet."""
    known = set(
        connection.execute(sa.select(braked_people.c.user_id).where(braked_people.c.brake_id == brake.id)).scalars()
    )
    new = sorted(set(people) - known)
    if not new:
        return
    connection.execute(braked_people.insert(), [{"brake_id": brake.id, "user_id": one} for one in new])
    connection.execute(brakes.update().where(brakes.c.id == brake.id).values(newest_at=max(newest, brake.newest_at)))
    if known:
        _draw_again(connection, brake.id)


def _hush(connection: sa.Connection, brake: Brake) -> None:
    """No message of their own for the open cases of its people, unless they have one already; but for a few whose
    access was used.
    """
    of_people = cases.c.user_id.in_(sa.select(braked_people.c.user_id).where(braked_people.c.brake_id == brake.id))
    silent = sa.and_(IS_OPEN, of_people, cases.c.digest_scan_id.is_(None), cases.c.ts.is_(None))
    connection.execute(cases.update().where(silent).values(digest_scan_id=brake.digest, wants_message=False))
    show_incidents(connection, brake.digest)


def _follow(
    connection: sa.Connection,
    brake: Brake,
    scan: Scan,
    limits: BrakeLimits,
    users: int,
    who: str,
    new_id: Callable[[], str],
) -> None:
    """Show whom this read found enabled again, or gone; end it when few are left. An incomplete list never ends it."""
    of_brake = user_reads.c.user_id.in_(sa.select(braked_people.c.user_id).where(braked_people.c.brake_id == brake.id))
    just_read = user_reads.c.read_started_at == scan.coverage.started_at
    back = sa.select(user_reads.c.user_id).where(of_brake, just_read, user_reads.c.status != ReadAs.DISABLED)
    if connection.execute(back.limit(1)).scalar() is not None:
        _draw_again(connection, brake.id)
    left = _left(connection, brake.id)
    if not (scan.coverage.user_list_complete and ends_by_itself(limits, len(left), users)):
        return
    at = scan.coverage.finished_at
    _end(connection, brake, "", at)
    audit.append(connection, at, who, END, brake.id, Verdict.DONE, f"{len(left)} people left of {users}")
    if left:
        people = frozenset(read.user_id for read in left)
        holds.add(connection, Hold(new_id(), WhyHeld.BRAKE_ENDED, at, people), who)


def _end(connection: sa.Connection, brake: Brake, by: str, at: datetime) -> None:
    """It is over: the open cases of its people are announced together."""
    over = {"state": BrakeState.ENDED, "ended_at": at, "ended_by": by}
    connection.execute(brakes.update().where(brakes.c.id == brake.id).values(over))
    _draw_again(connection, brake.id)
    still = sa.select(cases.c.id).where(IS_OPEN, cases.c.digest_scan_id == brake.digest).limit(1)
    if connection.execute(still).scalar() is not None:
        announce(connection, brake.digest, at)


def _draw_again(connection: sa.Connection, brake_id: str) -> None:
    newer = brakes.update().where(brakes.c.id == brake_id).values(version=brakes.c.version + 1)
    connection.execute(newer)
    outbox.redraw(connection, MessageKind.BRAKE, [brake_id])


def _left(connection: sa.Connection, brake_id: str) -> list[UserRead]:
    """The newest reads of its people who are still disabled."""
    people = sa.select(braked_people.c.user_id).where(braked_people.c.brake_id == brake_id)
    still = sa.and_(user_reads.c.status == ReadAs.DISABLED, user_reads.c.user_id.in_(people))
    return [user_read(row) for row in connection.execute(sa.select(user_reads).where(still)).mappings()]


def _users(connection: sa.Connection, newest: Coverage) -> int:
    """How many users there were when the list of them was last read to its end; 0 if it never was."""
    if newest.user_list_complete:
        return newest.users_read
    last = _whole_scan(connection, newest.finished_at)
    return last.users_read if last else 0


def _began_before(connection: sa.Connection, moment: datetime) -> datetime | None:
    """When the last complete read of all users before began."""
    last = _whole_scan(connection, moment)
    return last.started_at if last else None


def _whole_scan(connection: sa.Connection, before: datetime) -> Coverage | None:
    ended = sa.select(scans.c.coverage).where(scans.c.ended_at < before).order_by(scans.c.ended_at.desc())
    found = connection.execute(ended.limit(_SCANS)).scalars()
    return next((coverage for coverage in found if coverage and coverage.user_list_complete), None)
