"""The workspace on the wire: the Web API, response URLs and Socket Mode on one local port."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Self

from bot.playground.slack_workspace.records import ApiError, Json
from bot.playground.slack_workspace.web_api import arguments, methods
from bot.playground.slack_workspace.web_api.limits import RateLimits
from bot.playground.slack_workspace.wire.faults import Faults
from bot.playground.slack_workspace.wire.listener import HttpServer
from bot.playground.slack_workspace.wire.socket_mode import SocketMode
from bot.playground.slack_workspace.workspace import Workspace

# Refusals that no state of the workspace explains: the app sent something it should never send.
MISTAKES = frozenset(
    {
        "invalid_arguments",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "view_too_large",
    }
)


class SlackServer:
    """Serves one workspace until stopped.

    ``ack_seconds`` is Slack's patience: three seconds, unless a test is in a hurry.
    """

    def __init__(
        self,
        workspace: Workspace,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        rate_limits: bool = True,
        ack_seconds: float = 3.0,
    ) -> None:
        self.workspace = workspace
        self.rate_limits = rate_limits
        self.faults = Faults()
        self.calls: Counter[str] = Counter()
        self.rate_limited: Counter[str] = Counter()
        self.socket_mode = SocketMode(workspace, ack_seconds)
        self._limits = RateLimits()
        self._address = (host, port)
        self._http: HttpServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def complaints(self) -> list[str]:
        """What the app did that Slack would refuse, or that this workspace does not model."""
        return self.workspace.complaints

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open."""
        return len(self.socket_mode.links)

    @property
    def port(self) -> int:
        if self._http is None:
            raise RuntimeError("the server is not running")
        return int(self._http.server_address[1])

    @property
    def api_url(self) -> str:
        return f"http://{self._address[0]}:{self.port}/api/"

    def environment(self) -> dict[str, str]:
        """The settings with which the bot finds this workspace."""
        return {
            "SLACK_BOT_TOKEN": self.workspace.bot_token,
            "SLACK_APP_TOKEN": self.workspace.app_token,
            "LEAVERBOT_SLACK_API_URL": self.api_url,
        }

    def start(self) -> Self:
        self._http = HttpServer(self._address, self)
        self.workspace.base_url = f"http://{self._address[0]}:{self.port}"
        self.workspace.gateway = self.socket_mode
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close every connection; calls under way are cut off."""
        if self._http is None or self._thread is None:
            return
        self.workspace.gateway = None
        self._http.shutdown()
        self.socket_mode.close()
        self._http.hang_up()
        self._thread.join()
        self._http = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send a ``disconnect`` frame: ``warning``, ``refresh_requested`` or ``link_disabled``."""
        self.socket_mode.disconnect(reason)

    def drop_connections(self) -> None:
        """Break every Socket Mode connection without a word."""
        self.socket_mode.drop()

    # One call

    def web_api(self, method: str, token: str | None, given: Json) -> tuple[int, dict[str, str], Json]:
        """Answer a method: (HTTP status, headers, body)."""
        try:
            if method not in methods.METHODS and method != methods.CONNECTIONS_OPEN:
                self.workspace.complain(f"{method}: unknown method")
                raise ApiError("unknown_method", req_method=method)  # noqa: TRY301 - one place turns refusals into bodies
            methods.authenticate(self.workspace, method, token)
            if wait := self._must_wait(method, given):
                self.rate_limited[method] += 1
                return 429, {"Retry-After": str(wait)}, {"ok": False, "error": "ratelimited"}
            body = self._run(method, given)
        except ApiError as refused:
            if refused.error in MISTAKES:
                self.workspace.complain(f"{method}: {refused.body()}")
            body = refused.body()
        return 200, {"x-oauth-scopes": ",".join(self.workspace.scopes)}, body

    def _must_wait(self, method: str, given: Json) -> int:
        if not self.rate_limits:
            return 0
        tier = 3 if method == methods.CONNECTIONS_OPEN else methods.METHODS[method].tier
        return self._limits.wait(method, tier, str(given.get("channel")))

    def _run(self, method: str, given: Json) -> Json:
        if method == methods.CONNECTIONS_OPEN:
            arguments.read(method, given)
            ticket = self.socket_mode.new_ticket()
            return {"ok": True, "url": f"ws://{self._address[0]}:{self.port}/link/?ticket={ticket}"}
        return methods.call(self.workspace, method, given)
