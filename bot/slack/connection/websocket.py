"""One WebSocket of Socket Mode, from its opening to its end."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from websocket import ABNF, WebSocket, WebSocketException, WebSocketTimeoutException

log = structlog.get_logger(__name__)

# How long a silence may last before the connection is tested, and how long the answer may take, in seconds.
PING_SECONDS, PONG_SECONDS = 5, 2
# A new connection that Slack has not greeted within this many seconds is given up.
HELLO_SECONDS = 10.0


class Connection:
    """Runs on a thread of its own.

    The library's WebSocketApp is not used: it leaks the file descriptor of a connection that the other side closed.
    """

    def __init__(self, url: str, received: Callable[["Connection", Mapping[str, Any]], None]) -> None:
        self._received = received
        self._began = time.monotonic()
        self._heard = self._began
        self._ended_at = 0.0
        # Why Slack wants it to end, or what broke it.
        self.reason = ""
        self._greeted, self.leaving, self._closing = threading.Event(), threading.Event(), threading.Event()
        # Its text is read as JSON, which must be UTF-8 anyway; the library's own check takes a millisecond for 8 kB.
        self._socket = WebSocket(skip_utf8_validation=True)
        self._thread = threading.Thread(target=self._run, args=(url,), name="socket", daemon=True)
        self._thread.start()

    def _run(self, url: str) -> None:
        try:
            self._socket.connect(url, timeout=HELLO_SECONDS)  # type: ignore[no-untyped-call]  # the library has no types
            self._socket.settimeout(PONG_SECONDS)
            while self._socket.connected and not self._closing.is_set():
                self._receive()
        except (WebSocketException, OSError, ValueError) as error:
            self.reason = self.reason or type(error).__name__
        finally:
            self._socket.shutdown()  # type: ignore[no-untyped-call]  # as above
            self._ended_at = time.monotonic()
            self.leaving.set()
            self._greeted.set()

    def _receive(self) -> None:
        """One frame; after a silence Slack is asked whether it is still there, and has to answer soon."""
        try:
            kind, frame = self._socket.recv_data_frame(control_frame=True)
        except WebSocketTimeoutException:
            silent = time.monotonic() - self._heard
            if silent >= PING_SECONDS + PONG_SECONDS:
                raise
            if silent >= PING_SECONDS:
                self._socket.ping()
            return
        self._heard = time.monotonic()
        if kind == ABNF.OPCODE_TEXT:
            self._message(frame.data)
        elif kind == ABNF.OPCODE_CLOSE:
            self.reason = self.reason or "closed by Slack"

    def greeted(self) -> bool:
        """Wait for Slack's greeting. Returns whether it came, and not a disconnect."""
        return self._greeted.wait(HELLO_SECONDS) and not self.leaving.is_set()

    @property
    def alive(self) -> bool:
        """Whether Slack was heard from within the time that the pings ensure."""
        silent = time.monotonic() - self._heard
        return self._greeted.is_set() and not self._ended_at and silent < PING_SECONDS + 2 * PONG_SECONDS

    @property
    def lived(self) -> float:
        return (self._ended_at or time.monotonic()) - self._began

    def send(self, text: str) -> bool:
        try:
            self._socket.send(text)
        except (WebSocketException, OSError):
            # Half of it may have been sent, and whatever follows would be taken for the rest.
            self.leaving.set()
            return False
        return True

    def close(self) -> None:
        """Close the connection, and give Slack a moment to close its side."""
        self._closing.set()
        with contextlib.suppress(WebSocketException, OSError):
            self._socket.send_close()
        self._thread.join(2 * PONG_SECONDS)

    def _message(self, data: bytes) -> None:
        try:
            frame = json.loads(data)
        except (ValueError, RecursionError):
            log.warning("Slack sent something that is not JSON")
            return
        kind = frame.get("type") if isinstance(frame, dict) else None
        if kind == "hello":
            self._greeted.set()
        elif kind == "disconnect":
            self.reason = str(frame.get("reason", ""))
            self.leaving.set()
            self._greeted.set()
        elif kind and "envelope_id" in frame:
            self._received(self, frame)
