"""/healthz, /readyz and /metrics over HTTP: a small server that cannot be made to use up the bot's open files."""

import asyncio
import json
import resource
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.core.errors import new_reference
from bot.redact import redact

log = structlog.get_logger(__name__)

Checks = Callable[[], Mapping[str, str]]
# How many connections are held at once; to make room, the oldest that has sent no request yet is closed.
MOST_CONNECTIONS = 32
# How many more may wait to be accepted.
BACKLOG = 64
# How long a request may take to arrive, and an answer to be found and sent, in seconds.
ASK_SECONDS, ANSWER_SECONDS = 5.0, 10.0
MOST_BYTES = 8192
# Asked for where the system sets no limit.
PLENTY = 1_048_576


def raise_file_limit() -> None:
    """Raise the limit of open files to what the system allows: the usual soft limit is made for small programs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = PLENTY if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < most:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        except (OSError, ValueError) as error:
            log.warning("the limit of open files could not be raised", files=soft, why=str(error))


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: its status, its content type and its body."""

    status: HTTPStatus
    kind: str
    text: bytes


class HealthServer:
    """/healthz (the loops of this process make progress), /readyz (it can do its job now), /metrics.

    `alive` and `ready` give, by name, a sentence on what is wrong, or "" when all is well. `alive` never waits.
    """

    def __init__(self, host: str, port: int, *, alive: Checks, ready: Checks, metrics: CollectorRegistry) -> None:
        self._address = (host, port)
        self._alive, self._ready, self._metrics = alive, ready, metrics
        # Reading the database may hang; /healthz must answer all the same.
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="health")
        self._asking: dict[asyncio.Task[None], None] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._opened = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="health", daemon=True)
        self.port = 0

    def start(self) -> None:
        """Listen; `port` is then the open one, or 0 if it could not be opened."""
        self._thread.start()
        self._opened.wait(ASK_SECONDS)

    def stop(self) -> None:
        if self._loop and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout=5)
        self._readers.shutdown(wait=False, cancel_futures=True)

    async def _serve(self) -> None:
        host, port = self._address
        self._loop = asyncio.get_running_loop()
        try:
            server = await asyncio.start_server(self._handle, host, port, limit=MOST_BYTES, backlog=BACKLOG)
            self.port = server.sockets[0].getsockname()[1]
        except OSError as error:
            log.warning("the health port cannot be opened; leaverbot runs without it", port=port, why=error.strerror)
            return
        finally:
            self._opened.set()
        try:
            await self._stopping.wait()
        finally:
            server.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or not self._has_room():
            writer.transport.abort()
            return
        self._asking[task] = None
        try:
            async with asyncio.timeout(ASK_SECONDS):
                request = await reader.readuntil(b"\r\n\r\n")
            del self._asking[task]
            self._answering.add(task)
            async with asyncio.timeout(ANSWER_SECONDS + 1):
                writer.write(await self._answer(request))
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            log.debug("a request to the health port was cut short")
        finally:
            self._asking.pop(task, None)
            self._answering.discard(task)
            writer.transport.abort()

    def _has_room(self) -> bool:
        """Whether one more connection can be held; the oldest that has sent no request yet is closed if need be."""
        if len(self._asking) + len(self._answering) < MOST_CONNECTIONS:
            return True
        oldest = next(iter(self._asking), None)
        if oldest is None:
            return False
        del self._asking[oldest]
        oldest.cancel()
        return True

    async def _answer(self, request: bytes) -> bytes:
        method, _, rest = request.partition(b"\r\n")[0].decode("latin-1").partition(" ")
        page = await self._page(method, rest.partition(" ")[0].partition("?")[0])
        head = (
            f"HTTP/1.1 {page.status.value} {page.status.phrase}\r\nContent-Type: {page.kind}\r\n"
            f"Content-Length: {len(page.text)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + (b"" if method == "HEAD" else page.text)

    async def _page(self, method: str, path: str) -> Page:
        if method not in {"GET", "HEAD"}:
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED)
        if path == "/healthz":
            return _checked(self._alive())
        waiting = {"/readyz": lambda: _checked(self._ready()), "/metrics": self._show}.get(path)
        if waiting is None:
            return _plain(HTTPStatus.NOT_FOUND)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._readers, waiting)
        except TimeoutError:
            return _checked({"answer": f"no answer within {ANSWER_SECONDS:.0f} s"})
        except Exception:  # a request ends here, and is answered
            log.exception("a request to the health port failed", reference=(reference := new_reference()))
            return _checked({"answer": f"unexpected error (reference {reference})"})

    def _show(self) -> Page:
        return Page(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(self._metrics))


def _checked(found: Mapping[str, str]) -> Page:
    bad = any(found.values())
    body = {"ok": not bad, "checks": {name: redact(text) or "ok" for name, text in found.items()}}
    status = HTTPStatus.SERVICE_UNAVAILABLE if bad else HTTPStatus.OK
    return Page(status, "application/json", json.dumps(body, ensure_ascii=False).encode())


def _plain(status: HTTPStatus) -> Page:
    return Page(status, "text/plain; charset=utf-8", f"{status.phrase}\n".encode())
