"""The Socket Mode connection: kept open, opened anew before it ends, and tried again with growing pauses.

slack_sdk's own client is not used: at each start it opens three connections and throws one away with what was sent on
it, it asks for an address twice a second for as long as Slack refuses, and it checks UTF-8 in pure Python.
"""

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from websocket import ABNF, WebSocket, WebSocketException, WebSocketTimeoutException

from bot.core.errors import ChatError, ChatLimited
from bot.core.waiting import longer
from bot.slack.connection.web import asked, plain_client

log = structlog.get_logger(__name__)

# So many requests at once: some wait for Slack while they are answered.
THREADS = 32
# After how long a silence the connection is tried, and how long an answer may take, in seconds.
PING_SECONDS, PONG_SECONDS = 5, 2
# Slack greets a new connection; one without a greeting after so many seconds is given up.
HELLO_SECONDS = 10.0
# One that ended sooner than this has failed, in seconds; then a pause follows.
SETTLED_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# What stands against a connection is logged this often, in seconds.
SAY_SECONDS = 60.0

WRONG = (
    "SLACK_APP_TOKEN is not valid. It is an app-level token with the scope connections:write "
    "(app settings > Basic Information > App-Level Tokens)."
)
SWITCHED_OFF = "Socket Mode is switched off for the Slack app. Switch it on: app settings > Socket Mode."
# What a person has to change, by Slack's error code or the reason of a `disconnect`.
LASTING: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("account_inactive", "invalid_auth", "missing_scope", "not_allowed_token_type", "not_authed"),
            *("token_expired", "token_revoked"),
        ),
        WRONG,
    ),
    "link_disabled": SWITCHED_OFF,
    "too_many_websockets": "Ten programs are connected as this Slack app, and Slack allows no more. End the others.",
}

NOTHING_SAID = ("", 0.0)


class Pauses:
    """How long to wait before the next attempt: longer after each failure, from the start again after a success."""

    def __init__(self) -> None:
        self._last = 0.0

    def after(self, lived: float) -> float:
        """`lived`: for how many seconds the connection was open; 0 for one that never was."""
        if lived >= SETTLED_SECONDS:
            self._last = 0.0
        else:
            self._last = longer(self._last, FIRST_PAUSE, LONGEST_PAUSE)
        return self._last


class Connection:
    """One WebSocket, from its opening to its end, on a thread of its own.

    Not by the library's WebSocketApp, which leaves the file of a connection open that the other side has closed.
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
            self._socket.connect(url, timeout=HELLO_SECONDS)  # type: ignore[no-untyped-call]  # the library says no types
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
        """One frame; in a silence Slack is asked whether it is still there, and has to answer soon."""
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
        """Wait for Slack's greeting; whether it came, and not a farewell."""
        return self._greeted.wait(HELLO_SECONDS) and not self.leaving.is_set()

    @property
    def alive(self) -> bool:
        """Whether something was heard as lately as the pings bring it."""
        silent = time.monotonic() - self._heard
        return self._greeted.is_set() and not self._ended_at and silent < PING_SECONDS + 2 * PONG_SECONDS

    @property
    def lived(self) -> float:
        return (self._ended_at or time.monotonic()) - self._began

    def send(self, text: str) -> bool:
        try:
            self._socket.send(text)
        except (WebSocketException, OSError):
            return False
        return True

    def close(self) -> None:
        """Take leave of Slack, and wait a moment for its own farewell."""
        self._closing.set()
        with contextlib.suppress(WebSocketException, OSError):
            self._socket.send_close()
        self._thread.join(2 * PONG_SECONDS)

    def _message(self, data: bytes) -> None:
        try:
            frame = json.loads(data)
        except ValueError:
            log.warning("Slack sent something that is no JSON")
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


class Socket:
    """Hands every request to the app, and acknowledges those that it takes."""

    def __init__(self, app: App, app_token: str, api_url: str) -> None:
        self._app, self._token = app, app_token
        # Never repeated by the client: the pauses are here.
        self._web = plain_client("", api_url)
        # Its lines for each failure are said by us, once a minute.
        logging.getLogger("websocket").setLevel(logging.CRITICAL)
        self._workers = ThreadPoolExecutor(THREADS, thread_name_prefix="slack")
        self._closing = threading.Event()
        self._connection: Connection | None = None
        self._keeper = threading.Thread(target=self._keep, name="socket keeper", daemon=True)
        self._problem = "no connection to Slack yet"
        self._said = NOTHING_SAID

    def connect(self) -> None:
        """Begin to connect, and stay connected."""
        self._keeper.start()

    @property
    def trouble(self) -> str:
        """Why requests do not arrive now; "" when they do."""
        connection = self._connection
        if connection and connection.alive:
            return ""
        return self._problem or "Slack has not been heard from lately"

    def close(self) -> None:
        """Take no more, let what was taken end."""
        self._closing.set()
        if self._connection:
            self._connection.leaving.set()
        self._workers.shutdown(wait=True)
        if self._connection:
            self._connection.close()

    def _keep(self) -> None:
        pauses = Pauses()
        while not self._closing.is_set():
            opened, wait = self._open()
            if opened:
                self._use(opened)
            self._closing.wait(max(wait, pauses.after(opened.lived if opened else 0.0)))

    def _use(self, opened: Connection) -> None:
        """Receive on this connection until it ends, or Slack wants it to end: then it still receives until the next
        one is open.
        """
        before, self._connection, self._problem = self._connection, opened, ""
        if before:
            before.close()
        if self._closing.is_set():
            # The stop may not have seen it.
            opened.close()
            return
        if not opened.leaving.wait(SETTLED_SECONDS) and self._said[0]:
            log.info("requests from Slack arrive again")
            self._said = NOTHING_SAID
        opened.leaving.wait()
        if opened.lived < SETTLED_SECONDS and not self._closing.is_set():
            self._say(LASTING.get(opened.reason, f"The connection to Slack ended at once ({opened.reason})."))

    def _open(self) -> tuple[Connection | None, float]:
        """A new connection that Slack has greeted; or None, and for how long Slack wants to be left alone."""
        try:
            opened = asked("apps.connections.open", lambda: self._web.apps_connections_open(app_token=self._token))
        except ChatError as problem:
            self._say(LASTING.get(problem.code, str(problem)))
            return None, problem.wait if isinstance(problem, ChatLimited) else 0.0
        connection = Connection(str(opened["url"]), self._take)
        if connection.greeted():
            return connection, 0.0
        connection.close()
        reason = connection.reason or "no greeting"
        self._say(LASTING.get(reason, f"No connection to Slack could be opened ({reason})."))
        return None, 0.0

    def _say(self, problem: str) -> None:
        """Log what stands against a connection, once a minute."""
        self._problem = problem
        said, at = self._said
        now = time.monotonic()
        if problem != said or now - at >= SAY_SECONDS:
            self._said = (problem, now)
            log.warning("no request from Slack can arrive", why=problem)

    def _take(self, came_on: Connection, frame: Mapping[str, Any]) -> None:
        try:
            self._workers.submit(self._answer, came_on, frame)
        except RuntimeError:
            log.info("a request came during the stop and was not taken; Slack tells the person")

    def _answer(self, came_on: Connection, frame: Mapping[str, Any]) -> None:
        response = self._app.dispatch(BoltRequest(mode="socket_mode", body=frame.get("payload") or {}))
        if response.status != 200:
            # Without an acknowledgement Slack tells the person that it did not work.
            log.warning("a request is not acknowledged", status=response.status)
            return
        text = json.dumps({"envelope_id": frame["envelope_id"], **_payload(response)})
        # On the connection that it came on, which may be too new to be known as ours, or on the one that replaces it.
        ours = [came_on, self._connection]
        if came_on.leaving.is_set():
            ours.reverse()
        if not any(connection is not None and connection.send(text) for connection in ours):
            log.warning("a request was answered, but the connection is gone, so Slack shows an error")


def _payload(response: BoltResponse) -> dict[str, Any]:
    return {"payload": json.loads(response.body)} if response.body else {}
