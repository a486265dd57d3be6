"""What hardly ever changes, remembered for a while so that not every scan asks for it again."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

# Long enough to save nearly every call, short enough that a renamed group shows within the hour.
SECONDS = 3600.0
# So many calls in so many seconds may go into reading again what is known already.
CALLS, WINDOW_SECONDS = 100, 900.0


class Allowance:
    """How many calls may be spent on what is known already: what was read together also grows old together."""

    def __init__(
        self, calls: int = CALLS, seconds: float = WINDOW_SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._monotonic = calls, seconds, monotonic
        self._left, self._began = calls, monotonic()
        self._lock = threading.Lock()

    def take(self, calls: int) -> bool:
        """Whether so many calls may be made now; they count as made."""
        with self._lock:
            now = self._monotonic()
            if now - self._began >= self._seconds:
                self._left, self._began = self._most, now
            if calls > self._left:
                return False
            self._left -= calls
            return True


class Cache(Generic[T]):
    """Values by key, each read again once it is `seconds` old and `allowance` has the `calls` it takes; until then the
    old one is given. Errors are not remembered.
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
        """Read it again as soon as the allowance has room; until then it will do."""
        with self._lock:
            known = self._values.get(key)
            if known:
                self._values[key] = (float("-inf"), known[1])

    def put(self, key: str, value: T) -> None:
        """Remember what was read by the way."""
        with self._lock:
            self._values[key] = (self._monotonic(), value)

    def _fresh(self, read_at: float, max_age: float | None) -> bool:
        return self._monotonic() - read_at < (self._seconds if max_age is None else max_age)

    def _must_wait(self, max_age: float | None) -> bool:
        return max_age is None and self._allowance is not None and not self._allowance.take(self._calls)
