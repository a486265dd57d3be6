"""What the requests of each action wait for: noted where they are sent, read where people are told."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from bot.core.waiting import Trouble, Wait


class _Watch:
    """One action: `since` the last answer, or since it stopped making progress (`held`)."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.since, self.held = now(), False
        self.trouble: Trouble | None = None
        # What else is in its way.
        self.blocked: Trouble | None = None

    def answered(self) -> None:
        self.trouble = None
        if not self.held:
            self.since = self._now()


_watches: ContextVar[tuple[_Watch, ...]] = ContextVar("aws_watches", default=())


class Waits:
    """Implements `ports.Waits`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._watched: dict[str, tuple[_Watch, timedelta]] = {}

    @contextmanager
    def step(self, patience: Mapping[str, timedelta]) -> Iterator[Callable[[str], None]]:
        with self._lock:
            for action_id, time in patience.items():
                watch, _ = self._watched.get(action_id) or (_Watch(self._now), time)
                self._watched[action_id] = (watch, time)
            mine = tuple(self._watched[action_id][0] for action_id in patience)
            for watch in mine:
                watch.blocked = None
        kept: set[str] = set()
        token = _watches.set(mine)
        try:
            yield kept.add
        finally:
            _watches.reset(token)
            self._end(patience, kept)

    def blocked(self, action_id: str, trouble: Trouble) -> None:
        with self._lock:
            if action_id in self._watched:
                self._watched[action_id][0].blocked = trouble

    def now(self) -> Mapping[str, Wait]:
        with self._lock:
            return {
                action_id: Wait(watch.blocked or watch.trouble, watch.since, watch.since + patience)
                for action_id, (watch, patience) in self._watched.items()
            }

    def _end(self, stepped: Mapping[str, timedelta], kept: set[str]) -> None:
        with self._lock:
            for action_id in stepped:
                if action_id in kept:
                    self._watched[action_id][0].held = True
                else:
                    self._watched.pop(action_id, None)


def answered() -> None:
    """AWS answered a request of this context."""
    for watch in _watches.get():
        watch.answered()


def failed(trouble: Trouble) -> None:
    """A request of this context failed for a reason that passes."""
    for watch in _watches.get():
        watch.trouble = trouble
