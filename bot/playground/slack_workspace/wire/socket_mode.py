"""Socket Mode: tickets, connections, and envelopes, each sent over exactly one connection."""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from bot.playground.slack_workspace.records import Json
from bot.playground.slack_workspace.state import State
from bot.playground.slack_workspace.wire.link import Link

ACK_SECONDS = 3.0
CONNECTIONS = 10
# How long Slack says a connection will last, and how long it leaves one open after a refresh request.
APPROXIMATE_SECONDS = 18_000
REFRESH_SECONDS = 10.0
TICKET_SECONDS = 30.0
# Events are sent again if nobody acknowledges them; interactions and commands are not. Slack waits longer.
EVENT_RETRIES = 3


@dataclass
class _Waiting:
    takes_answer: bool
    done: threading.Event = field(default_factory=threading.Event)
    answer: Json = field(default_factory=dict)
    late: bool = False


class SocketMode:
    def __init__(self, state: State, ack_seconds: float = ACK_SECONDS) -> None:
        self._state = state
        self._ack_seconds = ack_seconds
        self._lock = threading.RLock()
        self._tickets: dict[str, float] = {}
        self._links: list[Link] = []
        self._next = 0
        self._count = 0
        self._waiting: dict[str, _Waiting] = {}
        self._timers: list[threading.Timer] = []
        self.delivered: deque[tuple[int, Json]] = deque(maxlen=500)

    # Connections

    def new_ticket(self) -> str:
        with self._lock:
            ticket = secrets.token_urlsafe(16)
            self._tickets[ticket] = time.monotonic()
            return ticket

    def admit(self, ticket: str) -> bool:
        """A ticket opens one connection, once, within half a minute."""
        with self._lock:
            born = self._tickets.pop(ticket, None)
            return born is not None and time.monotonic() - born < TICKET_SECONDS

    def new_number(self) -> int:
        with self._lock:
            self._count += 1
            return self._count

    def serve(self, link: Link) -> None:
        """Greet a connection and read what it says until it ends."""
        with self._lock:
            full = len(self._links) >= CONNECTIONS
            if not full:
                self._links.append(link)
            open_now = len(self._links)
        try:
            if full:
                link.send({"type": "disconnect", "reason": "too_many_websockets"})
                return
            link.send(self._hello(open_now))
            self._tell()
            link.listen(self._heard)
        except OSError:
            return
        finally:
            with self._lock, contextlib.suppress(ValueError):
                self._links.remove(link)
            link.close()
            self._tell()

    def _hello(self, open_now: int) -> Json:
        return {
            "type": "hello",
            "num_connections": open_now,
            "connection_info": {"app_id": self._state.app_id},
            "debug_info": {
                "host": "applink-1",
                "build_number": 1,
                "approximate_connection_time": APPROXIMATE_SECONDS,
            },
        }

    def _tell(self) -> None:
        with self._state.change():
            pass

    @property
    def links(self) -> list[Link]:
        with self._lock:
            return list(self._links)

    def disconnect(self, reason: str) -> None:
        """Ask the app to renew every connection; after ``refresh_requested`` the old ones close ten seconds later."""
        message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
        for link in self.links:
            link.draining = reason == "refresh_requested"
            with contextlib.suppress(OSError):
                link.send(message)
            if link.draining:
                timer = threading.Timer(REFRESH_SECONDS, link.close)
                timer.daemon = True
                timer.start()
                with self._lock:
                    self._timers.append(timer)

    def drop(self) -> None:
        """Break every connection; none of them counts or is sent anything from now on."""
        with self._lock:
            links, self._links = self._links, []
        for link in links:
            link.drop()

    def close(self) -> None:
        """Close every connection properly."""
        with self._lock:
            links, self._links = self._links, []
            for timer in self._timers:
                timer.cancel()
        for link in links:
            link.close()

    # Envelopes

    def deliver(self, kind: str, payload: Json, *, takes_answer: bool) -> tuple[str | None, Json, float]:
        """Send one payload over one connection and wait for its ack.

        Returns (error, the ack's payload, seconds). The error is None, ``dispatch_failed`` if nobody is connected, or
        ``operation_timeout`` if nobody acknowledges within three seconds.
        """
        attempts = 1 + (EVENT_RETRIES if kind == "events_api" else 0)
        began = time.monotonic()
        error: str | None = "dispatch_failed"
        for attempt in range(attempts):
            again = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            error, answer = self._send(kind, payload, takes_answer, again if kind == "events_api" else {})
            if error is None:
                return None, answer, time.monotonic() - began
        return error, {}, time.monotonic() - began

    def _send(self, kind: str, payload: Json, takes_answer: bool, extra: Json) -> tuple[str | None, Json]:
        envelope_id = secrets.token_hex(16)
        waiting = _Waiting(takes_answer)
        with self._lock:
            self._waiting[envelope_id] = waiting
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": takes_answer,
            "payload": payload,
            **extra,
        }
        if not self._to_one(envelope):
            return "dispatch_failed", {}
        if not waiting.done.wait(self._ack_seconds):
            waiting.late = True
            return "operation_timeout", {}
        return None, waiting.answer

    def _to_one(self, envelope: Json) -> bool:
        """Pick connections in turn; those about to be renewed come last."""
        with self._lock:
            turn = self._next
            self._next += 1
            links = sorted(
                self._links[turn % len(self._links) :] + self._links[: turn % len(self._links)] if self._links else [],
                key=lambda link: link.draining,
            )
        for link in links:
            try:
                link.send(envelope)
            except OSError:
                continue
            with self._lock:
                self.delivered.append((link.number, envelope))
            return True
        return False

    def _heard(self, message: str) -> None:
        try:
            frame = json.loads(message)
            envelope_id = frame["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self._state.complain(f"socket: not an acknowledgement: {message[:200]}")
            return
        with self._lock:
            waiting = self._waiting.get(envelope_id)
        answer = frame.get("payload") or {}
        if waiting is None:
            self._state.complain("socket: an acknowledgement for an envelope that was never sent")
        elif waiting.done.is_set():
            self._state.complain("socket: an envelope acknowledged twice")
        elif waiting.late:
            self._state.complain("socket: an acknowledgement after three seconds")
        else:
            if answer and not waiting.takes_answer:
                self._state.complain("socket: an answer in the acknowledgement of an envelope that takes none")
                answer = {}
            waiting.answer = answer
            waiting.done.set()
