"""A database that is away, or hangs: whoever asks is told within a bounded time, and later everything goes on."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.core.errors import NotFound, StoreError, StoreUnavailable
from bot.store.database import connection as database
from bot.store.database.connection import Database, connect
from bot.store.database.postgresql import Patient
from bot.store.store import SqlStore
from tests.databases import POSTGRES
from tests.in_line import outdated
from tests.store.proxy import Proxy, between
from tests.store.records import action

NOTHING = "The database did not answer; nothing was stored."


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Patient, "silent_seconds", 0.5)
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)


@pytest.fixture
def proxy(url: str) -> Iterator[Proxy]:
    with between(sa.make_url(url)) as proxy:
        yield proxy


@pytest.fixture
def far(url: str, proxy: Proxy) -> Iterator[SqlStore]:
    """The store, reached through the proxy."""
    through = proxy.url(sa.make_url(url)).update_query_dict({"connect_timeout": "2"})
    store = SqlStore.open(through.render_as_string(hide_password=False))
    yield store
    store.close()


def refused_in_time(store: SqlStore) -> str:
    """What is said of a press that cannot be stored now."""
    pressed = action(None)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable) as told:
        store.add_action(pressed)
    assert time.monotonic() - began < 8
    return f"{told.value}"


def works(store: SqlStore) -> bool:
    pressed = action(None, number=7)
    return store.add_action(pressed).id == store.action(pressed.id).id


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_postgresql_that_hangs_is_given_up_and_used_again_when_it_answers(far: SqlStore, proxy: Proxy) -> None:
    proxy.hang()
    assert refused_in_time(far) == NOTHING
    assert refused_in_time(far) == NOTHING
    proxy.go_on()
    assert works(far)


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_read_that_hangs_is_given_up_too(far: SqlStore, proxy: Proxy) -> None:
    proxy.hang()
    with pytest.raises(StoreUnavailable, match="nothing was stored"):
        outdated(far)
    proxy.go_on()
    assert outdated(far) == []


@pytest.mark.parametrize("backend", [POSTGRES])
def test_of_a_commit_that_is_not_answered_nobody_says_that_nothing_was_stored(far: SqlStore, proxy: Proxy) -> None:
    def press() -> None:
        with far._db.transaction() as connection:
            connection.execute(sa.text("DELETE FROM dialogs"))
            proxy.hang()

    with pytest.raises(StoreUnavailable, match="not known whether this was stored"):
        press()
    proxy.go_on()
    assert works(far)


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_postgresql_that_refuses_connections_is_away(url: str, far: SqlStore, proxy: Proxy) -> None:
    proxy.close()
    far._db.engine.dispose()
    assert refused_in_time(far) == NOTHING


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_turn_that_another_writer_does_not_give_is_not_waited_for_for_ever(url: str, store: SqlStore) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as other:
        other.execute(sa.select(sa.func.pg_advisory_xact_lock(database.LOCK)))
        assert refused_in_time(store) == NOTHING
    engine.dispose()
    assert works(store)


@pytest.mark.parametrize("backend", [POSTGRES])
def test_connections_that_the_server_ended_are_replaced(url: str, store: SqlStore) -> None:
    engine = sa.create_engine(url)
    with engine.connect() as other:
        other.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
    assert works(store)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("mode", ["EXCLUSIVE", "IMMEDIATE"])
def test_an_sqlite_that_somebody_else_holds_is_given_up_and_used_again(
    tmp_path: Path, store: SqlStore, mode: str
) -> None:
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute(f"BEGIN {mode}")
    assert refused_in_time(store) == NOTHING
    other.execute("ROLLBACK")
    other.close()
    assert works(store)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_sqlite_that_is_locked_whole_is_given_up_by_those_who_connect_now(tmp_path: Path, store: SqlStore) -> None:
    store._db.engine.dispose()
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    assert refused_in_time(store) == NOTHING
    with pytest.raises(StoreUnavailable):
        outdated(store)
    other.close()
    assert works(store)


@pytest.mark.parametrize(
    "broken",
    [
        lambda connection: connection.execute(sa.text("SELECT nothing FROM nowhere")),
        lambda connection: connection.execute(sa.text("SELEC")),
    ],
)
def test_a_database_that_answers_with_an_error_is_not_called_silent(
    store: SqlStore, broken: Callable[[sa.Connection], object]
) -> None:
    with pytest.raises(StoreError, match="cannot be used now") as told, store._db.transaction() as connection:
        broken(connection)
    assert not isinstance(told.value, StoreUnavailable)


def test_what_is_not_found_is_no_trouble_of_the_database(store: SqlStore) -> None:
    with pytest.raises(NotFound):
        store.action("unknown")


def test_more_connections_than_there_are_is_no_answer_either(url: str) -> None:
    engine = connect(url)
    busy = [engine.connect() for _ in range(15)]
    with pytest.raises(StoreUnavailable, match="nothing was stored"), Database(engine).transaction(reads=True):
        pass
    for connection in busy:
        connection.close()
    engine.dispose()
