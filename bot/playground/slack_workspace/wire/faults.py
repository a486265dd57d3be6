"""Faults on demand: the next calls of a method fail the way networks and servers do."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

Kind = Literal["error", "status", "ratelimited", "drop", "lost_answer", "latency"]


@dataclass
class SlackFault:
    """What happens to the next ``times`` calls of ``method`` (``*``: any method; ``response_url``: the webhooks).

    ``channel``: only to calls that name this channel.

    ``error``: the method does nothing and returns ``error``. ``status``: only an HTTP status.
    ``ratelimited``: HTTP 429 with ``retry_after``. ``drop``: the connection breaks before anything is done.
    ``lost_answer``: it is done, and the connection breaks before the answer. ``latency``: ``seconds`` later than usual.
    """

    method: str
    kind: Kind
    error: str = "internal_error"
    status: int = 500
    retry_after: int = 1
    seconds: float = 1.0
    times: int = 1
    channel: str = ""
    hits: int = 0


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[SlackFault] = []

    def add(
        self,
        method: str,
        kind: Kind,
        *,
        error: str = "internal_error",
        status: int = 500,
        retry_after: int = 1,
        seconds: float = 1.0,
        times: int = 1,
        channel: str = "",
    ) -> SlackFault:
        fault = SlackFault(method, kind, error, status, retry_after, seconds, times, channel)
        with self._lock:
            self._planned.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def next(self, method: str, channel: str = "") -> SlackFault | None:
        """The fault for this call, if any; it counts as one of its ``times``."""
        with self._lock:
            for fault in self._planned:
                meant = fault.method in (method, "*") and fault.channel in ("", channel)
                if meant and fault.hits < fault.times:
                    fault.hits += 1
                    return fault
        return None
