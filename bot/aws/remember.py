"""Names that hardly ever change, remembered for a while so that not every scan asks for them again."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

# Long enough to save nearly every call, short enough that a renamed group shows within the hour.
SECONDS = 3600.0


class Remembered(Generic[T]):
    """Values by key, each read again once it is `seconds` old. Errors are not remembered."""

    def __init__(self, seconds: float = SECONDS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._monotonic = seconds, monotonic
        self._values: dict[str, tuple[float, T]] = {}
        self._lock = threading.Lock()
        self._reading: dict[str, threading.Lock] = {}

    def get(self, key: str, read: Callable[[], T], *, max_age: float | None = None) -> T:
        """The value for `key`, read now if it is unknown or older than `max_age`. One reader at a time for a key."""
        with self._lock:
            reading = self._reading.setdefault(key, threading.Lock())
        with reading:
            limit = self._seconds if max_age is None else max_age
            known = self._values.get(key)
            if known and self._monotonic() - known[0] < limit:
                return known[1]
            value = read()
            self._values[key] = (self._monotonic(), value)
            return value

    def has(self, key: str) -> bool:
        """Whether `get` would answer without reading."""
        known = self._values.get(key)
        return known is not None and self._monotonic() - known[0] < self._seconds

    def forget(self, key: str) -> None:
        """Read it again next time."""
        with self._lock:
            self._values.pop(key, None)

    def put(self, key: str, value: T) -> None:
        """Remember what was read by the way."""
        with self._lock:
            self._values[key] = (self._monotonic(), value)
