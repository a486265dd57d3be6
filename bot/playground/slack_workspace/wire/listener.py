"""HTTP for the simulated Slack: requests, answers, faults, and the upgrade to WebSocket.

Plain sockets and no web framework: a fault must be able to break a connection without an answer.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import traceback
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.playground.slack_workspace.records import Json
from bot.playground.slack_workspace.wire.api import Api
from bot.playground.slack_workspace.wire.faults import SlackFault
from bot.playground.slack_workspace.wire.link import Link


class HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], api: Api) -> None:
        self.api = api
        self._open: dict[socket.socket, threading.Thread] = {}
        self._open_lock = threading.Lock()
        self.ending = threading.Event()
        super().__init__(address, Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open[request] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._open_lock:
                self._open.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the library's signature
        """Ignore clients that went away; anything else is a mistake in this simulator and must not stay hidden."""
        if not isinstance(sys.exception(), OSError):
            self.api.workspace.complain(f"the simulator failed: {traceback.format_exc()}")

    def hang_up(self) -> None:
        """Close the listening socket and every connection, and wait for their threads."""
        self.ending.set()
        self.server_close()
        with self._open_lock:
            still_open = dict(self._open)
        for connection, thread in still_open.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(5)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HttpServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/link/":
            self._link(dict(parse_qsl(parts.query)).get("ticket", ""))
        else:
            self.do_POST()

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        api = self.server.api
        if parts.path.startswith("/hook/"):
            self._with_faults("response_url", lambda: self._response_url(parts.path.removeprefix("/hook/"), body))
            return
        if not parts.path.startswith("/api/"):
            self._answer(404, {}, b"not found")
            return
        method = parts.path.removeprefix("/api/")

        try:
            given = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **self._given(body)}
        except ValueError:
            self._answer(200, {}, json.dumps({"ok": False, "error": "invalid_json"}).encode())
            return

        def run() -> tuple[int, dict[str, str], bytes]:
            token = self._token(given)
            status, headers, answer = api.call(method, token, given)
            return status, headers, json.dumps(answer).encode()

        self._with_faults(method, run, str(given.get("channel", "")))

    def _token(self, given: Json) -> str | None:
        in_body = given.pop("token", None)
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" and token else in_body

    def _given(self, body: bytes) -> Json:
        """The arguments of a JSON, form or multipart body. Raises ValueError for broken JSON."""
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/json"):
            given = json.loads(body or b"{}")
            if not isinstance(given, dict):
                raise ValueError("not an object")
            return given
        if kind.startswith("multipart/form-data"):
            whole: Message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
            fields: Json = {}
            for part in whole.walk():
                name = part.get_param("name", header="content-disposition")
                if isinstance(name, str):
                    fields[name] = str(part.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]  # bytes with decode
            return fields
        return dict(parse_qsl(body.decode(), keep_blank_values=True))

    def _with_faults(self, method: str, run: Any, channel: str = "") -> None:
        """Answer a call, or apply its fault; it counts as a call either way."""
        with self.server.api.workspace.lock:
            self.server.api.calls[method] += 1
        fault: SlackFault | None = self.server.api.faults.next(method, channel)
        kind = fault.kind if fault is not None else None
        if fault is None:
            self._answer(*run())
        elif kind == "latency":
            self._answer_late(fault.seconds, run)
        elif kind == "error":
            self._answer(200, {}, json.dumps({"ok": False, "error": fault.error}).encode())
        elif kind == "status":
            self._answer(fault.status, {}, b"upstream error")
        elif kind == "ratelimited":
            self.server.api.rate_limited[method] += 1
            wait = {"Retry-After": str(fault.retry_after)}
            self._answer(429, wait, json.dumps({"ok": False, "error": "ratelimited"}).encode())
        else:
            if kind == "lost_answer":
                run()
            self.close_connection = True

    def _answer_late(self, seconds: float, run: Any) -> None:
        if self.server.ending.wait(seconds):
            self.close_connection = True
        else:
            self._answer(*run())

    def _response_url(self, name: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        try:
            given = json.loads(body)
        except ValueError:
            return 400, {}, b"invalid_payload"
        status, answer = self.server.api.response_url(name, given)
        return status, {}, answer.encode()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        json_body = body.startswith(b"{")
        self.send_header("Content-Type", "application/json; charset=utf-8" if json_body else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _link(self, ticket: str) -> None:
        self.close_connection = True
        mode = self.server.api.socket_mode
        if not mode.admit(ticket):
            self._answer(403, {"Connection": "close"}, b"invalid ticket")
            return
        link = Link(self.connection, mode.new_number())
        link.accept(self.path, self.headers.items())
        mode.serve(link)
