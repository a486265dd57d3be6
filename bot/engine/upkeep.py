"""What is done again and again, each on a thread of its own, so that nothing else holds it up."""

import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

EVERY_SECONDS = 30.0


class Upkeep:
    """Does `run` every half minute until it is stopped, whatever comes of it."""

    def __init__(
        self, name: str, run: Callable[[], None], new_reference: Callable[[], str], every: float = EVERY_SECONDS
    ) -> None:
        self._run, self._new_reference, self._every = run, new_reference, every
        self._stopping = threading.Event()
        # When it ended last, by the monotonic clock, well or not.
        self.round_ended = time.monotonic()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Do it no more; what is under way is not waited for."""
        self._stopping.set()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _loop(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self._run()
            except Exception:  # the loop must outlive whatever comes
                log.exception("upkeep failed", what=self._thread.name, reference=self._new_reference())
            self.round_ended = time.monotonic()
