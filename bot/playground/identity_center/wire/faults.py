"""Faults to order: the nth call of an operation fails, is slow, is dropped, hits a proxy, or is carried out but never
answered.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("error", "latency", "drop", "lost_answer", "page", "lost_page", "job_failed", "job_slow")
When = Callable[[dict[str, Any]], bool] | Mapping[str, Any] | None


def is_meant(pattern: str, when: When, operation: str, parameters: dict[str, Any]) -> bool:
    """Whether this call matches `pattern` ("identitystore.ListUsers", "sso-admin.*" or "*") and `when`."""
    if pattern not in {"*", operation, f"{operation.partition('.')[0]}.*"}:
        return False
    if when is None:
        return True
    if isinstance(when, Mapping):
        return all(parameters.get(key) == value for key, value in when.items())
    return when(parameters)


@dataclass(slots=True)
class Fault:
    """One fault waiting for its calls.

    operation  "identitystore.ListUsers", "sso-admin.*" or "*"
    kind       error        answer with `code` (any error the operation's model names, or one common to all of AWS)
               latency      answer `seconds` later than usual
               drop         close the connection; nothing was done
               lost_answer  do it, then close the connection without an answer
               page         a proxy answers with `status` and `page`, without AWS's request id; nothing was done
               lost_page    do it, but the proxy answers anyway
               job_failed   accept the call; its job ends FAILED with `message` as the reason
               job_slow     accept the call; its job takes `seconds` longer
    nth        which matching call is the first to suffer, counted from 1
    times      how many calls suffer; None = all until `clear()`
    when       a test of the call's parameters, or a mapping of parameters it must contain
    """

    operation: str
    kind: str = "error"
    code: str = "InternalServerException"
    message: str = "A fault was requested for this call."
    seconds: float = 0.0
    status: int = 403
    page: str = "<html><head><title>403 Forbidden</title></head><body><h1>proxy.example.com</h1></body></html>"
    nth: int = 1
    times: int | None = 1
    when: When = None
    members: dict[str, Any] = field(default_factory=dict)  # more members of the error, such as Reason
    seen: int = 0
    suffered: int = 0

    def matches(self, operation: str, parameters: dict[str, Any]) -> bool:
        return is_meant(self.operation, self.when, operation, parameters)


class CallFaults(list[Fault]):
    """The faults that hit one call."""

    def first(self, *kinds: str) -> Fault | None:
        return next((fault for fault in self if fault.kind in kinds), None)

    def seconds(self, kind: str) -> float:
        return sum(fault.seconds for fault in self if fault.kind == kind)


class Faults:
    """The faults that wait; safe to change from any thread while the server answers."""

    def __init__(self, check: Callable[[Fault], None]) -> None:
        self._check = check
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault | str, **settings: Any) -> Fault:
        """Order a fault: `add("identitystore.ListUsers", code="ThrottlingException", nth=3)` or `add(Fault(…))`.

        Raises ValueError for an operation, kind or error code that does not exist.
        """
        ordered = Fault(fault, **settings) if isinstance(fault, str) else fault
        if ordered.kind not in KINDS:
            raise ValueError(f"kind must be one of {KINDS}, not {ordered.kind!r}")
        self._check(ordered)
        with self._lock:
            self._waiting.append(ordered)
        return ordered

    def remove(self, fault: Fault) -> None:
        """Cancel this fault. Harmless if it is over."""
        with self._lock:
            self._waiting = [waiting for waiting in self._waiting if waiting is not fault]

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, operation: str, parameters: dict[str, Any]) -> CallFaults:
        """The faults that hit this call; a used-up fault is forgotten."""
        with self._lock:
            if not self._waiting:
                return CallFaults()
            due = CallFaults()
            for fault in list(self._waiting):
                if not fault.matches(operation, parameters):
                    continue
                fault.seen += 1
                if fault.seen < fault.nth:
                    continue
                fault.suffered += 1
                due.append(fault)
                if fault.times is not None and fault.suffered >= fault.times:
                    self._waiting.remove(fault)
            return due
