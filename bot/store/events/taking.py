"""What a batch of events leads to: merged in memory, so that many events about one user cost little."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from bot.core.events.counts import Counted
from bot.core.events.reads import ANYBODY, PAUSE, WantedRead
from bot.core.events.records import trusted_time
from bot.core.events.subjects import Dropped, DropReason, OfAnybody, OfGroup, OfUser, Says, Subject, Unknown
from bot.core.events.watched import SCIM
from bot.ports import Heard
from bot.store.database.schema import heard_events, user_reads
from bot.store.events import counts, users, wanted


def take(connection: sa.Connection, heard: Sequence[Heard], at: datetime) -> list[Heard]:
    """Store what these events lead to; returns the ones not seen before."""
    seen = sa.select(heard_events.c.id).where(heard_events.c.id.in_([one.id for one in heard]))
    known = set(connection.execute(seen).scalars())
    new = list({one.id: one for one in reversed(heard) if one.id not in known}.values())[::-1]
    batch = _Batch(connection, at)
    batch.counted[Counted.RECEIVED] = sum(not _poison(one) for one in heard)
    batch.counted[Counted.DUPLICATE] = batch.counted[Counted.RECEIVED] - sum(not _poison(one) for one in new)
    for one in new:
        batch.take(one)
    batch.store()
    if new:
        connection.execute(heard_events.insert(), [{"id": one.id, "at": at, "poison": _poison(one)} for one in new])
    if batch.counted[Counted.RECEIVED]:
        counts.happened(connection, counts.HEARD, at)
    _note_newest(connection, new, at)
    _note_scim(connection, new, at)
    return new


@dataclass(slots=True)
class _Batch:
    """Events that were taken in at the same time."""

    connection: sa.Connection
    at: datetime
    counted: Counter[str] = field(default_factory=Counter)
    # By user, what each event says of them.
    wishes: dict[str, list[WantedRead]] = field(default_factory=dict)

    def take(self, one: Heard) -> None:
        subject, event_at = one.event.subject, trusted_time(one.event.at, self.at)
        if one.event.source:
            self.counted[f"{counts.SOURCE}{one.event.source}"] += 1
        match subject:
            case Unknown():
                self.counted[Counted.POISON] += 1
                return
            case Dropped():
                self.counted[f"{counts.DROPPED}{subject.reason}"] += 1
                return
            case OfUser():
                self._want([subject.user_id], subject.says, event_at)
            case OfGroup():
                self._want(users.seen_in(self.connection, subject.group_id), Says.CHANGED, event_at)
            case OfAnybody():
                self._want([ANYBODY], Says.CHANGED, event_at)
        if one.event.at == event_at:
            self.counted[Counted.TIMED] += 1
            self.counted[Counted.DELAY_SECONDS] += round((self.at - event_at).total_seconds())

    def _want(self, user_ids: Iterable[str], says: Says, event_at: datetime) -> None:
        for user_id in user_ids:
            wish = WantedRead(user_id, event_at, says, self.at, self.at)
            self.wishes.setdefault(user_id, []).append(wish)

    def store(self) -> None:
        """Want a read of everybody not read since the event, and count."""
        known = users.of(self.connection, self.wishes)
        new: list[WantedRead] = []
        for user_id, wishes in self.wishes.items():
            row = known.get(user_id)
            if row:
                self._note_late(row, wishes)
            old = [wish for wish in wishes if row and users.user_read(row).makes_old(wish.event_at, self.at)]
            self.counted[Counted.OLD] += len(old)
            self.counted[Counted.WANTED] += len(wishes) - len(old)
            new += [self._due(wish) for wish in wishes if wish not in old]
        if new:
            wanted.want(self.connection, new)
        counts.count(self.connection, self.at, self.counted)

    def _due(self, wish: WantedRead) -> WantedRead:
        """Want a read of all open leavers, at most once a minute."""
        before = counts.when(self.connection, counts.ANYBODY_READ) if wish.user_id == ANYBODY else None
        soon = before is not None and before <= self.at < before + PAUSE
        return replace(wish, due_at=before + PAUSE) if before and soon else wish

    def _note_late(self, row: sa.RowMapping, wishes: Iterable[WantedRead]) -> None:
        """Note the first event about a leaver that a scan had already found."""
        first = row["first_disabled_at"]
        tells = {Says.DISABLED, Says.CHANGED}
        if row["found_by"] != users.SCAN or not any(one.says in tells and one.event_at <= first for one in wishes):
            return
        same = user_reads.c.user_id == row["user_id"]
        self.connection.execute(user_reads.update().where(same).values(found_by=users.LATE))
        self.counted[Counted.LATE] += 1
        self.counted[Counted.LATE_SECONDS] += max(round((self.at - first).total_seconds()), 0)


def _poison(one: Heard) -> bool:
    return isinstance(one.event.subject, Unknown)


def _note_newest(connection: sa.Connection, heard: Iterable[Heard], at: datetime) -> None:
    ours = (one for one in heard if not isinstance(one.event.subject, Dropped | Unknown))
    _note_latest(connection, counts.NEWEST, ours, at)


def _note_scim(connection: sa.Connection, heard: Iterable[Heard], at: datetime) -> None:
    """Whom it is about need not be known; a request that was refused does not show that the directory gets through."""
    through = (one for one in heard if one.event.source == SCIM and _carried_out(one.event.subject))
    _note_latest(connection, counts.SCIM, through, at)


def _carried_out(subject: Subject) -> bool:
    return not isinstance(subject, Dropped) or subject.reason is DropReason.MASKED


def _note_latest(connection: sa.Connection, name: str, heard: Iterable[Heard], at: datetime) -> None:
    newest = max((trusted_time(one.event.at, at) for one in heard if one.event.at), default=None)
    before = counts.when(connection, name)
    if newest and (before is None or not newest <= before <= at):
        counts.happened(connection, name, newest)
