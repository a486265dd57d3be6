"""The endpoint on a local port, served from a thread of its own."""

import asyncio
import threading
from collections.abc import Callable
from typing import Self

from bot.playground.identity_center.changes.settling import settle
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.wire import container
from bot.playground.identity_center.wire.connection import Connection
from bot.playground.identity_center.wire.endpoint import Endpoint
from bot.playground.identity_center.wire.faults import When
from bot.playground.identity_center.wire.hooks import Hook
from bot.playground.identity_center.wire.signature import access_key_of, secret_of


class AwsServer:
    """One endpoint for every simulated service, for real clients with `AWS_ENDPOINT_URL`.

    calls       Counter of the calls that arrived with a good signature, throttled or not: "identitystore.ListUsers"
    throttled   how many of them were over the rate
    complaints  what no correct client ever sends (unknown operation or parameter, a value out of bounds, a bad
                signature), and the simulator's own mistakes; tests insist that it is empty
    history     the last 20,000 calls with parameters and outcome
    faults      the faults that are ordered
    before and after run a test's own code at the moment of a call
    """

    def __init__(self, org: Estate, host: str = "127.0.0.1", port: int = 0) -> None:
        self.org = org
        self.endpoint = Endpoint(org)
        self.calls, self.history = self.endpoint.calls, self.endpoint.history
        self.faults, self.complaints = self.endpoint.faults, self.endpoint.complaints
        self.connections: set[asyncio.Transport] = set()
        self._host, self._port = host, port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stop: asyncio.Event | None = None
        self._failure: OSError | None = None

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._port}"

    @property
    def throttled(self) -> int:
        return self.endpoint.throttled

    def before(
        self, operation: str, run: Callable[[], object], *, when: When = None, once: bool = True
    ) -> Callable[[], None]:
        """Call `run()` just before a call of this operation, admitted and correct, is carried out.

        "organizations.UpdatePolicy", "sso-admin.*" or "*"; `when` as in `Fault`; `once=False`: before every call. It
        runs in the server's thread without the organization's lock, so it may work on `org`; a request to this server
        would wait for itself. Returns a function that cancels it. Raises ValueError for an unknown operation.
        """
        return self._hook(Hook("before", operation, run, when, once))

    def after(
        self, operation: str, run: Callable[[], object], *, when: When = None, once: bool = True
    ) -> Callable[[], None]:
        """Like `before`, but after the operation was carried out and before its answer is sent (or lost).

        Not after a call that ended in an error.
        """
        return self._hook(Hook("after", operation, run, when, once))

    def _hook(self, hook: Hook) -> Callable[[], None]:
        known = self.endpoint.operations
        if hook.operation not in {"*", *known, *(f"{name.partition('.')[0]}.*" for name in known)}:
            raise ValueError(f"the simulator has no operation {hook.operation}")
        return self.endpoint.hooks.add(hook)

    def environment(self, account_id: str | None = None) -> dict[str, str]:
        """The environment variables a client needs to call as this account (None: the management account)."""
        key = access_key_of(account_id or self.org.management_account_id)
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret_of(key),
            "AWS_REGION": self.org.region,
            "AWS_DEFAULT_REGION": self.org.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def container_environment(self) -> dict[str, str]:
        """The environment variables of a client that gets its credentials from its container (`endpoint.container`)."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.url}{container.PATH}",
            "AWS_REGION": self.org.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self) -> None:
        """Listen; returns once the port is open. Raises OSError if it cannot be opened. May follow a `stop()`."""
        if self._thread is not None:
            raise RuntimeError("the server is already running")
        ready = threading.Event()
        self._failure = None
        self._thread = threading.Thread(target=self._run, args=(ready,), name="simulated-aws", daemon=True)
        self._thread.start()
        ready.wait()
        if self._failure is not None:
            self._thread.join()
            self._thread = None
            raise self._failure

    def stop(self) -> None:
        """Close the port and every connection; returns once all are closed. Harmless if not running."""
        if self._thread is None:
            return
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    def drop_connections(self) -> None:
        """Cut every open connection, as a network failure would."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._abort_all)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _abort_all(self) -> None:
        for transport in list(self.connections):
            transport.abort()

    def _run(self, ready: threading.Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await self._loop.create_server(
                lambda: Connection(self.endpoint, self.connections), self._host, self._port, backlog=512
            )
        except OSError as error:
            self._failure = error
            ready.set()
            return
        self._port = server.sockets[0].getsockname()[1]
        clockwork = asyncio.create_task(self._clockwork())
        ready.set()
        await self._stop.wait()
        clockwork.cancel()
        server.close()
        self._abort_all()
        while self.connections:  # noqa: ASYNC110 - aborted transports report back in the next turns of the loop
            await asyncio.sleep(0)

    async def _clockwork(self) -> None:
        """Finish jobs on time even if nobody calls, so that listeners hear of it."""
        while True:
            await asyncio.sleep(0.05)
            if self.org.jobs.outstanding:
                settle(self.org)
