"""What is known of the company directory, as one document."""

from datetime import datetime

import sqlalchemy as sa
import structlog

from bot.core.directory.provisioning import ScimWatch
from bot.store.database.columns import document, of_document
from bot.store.database.connection import Database
from bot.store.database.schema import remembered
from bot.store.events import counts

log = structlog.get_logger(__name__)

_WATCH = "scim watch"


class DirectoryTable:
    """Implements `ports.DirectoryStore`."""

    _db: Database

    def scim_watch(self) -> ScimWatch:
        with self._db.transaction(reads=True) as connection:
            kept = connection.execute(sa.select(remembered.c.value).where(remembered.c.name == _WATCH)).scalar()
            heard = counts.when(connection, counts.SCIM)
        return _watch_of(kept).heard(heard)

    def keep_scim_watch(self, watch: ScimWatch, at: datetime) -> None:
        with self._db.transaction() as connection:
            connection.execute(remembered.delete().where(remembered.c.name == _WATCH))
            kept = {"name": _WATCH, "value": document(ScimWatch, watch), "at": at}
            connection.execute(remembered.insert().values(**kept))


def _watch_of(kept: str | None) -> ScimWatch:
    """What was kept; nothing where it cannot be read, because the next scan finds it out again."""
    try:
        watch: ScimWatch = of_document(ScimWatch, kept) if kept else ScimWatch()
    except ValueError as error:
        log.warning("what was known of the company directory cannot be read", why=repr(error))
        return ScimWatch()
    return watch
