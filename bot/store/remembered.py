"""What this or an earlier process learned and the next one can use, by name."""

from datetime import datetime

import sqlalchemy as sa

from bot.store.database.connection import Database
from bot.store.database.schema import remembered


class RememberedTable:
    """Implements `ports.Memory`."""

    _db: Database

    def remember(self, name: str, value: str, at: datetime) -> None:
        with self._db.transaction() as connection:
            connection.execute(remembered.delete().where(remembered.c.name == name))
            connection.execute(remembered.insert().values(name=name, value=value, at=at))

    def recall(self, name: str) -> tuple[str, datetime] | None:
        query = sa.select(remembered.c.value, remembered.c.at).where(remembered.c.name == name)
        row = self._db.row(query)
        return (row["value"], row["at"]) if row else None
