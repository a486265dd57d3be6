"""A loop that tells people what actions wait for, while they wait."""

import threading

import structlog

from bot.core.errors import new_reference
from bot.services.actions.waiting import Teller
from bot.services.context import Context

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0


class Watcher:
    """Looks every two seconds until it is stopped."""

    def __init__(self, context: Context) -> None:
        self._teller = Teller(context)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=LOOK_SECONDS)

    def _loop(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self._teller.look()
            except Exception:  # the loop must survive anything
                log.exception("could not tell people what actions wait for", reference=new_reference())
