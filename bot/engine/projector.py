"""Keeps Slack in line with the store: woken by every change, and looking by itself now and then.

This is a loop, no workflow: what is to be shown is in the store already, so there is nothing more to make durable.
"""

import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

# A changed message is drawn again at most this often, in seconds: Slack takes about 50 edits a minute.
PACE_SECONDS = 1.0
# How long to wait after Slack could not be brought in line, in seconds, doubled each time.
FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0
# Look even when nobody calls, in seconds: another process may have changed the store.
LOOK_SECONDS = 30.0


class Projector:
    """Runs `sync` until it says that everything is in line; then waits to be woken. `often` runs now and then."""

    def __init__(self, sync: Callable[[], bool], often: Callable[[], None], new_reference: Callable[[], str]) -> None:
        self._sync, self._often, self._new_reference = sync, often, new_reference
        self._awake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._loop, name="projector", daemon=True)
        self.behind = False

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        """Show what can be shown, then end."""
        self._stopping.set()
        self._awake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=3)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _loop(self) -> None:
        wait = FIRST_WAIT
        looked = time.monotonic()
        while True:
            self._awake.clear()
            ending = self._stopping.is_set()
            self.behind = not self._run(self._sync, otherwise=False)
            if ending:
                return
            if time.monotonic() - looked > LOOK_SECONDS:
                looked = time.monotonic()
                self._run(lambda: self._often() is None, otherwise=True)
            self._stopping.wait(PACE_SECONDS)
            # One message that Slack refuses must not slow down the others: a call ends the wait.
            self._awake.wait(wait if self.behind else LOOK_SECONDS)
            wait = min(2 * wait, LONGEST_WAIT) if self.behind else FIRST_WAIT

    def _run(self, what: Callable[[], bool], *, otherwise: bool) -> bool:
        try:
            return what()
        except Exception:  # the loop must outlive whatever comes
            log.exception("showing failed", reference=self._new_reference())
            return otherwise
