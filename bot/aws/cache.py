"""What hardly ever changes, remembered for a while so that scans need not ask for it each time."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

# Long enough to save nearly every call, short enough that a renamed group shows within the hour.
SECONDS = 3600.0
# How many calls in how many seconds may go into refreshing what is already known.
CALLS, WINDOW_SECONDS = 100, 900.0


class Allowance:
    """Limits the calls that refresh what is already known: what was read together also grows old together."""

    def __init__(
        self, calls: int = CALLS, seconds: float = WINDOW_SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._monotonic = calls, seconds, monotonic
        self._left, self._began = calls, monotonic()
        self._lock = threading.Lock()

    def take(self, calls: int) -> bool:
        """Whether this many calls may be made now; if so, they count as made."""
        with self._lock:
            now = self._monotonic()
            if now - self._began >= self._seconds:
                self._left, self._began = self._most, now
            if calls > self._left:
                return False
            self._left -= calls
            return True


class Cache(Generic[T]):
    """Values by key. Each is refreshed once it is `seconds` old and `allowance` has the `calls` that takes; until then
    the old value is returned. Errors are not remembered.
    """

    def __init__(
        self,
        seconds: float = SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        allowance: Allowance | None = None,
        calls: int = 1,
    ) -> None:
        self._seconds, self._monotonic = seconds, monotonic
        self._allowance, self._calls = allowance, calls
        self._values: dict[str, tuple[float, T]] = {}
        self._lock = threading.Lock()
        self._reading: dict[str, threading.Lock] = {}

    def get(self, key: str, read: Callable[[], T], *, max_age: float | None = None) -> T:
        """The value for `key`, read now if it is unknown or older than `max_age`. One reader at a time for a key."""
        with self._lock:
            reading = self._reading.setdefault(key, threading.Lock())
        with reading:
            known = self._values.get(key)
            if known and (self._fresh(known[0], max_age) or self._must_wait(max_age)):
                return known[1]
            value = read()
            self._values[key] = (self._monotonic(), value)
            return value

    def has(self, key: str) -> bool:
        """Whether there is a value, however old."""
        return key in self._values

    def forget(self, key: str) -> None:
        """Read it again next time."""
        with self._lock:
            self._values.pop(key, None)

    def doubt(self, key: str) -> None:
        """Refresh it as soon as the allowance permits; until then the old value will do."""
        with self._lock:
            known = self._values.get(key)
            if known:
                self._values[key] = (float("-inf"), known[1])

    def put(self, key: str, value: T) -> None:
        """Remember what came with something else."""
        with self._lock:
            self._values[key] = (self._monotonic(), value)

    def _fresh(self, read_at: float, max_age: float | None) -> bool:
        return self._monotonic() - read_at < (self._seconds if max_age is None else max_age)

    def _must_wait(self, max_age: float | None) -> bool:
        return max_age is None and self._allowance is not None and not self._allowance.take(self._calls)
