"""Lanes: work waits here for its turn, first come, first served.

Whatever waits in a lane is unfinished in the store, so nothing is lost with the process.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from bot.core.errors import StoreError

log = structlog.get_logger(__name__)


class Lane:
    """Runs a limited number at once, each by its key. `begin` starts one on other threads and says whether there was
    anything to start; the code that works on it does so within `working`.
    """

    def __init__(self, name: str, size: int, begin: Callable[[str], bool]) -> None:
        self.name, self._size, self._begin = name, size, begin
        # In order of arrival; a key waits only once.
        self._waiting: dict[str, None] = {}
        self._working: set[str] = set()
        self._changed = threading.Condition()
        self._stopped = False
        # When it started to begin the current one, by the monotonic clock.
        self._beginning: float | None = None
        self._thread = threading.Thread(target=self._loop, name=f"{name} lane", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def add(self, key: str) -> None:
        with self._changed:
            self._waiting.setdefault(key)
            self._changed.notify_all()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def round_ended(self) -> float:
        """When it last was not busy beginning something, by the monotonic clock."""
        return self._beginning or time.monotonic()

    @contextmanager
    def working(self, key: str) -> Iterator[None]:
        """Hold a place while this is being worked on, even if a recovery began it and not this lane."""
        with self._changed:
            self._working.add(key)
        try:
            yield
        finally:
            self._free(key)

    def _free(self, key: str) -> None:
        with self._changed:
            self._working.discard(key)
            self._changed.notify_all()

    def _loop(self) -> None:
        while key := self._next():
            self._beginning = time.monotonic()
            try:
                begun = self._begin(key)
            except StoreError as error:
                log.warning("could not begin the next one; the next look tries again", lane=self.name, why=str(error))
                begun = False
            except Exception:  # the lane must survive anything; the next look tries again
                log.exception("could not begin the next one", lane=self.name, key=key)
                begun = False
            self._beginning = None
            if not begun:
                self._free(key)

    def _next(self) -> str:
        """The next key, with a place for it; "" at the end."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._stopped or (self._waiting and len(self._working) < self._size))
                if self._stopped:
                    return ""
                key = next(iter(self._waiting))
                del self._waiting[key]
                if key not in self._working:
                    self._working.add(key)
                    return key
