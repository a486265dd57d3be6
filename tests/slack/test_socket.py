"""The Socket Mode connection against the simulated workspace: what arrives, and what is asked of Slack meanwhile."""

import base64
import hashlib
import socket as sockets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.slack.connection.socket import LONGEST_PAUSE, SWITCHED_OFF, Pauses, Socket
from bot.slack.connection.websocket import Connection
from tests.slack.desk import DENY, Desk
from tests.world import eventually

OPEN = "apps.connections.open"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> float:
    """The first pause before another attempt, in seconds; each next one is twice as long."""
    monkeypatch.setattr("bot.slack.connection.socket.FIRST_PAUSE", 0.1)
    return 0.1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that reads nothing, and says nothing at the end, is waited for only a moment."""
    monkeypatch.setattr("bot.slack.connection.websocket.PONG_SECONDS", 0.3)


@contextmanager
def connected(desk: Desk) -> Iterator[Socket]:
    """The socket, begun; it may not be open yet."""
    socket = Socket(desk.app, desk.slack.environment()["SLACK_APP_TOKEN"], desk.slack.api_url)
    socket.connect()
    try:
        yield socket
    finally:
        socket.close()


def press(desk: Desk) -> bool:
    return desk.workspace.press(desk.alice, desk.channel, desk.alert["ts"], DENY).ok


def test_every_press_in_the_first_moments_of_the_connection_is_taken(desk: Desk) -> None:
    with connected(desk):
        eventually(lambda: desk.slack.connections > 0)
        for _ in range(12):
            assert press(desk)
            time.sleep(0.05)
    assert desk.stored() == 1


def test_a_press_that_comes_before_the_new_connection_is_known_is_answered_on_it(desk: Desk) -> None:
    with connected(desk) as socket:
        eventually(lambda: desk.slack.connections > 0 and not socket.trouble)
        socket._connection, known = None, socket._connection
        taken = press(desk)
        socket._connection = known
    assert taken


def test_a_start_opens_one_connection(desk: Desk) -> None:
    before = desk.slack.calls[OPEN]
    with connected(desk):
        time.sleep(1.5)
        assert (desk.slack.calls[OPEN] - before, desk.slack.connections) == (1, 1)


def test_while_socket_mode_is_switched_off_it_is_asked_for_ever_more_rarely_and_said_once(
    desk: Desk, short_pauses: float
) -> None:
    with capture_logs() as logs, connected(desk) as socket:
        eventually(lambda: not socket.trouble)
        before = desk.slack.calls[OPEN]
        desk.slack.faults.add(OPEN, "error", error="link_disabled", times=99)
        began = time.monotonic()
        desk.slack.drop_connections()
        eventually(lambda: desk.slack.calls[OPEN] - before >= 3)
        assert time.monotonic() - began > (1 + 2 + 4) * short_pauses
        eventually(lambda: socket.trouble == SWITCHED_OFF)
    assert [line["why"] for line in logs].count(SWITCHED_OFF) == 1
    assert len(logs) <= 2


@pytest.mark.parametrize("error", ["invalid_auth", "internal_error"])
def test_any_other_refusal_is_asked_again_as_rarely_from_the_start_on(
    desk: Desk, error: str, short_pauses: float
) -> None:
    before = desk.slack.calls[OPEN]
    desk.slack.faults.add(OPEN, "error", error=error, times=99)
    began = time.monotonic()
    with capture_logs() as logs, connected(desk) as socket:
        eventually(lambda: desk.slack.calls[OPEN] - before >= 3)
        assert time.monotonic() - began > (1 + 2) * short_pauses
        assert socket.trouble
    assert len(logs) == 1


@pytest.mark.usefixtures("short_pauses")
def test_a_rate_limit_is_waited_out_as_long_as_slack_says(desk: Desk) -> None:
    before = desk.slack.calls[OPEN]
    desk.slack.faults.add(OPEN, "ratelimited", retry_after=1)
    began = time.monotonic()
    with connected(desk):
        eventually(lambda: desk.slack.connections == 1)
        assert time.monotonic() - began > 1
        assert desk.slack.calls[OPEN] - before == 2


def test_connections_that_end_at_once_are_failures_too(desk: Desk, short_pauses: float) -> None:
    ended = threading.Event()
    with connected(desk) as socket:
        eventually(lambda: not socket.trouble)
        before = desk.slack.calls[OPEN]
        began = time.monotonic()
        while desk.slack.calls[OPEN] - before < 3:
            desk.slack.disconnect("link_disabled")
            ended.wait(0.02)
        assert time.monotonic() - began > (1 + 2 + 4) * short_pauses


def test_every_press_is_taken_while_slack_renews_the_connection(desk: Desk) -> None:
    with connected(desk) as socket:
        eventually(lambda: not socket.trouble)
        for reason in ("warning", "refresh_requested"):
            desk.slack.disconnect(reason)
            for _ in range(10):
                assert press(desk)
                time.sleep(0.05)
    assert not desk.slack.complaints


def test_a_broken_connection_is_noticed_and_opened_again(desk: Desk) -> None:
    with connected(desk) as socket:
        eventually(lambda: not socket.trouble)
        desk.slack.drop_connections()
        eventually(lambda: socket.trouble)
        eventually(lambda: desk.slack.connections == 1, seconds=5)
        assert press(desk)


def test_a_connection_that_slack_ends_is_closed_here_too(desk: Desk) -> None:
    with connected(desk) as socket:
        eventually(lambda: not socket.trouble)
        ended = socket._connection
        assert ended
        desk.slack.socket_mode.close()
        eventually(lambda: ended._socket.sock is None)


@pytest.mark.parametrize("seconds", [0.0, 0.005, 0.02])
def test_a_stop_while_the_connection_is_opened_leaves_none(desk: Desk, seconds: float) -> None:
    with connected(desk) as socket:
        time.sleep(seconds)
    socket._keeper.join(5)
    assert not socket._keeper.is_alive()
    eventually(lambda: desk.slack.connections == 0)


def test_what_was_taken_is_acknowledged_though_the_bot_stops(desk: Desk) -> None:
    slow, answered = threading.Event(), []
    desk.work.broken = lambda: time.sleep(0.5 if not slow.is_set() else 0)
    with connected(desk) as socket:
        eventually(lambda: not socket.trouble)
        person = threading.Thread(target=lambda: answered.append(press(desk)))
        person.start()
        eventually(lambda: desk.stored() == 1)
    person.join()
    assert answered == [True]


def test_the_pauses_double_up_to_the_longest_and_begin_anew_after_a_connection_that_lasted() -> None:
    pauses = Pauses()
    assert [pauses.after(0.0) for _ in range(6)] == [1, 2, 4, 8, 16, LONGEST_PAUSE]
    assert (pauses.after(3600.0), pauses.after(0.0)) == (0.0, 1)


@contextmanager
def greeting(*more: bytes) -> Iterator[str]:
    """The address of a server that greets, sends these texts, and then reads nothing."""
    peers: list[sockets.socket] = []

    def serve() -> None:
        peer, _ = listening.accept()
        peers.append(peer)
        asked = dict(line.split(b": ", 1) for line in peer.recv(4096).split(b"\r\n") if b": " in line)
        salt = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(asked[b"Sec-WebSocket-Key"] + salt).digest())  # noqa: S324 - RFC 6455
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        peer.sendall(head + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        for text in (b'{"type":"hello"}', *more):
            peer.sendall(b"\x81\x7f" + len(text).to_bytes(8, "big") + text)

    with sockets.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"ws://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            for peer in peers:
                peer.close()


@pytest.mark.usefixtures("impatient")
def test_after_half_an_answer_a_connection_is_left() -> None:
    """What follows half a frame, Slack would take for the rest of it."""
    with greeting() as url:
        connection = Connection(url, lambda _came_on, _frame: None)
        assert connection.greeted()
        assert not connection.send("x" * 30_000_000)
        assert connection.leaving.is_set()
        connection.close()


@pytest.mark.usefixtures("impatient")
def test_json_that_is_nested_too_deep_ends_no_connection() -> None:
    taken = threading.Event()
    with greeting(b"[" * 200_000, b'{"type":"slash_commands","envelope_id":"1"}') as url:
        connection = Connection(url, lambda _came_on, _frame: taken.set())
        assert connection.greeted()
        assert taken.wait(5)
        connection.close()
