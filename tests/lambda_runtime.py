"""Lambda's Runtime API on loopback, for the real runtime client, and a Secrets Manager that holds two secrets.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:leaverbot"
_RUNTIME = "/2018-06-01/runtime/"


@dataclass
class Call:
    """One invocation. `failed`: it ended in `…/error`. `answer`: what was posted."""

    limit_seconds: float
    event: Any
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    ended: threading.Event = field(default_factory=threading.Event)
    failed: bool = False
    answer: Any = None
    # From the moment it was handed out to its answer, in seconds.
    took: float = 0.0
    began: float = 0.0


class _Server:
    def __init__(self) -> None:
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.http.daemon_threads = True
        self._thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        host, port = self.http.server_address[:2]
        return f"{host!s}:{port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.http.shutdown()
        self._thread.join()
        self.http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None: ...

            def do_GET(self) -> None:
                server.answer(self, b"")

            def do_POST(self) -> None:
                server.answer(self, self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        return Handler

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        raise NotImplementedError


def _send(request: BaseHTTPRequestHandler, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    request.send_response(status)
    for name, value in {**headers, "Content-Length": str(len(body))}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


class RuntimeApi(_Server):
    """Hands out one call after the other, as Lambda does with a concurrency of one."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: queue.Queue[Call | None] = queue.Queue()
        self._calls: dict[str, Call] = {}
        self.init_errors: list[Any] = []

    def invoke(self, *, limit_seconds: float, event: Any = None, patience: float = 60.0) -> Call:
        """Call the function, and wait for its answer."""
        call = self.begin(limit_seconds=limit_seconds, event=event)
        if not call.ended.wait(patience):
            raise AssertionError(f"no answer within {patience} s")
        return call

    def begin(self, *, limit_seconds: float, event: Any = None) -> Call:
        """Call the function, and wait for nothing."""
        call = Call(limit_seconds, event or {})
        self._calls[call.id] = call
        self._waiting.put(call)
        return call

    def stop(self) -> None:
        self._waiting.put(None)
        super().stop()

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        what = request.path.removeprefix(_RUNTIME)
        if what == "invocation/next":
            self._hand_out(request)
        elif what == "init/error":
            self.init_errors.append(json.loads(body))
            _send(request, 202, b"{}", {"Content-Type": "application/json"})
        else:
            self._take(what, body)
            _send(request, 202, b"{}", {"Content-Type": "application/json"})

    def _hand_out(self, request: BaseHTTPRequestHandler) -> None:
        call = self._waiting.get()
        if call is None:
            return
        call.began = time.monotonic()
        deadline = int((time.time() + call.limit_seconds) * 1000)
        _send(
            request,
            200,
            json.dumps(call.event).encode(),
            {
                # awslambdaric 4.2.2 dies with SIGSEGV without a Content-Type. The other optional headers are left out.
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": call.id,
                "Lambda-Runtime-Deadline-Ms": str(deadline),
                "Lambda-Runtime-Invoked-Function-Arn": ARN,
            },
        )

    def _take(self, what: str, body: bytes) -> None:
        _, call_id, how = what.split("/")
        call = self._calls[call_id]
        call.failed, call.answer, call.took = how == "error", json.loads(body), time.monotonic() - call.began
        call.ended.set()


class Secrets(_Server):
    """Answers GetSecretValue with these `texts`, as a stand-in for Secrets Manager. `asked`: the names, one a request."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        super().__init__()
        self.texts, self.asked = dict(secrets), list[str]()

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid.uuid4())}
        name = json.loads(body)["SecretId"]
        self.asked.append(name)
        if request.headers["X-Amz-Target"] != "secretsmanager.GetSecretValue" or name not in self.texts:
            fault = {
                "__type": "ResourceNotFoundException",
                "Message": "Secrets Manager can't find the specified secret.",
            }
            _send(request, 400, json.dumps(fault).encode(), headers)
            return
        _send(request, 200, json.dumps({"ARN": name, "SecretString": self.texts[name]}).encode(), headers)
