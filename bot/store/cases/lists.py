"""Lists that people opened, and whom the list of people without access shows, in the database."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.core.actions import CARRIED_OUT
from bot.core.cases import Case, CloseReason
from bot.core.events.reads import ReadAs
from bot.core.kinds import KINDS
from bot.ports import StoredList
from bot.store.cases.table import IS_OPEN
from bot.store.database.connection import Database
from bot.store.database.list_table import lists
from bot.store.database.schema import actions, cases, user_reads
from bot.store.rows import case_of, columns_of, value_of

# Slack forgets a message that only one person sees sooner than this.
KEEP_LISTS = timedelta(days=1)


_LATER = cases.alias()
_GONE = (CloseReason.GONE, CloseReason.DELETED)
# Whom leaverbot deleted since their newest read.
_DELETED = sa.select(actions.c.user_id).where(
    actions.c.kind.in_([kind for kind in KINDS.values() if kind.deletes and kind.on_user]),
    actions.c.state.in_(CARRIED_OUT),
    actions.c.dry_run.is_(False),
)


class ListTable:
    """Implements `ports.ListStore`."""

    _db: Database

    def add_list(self, opened: StoredList) -> None:
        with self._db.transaction() as connection:
            connection.execute(lists.insert().values(columns_of(opened)))

    def stored_list(self, list_id: str) -> StoredList | None:
        row = self._db.row(sa.select(lists).where(lists.c.id == list_id))
        return value_of(StoredList, row) if row else None

    def change_list(self, changed: StoredList) -> bool:
        same = sa.and_(lists.c.id == changed.id, lists.c.version == changed.version)
        values = columns_of(changed, "id", version=changed.version + 1)
        with self._db.transaction() as connection:
            return connection.execute(lists.update().where(same).values(values)).rowcount == 1

    def without_access(self) -> list[Case]:
        return [case_of(row) for row in self._db.rows(_without_access(*cases.c))]

    def how_many_without_access(self) -> int:
        return self._db.value(_without_access(sa.func.count())) or 0


def _without_access(*wanted: sa.ColumnElement[Any]) -> sa.Select[Any]:
    disabled = sa.and_(
        user_reads.c.user_id == cases.c.user_id, user_reads.c.status == ReadAs.DISABLED, user_reads.c.complete
    )
    later = sa.exists().where(_LATER.c.user_id == cases.c.user_id, _LATER.c.opened_at > cases.c.opened_at)
    return (
        sa.select(*wanted)
        .select_from(cases.join(user_reads, disabled))
        .where(
            sa.not_(IS_OPEN),
            cases.c.closed_reason.not_in(_GONE),
            sa.not_(later),
            cases.c.user_id.not_in(_DELETED),
        )
    )


def forget_lists(connection: sa.Connection, at: datetime) -> None:
    """Lists that nobody can still have open."""
    connection.execute(lists.delete().where(lists.c.opened_at < at - KEEP_LISTS))
