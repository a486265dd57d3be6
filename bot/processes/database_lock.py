"""The database lock while a process works: taken, watched, checked before each change, released at the end."""

import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

from bot.core.errors import LeaverbotError, LockLost
from bot.core.text import utc
from bot.engine.upkeep import Upkeep
from bot.ports import Holder, ProcessLock
from bot.store.database import process_lock

log = structlog.get_logger(__name__)

# How often to check that the lock is still held, in seconds. It is also checked before each change in AWS.
WATCH_SECONDS = 2.0


class Held(LeaverbotError):
    """Another process holds the database lock: `holder`."""

    def __init__(self, holder: Holder) -> None:
        process, host = f"process {holder.pid}" if holder.pid else "", f"on {holder.host}" if holder.host else ""
        since = f"since {utc(holder.since)}" if holder.since else ""
        about = ", ".join(filter(None, [f"{process} {host}".strip(), since]))
        who = f"leaverbot {holder.command}" if holder.command else "another leaverbot"
        super().__init__(
            f"The database is in use by {who}{f' ({about})' if about else ''}. Only one leaverbot may work on a "
            "database: stop that one, or give this one its own LEAVERBOT_DATABASE_URL."
        )
        self.holder = holder


class DatabaseLock:
    """`command`: what other processes show as the holder. `on_lost` is called once, on any thread, when it is lost."""

    def __init__(self, url: str, command: str, on_lost: Callable[[LockLost], None]) -> None:
        self._url, self._command, self._on_lost = url, command, on_lost
        self._lock: ProcessLock | None = None
        # Why it is gone, once it is.
        self.lost: LockLost | None = None
        self._losing = threading.Lock()
        self._released = False
        self._watch = Upkeep("database lock", self._look, WATCH_SECONDS)

    def take(self) -> None:
        """Take it, unless it is taken already. Raises Held, and StoreError."""
        if self._lock:
            return
        taken = process_lock.take(self._url, self._command)
        if isinstance(taken, Holder):
            raise Held(taken)
        self._lock = taken
        self._watch.start()

    def check(self) -> None:
        """Raises LockLost unless this process holds it now."""
        if self._lock is None:
            raise LockLost("leaverbot does not hold the database lock, so it changes nothing.")
        try:
            self._lock.check()
        except LockLost as error:
            self._lose(error)
            raise

    def release(self) -> None:
        """Release it for good."""
        self._released = True
        self._watch.stop()
        if self._lock:
            self._lock.release()

    def _look(self) -> None:
        with suppress(LockLost):
            self.check()

    def _lose(self, error: LockLost) -> None:
        with self._losing:
            if self.lost or self._released:
                return
            self.lost = error
        log.error("the database lock is lost", why=str(error))
        self._on_lost(error)
