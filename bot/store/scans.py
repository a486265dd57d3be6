"""Scans in the database, and what a scan changes about the cases."""

from collections.abc import Callable, Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.core.actions import UNSETTLED, Asker
from bot.core.cases import Case, Change, Closed, CloseReason, Opened, Updated, reconcile
from bot.core.kinds import KINDS, Lane
from bot.core.models import Grant
from bot.core.scan.coverage import Coverage, Scan, ScanRun, ScanState, ScanStatus
from bot.core.views import OrphanList
from bot.ports import MessageKind, Verdict
from bot.store import audit, outbox
from bot.store.cases import add, open_cases, redraw, save
from bot.store.database.connection import Database
from bot.store.database.schema import actions, cases, changes, scans
from bot.store.late_read_back import note_reads
from bot.store.rows import value_of


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
                _join(connection, running["id"] if running else scan_id, asker, at)
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

    def save_scan(self, scan_id: str, scan: Scan, digest_after: int, new_id: Callable[[], str]) -> list[Change]:
        at = scan.coverage.finished_at
        with self._db.transaction() as connection:
            row = connection.execute(sa.select(scans).where(scans.c.id == scan_id)).mappings().one_or_none()
            if row is None or row["state"] is not ScanState.RUNNING:
                return []
            touched = _touched(connection, scan.coverage.started_at)
            found = reconcile(open_cases(connection), scan)
            applied = [change for change in found if _user_id(change) not in touched]
            many = sum(isinstance(change, Opened) for change in applied) > digest_after
            for change in applied:
                _apply(connection, change, scan, row, new_id(), in_digest=many)
            note_reads(connection, scan, touched)
            if many:
                outbox.queue(connection, f"digest:{scan_id}", MessageKind.DIGEST, at, ref=scan_id)
            coverage = scan.coverage
            ended = {"state": ScanState.ENDED, "ended_at": at, "coverage": coverage, "status": coverage.status}
            counts = {name: sum(isinstance(one, what) for one in applied) for name, what in _COUNTED.items()}
            connection.execute(scans.update().where(scans.c.id == scan_id).values(**ended, **counts))
            outbox.redraw(connection, MessageKind.SCAN, [scan_id])
            # A scan that was cut short says less than what an earlier one found.
            if scan.orphans or scan.coverage.orphans is not None or scan.coverage.status is ScanStatus.COMPLETE:
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

    def last_complete_scan(self) -> datetime | None:
        complete = sa.and_(scans.c.state == ScanState.ENDED, scans.c.status == ScanStatus.COMPLETE)
        return self._db.value(sa.select(sa.func.max(scans.c.ended_at)).where(complete))

    def scans_since(self, since: datetime) -> list[Coverage]:
        ended = sa.select(scans.c.coverage).where(scans.c.ended_at > since).order_by(scans.c.ended_at)
        return list(self._db.values(ended))


_COUNTED: Mapping[str, type[Change]] = {"opened": Opened, "closed": Closed}


def _join(connection: sa.Connection, scan_id: str, asker: Asker, at: datetime) -> None:
    """Note that somebody asked for this scan: the channel is told about it, and how it ends."""
    askers = connection.execute(sa.select(scans.c.askers).where(scans.c.id == scan_id)).scalar() or ()
    connection.execute(scans.update().where(scans.c.id == scan_id).values(askers=(*askers, asker)))
    outbox.queue(connection, f"scan:{scan_id}", MessageKind.SCAN, at, ref=scan_id)
    outbox.redraw(connection, MessageKind.SCAN, [scan_id])


def _keep_orphans(connection: sa.Connection, scan_id: str, scan: Scan) -> None:
    """Keep only the newest scan's orphans; the numbers of earlier scans are in their coverage."""
    connection.execute(scans.update().values(orphans=sa.null()))
    connection.execute(scans.update().where(scans.c.id == scan_id).values(orphans=scan.orphans))


def _touched(connection: sa.Connection, since: datetime) -> set[str]:
    """Users that an action is changing, or changed after `since`."""
    wanted = sa.or_(actions.c.finished_at.is_(None), actions.c.finished_at >= since)
    changing = actions.c.lane == Lane.ACCESS
    return set(connection.execute(sa.select(actions.c.user_id).where(wanted, changing)).scalars())


def _user_id(change: Change) -> str:
    return change.read.user.id if isinstance(change, Opened) else change.case.user.id


def _apply(
    connection: sa.Connection, change: Change, scan: Scan, row: sa.RowMapping, new_id: str, *, in_digest: bool
) -> None:
    at = scan.coverage.finished_at
    if isinstance(change, Opened):
        _open(connection, change.case(new_id, scan, row["trigger"]), row["id"] if in_digest else None)
    elif isinstance(change, Updated):
        _note_change(connection, change.case, change.grants, at, new_id)
        save(connection, change.becomes(scan))
    else:
        reason, by = _credit(connection, change)
        save(connection, change.becomes(scan, reason, by))
        audit.append(connection, at, "scan", change.verb, change.case.user.id, Verdict.DONE, reason)


def _credit(connection: sa.Connection, change: Closed) -> tuple[CloseReason, str | None]:
    """Why it is closed and by whom: credits an action that was carried out but could not be read back."""
    newest = (
        connection.execute(
            sa.select(actions.c.kind, actions.c.state, actions.c.dry_run, actions.c.by)
            .where(actions.c.case_id == change.case.id, actions.c.lane == Lane.ACCESS)
            .where(actions.c.kind.in_(KINDS.values()))
            .order_by(actions.c.asked_at.desc())
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )
    if newest is None or newest["state"] not in UNSETTLED or newest["dry_run"]:
        return change.reason, None
    if newest["kind"].takes and change.reason is CloseReason.NO_GRANTS:
        return CloseReason.REVOKED, newest["by"]
    if newest["kind"].deletes and change.reason is CloseReason.GONE:
        return CloseReason.DELETED, newest["by"]
    return change.reason, None


def _open(connection: sa.Connection, case: Case, digest_scan_id: str | None) -> None:
    outbox.redraw_denies(connection, case.user.id)
    # The messages of the same person's closed cases lose their buttons.
    redraw(connection, cases.c.user_id == case.user.id, cases.c.ts.is_not(None))
    add(connection, case, digest_scan_id)
    audit.append(
        connection, case.opened_at, "scan", Opened.verb, case.user.id, Verdict.DONE, f"{len(case.usable)} grants"
    )


def _note_change(connection: sa.Connection, case: Case, grants: tuple[Grant, ...], at: datetime, new_id: str) -> None:
    before, after = {grant.key: grant for grant in case.grants}, {grant.key: grant for grant in grants}
    added = tuple(grant for key, grant in after.items() if key not in before)
    removed = tuple(grant for key, grant in before.items() if key not in after)
    if not added and not removed:
        return
    connection.execute(changes.insert().values(id=new_id, case_id=case.id, at=at, added=added, removed=removed))
    outbox.queue(connection, f"change:{new_id}", MessageKind.CHANGE, at, ref=new_id, case_id=case.id)


def _scan_of(row: sa.RowMapping) -> ScanRun:
    askers = tuple(dict.fromkeys(asker.user for asker in row["askers"]))
    return value_of(ScanRun, row, askers=askers, **{name: row[name] or 0 for name in _COUNTED})
