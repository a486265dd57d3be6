"""The database lock on SQLite: the kernel's lock (flock) on the file `<database>-lock`.

The file's mere existence means nothing. It stays when the lock is released, because deleting it could take the lock
away from a process that just got it. What is in it says who has the lock.
"""

import fcntl
import json
import os
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
import structlog

from bot.core.errors import LockLost, StoreError
from bot.ports import Holder
from bot.store.database.mounts import network_file_system
from bot.store.database.sqlite import PRIVATE, path_of

log = structlog.get_logger(__name__)

# A process that only looks has the lock for a moment, so a taken lock is tried this often, after this many seconds.
ATTEMPTS, PAUSE_SECONDS = 4, 0.05
READABLE = "Run this command as the user that leaverbot runs as, or give it read access to the file."


class FileLock:
    """Implements `ports.ProcessLock`. `file` is the locked file, open."""

    def __init__(self, path: Path, file: int) -> None:
        self._path, self._file = path, file
        self._identity = _identity(os.fstat(file))
        self._lost = ""

    def check(self) -> None:
        """A file lock is not lost while the process lives, unless somebody deletes or replaces the file."""
        with suppress(FileNotFoundError):
            if not self._lost and _identity(self._path.stat()) == self._identity:
                return
        self._lost = self._lost or f"The file {self._path} was deleted or replaced while leaverbot ran"
        raise LockLost(
            f"{self._lost}, so another leaverbot may use the database now. "
            "Start this one again: it continues unfinished work."
        )

    def release(self) -> None:
        if self._file < 0:
            return
        self._lost = self._lost or "leaverbot released the database lock"
        file, self._file = self._file, -1
        with suppress(OSError):
            os.ftruncate(file, 0)
        os.close(file)


def take(url: sa.URL, command: str) -> FileLock | Holder:
    path = _path(url)
    if kind := network_file_system(path.parent):
        log.warning(
            "the database is on a network file system, where SQLite can be damaged; use a local disk, or PostgreSQL",
            file_system=kind,
        )
    about = {"command": command, "host": socket.gethostname(), "pid": os.getpid(), "since": datetime.now(UTC)}
    try:
        file = _locked(path)
        if file is None:
            return _holder(path)
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(about, default=datetime.isoformat).encode(), 0)
    except OSError as error:
        raise StoreError(
            f"The database of LEAVERBOT_DATABASE_URL cannot be opened: {path} cannot be locked ({error.strerror}). "
            "leaverbot needs write access to that file and its folder."
        ) from error
    return FileLock(path, file)


def look(url: sa.URL) -> Holder | None:
    path = _path(url)
    try:
        # Whatever is in its place, opening it does not wait.
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}). {READABLE}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}). {READABLE}") from error
    else:
        return None
    finally:
        os.close(file)


def _path(url: sa.URL) -> Path:
    # SQLite, too, follows symbolic links before it names the files next to a database.
    return Path(f"{os.path.realpath(path_of(url))}-lock")


def _locked(path: Path) -> int | None:
    """The file, open and locked; None when another process has the lock."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Somebody may have deleted the file between the two calls, and then the next process would lock another.
            if _identity(os.fstat(file)) == _identity(path.stat()):
                os.fchmod(file, PRIVATE)
                return file
        except (BlockingIOError, FileNotFoundError):
            pass
        except BaseException:  # whatever it was, close the file before it is raised on
            os.close(file)
            raise
        os.close(file)
    return None


def _identity(file: os.stat_result) -> tuple[int, int]:
    return file.st_dev, file.st_ino


def _holder(path: Path) -> Holder:
    """The holder as the file names it; an unknown holder if it names none, or not yet."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        since = datetime.fromisoformat(about["since"])
        return Holder(str(about["command"]), str(about["host"]), int(about["pid"]), since)
    except (OSError, ValueError, KeyError, TypeError):
        return Holder()
