"""The lock of a database: one process has it, others are told who, and it goes with its process."""

import fcntl
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import Pipe
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.core.errors import LockLost, StoreError, StoreUnavailable
from bot.ports import Holder, ProcessLock
from bot.store.database import lock_file, lock_session, mounts
from bot.store.database.postgresql import Patient
from bot.store.database.process_lock import look, take
from tests.databases import POSTGRES
from tests.store.elsewhere import elsewhere, hold_the_process_lock
from tests.store.pgbouncer import pooled
from tests.store.proxy import between
from tests.world import eventually


def taken(url: str, command: str = "run") -> ProcessLock:
    found = take(url, command)
    assert not isinstance(found, Holder)
    return found


@contextmanager
def held(lock: ProcessLock) -> Iterator[ProcessLock]:
    try:
        yield lock
    finally:
        lock.release()


@contextmanager
def holder(url: str) -> Iterator[int]:
    """Another process that has the lock, and is killed at the end; its pid."""
    hears, tells = Pipe(duplex=False)
    with hears:
        with tells:
            process = elsewhere(hold_the_process_lock, url, tells)
        try:
            assert hears.recv() == "held"
            assert process.pid
            yield process.pid
        finally:
            process.kill()
            process.join()


def soon(url: str) -> ProcessLock:
    """The lock, within a second."""

    def attempt() -> ProcessLock | None:
        found = take(url, "run")
        return None if isinstance(found, Holder) else found

    return eventually(attempt, seconds=1.0)


def end_session(url: str) -> None:
    """End the session that has the lock, as an administrator or a restart of the server does."""
    ended = sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock")
    admin = sa.create_engine(url)
    with admin.connect() as connection:
        assert connection.execute(ended, {"lock": lock_session.LOCK}).scalar()
    admin.dispose()


def test_the_second_is_told_what_has_the_lock_on_which_host_and_since_when(url: str) -> None:
    began = datetime.now(UTC)
    lock = taken(url)
    found = take(url, "once")
    assert isinstance(found, Holder)
    assert (found.command, found.host, found.pid) == ("run", socket.gethostname(), os.getpid())
    assert found.since
    assert began - timedelta(seconds=1) < found.since < datetime.now(UTC) + timedelta(seconds=1)
    assert look(url) == found
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


def test_whoever_is_killed_leaves_it_to_the_next_at_once(url: str) -> None:
    with holder(url) as pid:
        found = take(url, "once")
        assert isinstance(found, Holder)
        assert found.pid == pid
    soon(url).release()


def test_of_many_that_want_it_at_once_one_gets_it(url: str) -> None:
    found: list[ProcessLock | Holder] = []
    threads = [threading.Thread(target=lambda: found.append(take(url, "run"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (lock,) = (one for one in found if not isinstance(one, Holder))
    assert len(found) == 8
    lock.check()
    lock.release()


# SQLite: a file's lock


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_file_that_is_left_behind_is_no_lock_and_becomes_private(url: str, tmp_path: Path) -> None:
    left = tmp_path / "store.db-lock"
    left.write_text('{"command": "run", "host": "elsewhere", "pid": 1, "since": "2026-11-01T00:00:00+00:00"}')
    left.chmod(0o644)
    assert look(url) is None
    with held(taken(url)):
        assert left.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("backend", ["sqlite"])
def test_somebody_who_only_looks_takes_the_lock_from_nobody(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "store.db-lock").open("w") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        monkeypatch.setattr(lock_file.time, "sleep", lambda _seconds: fcntl.flock(looking, fcntl.LOCK_UN))
        taken(url).release()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_database_has_one_lock_by_whatever_path_it_is_reached(url: str, tmp_path: Path) -> None:
    (tmp_path / "store.db").touch()
    (tmp_path / "link.db").symlink_to("store.db")
    with held(taken(url)):
        for path in (tmp_path / "link.db", f"file:{tmp_path / 'store.db'}?uri=true"):
            assert isinstance(take(f"sqlite:///{path}", "run"), Holder)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("replaced", [False, True])
def test_a_lock_whose_file_was_deleted_is_lost_for_good(url: str, tmp_path: Path, replaced: bool) -> None:
    file, kept = tmp_path / "store.db-lock", tmp_path / "kept"
    with held(taken(url)) as lock:
        kept.hardlink_to(file)
        file.unlink()
        if replaced:
            file.write_text("{}")
        for _ in range(2):
            with pytest.raises(LockLost, match="was deleted or replaced"):
                lock.check()
            if kept.exists():
                kept.replace(file)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_link_that_somebody_put_in_its_place_is_not_followed(url: str, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("text")
    (tmp_path / "store.db-lock").symlink_to("precious")
    with pytest.raises(StoreError, match="cannot be locked"):
        take(url, "run")
    assert (tmp_path / "precious").read_text() == "text"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["/ / - ext4 /dev/vda1"], ""),
        (["/ / - ext4 /dev/vda1", "/ {folder} - nfs4 host:/export"], "nfs4"),
        (["/ / - nfs host:/root", "/ {folder} - ext4 /dev/vdb"], ""),
        (["/ {above} - cifs //host/share"], "cifs"),
        (["/ / - ext4 /dev/vda1", "/ {folder}x - 9p host"], ""),
        (["/ {folder} - ext4 /dev/vdb", "/ {folder} - fuse.sshfs host:"], "fuse.sshfs"),
        (["/ {folder} - fuseblk /dev/sda1"], ""),
        (["/ {folder} - fuse.mergerfs disks"], ""),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_network_file_system_is_warned_of(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], kind: str
) -> None:
    folder = str(tmp_path / "a b")
    (tmp_path / "a b").mkdir()
    told = [f"36 35 98:0 {line} rw,errors=continue" for line in lines]
    shown = "\n".join(told).format(folder=folder.replace(" ", "\\040"), above=tmp_path)
    (tmp_path / "mountinfo").write_text(f"{shown}\n")
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "mountinfo")
    with capture_logs() as logs:
        taken(f"sqlite:///{folder}/store.db").release()
    assert [entry["file_system"] for entry in logs] == ([kind] if kind else [])


@pytest.mark.parametrize("backend", ["sqlite"])
def test_where_nobody_tells_of_mounts_nothing_is_warned_of(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "none")
    with capture_logs() as logs:
        taken(url).release()
    assert logs == []


# PostgreSQL: a session's lock


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_lock_whose_session_ended_is_lost_for_good(url: str) -> None:
    lock = taken(url)
    end_session(url)
    for _ in range(2):
        with pytest.raises(LockLost, match="its database session ended"):
            lock.check()
    soon(url).release()
    lock.release()


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_role_that_may_not_know_since_when_is_told_the_rest(url: str) -> None:
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE stranger LOGIN")
    with held(taken(url)):
        found = take(sa.make_url(url).set(username="stranger").render_as_string(hide_password=False), "run")
        assert found == Holder("run", socket.gethostname(), os.getpid(), None)
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP ROLE stranger")
    admin.dispose()


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_session_that_lost_the_lock_and_lives_on_is_noticed(url: str) -> None:
    lock = taken(url)
    # As a pooler does between two of its clients.
    lock._connection.exec_driver_sql("DISCARD ALL")  # type: ignore[attr-defined]
    with pytest.raises(LockLost):
        lock.check()
    lock.release()


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_server_that_does_not_answer_is_a_lost_lock_within_a_bounded_time(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Patient, "silent_seconds", 0.5)
    with between(sa.make_url(url)) as proxy:
        lock = taken(proxy.url(sa.make_url(url)).render_as_string(hide_password=False))
        proxy.hang()
        began = time.monotonic()
        with pytest.raises(LockLost):
            lock.check()
        lock.release()
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_server_that_is_away_may_come_back(url: str) -> None:
    away = sa.make_url(url).set(query={"host": "/nowhere"}).render_as_string(hide_password=False)
    with pytest.raises(StoreUnavailable, match="LEAVERBOT_DATABASE_URL cannot be opened"):
        take(away, "run")


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_pooler_in_session_mode_keeps_the_lock_and_lets_it_go_with_its_holder(url: str) -> None:
    with pooled(url, "session") as through:
        lock = taken(through)
        lock.check()
        assert isinstance(take(url, "once"), Holder)
        lock.release()
        with holder(through):
            assert isinstance(take(through, "once"), Holder)
        soon(through).release()


@pytest.mark.parametrize("backend", [POSTGRES])
@pytest.mark.parametrize(
    ("mode", "more"),
    [
        ("transaction", {}),
        ("transaction", {"default_pool_size": 1}),
        ("transaction", {"server_round_robin": 1}),
        ("statement", {}),
    ],
)
def test_a_pooler_that_cannot_keep_it_is_refused_with_what_to_do(url: str, mode: str, more: dict[str, object]) -> None:
    with pooled(url, mode, **more) as through:
        with pytest.raises(StoreError, match="set the pooler to session mode"):
            take(through, "run")
        assert look(url) is None


@pytest.mark.parametrize("backend", [POSTGRES])
@pytest.mark.parametrize("in_turn", [0, 1])
@pytest.mark.parametrize("sessions", [2, 3])
def test_a_pooler_that_already_has_several_sessions_is_refused_too(url: str, sessions: int, in_turn: int) -> None:
    with pooled(url, "transaction", server_round_robin=in_turn) as through:
        engine = sa.create_engine(through)
        with ExitStack() as stack:
            for _ in range(sessions):
                stack.enter_context(engine.connect()).exec_driver_sql("SELECT 1")
        with pytest.raises(StoreError, match="session mode"):
            take(through, "run")
        engine.dispose()


def test_a_lock_that_cannot_be_read_is_not_taken_for_free(tmp_path: Path) -> None:
    (tmp_path / "leaverbot.db-lock").symlink_to("elsewhere")
    with pytest.raises(StoreError, match=r"leaverbot\.db-lock cannot be read"):
        look(f"sqlite:///{tmp_path / 'leaverbot.db'}")


def test_whatever_is_in_the_place_of_the_lock_looking_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "leaverbot.db-lock")
    assert look(f"sqlite:///{tmp_path / 'leaverbot.db'}") is None
