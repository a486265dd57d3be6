"""The Socket Mode connection: kept open, replaced before it ends, and retried with growing pauses.

slack_sdk's own client is not used: at each start it opens three connections and throws one away with what was sent on
it, it asks for an address twice a second while Slack refuses, and it checks UTF-8 in pure Python.
"""

import json
import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import App, BoltRequest, BoltResponse

from bot.core.errors import ChatError, ChatLimited
from bot.core.waiting import longer
from bot.slack.connection.web import asked, plain_client
from bot.slack.connection.websocket import Connection

log = structlog.get_logger(__name__)

# How many requests are answered at once; some of them wait for Slack.
THREADS = 32
# One that ended sooner than this has failed, in seconds; then a pause follows.
SETTLED_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# How often what prevents a connection is logged, in seconds.
SAY_SECONDS = 60.0

WRONG = (
    "SLACK_APP_TOKEN is not valid. It must be an app-level token with the scope connections:write "
    "(app settings > Basic Information > App-Level Tokens)."
)
SWITCHED_OFF = "Socket Mode is off for the Slack app. Turn it on in app settings > Socket Mode."
# Slack's error codes for a token that a person has to replace.
BAD_TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "token_expired", "token_revoked"}
)
# What a person has to change, by Slack's error code or the reason of a `disconnect`.
LASTING: Mapping[str, str] = {
    **dict.fromkeys({*BAD_TOKEN, "missing_scope"}, WRONG),
    "link_disabled": SWITCHED_OFF,
    "too_many_websockets": "The Slack app has ten open connections, and Slack allows no more. Stop the other programs.",
}

NOTHING_SAID = ("", 0.0)


class Pauses:
    """How long to wait before the next attempt: longer after each failure, reset by a success."""

    def __init__(self) -> None:
        self._last = 0.0

    def after(self, lived: float) -> float:
        """`lived`: for how many seconds the connection was open; 0 for one that never was."""
        if lived >= SETTLED_SECONDS:
            self._last = 0.0
        else:
            self._last = longer(self._last, FIRST_PAUSE, LONGEST_PAUSE)
        return self._last


class Socket:
    """Hands every request to the app, and acknowledges the ones it takes."""

    def __init__(self, app: App, app_token: str, api_url: str) -> None:
        self._app, self._token = app, app_token
        # The client never retries: the pauses are here.
        self._web = plain_client("", api_url)
        # It logs every failure; we do so once a minute.
        logging.getLogger("websocket").setLevel(logging.CRITICAL)
        self._workers = ThreadPoolExecutor(THREADS, thread_name_prefix="slack")
        self._closing = threading.Event()
        self._connection: Connection | None = None
        self._keeper = threading.Thread(target=self._keep, name="socket keeper", daemon=True)
        self._problem = "no connection to Slack yet"
        self._said = NOTHING_SAID

    def connect(self) -> None:
        """Start connecting, and stay connected."""
        self._keeper.start()

    @property
    def trouble(self) -> str:
        """Why requests do not arrive now; "" when they do."""
        connection = self._connection
        if connection and connection.alive:
            return ""
        return self._problem or "Slack has not been heard from lately"

    def close(self) -> None:
        """Take no more requests, and let the running ones finish."""
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
            log.info("requests from Slack are arriving again")
            self._said = NOTHING_SAID
        opened.leaving.wait()
        if opened.lived < SETTLED_SECONDS and not self._closing.is_set():
            self._say(LASTING.get(opened.reason, f"The connection to Slack ended at once ({opened.reason})."))

    def _open(self) -> tuple[Connection | None, float]:
        """A new connection that Slack has greeted; or None, and how long Slack wants us to wait."""
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
        """Log what prevents a connection, once a minute."""
        self._problem = problem
        said, at = self._said
        now = time.monotonic()
        if problem != said or now - at >= SAY_SECONDS:
            self._said = (problem, now)
            log.warning("requests from Slack cannot arrive", why=problem)

    def _take(self, came_on: Connection, frame: Mapping[str, Any]) -> None:
        try:
            self._workers.submit(self._answer, came_on, frame)
        except RuntimeError:
            log.info("a request came during the shutdown and was not taken, so Slack shows an error")

    def _answer(self, came_on: Connection, frame: Mapping[str, Any]) -> None:
        response = self._app.dispatch(BoltRequest(mode="socket_mode", body=frame.get("payload") or {}))
        if response.status != 200:
            # Without an acknowledgement Slack shows the person an error.
            log.warning("a request was not acknowledged", status=response.status)
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
