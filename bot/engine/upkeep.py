"""Recurring work, each on its own thread so that nothing else holds it up."""

import threading
import time
from collections.abc import Callable

import structlog

from bot.core.errors import new_reference

log = structlog.get_logger(__name__)

EVERY_SECONDS = 30.0


class Upkeep:
    """Calls `run` every so many seconds until it is stopped, even when it fails."""

    def __init__(self, name: str, run: Callable[[], None], every: float = EVERY_SECONDS) -> None:
        self._run, self._every = run, every
        self._stopping = threading.Event()
        # When it last ended, by the monotonic clock, whether it worked or not.
        self.round_ended = time.monotonic()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop calling it, without waiting for a call under way."""
        self._stopping.set()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _loop(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self._run()
            except Exception:  # the loop must survive anything
                log.exception("upkeep failed", what=self._thread.name, reference=new_reference())
            self.round_ended = time.monotonic()
