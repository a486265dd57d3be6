"""Keeps Slack in line with the store: woken by every change, and looking by itself now and then.

These are loops, no workflows: what is to be shown is in the store already, so there is nothing more to make durable.
Several messages are shown at once, so that one that hangs, is refused or is limited holds no other up.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.core.errors import ChatLimited, ChatUnavailable, LeaverbotError
from bot.engine.schedule import PACES, Schedule
from bot.services.messages.projection import Task

log = structlog.get_logger(__name__)

# Look even when nobody calls, in seconds: another process may have changed the store. And how long after a look the
# next one comes at the soonest: a burst of changes is looked at once.
LOOK_SECONDS, LOOK_PAUSE = 30.0, 0.2
# The pause after a look that failed, in seconds.
FAILED_PAUSE = 2.0
# How long a message waits that needs another one to stand first, in seconds.
NOT_YET_SECONDS = 1.0
# A message that has waited for so long, in seconds, is late, whatever it waits for.
LATE_SECONDS = 5.0
# The same trouble is logged once in so many seconds.
SAY_AGAIN_SECONDS = 60.0
STOP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far Slack is behind the store. `looked`: seconds since the store was last read, None before the first time.

    `waiting` messages are to be shown, one of them for `longest` seconds; `trouble` is what the longest waiting of
    those met with that could not be shown, "" when there is none.
    """

    looked: float | None
    waiting: int
    longest: float
    trouble: str


class Projector:
    """`look` gives what is to be shown, `show` shows one of it: False when it has to wait for another message."""

    def __init__(
        self,
        look: Callable[[], Sequence[Task]],
        show: Callable[[Task], bool],
        new_reference: Callable[[], str],
    ) -> None:
        self._look, self._show, self._new_reference = look, show, new_reference
        self._schedule = Schedule()
        self._changed = threading.Condition()
        self._called, self._stopping, self._ending = True, False, False
        self._looked_at: float | None = None
        # When the loop ended a round last, by the monotonic clock, whether it could look or not.
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
        """Show what can be shown at once, then end."""
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
        """Whether Slack does not show what is stored, and that is not just about to be mended."""
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
        """Look what is to be shown, whenever something may have changed."""
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
        except Exception as error:  # noqa: BLE001 - the loop must outlive whatever comes; it looks again
            self._note("what is to be shown could not be read", error)
            return None

    def _work(self) -> None:
        """Show one message after the other, the most urgent first."""
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
        """Show it and note how that went; whatever stands against it, the others go on."""
        why, wait = "", None
        try:
            if not self._show(task):
                why, wait = "It needs another message to stand first.", NOT_YET_SECONDS
        except ChatLimited as error:
            why, wait = self._note("slack is behind", error, message=task.key), error.wait
        except Exception as error:  # noqa: BLE001 - one message that cannot be drawn must not hide all the others
            why = self._note("a message could not be shown", error, message=task.key)
        with self._changed:
            now = time.monotonic()
            if why:
                self._schedule.failed(task, now, why, wait)
            else:
                self._schedule.shown(task, now)
            self._changed.notify_all()

    def _note(self, what: str, error: Exception, **names: str) -> str:
        """What it was. The same is logged once a minute only: while Slack is down, every message meets with it."""
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
            log.error(what, reference=self._new_reference(), exc_info=error, **names)
        return why
