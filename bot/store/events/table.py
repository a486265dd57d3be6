"""Events in the database, and the reads they lead to."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core.cases import Change
from bot.core.events.counts import Counted, EventCounts
from bot.core.events.reads import ANYBODY, EVENTS, PAUSE, ReadAs, UserRead, WantedRead
from bot.core.events.records import OLDEST
from bot.core.rules.brake import BrakeLimits, digest_of
from bot.core.scan.coverage import Scan
from bot.ports import Heard
from bot.store.actions.late_read_back import note_reads
from bot.store.cases.changes import apply, changed, new_cases, touched_since
from bot.store.cases.digests import announce_together
from bot.store.cases.table import open_cases
from bot.store.database.connection import Database
from bot.store.database.schema import cases, heard_events, scans, user_reads, wanted_reads
from bot.store.events import counts, users, wanted
from bot.store.events.taking import take
from bot.store.rows import value_of
from bot.store.rules.brake import watch

# A handled message may be delivered again within minutes; a poison one for as long as SQS may keep it.
KEEP_HEARD = timedelta(days=2)
# More than this are not remembered: a flood must not fill the disk, and a copy of an event costs one read at most.
MOST_HEARD = 500_000
# The newest read of somebody who is not disabled only spares further reads, and tells a scan under way what is newer.
KEEP_USERS = timedelta(days=30)
# Nonexistent users could go on forever, because anybody who can write to the queue can make up ids.
KEEP_GONE = timedelta(hours=6)


class EventTable:
    """Implements `ports.EventStore`."""

    _db: Database

    def listen(self, at: datetime | None) -> None:
        with self._db.transaction() as connection:
            if at is None or counts.when(connection, counts.LISTENING) is None:
                counts.happened(connection, counts.LISTENING, at)

    def take_events(self, heard: Sequence[Heard], at: datetime) -> list[Heard]:
        with self._db.transaction() as connection:
            return take(connection, heard, at)

    def due_reads(self, at: datetime) -> list[WantedRead]:
        due = sa.select(wanted_reads).where(wanted_reads.c.due_at <= at).order_by(wanted_reads.c.user_id)
        return [value_of(WantedRead, row) for row in self._db.rows(due)]

    def next_read(self) -> datetime | None:
        return self._db.value(sa.select(sa.func.min(wanted_reads.c.due_at)))

    def spread(self, most: int, at: datetime) -> bool:
        with self._db.transaction() as connection:
            anybody, leavers = wanted.of(connection, ANYBODY), open_cases(connection)
            if len(leavers) > most:
                return False
            if anybody:
                wanted.forget(connection, ANYBODY)
                counts.happened(connection, counts.ANYBODY_READ, at)
                old = users.read_after(connection, leavers, anybody.event_at, at)
                new = [replace(anybody, user_id=user_id, due_at=at) for user_id in leavers if user_id not in old]
                wanted.want(connection, new)
            return True

    def leave_to_scan(self, user_ids: Collection[str], at: datetime) -> bool:
        with self._db.transaction() as connection:
            rest = _rest(connection, at)
            ask = rest is None
            later = wanted_reads.update().where(wanted_reads.c.user_id == sa.bindparam("wanted_id"))
            connection.execute(later.values(due_at=rest or at + PAUSE), [{"wanted_id": name} for name in user_ids])
            if ask:
                counts.happened(connection, counts.SCAN_ASKED, at)
                counts.count(connection, at, {Counted.SCANS: 1})
            return ask

    def save_reads(
        self,
        scan: Scan,
        wishes: Sequence[WantedRead],
        digest_after: int,
        new_id: Callable[[], str],
        *,
        brake: BrakeLimits | None = None,
    ) -> list[Change]:
        at = scan.coverage.finished_at
        with self._db.transaction() as connection:
            touched = touched_since(connection, scan)
            applied = changed(connection, scan, touched)
            apply(connection, applied, scan, EVENTS, new_id)
            note_reads(connection, scan, touched)
            users.note(connection, scan, touched, users.EVENT)
            watch(connection, scan, brake, EVENTS, new_id)
            if new_cases(connection, applied):
                _announce(connection, at, digest_after, new_id)
            answers = wanted.Answers(scan, touched)
            wanted.settle(connection, {wish: answers.has(wish) for wish in wishes}, at)
            return applied

    def user_read(self, user_id: str) -> UserRead | None:
        row = self._db.row(sa.select(user_reads).where(user_reads.c.user_id == user_id))
        return users.user_read(row) if row else None

    def disabled_users(self) -> frozenset[str]:
        wanted_ids = sa.select(user_reads.c.user_id).where(user_reads.c.status == ReadAs.DISABLED)
        return frozenset(self._db.values(wanted_ids))

    def event_counts(self, since: datetime | None = None) -> EventCounts:
        with self._db.transaction(reads=True) as connection:
            return counts.numbers(connection, since)


def _rest(connection: sa.Connection, at: datetime) -> datetime | None:
    """Until when no scan may be asked for; None: it may be. After one that events asked for, as long as it took:
    anybody who can write to the queue could have scans run all the time.
    """
    asked = counts.when(connection, counts.SCAN_ASKED)
    if asked is None or asked > at:
        return None
    mine = sa.and_(scans.c.trigger == EVENTS, scans.c.ended_at >= asked, scans.c.ended_at <= at)
    last = sa.select(scans.c.started_at, scans.c.ended_at).where(mine).order_by(scans.c.ended_at.desc()).limit(1)
    row = connection.execute(last).one_or_none()
    rest = max(asked + PAUSE, row.ended_at + (row.ended_at - row.started_at) if row else asked)
    return rest if rest > at else None


def forget_old(connection: sa.Connection, at: datetime) -> None:
    """Forget events that cannot be delivered again, and users who are not disabled or do not exist."""
    came_again = sa.and_(sa.not_(heard_events.c.poison), heard_events.c.at < at - KEEP_HEARD)
    connection.execute(heard_events.delete().where(sa.or_(came_again, heard_events.c.at < at - OLDEST)))
    newest = sa.select(heard_events.c.at).order_by(heard_events.c.at.desc())
    too_many: datetime | None = connection.execute(newest.offset(MOST_HEARD).limit(1)).scalar()
    if too_many:
        connection.execute(heard_events.delete().where(heard_events.c.at <= too_many))
    idle = sa.and_(user_reads.c.status != ReadAs.DISABLED, user_reads.c.read_started_at < at - KEEP_USERS)
    gone = sa.and_(user_reads.c.status == ReadAs.GONE, user_reads.c.read_started_at < at - KEEP_GONE)
    connection.execute(user_reads.delete().where(sa.or_(idle, gone)))


def _announce(connection: sa.Connection, at: datetime, digest_after: int, new_id: Callable[[], str]) -> None:
    """Announce new cases in one digest, when those that events opened within the last minute are too many. Cases of
    that minute that were not announced yet come into it, too.
    """
    minute = sa.and_(cases.c.found_by == EVENTS, cases.c.opened_at > at - PAUSE, cases.c.opened_at <= at)
    columns = (cases.c.id, cases.c.digest_scan_id, cases.c.ts)
    found = connection.execute(sa.select(*columns).where(minute).order_by(cases.c.opened_at)).all()
    recent = [row for row in found if not digest_of(row.digest_scan_id)]
    if len(recent) <= digest_after:
        return
    named = next((row.digest_scan_id for row in reversed(recent) if row.digest_scan_id), None)
    unannounced = [row.id for row in recent if row.digest_scan_id is None and row.ts is None]
    announce_together(connection, unannounced, named or f"{EVENTS}:{new_id()}", at)
