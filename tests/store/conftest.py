"""The store under test."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.database.connection import Database
from bot.store.database.schema import metadata, versions
from bot.store.store import SqlStore
from tests.databases import POSTGRES, engine_like, new_database, quick_store

FILLED = ", ".join(table.name for table in metadata.sorted_tables if table is not versions)


@pytest.fixture(scope="session")
def migrated(postgres: sa.Engine) -> Iterator[SqlStore]:
    """One database of the server for all tests that want no more than a store."""
    with closing(SqlStore.open(new_database(postgres))) as store:
        yield store


@pytest.fixture
def store(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store: at `url` for those who want its address too."""
    with closing(_empty(backend, request, tmp_path)) as store:
        yield store


def _empty(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> SqlStore:
    if "url" in request.fixturenames:
        return SqlStore.open(request.getfixturevalue("url"))
    if backend != POSTGRES:
        return quick_store(tmp_path / "store.db")
    engine = request.getfixturevalue("migrated")._db.engine
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {FILLED} RESTART IDENTITY")
    return SqlStore(Database(engine_like(engine, engine.url.render_as_string(hide_password=False))))
