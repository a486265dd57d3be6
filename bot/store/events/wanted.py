"""Reads that events ask for: one row per user."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.core.events.counts import Counted
from bot.core.events.reads import ReadAs, WantedRead, shown
from bot.core.events.subjects import Says
from bot.core.scan.coverage import Scan, ScanStatus
from bot.store.database.schema import wanted_reads
from bot.store.events import counts
from bot.store.events.users import READ_AS
from bot.store.rows import columns_of, replace_rows, value_of


def want(connection: sa.Connection, wishes: Iterable[WantedRead]) -> None:
    """Add these wanted reads: one row per user."""
    wished: dict[str, WantedRead] = {}
    for wish in wishes:
        before = wished.get(wish.user_id)
        wished[wish.user_id] = before.with_newer(wish) if before else wish
    named = sa.select(wanted_reads).where(wanted_reads.c.user_id.in_(wished))
    known = [value_of(WantedRead, row) for row in connection.execute(named).mappings()]
    replace_rows(connection, wanted_reads, [columns_of(one.with_newer(wished.pop(one.user_id))) for one in known])
    if wished:
        connection.execute(wanted_reads.insert(), [columns_of(wish) for wish in wished.values()])


def of(connection: sa.Connection, user_id: str) -> WantedRead | None:
    row = connection.execute(sa.select(wanted_reads).where(wanted_reads.c.user_id == user_id)).mappings().one_or_none()
    return value_of(WantedRead, row) if row else None


def asked_before(connection: sa.Connection, scan: Scan) -> list[WantedRead]:
    """Those whose newest event was taken in before this scan; what claims to be from after its end, by a clock that was
    wrong, too.
    """
    asked, coverage = wanted_reads.c.asked_at, scan.coverage
    wanted = sa.select(wanted_reads).where(sa.or_(asked <= coverage.started_at, asked > coverage.finished_at))
    return [value_of(WantedRead, row) for row in connection.execute(wanted).mappings()]


def forget(connection: sa.Connection, user_id: str) -> None:
    connection.execute(wanted_reads.delete().where(wanted_reads.c.user_id == user_id))


def settle(connection: sa.Connection, answered: Mapping[WantedRead, bool], at: datetime) -> None:
    """Each of these was read as the event says, or is to be read again. One that a newer event asks for again is left
    alone.
    """
    if not answered:
        return
    rows = connection.execute(sa.select(wanted_reads)).mappings()
    known = {value_of(WantedRead, row) for row in rows}
    again = {wish: None if read else wish.again(at) for wish, read in answered.items() if wish in known}
    replace_rows(connection, wanted_reads, [columns_of(later) for later in again.values() if later])
    over = [wish for wish, later in again.items() if later is None]
    if over:
        same = wanted_reads.c.user_id == sa.bindparam("wanted_id")
        connection.execute(wanted_reads.delete().where(same), [{"wanted_id": wish.user_id} for wish in over])
    counts.count(connection, at, {Counted.UNSHOWN: sum(not answered[wish] for wish in over)})


class Answers:
    """What this scan, or read of some users, answers to those who were to be read."""

    def __init__(self, scan: Scan, touched: Collection[str]) -> None:
        self._scan, self._touched = scan, touched
        self._leavers = {read.user.id: read.complete for read in scan.people}

    def has(self, wish: WantedRead) -> bool:
        """Whether it read the user completely, and as the event says."""
        user_id = wish.user_id
        if user_id in self._touched:
            return False
        if user_id in self._leavers:
            return self._leavers[user_id] and shown(wish.says, ReadAs.DISABLED)
        seen = (self._scan.others or {}).get(user_id)
        if seen in READ_AS:
            return shown(wish.says, READ_AS[seen])
        # About all others, a scan only knows that they are not disabled.
        coverage = self._scan.coverage
        whole = coverage.status is not ScanStatus.FAILED and coverage.user_list_complete and seen is None
        return whole and wish.says is not Says.DISABLED
