"""One WebSocket connection over a plain socket, with the ``websockets`` library's protocol but not its I/O."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

PING_SECONDS = 5.0


class Link:
    """An open connection to the app. ``draining`` is set once the app was asked to reconnect."""

    def __init__(self, connection: socket.socket, number: int) -> None:
        self.number = number
        self.draining = False
        self.closed = threading.Event()
        self._socket = connection
        self._lock = threading.Lock()
        self._protocol = ServerProtocol()

    def accept(self, path: str, headers: Iterable[tuple[str, str]]) -> None:
        """Answer the client's handshake, which an HTTP server has already read."""
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
        self._protocol.receive_data("\r\n".join(lines).encode())
        (request,) = self._protocol.events_received()
        if not isinstance(request, Request):
            raise ConnectionError("not a WebSocket handshake")
        response = self._protocol.accept(request)
        self._protocol.send_response(response)
        self._flush()
        if response.status_code != 101:
            raise ConnectionError(response.reason_phrase)

    def send(self, message: Any) -> None:
        """Raises OSError when the connection is gone."""
        with self._lock:
            try:
                self._protocol.send_text(json.dumps(message).encode())
            except WebSocketException as error:
                raise ConnectionError("the connection is closing") from error
            self._flush()

    def listen(self, heard: Callable[[str], None]) -> None:
        """Pass every message to ``heard`` until the connection ends."""
        self._socket.settimeout(PING_SECONDS)
        parts: list[bytes] = []
        try:
            while True:
                for frame in self._receive():
                    if frame.opcode in (Opcode.TEXT, Opcode.CONT):
                        parts.append(bytes(frame.data))
                        if frame.fin:
                            heard(b"".join(parts).decode())
                            parts.clear()
                    elif frame.opcode is Opcode.CLOSE:
                        return
        except (OSError, WebSocketException):
            return
        finally:
            self.drop()

    def _receive(self) -> list[Frame]:
        try:
            data = self._socket.recv(65536)
        except TimeoutError:
            with self._lock:
                self._protocol.send_ping(b"slack")
                self._flush()
            return []
        with self._lock:
            if data:
                self._protocol.receive_data(data)
            else:
                self._protocol.receive_eof()
            self._flush()
            frames = [event for event in self._protocol.events_received() if isinstance(event, Frame)]
        if not data:
            raise ConnectionError("closed by the client")
        return frames

    def close(self) -> None:
        """Close properly: a close frame first."""
        with contextlib.suppress(OSError, WebSocketException), self._lock:
            if not self.closed.is_set():
                self._protocol.send_close(1000)
                self._flush()
        self.drop()

    def drop(self) -> None:
        """Close without a close frame, as a broken network does."""
        self.closed.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._socket.sendall(data)
