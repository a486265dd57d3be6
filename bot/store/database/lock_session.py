"""The database lock on PostgreSQL: an advisory lock in a session of its own, held as long as its connection lives.

Through a pooler that gives a session to whoever asks next (https://www.pgbouncer.org/features.html, "Transaction
pooling"), such a lock is worthless, so leaverbot detects such a pooler and refuses it.
"""

import os
import re
import socket
import threading
from contextlib import suppress

import sqlalchemy as sa

from bot.core.errors import LockLost, StoreError
from bot.ports import Holder
from bot.store.database.connection import DRIVER_ERRORS, WAIT_SECONDS, opening_error, store_error
from bot.store.database.postgresql import give_up_in_time

# The advisory lock; any number nobody else uses.
LOCK = 5_328_379
# How long a release waits for a check that hangs, in seconds.
RELEASE_SECONDS = 1.0
LOST = (
    "leaverbot lost the database lock (its database session ended), so another leaverbot may use the database now. "
    "Start this one again: it continues unfinished work."
)
POOLED = (
    "LEAVERBOT_DATABASE_URL points to a connection pooler in transaction or statement mode, where leaverbot's database "
    "lock does not work. Connect to PostgreSQL directly, or set the pooler to session mode for this database."
)
# What pgbouncer answers to BEGIN in statement mode.
_STATEMENT_MODE = "statement pooling mode"
# The sessions that have the lock. A key of 64 bits is stored in two halves (PostgreSQL, "pg_locks").
_HELD = (
    "FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = :lock AND objsubid = 1 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_IS_OURS = sa.text(f"SELECT count(*) {_HELD} AND pid = pg_backend_pid()").bindparams(lock=LOCK)
_ABOUT = "pid, application_name, backend_start, host(client_addr) AS address"
_HOLDER = sa.text(
    f"SELECT {_ABOUT} FROM pg_stat_activity WHERE pid IN (SELECT pid {_HELD})"  # noqa: S608 - all of it is above
).bindparams(lock=LOCK)
_TAKE = sa.select(sa.func.pg_try_advisory_lock(LOCK))
_PID = sa.select(sa.func.pg_backend_pid())
# With these limits, the server notices a dead client within half a minute instead of after two hours.
_LIMITS = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


class SessionLock:
    """Implements `ports.ProcessLock`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._using = threading.Lock()
        self._lost = self._released = False

    def check(self) -> None:
        with self._using:
            self._lost = self._lost or not self._is_ours()
            if self._lost:
                raise LockLost(LOST)

    def _is_ours(self) -> bool:
        if self._released:
            return False
        try:
            return bool(self._connection.execute(_IS_OURS).scalar())
        except DRIVER_ERRORS:
            return False

    def release(self) -> None:
        if self._released:
            return
        self._released = True
        # A check may hang for seconds if the server does not answer; then the end of the process releases the lock.
        if not self._using.acquire(timeout=RELEASE_SECONDS):
            return
        try:
            with suppress(*DRIVER_ERRORS):
                if not self._lost:
                    # Closing is enough, unless a pooler keeps the session.
                    self._connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))
                self._connection.close()
        finally:
            self._using.release()


def take(url: sa.URL, command: str) -> SessionLock | Holder:
    engine = _engine(url)
    try:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            found = _take(engine, connection, command)
        except BaseException:  # whatever it was, close the connection before it is raised on
            connection.close()
            raise
    except DRIVER_ERRORS as error:
        if _STATEMENT_MODE in str(error):
            raise StoreError(POOLED) from error
        raise opening_error(error) from error
    if found is None:
        return SessionLock(connection)
    connection.close()
    return found


def look(url: sa.URL) -> Holder | None:
    try:
        with _engine(url).connect() as connection:
            return _holder(connection)
    except DRIVER_ERRORS as error:
        raise store_error(error) from error


def _engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    give_up_in_time(engine, statement_seconds=WAIT_SECONDS)
    return engine


def _take(engine: sa.Engine, connection: sa.Connection, command: str) -> Holder | None:
    """None if this session holds the lock now."""
    _refuse_pooler(engine, connection)
    # PostgreSQL cuts a longer name off.
    name = f"leaverbot {command} {os.getpid()}@{socket.gethostname()}"
    for setting, value in {**_LIMITS, "application_name": name}.items():
        connection.execute(sa.select(sa.func.set_config(setting, value, False)))
    for _attempt in range(3):
        if connection.execute(_TAKE).scalar():
            return None
        if holder := _holder(connection):
            return holder
        # It was released between the two questions.
    return Holder()


def _refuse_pooler(engine: sa.Engine, connection: sa.Connection) -> None:
    """Raises StoreError unless this connection keeps its session to itself, even while another one is in use."""
    own = {connection.execute(_PID).scalar() for _ in range(2)}
    with engine.connect() as other, other.begin():
        others = other.execute(_PID).scalar()
        if len(own) > 1 or others in own or connection.execute(_PID).scalar() not in own:
            raise StoreError(POOLED)


def _holder(connection: sa.Connection) -> Holder | None:
    row = connection.execute(_HOLDER).mappings().first()
    if row is None:
        return None
    # PostgreSQL shows start and address only to members of the holder's role.
    told = re.fullmatch(r"leaverbot (.+) (\d+)@(.*)", row["application_name"] or "")
    if told is None:
        return Holder(host=row["address"] or "", since=row["backend_start"])
    return Holder(told[1], told[3], int(told[2]), row["backend_start"])
