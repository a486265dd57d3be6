"""The newest read of each user, whether a scan or an event led to it."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.access.person_read import PersonRead
from bot.core.events.counts import Counted
from bot.core.events.reads import UNSEEN, ReadAs, UserRead
from bot.core.models import Path
from bot.core.scan.coverage import Scan, ScanState, Seen
from bot.store.cases.changes import read_later
from bot.store.database.schema import scans, user_reads
from bot.store.events import counts
from bot.store.rows import replace_rows, value_of

# Who saw first that somebody is disabled. LATE: a scan, and an event told of it later. Empty where that does not count.
EVENT, SCAN, LATE = "event", "scan", "late"
# How many users one query names: databases limit its parameters.
FEW = 500
# As what a scan saw is stored.
READ_AS = {Seen.ENABLED: ReadAs.ENABLED, Seen.GONE: ReadAs.GONE}
_COUNTED = {EVENT: Counted.LEAVERS_BY_EVENT, SCAN: Counted.LEAVERS_BY_SCAN}


def note(connection: sa.Connection, scan: Scan, touched: Collection[str], found_by: str) -> int:
    """Store what this scan, or read of some users, showed of everybody it read; how many are newly disabled, where that
    is counted. What was read of `touched` users is not held to be complete.
    """
    known = of(connection, {*(read.user.id for read in scan.people), *(scan.others or {})})
    later = read_later(connection, scan)
    first = found_by if _comparable(connection) else ""
    watched = counts.when(connection, counts.LISTED) is not None
    rows = [row for row in _rows(scan, known, touched, first, watched=watched) if row["user_id"] not in later]
    new = [row for row in rows if row["user_id"] not in known]
    if new:
        connection.execute(user_reads.insert(), new)
    replace_rows(connection, user_reads, [row for row in rows if row["user_id"] in known])
    _note_unread(connection, scan, later)
    found = sum(_newly(row, known.get(row["user_id"])) for row in rows) if first else 0
    counts.count(connection, scan.coverage.finished_at, {_COUNTED[found_by]: found})
    return found


def user_read(row: sa.RowMapping) -> UserRead:
    return value_of(UserRead, row)


def of(connection: sa.Connection, user_ids: Collection[str]) -> dict[str, sa.RowMapping]:
    """The rows of these users, by id."""
    named = (sa.select(user_reads).where(user_reads.c.user_id.in_(few)) for few in _chunks(user_ids))
    found = (connection.execute(wanted).mappings() for wanted in named)
    return {row["user_id"]: row for rows in found for row in rows}


def _chunks(user_ids: Collection[str]) -> Iterator[list[str]]:
    ids = sorted(user_ids)
    return (ids[start : start + FEW] for start in range(0, len(ids), FEW))


def read_after(connection: sa.Connection, user_ids: Collection[str], event_at: datetime, at: datetime) -> set[str]:
    """Those of these users who were read long enough after an event of this time."""
    return {name for name, row in of(connection, user_ids).items() if user_read(row).makes_old(event_at, at)}


def seen_in(connection: sa.Connection, group_id: str) -> list[str]:
    """The leavers last seen in this group."""
    named = sa.cast(user_reads.c.group_ids, sa.Text).contains(f'"{group_id}"', autoescape=True)
    wanted = sa.select(user_reads.c.user_id).where(user_reads.c.status == ReadAs.DISABLED, named)
    return list(connection.execute(wanted.order_by(user_reads.c.user_id)).scalars())


def _comparable(connection: sa.Connection) -> bool:
    """Whether a scan that began since we listen has ended: from then on, an event should report every new leaver."""
    listening = counts.when(connection, counts.LISTENING)
    begun = sa.select(sa.func.max(scans.c.started_at)).where(scans.c.state == ScanState.ENDED)
    last: datetime | None = connection.execute(begun).scalar()
    return bool(listening and last and last >= listening)


def _note_unread(connection: sa.Connection, scan: Scan, later: Collection[str]) -> None:
    """Users who could not be read this time, or came without a status, were not read completely."""
    unread = {user_id for user_id, seen in (scan.others or {}).items() if seen is Seen.UNREAD}
    for few in _chunks(unread - {read.user.id for read in scan.people} - set(later)):
        connection.execute(user_reads.update().where(user_reads.c.user_id.in_(few)).values(complete=False))


def _newly(row: Mapping[str, Any], before: sa.RowMapping | None) -> bool:
    return row["status"] is ReadAs.DISABLED and (before is None or before["status"] is not ReadAs.DISABLED)


def _rows(
    scan: Scan, known: Mapping[str, sa.RowMapping], touched: Collection[str], found_by: str, *, watched: bool
) -> Iterator[dict[str, Any]]:
    """`watched`: a scan of this database has listed all users before, so whoever is new here turned disabled since."""
    started, at = scan.coverage.started_at, scan.coverage.finished_at
    for read in scan.people:
        before = known.get(read.user.id)
        still = before is not None and before["status"] is ReadAs.DISABLED
        yield {
            "user_id": read.user.id,
            "status": ReadAs.DISABLED,
            "read_started_at": started,
            "complete": read.complete and read.user.id not in touched,
            "first_disabled_at": before["first_disabled_at"] if before and still else at,
            "counts_from": _counts_from(before, started, at) if before and still else at,
            "turned_at": before["turned_at"] if before and still else at if watched else None,
            "user": read.user,
            "group_ids": _groups(read, before),
            "found_by": before["found_by"] if before and still else found_by,
        }
    leavers = {read.user.id for read in scan.people}
    for user_id, seen in (scan.others or {}).items():
        if seen in READ_AS and user_id not in leavers:
            yield {
                "user_id": user_id,
                "status": READ_AS[seen],
                "read_started_at": started,
                "complete": user_id not in touched,
                "first_disabled_at": None,
                "counts_from": None,
                "turned_at": None,
                "user": None,
                "group_ids": (),
                "found_by": "",
            }


def _counts_from(before: sa.RowMapping, started: datetime, at: datetime) -> datetime:
    """From when rules count, at most this read's end: time in which leaverbot could not read does not count."""
    unseen = started - before["read_started_at"]
    counted: datetime | None = before["counts_from"]
    if counted is None:
        return at
    return min(counted + unseen, at) if unseen > UNSEEN else counted


def _groups(read: PersonRead, before: sa.RowMapping | None) -> tuple[str, ...]:
    """The groups the user was seen in; those known before, too, where some may not have been read."""
    seen = {member.group.id for member in read.memberships} | {grant.group_id for grant in read.grants}
    if before and read.hides(None, Path.GROUP):
        seen |= set(before["group_ids"])
    return tuple(sorted(filter(None, seen)))
