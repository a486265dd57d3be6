"""Serves a workspace: the Web API, response URLs and Socket Mode on one local port."""

from __future__ import annotations

import threading
from typing import Self

from bot.playground.slack_workspace.wire.api import Api
from bot.playground.slack_workspace.wire.listener import HttpServer
from bot.playground.slack_workspace.wire.socket_mode import SocketMode
from bot.playground.slack_workspace.workspace import Workspace


class SlackServer:
    """Serves one workspace until stopped.

    ``ack_seconds`` is how long Slack waits for an ack: three seconds, unless a test is in a hurry.
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
        self.socket_mode = SocketMode(workspace, ack_seconds)
        self.api = Api(workspace, self.socket_mode, rate_limits=rate_limits)
        self.faults, self.calls, self.rate_limited = self.api.faults, self.api.calls, self.api.rate_limited
        self._address = (host, port)
        self._http: HttpServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def complaints(self) -> list[str]:
        """What the app did that Slack would reject, or that this workspace does not model."""
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
        """The settings that point the bot at this workspace."""
        return {
            "SLACK_BOT_TOKEN": self.workspace.bot_token,
            "SLACK_APP_TOKEN": self.workspace.app_token,
            "LEAVERBOT_SLACK_API_URL": self.api_url,
        }

    def start(self) -> Self:
        self._http = HttpServer(self._address, self.api)
        self.workspace.base_url = f"http://{self._address[0]}:{self.port}"
        self.workspace.gateway = self.socket_mode
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close every connection; running calls are cut off."""
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
        """Break every Socket Mode connection without warning."""
        self.socket_mode.drop()
