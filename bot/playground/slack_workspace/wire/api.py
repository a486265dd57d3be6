"""What the workspace answers an app over HTTP: the Web API and response URLs, with rate limits and faults."""

from __future__ import annotations

from collections import Counter

from bot.playground.slack_workspace.records import ApiError, Json
from bot.playground.slack_workspace.web_api import arguments, methods
from bot.playground.slack_workspace.web_api.limits import RateLimits
from bot.playground.slack_workspace.wire import response_url
from bot.playground.slack_workspace.wire.faults import Faults
from bot.playground.slack_workspace.wire.socket_mode import SocketMode
from bot.playground.slack_workspace.workspace import Workspace

# Refusals that do not depend on the workspace's state: the app sent something it should never send.
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


class Api:
    """One workspace as an app sees it. The listener passes requests on to it."""

    def __init__(self, workspace: Workspace, socket_mode: SocketMode, *, rate_limits: bool) -> None:
        self.workspace, self.socket_mode, self.rate_limits = workspace, socket_mode, rate_limits
        self.faults = Faults()
        self.calls: Counter[str] = Counter()
        self.rate_limited: Counter[str] = Counter()
        self._limits = RateLimits()

    def call(self, method: str, token: str | None, given: Json) -> tuple[int, dict[str, str], Json]:
        """Call a method. Returns (HTTP status, headers, body)."""
        headers = self._scopes(method, token)
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
        return 200, headers, body

    def _scopes(self, method: str, token: str | None) -> dict[str, str]:
        """What every answer says of its token: nothing for a token that Slack does not know."""
        held = {self.workspace.bot_token: self.workspace.scopes, self.workspace.app_token: self.workspace.app_scopes}
        if token not in held:
            return {}
        needed = methods.METHODS[method].scope if method in methods.METHODS else None
        accepted = {"x-accepted-oauth-scopes": needed} if needed else {}
        return {"x-oauth-scopes": ",".join(held[token]), **accepted}

    def response_url(self, name: str, given: Json) -> tuple[int, str]:
        """Take what the app sent to a response URL. Returns (HTTP status, body)."""
        try:
            response_url.answer(self.workspace, name, given)
        except ApiError as refused:
            self.workspace.complain(f"response_url: {refused.body()}")
            gone = refused.error in ("invalid_url", "expired_url", "used_url")
            return 404 if gone else 400, refused.error
        return 200, "ok"

    def _must_wait(self, method: str, given: Json) -> int:
        if not self.rate_limits:
            return 0
        tier = 3 if method == methods.CONNECTIONS_OPEN else methods.METHODS[method].tier
        return self._limits.wait(method, tier, str(given.get("channel")))

    def _run(self, method: str, given: Json) -> Json:
        if method == methods.CONNECTIONS_OPEN:
            arguments.read(method, given)
            ticket = self.socket_mode.new_ticket()
            return {"ok": True, "url": f"{self.workspace.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}"}
        return methods.call(self.workspace, method, given)
