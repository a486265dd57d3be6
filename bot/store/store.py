"""The store, put together from its tables, with the small ones: every method is one transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Self

import sqlalchemy as sa

from bot.core.leaves.leave import OPEN
from bot.core.rules.announcements import AnnouncementState
from bot.core.scan.coverage import ScanState, ScanStatus
from bot.ports import DenyLine
from bot.store import audit
from bot.store.actions.bulks import BulkTable, drop_previews
from bot.store.actions.hour import HourTable
from bot.store.actions.table import ActionTable
from bot.store.cases.digests import DigestTable
from bot.store.cases.history import HistoryTable
from bot.store.cases.lists import ListTable, forget_lists
from bot.store.cases.surroundings import SurroundingsTable
from bot.store.cases.table import IS_OPEN, CaseTable
from bot.store.database import bulk_tables, deny_line
from bot.store.database.connection import DRIVER_ERRORS, Database, connect, opening_error
from bot.store.database.leave_tables import leaves
from bot.store.database.migrate import migrate, version_of
from bot.store.database.rule_tables import announcements, brakes, holds
from bot.store.database.schema import actions, cases, denies, dialogs, messages, remembered, scans, unused_sets, wishes
from bot.store.denies import DenyTable
from bot.store.dialogs import DialogTable
from bot.store.directory import DirectoryTable
from bot.store.events.table import EventTable, forget_old
from bot.store.leaves import LeaveTable
from bot.store.outbox import Outbox
from bot.store.rules.announcements import AnnouncementTable
from bot.store.rules.brake import BrakeTable
from bot.store.rules.counts import RuleCounts
from bot.store.rules.holds import HoldTable
from bot.store.rules.people import PeopleTable
from bot.store.rules.stops import StopTable
from bot.store.scans import ScanTable
from bot.store.source_looks import SourceLookTable
from bot.store.wishes import WishTable

# A dialog is on a screen for minutes; people look at scans and posted messages for a while.
KEEP_DIALOGS = timedelta(days=1)
KEEP = timedelta(days=90)


_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# What messages are about that may still need drawing again: denies in force, digests with an open case, open leaves,
# bulks under way, announcements that wait, the brake while it is engaged, and holds.
_LIVE = messages.c.ref.in_(
    sa.union_all(
        sa.select(denies.c.id).where(denies.c.lifted_at.is_(None)),
        sa.select(cases.c.digest_scan_id).where(IS_OPEN, cases.c.digest_scan_id.is_not(None)),
        sa.select(leaves.c.id).where(leaves.c.state.in_(OPEN)),
        sa.select(bulk_tables.bulks.c.id).where(sa.text(bulk_tables.IS_OPEN)),
        sa.select(announcements.c.id).where(announcements.c.state == AnnouncementState.WAITING),
        sa.select(brakes.c.id).where(brakes.c.ended_at.is_(None)),
        sa.select(holds.c.id).where(holds.c.accepted_at.is_(None)),
    )
)


class SqlStore(
    CaseTable,
    ListTable,
    DigestTable,
    SurroundingsTable,
    ScanTable,
    EventTable,
    ActionTable,
    HourTable,
    DialogTable,
    DenyTable,
    DirectoryTable,
    HistoryTable,
    WishTable,
    SourceLookTable,
    LeaveTable,
    BulkTable,
    AnnouncementTable,
    StopTable,
    PeopleTable,
    BrakeTable,
    HoldTable,
    RuleCounts,
    Outbox,
):
    """Implements `ports.Store` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._db, self._left_alone = database, set()

    @classmethod
    def open(cls, url: str) -> Self:
        """Connect and bring the tables up to date. Raises StoreError, or StoreUnavailable if it may pass."""
        engine = connect(url)
        try:
            migrate(engine)
        except DRIVER_ERRORS as error:
            engine.dispose()
            raise opening_error(error) from error
        except BaseException:  # whatever it was, close the connection before it is raised on
            engine.dispose()
            raise
        return cls(Database(engine))

    def take_deny_line(self) -> DenyLine | None:
        return deny_line.take(self._db.engine)

    def record(self, at: datetime, who: str, what: str, subject: str, verdict: str, reason: str) -> None:
        with self._db.transaction() as connection:
            audit.append(connection, at, who, what, subject, verdict, reason)

    def remember(self, name: str, value: str, at: datetime) -> None:
        with self._db.transaction() as connection:
            connection.execute(remembered.delete().where(remembered.c.name == name))
            connection.execute(remembered.insert().values(name=name, value=value, at=at))

    def recall(self, name: str) -> tuple[str, datetime] | None:
        row = self._db.row(sa.select(remembered.c.value, remembered.c.at).where(remembered.c.name == name))
        return (row["value"], row["at"]) if row else None

    def unused_since(self, permission_set_arn: str) -> datetime | None:
        wanted = sa.select(unused_sets.c.since).where(unused_sets.c.permission_set_arn == permission_set_arn)
        return self._db.value(wanted)

    def note_unused(self, arns: Collection[str], at: datetime) -> dict[str, datetime]:
        with self._db.transaction() as connection:
            rows = connection.execute(sa.select(unused_sets)).mappings()
            known = {row["permission_set_arn"]: row["since"] for row in rows}
            gone, new = set(known) - set(arns), set(arns) - set(known)
            connection.execute(unused_sets.delete().where(unused_sets.c.permission_set_arn.in_(gone)))
            if new:
                found = [{"permission_set_arn": arn, "since": at} for arn in sorted(new)]
                connection.execute(unused_sets.insert(), found)
        return {arn: known.get(arn, at) for arn in arns}

    def prune(self, at: datetime) -> None:
        with self._db.transaction() as connection:
            newest = sa.select(sa.func.max(scans.c.ended_at)).scalar_subquery()
            connection.execute(dialogs.delete().where(dialogs.c.opened_at < at - KEEP_DIALOGS))
            drop_previews(connection, at - KEEP_DIALOGS)
            connection.execute(messages.delete().where(messages.c.posted_at < at - KEEP, sa.not_(_LIVE)))
            connection.execute(wishes.delete().where(wishes.c.asked_at < at - KEEP))
            connection.execute(scans.delete().where(scans.c.ended_at < at - KEEP, scans.c.ended_at != newest))
            forget_lists(connection, at)
            forget_old(connection, at)

    def database(self) -> tuple[str, int]:
        with self._db.transaction(reads=True) as connection:
            return _KINDS[connection.dialect.name], version_of(connection)

    def totals(self) -> tuple[Mapping[str, int], Mapping[tuple[str, str], int], datetime | None]:
        ended = scans.c.state == ScanState.ENDED
        by_status = sa.select(scans.c.status, sa.func.count()).where(ended).group_by(scans.c.status)
        complete = sa.select(sa.func.max(scans.c.ended_at)).where(ended, scans.c.status == ScanStatus.COMPLETE)
        # By name, so that a kind or state that only a newer version knows is counted too.
        kind = sa.type_coerce(actions.c.kind, sa.String)
        counted = sa.select(kind, actions.c.state, sa.func.count()).group_by(actions.c.kind, actions.c.state)
        with self._db.transaction(reads=True) as connection:
            statuses = {row[0]: row[1] for row in connection.execute(by_status)}
            kinds = {(row[0], row[1]): row[2] for row in connection.execute(counted)}
            newest = connection.execute(complete).scalar()
        return statuses, {key: count for key, count in kinds.items() if key[1].final}, newest

    def close(self) -> None:
        self._db.close()
