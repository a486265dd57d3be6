"""The health port tells the truth in time, and nobody can use it to make the bot deaf."""

import contextlib
import http.client
import json
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping

import pytest
from prometheus_client import CollectorRegistry, Gauge

from bot.health import ASK_SECONDS, MOST_CONNECTIONS, HealthServer

# A serving process with a limit on open files, which opens files of its own when told to.
SERVING = """
import resource, socket, sys
from prometheus_client import CollectorRegistry
from bot.health import HealthServer, raise_file_limit
soft, hard = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
raise_file_limit()
server = HealthServer("127.0.0.1", 0, alive=dict, ready=dict, metrics=CollectorRegistry())
server.start()
print(server.port, resource.getrlimit(resource.RLIMIT_NOFILE)[0], flush=True)
sys.stdin.readline()
held = [socket.socket() for _ in range(40)]
print("works", flush=True)
sys.stdin.readline()
"""


@contextlib.contextmanager
def serving(**checks: object) -> Iterator[HealthServer]:
    registry = CollectorRegistry()
    Gauge("cases", "Cases.", registry=registry).set(3)
    given = {"alive": dict, "ready": dict, **checks}
    server = HealthServer("127.0.0.1", 0, metrics=registry, **given)  # type: ignore[arg-type]  # checks by name
    server.start()
    try:
        yield server
    finally:
        server.stop()


def ask(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process itself open more than a thousand connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(
    ("hard", "connections", "sent"), [(1024, 1100, b"GET /rea"), (200, 300, b""), (200, 300, b"GET / HTTP/1.1\r\nA: ")]
)
@pytest.mark.usefixtures("many_files")
def test_half_open_requests_leave_the_bot_its_files_and_the_probe_its_answer(
    hard: int, connections: int, sent: bytes
) -> None:
    command = [sys.executable, "-c", SERVING, "100", str(hard)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
        contextlib.ExitStack() as stack,
    ):
        assert process.stdin
        assert process.stdout
        stack.callback(process.kill)
        port, soft = map(int, process.stdout.readline().split())
        assert soft == hard
        for number in range(connections):
            if number % 32 == 0 and number < connections - 128:
                # Let it accept these; otherwise the kernel would drop what it cannot queue, and try again after a second.
                assert ask(port, "/healthz")[0] == 200
            half_open = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            with contextlib.suppress(OSError):
                half_open.sendall(sent)
        assert ask(port, "/healthz")[0] == 200
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "works\n"


def test_a_request_that_does_not_arrive_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ASK_SECONDS < 7
    monkeypatch.setattr("bot.health.ASK_SECONDS", 1.0)
    with serving() as server, socket.create_connection(("127.0.0.1", server.port), timeout=9) as idle:
        for byte in b"GET /":
            idle.sendall(bytes([byte]))
            time.sleep(0.1)
        began = time.monotonic()
        assert idle.recv(1) == b""
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(("found", "status"), [({}, 200), ({"slack": ""}, 200), ({"slack": "", "scans": "late"}, 503)])
def test_what_is_wrong_is_said_with_its_reason(found: Mapping[str, str], status: int) -> None:
    with serving(ready=lambda: found) as server:
        said, text = ask(server.port, "/readyz")
        assert said == status
        assert json.loads(text) == {"ok": status == 200, "checks": {name: why or "ok" for name, why in found.items()}}


def test_metrics_wrong_paths_and_wrong_methods_have_their_answers() -> None:
    with serving() as server:
        assert "cases 3.0" in ask(server.port, "/metrics")[1]
        assert ask(server.port, "/metrics?name=x", "HEAD") == (200, "")
        assert ask(server.port, "/")[0] == 404
        assert ask(server.port, "/healthz", "POST")[0] == 405


def test_a_database_that_hangs_holds_up_neither_healthz_nor_the_next_question() -> None:
    free = threading.Event()

    def hang() -> dict[str, str]:
        free.wait(30)
        return {}

    with serving(ready=hang) as server:
        asked = [threading.Thread(target=ask, args=(server.port, "/readyz")) for _ in range(MOST_CONNECTIONS // 2)]
        for thread in asked:
            thread.start()
        try:
            began = time.monotonic()
            assert ask(server.port, "/healthz")[0] == 200
            assert time.monotonic() - began < 2
        finally:
            free.set()
        for thread in asked:
            thread.join()


def test_a_check_that_fails_is_an_answer_with_a_reference() -> None:
    def fail() -> dict[str, str]:
        raise KeyError("x")

    with serving(ready=fail) as server:
        status, text = ask(server.port, "/readyz")
        assert status == 503
        assert "reference" in json.loads(text)["checks"]["answer"]


def test_a_port_that_is_taken_does_not_stop_the_bot() -> None:
    with serving() as first:
        second = HealthServer("127.0.0.1", first.port, alive=dict, ready=dict, metrics=CollectorRegistry())
        second.start()
        assert second.port == 0
        second.stop()
