"""The simulated AWS in a process of its own, so that what it needs is not counted as the bot's."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.organizations import Size, build

if TYPE_CHECKING:
    from bot.playground.identity_center import AwsServer, Organization


class Served:
    """In the simulator's process: the organization and the server that serves it now."""

    def __init__(self, size: Size) -> None:
        self.org: Organization = build(size)
        self.server: AwsServer | None = None

    def restart(self) -> dict[str, str]:
        """A new server for the same organization, with full buckets and nothing counted. Gives its environment."""
        from bot.playground.identity_center import AwsServer

        if self.server:
            self.server.stop()
        self.server = AwsServer(self.org)
        self.server.start()
        return self.server.environment()


def restart(served: Served) -> dict[str, str]:
    return served.restart()


def seen(served: Served) -> dict[str, Any]:
    """What the server has counted: calls by operation, how many of them it throttled, and wrong requests."""
    assert served.server
    return {
        "calls": dict(served.server.calls),
        "throttled": served.server.throttled,
        "complaints": list(served.server.complaints),
    }


def rates(served: Served) -> dict[str, float]:
    """By quota: calls divided by AWS's published rate, so the seconds that they take at least."""
    from bot.playground.identity_center.wire.limits import COLLECTIVE, PER_OPERATION

    assert served.server
    seconds: dict[str, float] = {}
    for name, calls in served.server.calls.items():
        service = name.partition(".")[0]
        quota, allowed = (service, COLLECTIVE[service]) if service in COLLECTIVE else (name, PER_OPERATION.get(name))
        if allowed:
            seconds[quota] = seconds.get(quota, 0.0) + calls / allowed[0]
    return seconds


def record(served: Served, path: Path) -> int:
    """Write the calls that came, in order, for `replay`."""
    import json

    assert served.server
    heard = list(served.server.history)
    path.write_text(json.dumps([[call.operation, dict(call.parameters)] for call in heard]))
    return len(heard)


class Simulator:
    """The other end of the pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run `function(served, *arguments)` over there. Raises RuntimeError with what it raised."""
        self._pipe.send((function, arguments))
        done, answer = self._pipe.recv()
        if not done:
            raise RuntimeError(answer)
        return answer


@contextmanager
def simulator(size: Size) -> Iterator[Simulator]:
    """An organization of this size, served until the end of the block."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, size), daemon=True)
    process.start()
    there.close()
    try:
        yield Simulator(here)
    finally:
        here.close()
        process.join(timeout=30)
        if process.is_alive():
            process.kill()


def _serve(pipe: Connection, size: Size) -> None:
    served = Served(size)
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((True, function(served, *arguments)))
        except Exception as error:  # noqa: BLE001 - it is told on the other end, which ends with it
            pipe.send((False, repr(error)))
