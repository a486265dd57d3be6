"""The last look at each leaver in the directory that they are provisioned from."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.directory.source import ActiveThere, CouldNotLook, Looked, Off, OffThere, SourceLook, Unseen
from bot.core.events.reads import ReadAs
from bot.store.cases.table import IS_OPEN, redraw
from bot.store.database.connection import Database
from bot.store.database.schema import cases, user_reads
from bot.store.database.source_table import source_looks

_ACTIVE = "active"
_LEAVERS = sa.select(user_reads.c.user_id).where(user_reads.c.status == ReadAs.DISABLED)
# SQLite takes 999 values in a statement at least.
_AT_ONCE = 500


class SourceLookTable:
    """Implements `ports.SourceLooks`."""

    _db: Database

    def keep_source_looks(self, looks: Mapping[str, Looked], at: datetime) -> bool:
        with self._db.transaction() as connection:
            changed = [user_id for user_id, one in looks.items() if _disagrees(connection, user_id) != _active(one)]
            _delete(connection, looks)
            if looks:
                rows = [{"user_id": user_id, "looked_at": at, **_columns(one)} for user_id, one in looks.items()]
                connection.execute(source_looks.insert(), rows)
            return _redraw(connection, changed)

    def forget_source_looks(self) -> bool:
        with self._db.transaction() as connection:
            active = sa.select(source_looks.c.user_id).where(source_looks.c.answer == _ACTIVE)
            changed = list(connection.execute(active).scalars())
            connection.execute(source_looks.delete())
            return _redraw(connection, changed)

    def source_look(self, user_id: str) -> SourceLook | None:
        row = self._db.row(sa.select(source_looks).where(source_looks.c.user_id == user_id))
        return _look(row) if row else None

    def source_looks(self) -> Mapping[str, SourceLook]:
        wanted = sa.select(source_looks).where(source_looks.c.user_id.in_(_LEAVERS))
        return {row["user_id"]: _look(row) for row in self._db.rows(wanted)}


def _active(looked: Looked) -> bool:
    return isinstance(looked, ActiveThere)


def _disagrees(connection: sa.Connection, user_id: str) -> bool:
    answer = sa.select(source_looks.c.answer).where(source_looks.c.user_id == user_id)
    return connection.execute(answer).scalar() == _ACTIVE


def _delete(connection: sa.Connection, user_ids: Collection[str]) -> None:
    ids = list(user_ids)
    for start in range(0, len(ids), _AT_ONCE):
        some = source_looks.c.user_id.in_(ids[start : start + _AT_ONCE])
        connection.execute(source_looks.delete().where(some))


def _redraw(connection: sa.Connection, user_ids: Collection[str]) -> bool:
    """Draw the alerts of these users again, as they say whether the two directories disagree."""
    for user_id in user_ids:
        redraw(connection, cases.c.user_id == user_id, IS_OPEN)
    return bool(user_ids)


def _columns(looked: Looked) -> dict[str, Any]:
    match looked:
        case ActiveThere(name):
            return {"answer": _ACTIVE, "restorable_until": None, "name": name, "said": ""}
        case OffThere(how, until, name):
            return {"answer": how.value, "restorable_until": until, "name": name, "said": ""}
        case CouldNotLook(why, said):
            return {"answer": why.value, "restorable_until": None, "name": "", "said": said}


def _look(row: sa.RowMapping) -> SourceLook:
    return SourceLook(_looked(row), row["looked_at"])


def _looked(row: sa.RowMapping) -> Looked:
    answer = row["answer"]
    if answer == _ACTIVE:
        return ActiveThere(row["name"])
    if answer in set(Off):
        return OffThere(Off(answer), row["restorable_until"], row["name"])
    # A reason that only a newer version knows is none that this one could act on.
    return CouldNotLook(Unseen(answer) if answer in set(Unseen) else Unseen.UNREADABLE, row["said"])
