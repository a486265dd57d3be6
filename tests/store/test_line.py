"""The line of denies: one place in the whole database, left by whoever dies."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.core.errors import StoreError
from bot.store.database import deny_line
from bot.store.store import SqlStore
from tests.databases import POSTGRES
from tests.in_line import outdated
from tests.store.elsewhere import elsewhere, hold_the_deny_line
from tests.store.records import T0
from tests.world import eventually


@contextmanager
def holder(url: str) -> Iterator[str]:
    """Another process that takes the place and keeps it, killed at the end; whether it got it."""
    hears, tells = Pipe(duplex=False)
    with hears:
        with tells:
            process = elsewhere(hold_the_deny_line, url, tells)
        try:
            yield hears.recv()
        finally:
            process.kill()
            process.join()


def test_one_at_a_time_within_a_process_and_again_once_it_is_left(url: str, store: SqlStore) -> None:
    other = SqlStore.open(url)
    place = store.take_deny_line()
    assert place
    place.check()
    assert store.take_deny_line() is None
    assert other.take_deny_line() is None
    place.leave()
    again = other.take_deny_line()
    assert again
    again.leave()
    other.close()


def test_one_at_a_time_between_processes_and_one_that_is_killed_leaves_it(url: str, store: SqlStore) -> None:
    with holder(url) as told:
        assert told == "held"
        assert store.take_deny_line() is None
    place = eventually(store.take_deny_line)
    with holder(url) as told:
        assert told == "refused"
    place.leave()


def test_of_many_that_want_it_at_once_one_gets_it(store: SqlStore) -> None:
    places: list[object] = []
    threads = [threading.Thread(target=lambda: places.append(store.take_deny_line())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [place for place in places if place]
    assert len(taken) == 1
    taken[0].leave()


def test_it_stands_in_nobodys_way_who_reads_or_writes(store: SqlStore) -> None:
    place = store.take_deny_line()
    assert place
    assert outdated(store) == []
    assert store.begin_scan("s1", "schedule", None, T0).id == "s1"
    place.leave()


@pytest.mark.parametrize("backend", [POSTGRES])
def test_whoever_lost_it_with_the_connection_is_told_before_the_next_write(url: str, store: SqlStore) -> None:
    place = store.take_deny_line()
    assert place
    admin = sa.create_engine(url)
    with admin.connect() as connection:
        held = sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock")
        assert connection.execute(held, {"lock": deny_line.LOCK}).scalar()
    admin.dispose()
    with pytest.raises(StoreError):
        place.check()
    place.leave()
    again = eventually(store.take_deny_line)
    again.leave()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_its_file_is_private_too(store: SqlStore, tmp_path: Path) -> None:
    place = store.take_deny_line()
    assert place
    assert (tmp_path / "store.db-denies").stat().st_mode & 0o777 == 0o600
    place.leave()
