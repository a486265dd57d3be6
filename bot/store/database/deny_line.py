"""The line of denies: the one place from which policies are written, with one holder in the whole database.

A process that dies gives it up: on PostgreSQL it is a lock of a connection, on SQLite a lock on a file next to the
database.
"""

import sqlite3
from contextlib import suppress

import sqlalchemy as sa

from bot.ports import DenyLine
from bot.store.database.connection import DRIVER_ERRORS, store_error
from bot.store.database.sqlite import make_private, path_of

# The advisory lock on PostgreSQL; any number nobody else uses.
LOCK = 5_328_378


def take(engine: sa.Engine) -> DenyLine | None:
    """The place; None while another thread or process has it. Raises StoreError."""
    try:
        return _take_sqlite(engine.url) if engine.dialect.name == "sqlite" else _take_postgresql(engine)
    except DRIVER_ERRORS as error:
        raise store_error(error) from error


class _Postgresql:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def check(self) -> None:
        try:
            self._connection.execute(sa.select(1))
        except DRIVER_ERRORS as error:
            raise store_error(error) from error

    def leave(self) -> None:
        with suppress(*DRIVER_ERRORS):
            self._connection.close()


def _take_postgresql(engine: sa.Engine) -> DenyLine | None:
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    # The lock lives as long as its connection, so the connection must not come from the pool.
    connection.detach()
    if connection.execute(sa.select(sa.func.pg_try_advisory_lock(LOCK))).scalar():
        return _Postgresql(connection)
    connection.close()
    return None


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def check(self) -> None:
        """A file lock is not lost while the process lives."""

    def leave(self) -> None:
        self._connection.close()


def _take_sqlite(url: sa.URL) -> DenyLine | None:
    path = f"{path_of(url)}-denies"
    make_private(path)
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        connection.close()
        if error.sqlite_errorname == "SQLITE_BUSY":
            return None
        raise
    return _Sqlite(connection)
