"""The database's files are their owner's alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.store import SqlStore
from tests.store.records import T0


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


@pytest.mark.parametrize("address", ["sqlite:///{}", "sqlite:///file:{}?uri=true"])
def test_a_new_database_is_made_for_its_owner_only_whatever_the_umask(tmp_path: Path, address: str) -> None:
    store = SqlStore.open(address.format(tmp_path / "leaverbot.db"))
    store.draw_again_if_changed("x", T0)
    assert modes(tmp_path) == {"leaverbot.db": 0o600, "leaverbot.db-wal": 0o600, "leaverbot.db-shm": 0o600}
    store.close()


def test_a_database_that_others_can_read_is_taken_from_them(tmp_path: Path) -> None:
    path = tmp_path / "leaverbot.db"
    SqlStore.open(f"sqlite:///{path}").close()
    path.chmod(0o664)
    other = SqlStore.open(f"sqlite:///{path}")
    (tmp_path / "leaverbot.db-wal").chmod(0o644)
    (tmp_path / "leaverbot.db-shm").chmod(0o644)
    store = SqlStore.open(f"sqlite:///{path}")
    assert set(modes(tmp_path).values()) == {0o600}
    store.close()
    other.close()
