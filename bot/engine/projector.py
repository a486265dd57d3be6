"""Keeps Slack in line with the store: every change wakes it, and it also looks on its own now and then.

These are loops and not workflows: what to show is already in the store, so there is nothing else to make durable.
Several messages are shown at once, so one that hangs, is refused or is rate limited does not hold up the others.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.core.errors import ChatLimited, ChatUnavailable, LeaverbotError, new_reference
from bot.engine.schedule import PACES, Schedule
from bot.services.messages.projection import Task

log = structlog.get_logger(__name__)

# How often to look without being woken, in seconds: another process may have changed the store. And the least time
# between two looks, so that a burst of changes costs one look.
LOOK_SECONDS, LOOK_PAUSE = 30.0, 0.2
# The pause after a failed look, in seconds.
FAILED_PAUSE = 2.0
# How long a message that needs another one posted first waits, in seconds.
NOT_YET_SECONDS = 1.0
# A message that has waited this long, in seconds, is late, whatever it waits for.
LATE_SECONDS = 5.0
# The same trouble is logged at most once in this many seconds.
SAY_AGAIN_SECONDS = 60.0
STOP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far Slack is behind the store. `looked`: seconds since the store was last read, None before the first time.

    `waiting` messages are still to be shown; the oldest has waited for `longest` seconds. `trouble` is why the one that
    has waited longest after a failed try could not be shown, "" when there is none.
    """

    looked: float | None
    waiting: int
    longest: float
    trouble: str


class Projector:
    """`look` returns what to show; `show` shows one of them, or returns False if it must wait for another message."""

    def __init__(
        self,
        look: Callable[[], Sequence[Task]],
        show: Callable[[Task], bool],
    ) -> None:
        self._look, self._show = look, show
        self._schedule = Schedule()
        self._changed = threading.Condition()
        self._called, self._stopping, self._ending = True, False, False
        self._looked_at: float | None = None
        # When the loop last ended a round, by the monotonic clock, whether it could look or not.
        self.round_ended = time.monotonic()
        self._said: dict[str, float] = {}
        workers = sum(pace.at_once for pace in PACES.values())
        self._threads = [
            threading.Thread(target=self._watch, name="projector", daemon=True),
            *(threading.Thread(target=self._work, name=f"projector {n}", daemon=True) for n in range(workers)),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        with self._changed:
            self._called = True
            self._changed.notify_all()

    def stop(self) -> None:
        """Show what can be shown right away, then end."""
        until = time.monotonic() + STOP_SECONDS
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout=max(0.0, until - time.monotonic()))

    @property
    def alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    @property
    def behind(self) -> bool:
        """Whether Slack does not show what is stored, and is not just about to."""
        now = self.progress
        return now.looked is None or bool(now.trouble) or now.longest > LATE_SECONDS

    @property
    def progress(self) -> Progress:
        with self._changed:
            now, oldest = time.monotonic(), self._schedule.oldest()
            looked = None if self._looked_at is None else now - self._looked_at
            waited = 0.0 if oldest is None else now - oldest
            return Progress(looked, len(self._schedule), waited, self._schedule.trouble())

    def _watch(self) -> None:
        """Look for what to show whenever something may have changed."""
        while not self._ending:
            with self._changed:
                self._changed.wait_for(lambda: self._called or self._stopping, LOOK_SECONDS)
                self._called, last = False, self._stopping
            tasks = self._looked()
            self.round_ended = time.monotonic()
            with self._changed:
                if tasks is None:
                    self._called = True
                else:
                    self._looked_at = time.monotonic()
                    self._schedule.update(tasks, self._looked_at)
                self._ending = last
                self._changed.notify_all()
                if not last:
                    self._changed.wait_for(lambda: self._stopping, FAILED_PAUSE if tasks is None else LOOK_PAUSE)

    def _looked(self) -> Sequence[Task] | None:
        try:
            return self._look()
        except Exception as error:  # noqa: BLE001 - the loop must survive anything; it looks again
            self._note("could not read what to show", error)
            return None

    def _work(self) -> None:
        """Show one message after another, the most urgent first."""
        while True:
            with self._changed:
                while (task := self._schedule.take(time.monotonic())) is None:
                    if self._ending:
                        return
                    self._changed.wait(self._until_next())
            self._run(task)

    def _until_next(self) -> float | None:
        now = time.monotonic()
        at = self._schedule.next_at(now)
        return None if at is None else at - now

    def _run(self, task: Task) -> None:
        """Show it and note how that went; whatever goes wrong, the others continue."""
        why, wait = "", None
        try:
            if not self._show(task):
                why, wait = "It needs another message to be posted first.", NOT_YET_SECONDS
        except ChatLimited as error:
            why, wait = self._note("slack is behind", error, message=task.key), error.wait
        except Exception as error:  # noqa: BLE001 - one message that cannot be drawn must not hide all the others
            why = self._note("could not show a message", error, message=task.key)
        with self._changed:
            now = time.monotonic()
            if why:
                self._schedule.failed(task, now, why, wait)
            else:
                self._schedule.shown(task, now)
            self._changed.notify_all()

    def _note(self, what: str, error: Exception, **names: str) -> str:
        """Log the error, and return it in words. The same one is logged only once a minute: while Slack is down, every
        message runs into it.
        """
        known = isinstance(error, LeaverbotError)
        why, now = str(error) if known else type(error).__name__, time.monotonic()
        with self._changed:
            if now - self._said.get(why, float("-inf")) < SAY_AGAIN_SECONDS:
                return why
            self._said = {text: at for text, at in self._said.items() if now - at < SAY_AGAIN_SECONDS} | {why: now}
        if isinstance(error, ChatUnavailable):
            log.warning("slack is behind", why=why, **names)
        elif known:
            log.error(what, why=why, code=getattr(error, "code", ""), **names)
        else:
            log.error(what, reference=new_reference(), exc_info=error, **names)
        return why
