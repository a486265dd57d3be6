"""A database that another process may hold: opened only to read it, or to store a wish in it."""

from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from bot.core.errors import NeverRan, SchemaOlder
from bot.ports import Holder
from bot.store.database import process_lock
from bot.store.database.connection import DRIVER_ERRORS, Database, connect, normal_url, opening_error
from bot.store.database.migrate import newest_version, too_new, version_of
from bot.store.database.sqlite import path_of
from bot.store.store import SqlStore


def open_to_read(url: str) -> SqlStore:
    """The store; creates and migrates nothing, and writing to it fails.

    Raises NeverRan where leaverbot has not run with this database, SchemaOlder or StoreError where another version made
    the tables, and StoreUnavailable if it may pass.
    """
    database = Database(_connect(normal_url(url), url))
    try:
        with database.engine.connect().execution_options(leaverbot_reads=True) as connection, connection.begin():
            _check_version(connection)
    except DRIVER_ERRORS as error:
        database.close()
        raise opening_error(error) from error
    except BaseException:  # whatever it was, close the connection before it is raised on
        database.close()
        raise
    return SqlStore(database)


def open_to_write(url: str, command: str) -> SqlStore | Holder:
    """The store. If tables are missing or old and the lock is free, takes the lock while it creates or migrates them.

    A Holder if another process holds the lock then. Raises StoreError if a newer version made the tables, and
    StoreUnavailable if it may pass.
    """
    try:
        open_to_read(url).close()
    except (NeverRan, SchemaOlder):
        lock = process_lock.take(url, command)
        if isinstance(lock, Holder):
            return lock
        try:
            return SqlStore.open(url)
        finally:
            lock.release()
    return SqlStore(Database(connect(url)))


def _connect(parsed: sa.URL, url: str) -> sa.Engine:
    if parsed.get_backend_name() != "sqlite":
        return connect(url).execution_options(postgresql_readonly=True)
    path = path_of(parsed)
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        raise NeverRan from None
    except OSError as error:
        raise opening_error(error) from error
    return connect(f"sqlite:///file:{quote(path)}?mode=ro&uri=true")


def _check_version(connection: sa.Connection) -> None:
    version, newest = version_of(connection), newest_version(connection.dialect.name)
    if not version:
        raise NeverRan
    if version > newest:
        raise too_new(version, newest)
    if version < newest:
        raise SchemaOlder(
            f"The database was made by an older leaverbot (schema {version}, this one needs {newest}). "
            "Start `leaverbot run` or `leaverbot once` to bring it up to date."
        )
