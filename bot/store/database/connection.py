"""The connection to the database: SQLite in WAL mode by default, or PostgreSQL. One bot process uses it."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.core.errors import NotFound, StoreError, StoreUnavailable, StoreUnreadable
from bot.store.database.columns import json_text
from bot.store.database.postgresql import SILENT_SECONDS, give_up_in_time
from bot.store.database.sqlite import make_private, path_of

T = TypeVar("T")

# How long a transaction waits for its turn or for a connection, in seconds.
WAIT_SECONDS = SILENT_SECONDS
# The advisory lock of writers on PostgreSQL, without which the audit chain would fork; any number nobody else uses.
LOCK = 5_328_377
# What the drivers raise: wrapped by SQLAlchemy, or as it is from within SQLAlchemy's events.
DRIVER_ERRORS = (DBAPIError, PoolTimeoutError, psycopg.Error, sqlite3.Error)
NOT_KNOWN = "The database did not answer, so it is not known whether this was stored. Look before you try again."


def normal_url(url: str) -> sa.URL:
    """The address with the driver we ship. Raises StoreError for one that is not SQLite or PostgreSQL."""
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        # SQLAlchemy's message repeats part of the address, which may be part of the password.
        raise StoreError(
            "LEAVERBOT_DATABASE_URL is not a database address, for example sqlite:///leaverbot.db"
        ) from None
    if parsed.get_backend_name() in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    raise StoreError("LEAVERBOT_DATABASE_URL must be sqlite:///<file> or postgresql://…")


def connect(url: str) -> sa.Engine:
    """An engine whose transactions the database serializes. Raises StoreError."""
    parsed = normal_url(url)
    try:
        if parsed.get_backend_name() != "sqlite":
            engine = sa.create_engine(parsed, pool_pre_ping=True, pool_timeout=WAIT_SECONDS, json_serializer=json_text)
            give_up_in_time(engine, statement_seconds=WAIT_SECONDS)
            return engine
        args = {"timeout": WAIT_SECONDS, "check_same_thread": False}
        engine = sa.create_engine(parsed, connect_args=args, pool_timeout=WAIT_SECONDS, json_serializer=json_text)
    except (SQLAlchemyError, TypeError, ValueError) as error:
        raise StoreError(f"LEAVERBOT_DATABASE_URL has an unknown or invalid option ({type(error).__name__}).") from None
    if parsed.query.get("mode") != "ro":
        make_private(path_of(parsed))

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # pysqlite begins transactions on its own, but too late for us; we begin them below.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        # A press must survive a power cut, not just a killed process.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A writer takes the lock right away: one that reads and then writes cannot fail in between.
        reads = connection.get_execution_options().get("leaverbot_reads", False)
        driver = connection.connection.driver_connection
        assert driver
        driver.execute("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def connect_durable(url: str) -> sa.Engine | None:
    """How durable work connects; None for SQLite, which it opens itself. There, a slow statement is fine but a silent
    server is not: durable work then tries again until there is an answer.
    """
    parsed = normal_url(url)
    if parsed.get_backend_name() == "sqlite":
        return None
    engine = sa.create_engine(parsed, pool_pre_ping=True, pool_size=20, max_overflow=0)
    give_up_in_time(engine)
    return engine


def write_alone(connection: sa.Connection) -> None:
    """Keep others from writing until this transaction ends. On SQLite, BEGIN IMMEDIATE did that; PostgreSQL needs a
    lock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


class Database:
    """Transactions on one engine; driver errors become StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        # Writers wait for each other here: in SQLite they would sleep and poll, each holding a connection.
        self._writing = threading.Lock()

    @contextmanager
    def transaction(self, *, reads: bool = False) -> Iterator[sa.Connection]:
        """One transaction: committed at the end, rolled back when anything is raised. `reads`: it only reads."""
        committing = False
        if not reads and not self._writing.acquire(timeout=WAIT_SECONDS):
            raise StoreUnavailable
        try:
            with self.engine.connect().execution_options(leaverbot_reads=reads) as connection, connection.begin():
                if not reads:
                    write_alone(connection)
                yield connection
                committing = not reads
        except IntegrityError:
            raise
        except DRIVER_ERRORS as error:
            raise (StoreUnavailable(NOT_KNOWN) if committing and _silent(error) else store_error(error)) from error
        finally:
            if not reads:
                self._writing.release()

    def rows(self, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        """What the query finds, in a transaction of its own, like the next five."""
        with self.transaction(reads=True) as connection:
            return connection.execute(query).mappings().all()

    def readable_rows(self, query: sa.Select[Any]) -> list[sa.RowMapping]:
        """The rows that this version can read; the others are left out."""
        found: list[sa.RowMapping] = []
        with self.transaction(reads=True) as connection:
            result = connection.execute(query).mappings()
            while True:
                with suppress(StoreUnreadable):
                    row = result.fetchone()
                    if row is None:
                        return found
                    found.append(row)

    def row(self, query: sa.Select[Any]) -> sa.RowMapping | None:
        """The one row, or none."""
        with self.transaction(reads=True) as connection:
            return connection.execute(query).mappings().one_or_none()

    def known(self, query: sa.Select[Any], unknown: str) -> sa.RowMapping:
        """The one row. Raises NotFound with the text `unknown`."""
        row = self.row(query)
        if row is None:
            raise NotFound(unknown)
        return row

    def values(self, query: sa.Select[T]) -> Sequence[T]:
        """The first column of every row."""
        with self.transaction(reads=True) as connection:
            return connection.execute(query).scalars().all()

    def value(self, query: sa.Select[T]) -> T | None:
        """The first column of the first row; None when there is none."""
        with self.transaction(reads=True) as connection:
            return connection.execute(query).scalar()

    def close(self) -> None:
        self.engine.dispose()


def store_error(error: Exception) -> StoreError:
    """The StoreError for one of DRIVER_ERRORS raised before a commit."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (
        StoreUnavailable()
        if _silent(error)
        else StoreError(f"The database cannot be used now ({type(cause).__name__}).")
    )


def opening_error(error: Exception) -> StoreError:
    """The same for the first use of the database, with what the driver said: nothing else says what is wrong."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    kind, why = type(store_error(error)), " ".join(str(cause).split())
    return kind(f"The database of LEAVERBOT_DATABASE_URL cannot be opened: {why}")


def _silent(error: Exception) -> bool:
    """Whether the database was away, hung or gave us no turn; False when it refused."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return isinstance(cause, PoolTimeoutError | psycopg.OperationalError)
