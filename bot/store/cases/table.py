"""Cases in the database."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.access.sessions import LongSession, long_sessions
from bot.core.cases import Case, CloseReason, disabled_by
from bot.core.models import Grant, RoleAt
from bot.core.scan.exposure import Exposure
from bot.ports import MessageKind, Posted, StoredCase, Verdict
from bot.store import audit, outbox
from bot.store.cases.digests import show_incidents_of
from bot.store.cases.named import redraw_naming
from bot.store.database.connection import Database
from bot.store.database.schema import cases, denies, drawn_with
from bot.store.rows import case_of, columns_of, posted_of, stored_case_of

# Closed cases stay closed.
IS_OPEN = cases.c.closed_at.is_(None)


class CaseTable:
    """Implements `ports.CaseStore`."""

    _db: Database

    def open_cases(self) -> dict[str, Case]:
        with self._db.transaction(reads=True) as connection:
            return open_cases(connection)

    def case(self, case_id: str) -> StoredCase:
        row = self._db.known(
            sa.select(cases).where(cases.c.id == case_id),
            "This case is not in the database. Use /leavers to see the open ones.",
        )
        return stored_case_of(row)

    def places(self) -> dict[str, Posted]:
        posted = sa.select(cases.c.id, cases.c.channel, cases.c.ts).where(IS_OPEN, cases.c.ts.is_not(None))
        return {row["id"]: Posted(row["channel"], row["ts"]) for row in self._db.rows(posted)}

    def places_of(self, user_ids: Collection[str]) -> dict[str, Posted]:
        columns = (cases.c.user_id, cases.c.channel, cases.c.ts)
        theirs = sa.select(*columns).where(cases.c.user_id.in_(user_ids)).order_by(cases.c.opened_at)
        newest = {row["user_id"]: row for row in self._db.rows(theirs)} if user_ids else {}
        return {user_id: posted for user_id, row in newest.items() if (posted := posted_of(row))}

    def newest_case(self, user_id: str) -> StoredCase | None:
        newest = sa.select(cases).where(cases.c.user_id == user_id).order_by(cases.c.opened_at.desc()).limit(1)
        row = self._db.row(newest)
        return stored_case_of(row) if row else None

    def cases_since(self, since: datetime) -> list[Case]:
        wanted = sa.or_(IS_OPEN, cases.c.opened_at >= since, cases.c.closed_at >= since)
        return [case_of(row) for row in self._db.rows(sa.select(cases).where(wanted).order_by(cases.c.opened_at))]

    def exposures_since(self, since: datetime) -> list[Exposure]:
        shut = sa.and_(cases.c.closed_at > since, cases.c.closed_reason != CloseReason.ENABLED)
        columns = (cases.c.user, cases.c.opened_at, cases.c.closed_at)
        rows = self._db.rows(sa.select(*columns).where(shut).order_by(cases.c.closed_at))
        return [Exposure(disabled_by(row["user"], row["opened_at"]), row["closed_at"]) for row in rows]

    def unreviewed(self) -> list[StoredCase]:
        wanted = sa.and_(cases.c.used.is_not(None), cases.c.reviewed_at.is_(None))
        return [
            stored_case_of(row) for row in self._db.rows(sa.select(cases).where(wanted).order_by(cases.c.opened_at))
        ]

    def review(self, case_id: str, version: int, by: str, at: datetime) -> Case:
        same = sa.and_(cases.c.id == case_id, cases.c.version == version)
        open_to_review = sa.and_(same, cases.c.used.is_not(None), cases.c.reviewed_at.is_(None))
        reviewed = {"reviewed_at": at, "reviewed_by": by, "version": cases.c.version + 1}
        with self._db.transaction() as connection:
            if connection.execute(cases.update().where(open_to_review).values(reviewed)).rowcount:
                used = connection.execute(sa.select(cases).where(cases.c.id == case_id)).mappings().one()
                audit.append(connection, at, by, "review", used["user_id"], Verdict.DONE, used["used"].event)
                # Another incident of its digest has a message of its own in its place.
                show_incidents_of(connection, [case_id])
        return self.case(case_id).case

    def mark_stale(self, case_id: str) -> None:
        with self._db.transaction() as connection:
            redraw(connection, cases.c.id == case_id)

    def want_message(self, case_id: str) -> None:
        with self._db.transaction() as connection:
            connection.execute(cases.update().where(cases.c.id == case_id).values(wants_message=True))

    def draw_again_if_changed(self, fingerprint: str, since: datetime) -> None:
        with self._db.transaction() as connection:
            if connection.execute(sa.select(drawn_with.c.fingerprint)).scalar() == fingerprint:
                return
            connection.execute(drawn_with.delete())
            connection.execute(drawn_with.insert().values(fingerprint=fingerprint))
            recent = sa.or_(IS_OPEN, cases.c.closed_at >= since)
            redraw(connection, recent, cases.c.ts.is_not(None))
            in_force = sa.select(denies.c.id).where(denies.c.lifted_at.is_(None))
            outbox.redraw(connection, MessageKind.DENY, connection.execute(in_force).scalars().all())

    def shown(self, case_id: str, version: int, posted: Posted) -> None:
        at = {"channel": posted.channel, "ts": posted.ts}
        same = sa.and_(cases.c.id == case_id, cases.c.shown_version < version)
        with self._db.transaction() as connection:
            if new := connection.execute(sa.select(cases.c.user_id).where(same, cases.c.ts.is_(None))).scalar():
                redraw_naming(connection, new)
            connection.execute(cases.update().where(same).values(shown_version=version, wants_message=True, **at))

    def reached(self, user_id: str) -> frozenset[RoleAt]:
        rows = self._db.values(sa.select(cases.c.reached).where(cases.c.user_id == user_id))
        return frozenset(role for row in rows for role in row)

    def long_sessions(self, user_id: str) -> tuple[LongSession, ...]:
        rows = self._db.values(sa.select(cases.c.background).where(cases.c.user_id == user_id))
        return long_sessions((), [one for row in rows for one in row])


def redraw(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> None:
    """Give these cases a new version, so that their messages are drawn again."""
    connection.execute(cases.update().where(*which).values(version=cases.c.version + 1))


def add(connection: sa.Connection, case: Case) -> None:
    """Store a new case, which gets a message of its own."""
    values = {**_values(case), "reached": roles((), case.grants)}
    connection.execute(cases.insert().values(**values, digest_scan_id=None, wants_message=True))


def save(connection: sa.Connection, case: Case) -> None:
    """Store the case as it is now, and every role that it could ever reach."""
    same = cases.c.id == case.id
    before = connection.execute(sa.select(cases.c.reached, cases.c.closed_at).where(same)).one()
    values = {**_values(case), "reached": roles(before.reached, case.grants)}
    if case.closed_at and not before.closed_at:
        outbox.redraw_denies(connection, case.user.id)
    connection.execute(cases.update().where(same).values(**values))


def _values(case: Case) -> dict[str, Any]:
    return columns_of(case, "long_sessions", user_id=case.user.id, background=case.long_sessions)


def open_cases(connection: sa.Connection) -> dict[str, Case]:
    rows = connection.execute(sa.select(cases).where(IS_OPEN)).mappings()
    return {row["user_id"]: case_of(row) for row in rows}


def roles(known: Iterable[RoleAt], grants: tuple[Grant, ...]) -> tuple[RoleAt, ...]:
    """The known roles and those of these grants."""
    return tuple(sorted({*known, *(grant.role for grant in grants if grant.usable and grant.role)}))
