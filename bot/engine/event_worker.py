"""Keeps the events queue empty: receives events, reads the people they are about, and reads again when due."""

import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import structlog

from bot.core.errors import LeaverbotError, StoreError, new_reference
from bot.core.waiting import longer
from bot.ports import EventsQueue
from bot.services.context import Context
from bot.services.events.reading import read_due
from bot.services.events.trouble import note_trouble
from bot.services.events.work import SETTLE_SECONDS, gather

log = structlog.get_logger(__name__)

# The longest that SQS waits for a message, in seconds: the fewest requests while there is none.
LONGEST_WAIT = 20
# Pauses after what failed, in seconds.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
# The same trouble is logged at most once in this many seconds.
SAY_AGAIN_SECONDS = 60.0
# The name under which the store keeps when it was tried whether it can be written.
WRITTEN = "events write test"
# How long a stop waits for the current round; unfinished messages are delivered again, unfinished reads stay due.
STOP_SECONDS = 1.0


class EventWorker:
    """One thread for the queue and the reads. Scans do not depend on it."""

    def __init__(self, context: Context, queue: EventsQueue, *, settle_seconds: int = SETTLE_SECONDS) -> None:
        self._context, self._queue, self._settle_seconds = context, queue, settle_seconds
        self._stopping = threading.Event()
        self._taking = _Patience("the events queue cannot be read", self._stopping)
        self._reading = _Patience("the users whom events are about cannot be read", self._stopping)
        # When the next read is due, by the monotonic clock.
        self._next_read = math.inf
        # The trouble as last noted in the store; None before the first note.
        self._noted: str | None = None
        # When it last ended a round, by the monotonic clock, whether it worked or not.
        self.round_ended = time.monotonic()
        self._thread = threading.Thread(target=self._loop, name="events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Receive nothing more, and wait a moment for the current round."""
        self._stopping.set()
        self._queue.close()
        if self._thread.ident is not None:
            self._thread.join(STOP_SECONDS)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def trouble(self) -> str:
        """Why events have no effect now; "" if they have."""
        return self._taking.trouble or self._reading.trouble

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._taking.attempt(self._take)
            self._reading.attempt(self._read)
            self._note_trouble()
            self.round_ended = time.monotonic()
            if self._taking.trouble:
                # Until then, nothing waits in a `receive`.
                self._stopping.wait(min(self._taking.pause, self._until_next()))

    def _take(self) -> None:
        if self._taking.trouble:
            # Receive nothing while its effect cannot be stored: the queue gives up what was received too often.
            self._context.store.remember(WRITTEN, "", self._context.clock.now())
        # After trouble, do not wait long for the first answer: it shows that the queue works again.
        longest = 0 if self._taking.trouble else LONGEST_WAIT
        wait = math.ceil(min(longest, self._until_next()))
        gather(self._context, self._queue, wait, settle_seconds=self._settle_seconds)

    def _read(self) -> None:
        read_due(self._context)
        due, now = self._context.store.next_read(), self._context.clock.now()
        self._next_read = time.monotonic() + (due - now).total_seconds() if due else math.inf

    def _note_trouble(self) -> None:
        if self.trouble == self._noted or self._stopping.is_set():
            return
        # If the database is away, this is noted after the next round.
        with suppress(StoreError):
            note_trouble(self._context, self.trouble)
            self._noted = self.trouble

    def _until_next(self) -> float:
        """Seconds until the next read is due, or reading may be tried again."""
        if self._reading.trouble:
            return self._reading.pause
        return max(self._next_read - time.monotonic(), 0.0)


class _Patience:
    """What is tried again and again, with growing pauses while it fails. `trouble`: why it fails, "" while it works."""

    def __init__(self, what: str, stopping: threading.Event) -> None:
        self._what, self._stopping = what, stopping
        self._pause, self._not_before, self._said_at = 0.0, float("-inf"), float("-inf")
        self.trouble = ""

    @property
    def pause(self) -> float:
        """Seconds until it may be tried again."""
        return max(self._not_before - time.monotonic(), 0.0)

    def attempt(self, run: Callable[[], None]) -> None:
        """Run it, unless it is still pausing."""
        if self._stopping.is_set() or self.pause:
            return
        try:
            run()
        except LeaverbotError as error:
            self._fail(str(error))
        except Exception as error:  # noqa: BLE001 - the loop must survive anything; it is logged with its reference
            self._fail(f"unexpected error (reference {new_reference()})", error)
        else:
            self._pause, self.trouble = 0.0, ""

    def _fail(self, why: str, unforeseen: Exception | None = None) -> None:
        if self._stopping.is_set():
            # What was under way lost its ground.
            return
        self._pause = longer(self._pause, FIRST_PAUSE, LONGEST_PAUSE)
        now = time.monotonic()
        self._not_before, self.trouble = now + self._pause, why
        if now - self._said_at > SAY_AGAIN_SECONDS:
            self._said_at = now
            log.warning(self._what, why=why, again_in_seconds=self._pause, exc_info=unforeseen)
