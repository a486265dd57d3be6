"""Cases and scans in the database."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.cases import Case, Change, Closed, CloseReason, Opened, Updated, reconcile, sessions_end
from bot.core.coverage import Coverage, Scan, ScanStatus
from bot.core.errors import NotFound
from bot.core.models import Grant, Orphan, RoleAt
from bot.core.sessions import LongSession, long_sessions
from bot.core.views import CaseChange, OrphanList
from bot.ports import Asker, MessageKind, Posted, StoredCase, StoredScan
from bot.store import audit, outbox
from bot.store.database import Database
from bot.store.read_back import note_reads
from bot.store.rows import asker_json, case_of, grants_json, grants_of, long_sessions_of, stored_case_of
from bot.store.schema import actions, cases, changes, denies, drawn_with, scans


class CaseTable:
    """The part of `ports.Store` about cases and scans."""

    _db: Database

    def open_cases(self) -> dict[str, Case]:
        with self._db.transaction(reads=True) as connection:
            return _open_cases(connection)

    def case(self, case_id: str) -> StoredCase:
        with self._db.transaction(reads=True) as connection:
            row = connection.execute(sa.select(cases).where(cases.c.id == case_id)).mappings().one_or_none()
        if row is None:
            raise NotFound("This case is not in the database. Use /leavers to see the open ones.")
        return stored_case_of(row)

    def places(self) -> dict[str, Posted]:
        posted = sa.select(cases.c.id, cases.c.channel, cases.c.ts).where(
            cases.c.state == "open", cases.c.ts.is_not(None)
        )
        with self._db.transaction(reads=True) as connection:
            return {row.id: Posted(row.channel, row.ts) for row in connection.execute(posted)}

    def newest_case(self, user_id: str) -> StoredCase | None:
        newest = sa.select(cases).where(cases.c.user_id == user_id).order_by(cases.c.opened_at.desc()).limit(1)
        with self._db.transaction(reads=True) as connection:
            row = connection.execute(newest).mappings().one_or_none()
        return stored_case_of(row) if row else None

    def cases_since(self, since: datetime) -> list[Case]:
        wanted = sa.or_(cases.c.state == "open", cases.c.opened_at >= since, cases.c.closed_at >= since)
        with self._db.transaction(reads=True) as connection:
            rows = connection.execute(sa.select(cases).where(wanted).order_by(cases.c.opened_at)).mappings().all()
        return [case_of(row) for row in rows]

    def unreviewed(self) -> list[StoredCase]:
        wanted = sa.and_(cases.c.used.is_not(None), cases.c.reviewed_at.is_(None))
        with self._db.transaction(reads=True) as connection:
            rows = connection.execute(sa.select(cases).where(wanted).order_by(cases.c.opened_at)).mappings().all()
        return [stored_case_of(row) for row in rows]

    def review(self, case_id: str, version: int, by: str, at: datetime) -> Case:
        same = sa.and_(cases.c.id == case_id, cases.c.version == version)
        open_to_review = sa.and_(same, cases.c.used.is_not(None), cases.c.reviewed_at.is_(None))
        reviewed = {"reviewed_at": at, "reviewed_by": by, "version": cases.c.version + 1}
        with self._db.transaction() as connection:
            if connection.execute(cases.update().where(open_to_review).values(reviewed)).rowcount:
                used = connection.execute(sa.select(cases).where(cases.c.id == case_id)).mappings().one()
                audit.append(connection, at, by, "review", used["user_id"], "done", used["used"]["event"])
        return self.case(case_id).case

    def touch(self, case_id: str) -> None:
        with self._db.transaction() as connection:
            bump(connection, case_id)

    def want_message(self, case_id: str) -> None:
        with self._db.transaction() as connection:
            connection.execute(cases.update().where(cases.c.id == case_id).values(wants_message=True))

    def draw_again_if_changed(self, fingerprint: str, since: datetime) -> None:
        with self._db.transaction() as connection:
            if connection.execute(sa.select(drawn_with.c.fingerprint)).scalar() == fingerprint:
                return
            connection.execute(drawn_with.delete())
            connection.execute(drawn_with.insert().values(fingerprint=fingerprint))
            recent = sa.or_(cases.c.state == "open", cases.c.closed_at >= since)
            connection.execute(
                cases.update().where(recent, cases.c.ts.is_not(None)).values(version=cases.c.version + 1)
            )
            in_force = sa.select(denies.c.id).where(denies.c.lifted_at.is_(None))
            outbox.redraw(connection, MessageKind.DENY, connection.execute(in_force).scalars().all())

    def shown(self, case_id: str, version: int, posted: Posted) -> None:
        with self._db.transaction() as connection:
            connection.execute(
                cases.update()
                .where(cases.c.id == case_id, cases.c.shown_version < version)
                .values(shown_version=version, channel=posted.channel, ts=posted.ts)
            )

    def reached(self, user_id: str) -> frozenset[RoleAt]:
        with self._db.transaction(reads=True) as connection:
            rows = connection.execute(sa.select(cases.c.reached).where(cases.c.user_id == user_id)).scalars().all()
        return frozenset(RoleAt(*role) for row in rows for role in row)

    def long_sessions(self, user_id: str) -> tuple[LongSession, ...]:
        with self._db.transaction(reads=True) as connection:
            rows = connection.execute(sa.select(cases.c.background).where(cases.c.user_id == user_id)).scalars().all()
        return long_sessions((), [one for row in rows for one in long_sessions_of(row)])

    def begin_scan(self, scan_id: str, trigger: str, asker: Asker | None, at: datetime) -> StoredScan:
        with self._db.transaction() as connection:
            find = sa.select(scans).where(scans.c.state == "running")
            running = connection.execute(find).mappings().one_or_none()
            if running is None:
                values = {"id": scan_id, "trigger": trigger, "askers": [], "started_at": at}
                connection.execute(scans.insert().values(**values, state="running"))
            if asker:
                _join(connection, running["id"] if running else scan_id, asker, at)
            return _scan_of(connection.execute(find).mappings().one())

    def running_scans(self) -> list[StoredScan]:
        with self._db.transaction(reads=True) as connection:
            rows = connection.execute(sa.select(scans).where(scans.c.state == "running")).mappings().all()
        return [_scan_of(row) for row in rows]

    def scan(self, scan_id: str) -> StoredScan:
        with self._db.transaction(reads=True) as connection:
            row = connection.execute(sa.select(scans).where(scans.c.id == scan_id)).mappings().one_or_none()
        if row is None:
            raise NotFound("This scan is not in the database.")
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
    ) -> list[Change]:
        at = scan.coverage.finished_at
        with self._db.transaction() as connection:
            row = connection.execute(sa.select(scans).where(scans.c.id == scan_id)).mappings().one_or_none()
            if row is None or row["state"] != "running":
                return []
            touched = _touched(connection, scan.coverage.started_at)
            found = reconcile(_open_cases(connection), scan)
            applied = [change for change in found if _user_id(change) not in touched]
            many = sum(isinstance(change, Opened) for change in applied) > digest_after
            for change in applied:
                _apply(connection, change, scan, row, new_id(), in_digest=many)
            note_reads(connection, scan, touched)
            if many:
                outbox.queue(connection, f"digest:{scan_id}", MessageKind.DIGEST, at, ref=scan_id)
            coverage = scan.coverage.to_json()
            ended = {"state": "ended", "ended_at": at, "coverage": coverage, "status": coverage["status"]}
            counts = {name: sum(isinstance(one, what) for one in applied) for name, what in _COUNTED.items()}
            connection.execute(scans.update().where(scans.c.id == scan_id).values(**ended, **counts))
            outbox.redraw(connection, MessageKind.SCAN, [scan_id])
            # What a scan found that was cut short says less than what an earlier one found.
            if scan.orphans or scan.coverage.orphans is not None or scan.coverage.status is ScanStatus.COMPLETE:
                _keep_orphans(connection, scan_id, scan)
            return applied

    def orphans(self) -> OrphanList:
        newest = sa.select(scans).where(scans.c.orphans.is_not(None)).order_by(scans.c.ended_at.desc()).limit(1)
        last = self.last_scan()
        with self._db.transaction(reads=True) as connection:
            row = connection.execute(newest).mappings().one_or_none()
        if row is None:
            return OrphanList((), None, looked_for_all=False, last_scan=last)
        found = tuple(Orphan.from_json(item) for item in row["orphans"])
        looked_for_all = Coverage.from_json(row["coverage"]).orphans is not None
        return OrphanList(found, row["ended_at"], looked_for_all, last)

    def last_scan(self) -> Coverage | None:
        return next(iter(self.newest_scans(1)), None)

    def newest_scans(self, count: int) -> list[Coverage]:
        ended = scans.c.state == "ended"
        newest = sa.select(scans.c.coverage).where(ended).order_by(scans.c.ended_at.desc()).limit(count)
        with self._db.transaction(reads=True) as connection:
            return [Coverage.from_json(data) for data in connection.execute(newest).scalars() if data]

    def last_complete_scan(self) -> datetime | None:
        complete = sa.and_(scans.c.state == "ended", scans.c.status == "complete")
        with self._db.transaction(reads=True) as connection:
            return connection.execute(sa.select(sa.func.max(scans.c.ended_at)).where(complete)).scalar()

    def scans_since(self, since: datetime) -> list[Coverage]:
        ended = sa.select(scans.c.coverage).where(scans.c.ended_at > since).order_by(scans.c.ended_at)
        with self._db.transaction(reads=True) as connection:
            return [Coverage.from_json(data) for data in connection.execute(ended).scalars()]

    def change(self, ref: str) -> CaseChange:
        with self._db.transaction(reads=True) as connection:
            row = connection.execute(sa.select(changes).where(changes.c.id == ref)).mappings().one_or_none()
        if row is None:
            raise NotFound("This change is not in the database.")
        return CaseChange(row["at"], grants_of(row["added"]), grants_of(row["removed"]))

    def digest_cases(self, scan_id: str) -> list[Case]:
        with self._db.transaction(reads=True) as connection:
            rows = connection.execute(sa.select(cases).where(cases.c.digest_scan_id == scan_id)).mappings().all()
        return [case_of(row) for row in rows]


_COUNTED: Mapping[str, type[Change]] = {"opened": Opened, "closed": Closed}


def _join(connection: sa.Connection, scan_id: str, asker: Asker, at: datetime) -> None:
    """Somebody asks for this scan: the channel is told of it, and how it ends."""
    askers = connection.execute(sa.select(scans.c.askers).where(scans.c.id == scan_id)).scalar() or []
    connection.execute(scans.update().where(scans.c.id == scan_id).values(askers=[*askers, asker_json(asker)]))
    outbox.queue(connection, f"scan:{scan_id}", MessageKind.SCAN, at, ref=scan_id)
    outbox.redraw(connection, MessageKind.SCAN, [scan_id])


def _keep_orphans(connection: sa.Connection, scan_id: str, scan: Scan) -> None:
    """Those of the newest scan are enough; the numbers of earlier ones are in their coverage."""
    connection.execute(scans.update().values(orphans=sa.null()))
    found = [orphan.to_json() for orphan in scan.orphans]
    connection.execute(scans.update().where(scans.c.id == scan_id).values(orphans=found))


def bump(connection: sa.Connection, case_id: str) -> None:
    """A new version of the case, so that its message is drawn again."""
    connection.execute(cases.update().where(cases.c.id == case_id).values(version=cases.c.version + 1))


def update_grants(
    connection: sa.Connection, case: Case, grants: tuple[Grant, ...], at: datetime, values: dict[str, Any]
) -> None:
    """Store what the user holds now; remember every account it could reach, and when old sessions are over."""
    known = connection.execute(sa.select(cases.c.reached).where(cases.c.id == case.id)).scalar() or []
    ends = [end for end in (case.sessions_until, sessions_end(case.grants, grants, at)) if end]
    long = long_sessions(grants, long_sessions(case.grants, case.long_sessions))
    values = {**values, "reached": _roles(known, grants), "sessions_until": max(ends, default=None), "background": long}
    connection.execute(
        cases.update()
        .where(cases.c.id == case.id)
        .values(grants=grants_json(grants), version=cases.c.version + 1, **values)
    )


def close(connection: sa.Connection, case: Case, reason: str, by: str | None, at: datetime) -> None:
    """Open -> closed."""
    outbox.redraw_denies(connection, case.user.id)
    values = {"state": "closed", "closed_at": at, "closed_reason": reason, "closed_by": by}
    if case.unreviewed:
        # Its message has the button to review it, and a digest has none.
        values["wants_message"] = True
    connection.execute(
        cases.update()
        .where(cases.c.id == case.id, cases.c.state == "open")
        .values(**values, version=cases.c.version + 1)
    )


def _open_cases(connection: sa.Connection) -> dict[str, Case]:
    rows = connection.execute(sa.select(cases).where(cases.c.state == "open")).mappings()
    return {row["user_id"]: case_of(row) for row in rows}


def _touched(connection: sa.Connection, since: datetime) -> set[str]:
    """Users whom an action is changing, or changed after `since`."""
    wanted = sa.or_(actions.c.finished_at.is_(None), actions.c.finished_at >= since)
    changing = actions.c.lane == "access"
    return set(connection.execute(sa.select(actions.c.user_id).where(wanted, changing)).scalars())


def _user_id(change: Change) -> str:
    return change.read.user.id if isinstance(change, Opened) else change.case.user.id


def _apply(
    connection: sa.Connection, change: Change, scan: Scan, row: sa.RowMapping, new_id: str, *, in_digest: bool
) -> None:
    at = scan.coverage.finished_at
    if isinstance(change, Opened):
        _open(connection, change, scan, row, new_id, in_digest=in_digest)
    elif isinstance(change, Updated):
        values = {
            "user": change.user.to_json(),
            "severity": str(change.severity),
            "read_at": at,
            "read_complete": change.read_complete,
            "management_account_id": scan.management_account_id or change.case.management_account_id,
            "caller_account_id": scan.caller_account_id or change.case.caller_account_id,
            "used": change.used.to_json() if change.used else None,
        }
        if change.used != change.case.used:
            values |= {"reviewed_at": None, "reviewed_by": None}
        _note_change(connection, change.case, change.grants, at, new_id)
        update_grants(connection, change.case, change.grants, at, values)
    else:
        connection.execute(cases.update().where(cases.c.id == change.case.id).values(read_at=at, read_complete=True))
        # What is left of a person who cannot use it stays visible: grants in suspended accounts.
        left = next((read.grants for read in scan.people if read.user.id == change.case.user.id), ())
        update_grants(connection, change.case, left, at, {})
        reason, by = _credit(connection, change)
        close(connection, change.case, reason, by, at)
        audit.append(connection, at, "scan", "close", change.case.user.id, "done", reason)


def _credit(connection: sa.Connection, change: Closed) -> tuple[str, str | None]:
    """Why it is closed and by whom: a revoke or delete that was carried out but could not be read back gets it."""
    newest = (
        connection.execute(
            sa.select(actions)
            .where(actions.c.case_id == change.case.id, actions.c.lane == "access")
            .order_by(actions.c.asked_at.desc())
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )
    ours = {("revoke", CloseReason.NO_GRANTS): "revoked", ("delete", CloseReason.GONE): "deleted"}
    if newest and newest["state"] == "incomplete" and not newest["dry_run"]:
        reason = ours.get((newest["kind"], change.reason))
        if reason:
            return reason, newest["by"]
    return str(change.reason), None


def _open(
    connection: sa.Connection, change: Opened, scan: Scan, row: sa.RowMapping, new_id: str, *, in_digest: bool
) -> None:
    user, at = change.read.user, scan.coverage.finished_at
    outbox.redraw_denies(connection, user.id)
    # The messages of closed cases of the same person lose their buttons.
    connection.execute(
        cases.update().where(cases.c.user_id == user.id, cases.c.ts.is_not(None)).values(version=cases.c.version + 1)
    )
    connection.execute(
        cases.insert().values(
            id=new_id,
            user_id=user.id,
            user=user.to_json(),
            grants=grants_json(change.read.grants),
            reached=_roles((), change.read.grants),
            background=long_sessions(change.read.grants),
            severity=str(change.severity),
            state="open",
            version=1,
            opened_at=at,
            found_by=row["trigger"],
            read_at=at,
            read_complete=change.read.complete,
            management_account_id=scan.management_account_id,
            caller_account_id=scan.caller_account_id,
            used=change.read.used.to_json() if change.read.used else None,
            digest_scan_id=row["id"] if in_digest else None,
            wants_message=not in_digest,
        )
    )
    audit.append(connection, at, "scan", "open", user.id, "done", f"{len(change.read.usable)} grants")


def _note_change(connection: sa.Connection, case: Case, grants: tuple[Grant, ...], at: datetime, new_id: str) -> None:
    before, after = {grant.key: grant for grant in case.grants}, {grant.key: grant for grant in grants}
    added = [grant.to_json() for key, grant in after.items() if key not in before]
    removed = [grant.to_json() for key, grant in before.items() if key not in after]
    if not added and not removed:
        return
    connection.execute(changes.insert().values(id=new_id, case_id=case.id, at=at, added=added, removed=removed))
    outbox.queue(connection, f"change:{new_id}", MessageKind.CHANGE, at, ref=new_id, case_id=case.id)


def _roles(known: Iterable[Iterable[str]], grants: tuple[Grant, ...]) -> list[list[str]]:
    """The roles known to be reached and those of these grants."""
    roles = {RoleAt(*role) for role in known} | {grant.role for grant in grants if grant.usable and grant.role}
    return [list(role) for role in sorted(roles)]


def _scan_of(row: sa.RowMapping) -> StoredScan:
    coverage = Coverage.from_json(row["coverage"]) if row["coverage"] else None
    askers = tuple(dict.fromkeys(asker["user"] for asker in row["askers"]))
    counts = {name: row[name] or 0 for name in _COUNTED}
    return StoredScan(row["id"], row["trigger"], row["started_at"], coverage, row["workflow_id"], askers, **counts)
