"""The lock of a database: one process has it, others are told who, and it goes with its process."""

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.errors import LockLost
from bot.ports import Holder, ProcessLock
from bot.store.database.process_lock import look, take


def taken(url: str, command: str = "run") -> ProcessLock:
    found = take(url, command)
    assert not isinstance(found, Holder)
    return found


def test_the_second_is_told_what_has_the_lock_on_which_host_and_since_when(url: str) -> None:
    began = datetime.now(UTC)
    lock = taken(url)
    holder = take(url, "once")
    assert isinstance(holder, Holder)
    assert (holder.command, holder.host, holder.pid) == ("run", socket.gethostname(), os.getpid())
    assert holder.since
    assert began - timedelta(seconds=1) < holder.since < datetime.now(UTC) + timedelta(seconds=1)
    assert look(url) == holder
    lock.release()


def test_a_released_lock_is_free_at_once_and_its_holder_knows_that_it_is_gone(url: str) -> None:
    lock = taken(url)
    lock.check()
    lock.release()
    assert look(url) is None
    with pytest.raises(LockLost):
        lock.check()
    again = taken(url)
    again.check()
    again.release()
    lock.release()


def test_a_file_that_is_left_behind_is_no_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    (tmp_path / "store.db-lock").write_text('{"command": "run", "host": "elsewhere", "pid": 1, "since": "2026-11-01"}')
    assert look(url) is None
    taken(url).release()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_lock_whose_file_was_deleted_is_lost(tmp_path: Path, replaced: bool) -> None:
    lock = taken(f"sqlite:///{tmp_path / 'store.db'}")
    file = tmp_path / "store.db-lock"
    file.unlink()
    if replaced:
        file.write_text("{}")
    with pytest.raises(LockLost, match="was deleted or replaced"):
        lock.check()
    lock.release()
