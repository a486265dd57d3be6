"""Faults to order: some calls of an operation fail, are limited, or lose their connection."""

import threading
from dataclasses import dataclass, field
from typing import Any

OPERATIONS = ("discovery", "token", "users", "deletedItems")


@dataclass(slots=True)
class Fault:
    """One fault waiting for its calls.

    operation    one of OPERATIONS, or "*"
    status       the HTTP status of the answer
    code         Graph's or OAuth's error code
    message      the sentence with it
    retry_after  what the header Retry-After says, in seconds; None: no such header
    body         answer with this text instead of an error, and `status`
    drop         close the connection without an answer
    seconds      answer this much later
    times        how many calls suffer; None: all until `clear()`
    """

    operation: str
    status: int = 503
    code: str = "ServiceUnavailable"
    message: str = "A fault was requested for this call."
    retry_after: int | None = None
    body: str | None = None
    drop: bool = False
    seconds: float = 0.0
    times: int | None = 1


@dataclass(slots=True)
class Faults:
    """The faults that wait; safe from any thread."""

    _waiting: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, operation: str, **settings: Any) -> Fault:
        """Order a fault. Raises ValueError for an operation that does not exist."""
        if operation not in {*OPERATIONS, "*"}:
            raise ValueError(f"the simulator has no operation {operation}")
        ordered = Fault(operation, **settings)
        with self._lock:
            self._waiting.append(ordered)
        return ordered

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, operation: str) -> Fault | None:
        """The fault that hits this call; a used-up one is forgotten."""
        with self._lock:
            for fault in self._waiting:
                if fault.operation not in {"*", operation}:
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                return fault
        return None
