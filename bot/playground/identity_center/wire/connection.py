"""One HTTP/1.1 connection to the endpoint, as an asyncio protocol: faster than a web framework, and it can be cut."""

import asyncio
import uuid
from collections.abc import Callable

from bot.playground.identity_center.wire.endpoint import Endpoint
from bot.playground.identity_center.wire.replies import Reply

_LOOK_SECONDS = 0.01  # how often a request that waits looks for its answer
_REASONS = {
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    407: "Proxy Authentication Required",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


class Connection(asyncio.Protocol):
    """One client connection: requests in, answers out, one after another."""

    def __init__(self, endpoint: Endpoint, connections: set[asyncio.Transport]) -> None:
        self._endpoint, self._connections = endpoint, connections
        self._buffer = b""
        self._busy = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._transport is not None:
            self._connections.discard(self._transport)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._busy:
            self._next()

    def _next(self) -> None:
        """Answer the request at the start of the buffer once it is complete."""
        head, separator, rest = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _version = (*first.split(" "), "", "")[:3]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            if headers.get("expect", "").lower() == "100-continue" and not rest and self._transport:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        body, self._buffer = rest[:length], rest[length:]
        reply = self._endpoint.answer(method, path, headers, body)
        self._busy = True
        if reply.look:
            self._wait(reply.look)
        elif reply.delay:
            asyncio.get_running_loop().call_later(reply.delay, self._send, reply)
        else:
            self._send(reply)

    def _wait(self, look: Callable[[], Reply | None]) -> None:
        """Look until there is an answer, or nobody who wants it."""
        if self._transport is None:
            return
        reply = look()
        if reply is None:
            asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._wait, look)
        else:
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        self._busy = False
        if self._transport is None:
            return
        if reply.drop:
            self._transport.abort()
            return
        kind = "text/xml" if reply.body.startswith(b"<") else "application/x-amz-json-1.1"
        by_aws = {"x-amzn-RequestId": str(uuid.uuid4()), "Date": self._endpoint.date()} if reply.by_aws else {}
        headers = {"Content-Type": kind, "Content-Length": str(len(reply.body)), **by_aws, **reply.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        start = f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Error')}\r\n{lines}\r\n"
        self._transport.write(start.encode("latin-1") + reply.body)
        if self._buffer:
            self._next()
