"""Scans in the database, and what a scan changes about the cases."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.core.actions import Asker
from bot.core.cases import Change, Closed, Opened
from bot.core.lists.digests import First
from bot.core.rules.brake import BrakeLimits
from bot.core.scan.coverage import Coverage, Scan, ScanRun, ScanState, ScanStatus
from bot.core.views import OrphanList
from bot.ports import MessageKind
from bot.store import outbox
from bot.store.actions.late_read_back import note_reads
from bot.store.cases.changes import apply, changed, new_cases, touched_since
from bot.store.cases.digests import announce_together
from bot.store.database.connection import Database
from bot.store.database.schema import scans
from bot.store.events.scanned import note_scan
from bot.store.rows import value_of
from bot.store.rules.brake import watch


class ScanTable:
    """Implements `ports.ScanStore`."""

    _db: Database

    def begin_scan(self, scan_id: str, trigger: str, asker: Asker | None, at: datetime) -> ScanRun:
        with self._db.transaction() as connection:
            find = sa.select(scans).where(scans.c.state == ScanState.RUNNING)
            running = connection.execute(find).mappings().one_or_none()
            if running is None:
                values = {"id": scan_id, "trigger": trigger, "askers": (), "started_at": at}
                connection.execute(scans.insert().values(**values, state=ScanState.RUNNING))
            if asker:
                _join(connection, running["id"] if running else scan_id, asker)
            return _scan_of(connection.execute(find).mappings().one())

    def running_scans(self) -> list[ScanRun]:
        return [_scan_of(row) for row in self._db.rows(sa.select(scans).where(scans.c.state == ScanState.RUNNING))]

    def scan(self, scan_id: str) -> ScanRun:
        row = self._db.known(sa.select(scans).where(scans.c.id == scan_id), "This scan is not in the database.")
        return _scan_of(row)

    def set_scan_workflow(self, scan_id: str, workflow_id: str, before: str) -> bool:
        same = sa.and_(scans.c.id == scan_id, scans.c.workflow_id == before)
        with self._db.transaction() as connection:
            return connection.execute(scans.update().where(same).values(workflow_id=workflow_id)).rowcount == 1

    def save_scan(
        self,
        scan_id: str,
        scan: Scan,
        digest_after: int,
        new_id: Callable[[], str],
        *,
        brake: BrakeLimits | None = None,
    ) -> list[Change]:
        coverage, at = scan.coverage, scan.coverage.finished_at
        with self._db.transaction() as connection:
            row = connection.execute(sa.select(scans).where(scans.c.id == scan_id)).mappings().one_or_none()
            if row is None or row["state"] is not ScanState.RUNNING:
                return []
            touched = touched_since(connection, scan)
            applied = changed(connection, scan, touched)
            apply(connection, applied, scan, row["trigger"], new_id)
            note_reads(connection, scan, touched)
            note_scan(connection, scan, touched)
            watch(connection, scan, brake, "scan", new_id)
            new = new_cases(connection, applied)
            if len(new) > digest_after:
                announce_together(connection, new, scan_id, at, text=_first(connection, coverage))
            ended = {"state": ScanState.ENDED, "ended_at": at, "coverage": coverage, "status": coverage.status}
            counts = {name: sum(isinstance(one, what) for one in applied) for name, what in _COUNTED.items()}
            connection.execute(scans.update().where(scans.c.id == scan_id).values(**ended, **counts))
            _answer(connection, scan_id, row["askers"], at)
            # A scan that was cut short says less than what an earlier one found.
            if scan.orphans or coverage.orphans is not None or coverage.status is ScanStatus.COMPLETE:
                _keep_orphans(connection, scan_id, scan)
            return applied

    def orphans(self) -> OrphanList:
        newest = sa.select(scans).where(scans.c.orphans.is_not(None)).order_by(scans.c.ended_at.desc()).limit(1)
        last = self.last_scan()
        row = self._db.row(newest)
        if row is None:
            return OrphanList((), None, looked_for_all=False, last_scan=last)
        looked_for_all = row["coverage"].orphans is not None
        return OrphanList(row["orphans"], row["ended_at"], looked_for_all, last)

    def last_scan(self) -> Coverage | None:
        return next(iter(self.newest_scans(1)), None)

    def newest_scans(self, count: int) -> list[Coverage]:
        ended = scans.c.state == ScanState.ENDED
        newest = sa.select(scans.c.coverage).where(ended).order_by(scans.c.ended_at.desc()).limit(count)
        return list(filter(None, self._db.values(newest)))

    def newest_runs(self, count: int) -> list[ScanRun]:
        ended = sa.and_(scans.c.state == ScanState.ENDED, scans.c.coverage.is_not(None))
        newest = sa.select(scans).where(ended).order_by(scans.c.ended_at.desc()).limit(count)
        return [_scan_of(row) for row in self._db.rows(newest)]

    def last_complete_scan(self) -> datetime | None:
        complete = sa.and_(scans.c.state == ScanState.ENDED, scans.c.status == ScanStatus.COMPLETE)
        return self._db.value(sa.select(sa.func.max(scans.c.ended_at)).where(complete))

    def scans_since(self, since: datetime) -> list[Coverage]:
        ended = sa.select(scans.c.coverage).where(scans.c.ended_at > since).order_by(scans.c.ended_at)
        return list(self._db.values(ended))


_COUNTED: Mapping[str, type[Change]] = {"opened": Opened, "closed": Closed}


def _join(connection: sa.Connection, scan_id: str, asker: Asker) -> None:
    """Note that somebody asked for this scan, and where they get its result: the newest request counts."""
    askers = connection.execute(sa.select(scans.c.askers).where(scans.c.id == scan_id)).scalar() or ()
    others = (one for one in askers if (one.user, one.channel) != (asker.user, asker.channel))
    connection.execute(scans.update().where(scans.c.id == scan_id).values(askers=(*others, asker)))


def _answer(connection: sa.Connection, scan_id: str, askers: Iterable[Asker], at: datetime) -> None:
    """Tell everybody who asked for it how the scan ended, where they asked."""
    for asker in askers:
        key = f"scan:{scan_id}:{asker.user}:{asker.channel}"
        outbox.queue(connection, key, MessageKind.SCAN, at, ref=scan_id, asker=asker)
    # An older leaverbot posted that it is running.
    outbox.redraw(connection, MessageKind.SCAN, [scan_id])


def _first(connection: sa.Connection, coverage: Coverage) -> str:
    """What is stored with the digest of the first scan ever that read anything; "" for a later one."""
    earlier = sa.and_(scans.c.state == ScanState.ENDED, scans.c.status != ScanStatus.FAILED)
    if connection.execute(sa.select(scans.c.id).where(earlier).limit(1)).scalar() is not None:
        return ""
    return First.WHOLE if coverage.status is ScanStatus.COMPLETE else First.PART


def _keep_orphans(connection: sa.Connection, scan_id: str, scan: Scan) -> None:
    """Keep only the newest scan's orphans; the numbers of earlier scans are in their coverage."""
    connection.execute(scans.update().values(orphans=sa.null()))
    connection.execute(scans.update().where(scans.c.id == scan_id).values(orphans=scan.orphans))


def _scan_of(row: sa.RowMapping) -> ScanRun:
    askers = tuple(dict.fromkeys(asker.user for asker in row["askers"]))
    return value_of(ScanRun, row, askers=askers, **{name: row[name] or 0 for name in _COUNTED})
