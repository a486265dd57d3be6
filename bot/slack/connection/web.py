"""Slack's Web API as leaverbot calls it: what its errors mean, and rate limits remembered instead of slept through."""

import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any, TypeVar

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

from bot.core.errors import ChatDialogGone, ChatError, ChatLimited, ChatMessageGone, ChatUnavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

TIMEOUT_SECONDS = 10
# Within Slack's three seconds there has to be time to say that it did not work.
HASTY_SECONDS = 2
# How long a limit is assumed to last when Slack does not say, in seconds.
USUAL_LIMIT = 30.0
# Limits that hold for one channel; all others hold for the method everywhere (docs/facts.md#posting-rate).
_BY_CHANNEL = frozenset({"chat.postMessage"})

# Slack's error codes and what they mean here; any other is a ChatError.
_MEANING: Mapping[str, type[ChatError]] = {
    **dict.fromkeys(("internal_error", "fatal_error", "service_unavailable", "request_timeout"), ChatUnavailable),
    **dict.fromkeys(
        ("message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"), ChatMessageGone
    ),
    **dict.fromkeys(("view_not_found", "not_found", "view_expired", "hash_conflict"), ChatDialogGone),
    **dict.fromkeys(("expired_trigger_id", "invalid_trigger_id", "exchanged_trigger_id"), ChatDialogGone),
    **dict.fromkeys(("trigger_expired", "trigger_exchanged"), ChatDialogGone),
}
_ADVICE: Mapping[str, str] = {
    "not_in_channel": "Invite the bot to the channel: /invite @leaverbot",
    "channel_not_found": "The bot cannot see the channel in LEAVERBOT_CHANNEL. If it is private, invite the bot.",
    "is_archived": "The channel is archived. Set LEAVERBOT_CHANNEL to another one.",
    "invalid_auth": "SLACK_BOT_TOKEN is not valid. Install the app again and copy the token.",
    "not_authed": "SLACK_BOT_TOKEN is not valid. Install the app again and copy the token.",
    "not_allowed_token_type": "SLACK_BOT_TOKEN is not a bot token. Copy the bot token from OAuth & Permissions.",
    "token_expired": "The Slack token has expired: token rotation is on for the app. Turn it off.",
    "account_inactive": "The Slack app was uninstalled. Install it again.",
    "token_revoked": "The Slack token was revoked. Install the app again and copy the token.",
    "plan_upgrade_required": "User groups need a paid Slack plan. Name people by their user ids instead.",
    "no_such_subteam": "The settings name a user group that does not exist (LEAVERBOT_RESPONDERS, LEAVERBOT_ADMINS or "
    "LEAVERBOT_VIEWERS).",
    "expired_trigger_id": "Slack was too slow. Press again.",
    "trigger_expired": "Slack was too slow. Press again.",
    "missing_scope": "The Slack app lacks a scope. Update it from manifest.yml and install it again with that scope.",
}
# Connection refused, reset or timed out, half an answer, or one that is not JSON.
BROKEN = (OSError, ValueError, HTTPException)


def web_client(token: str, base_url: str) -> WebClient:
    """A client that sleeps before it retries, for work that has a thread to itself."""
    client = WebClient(token=token, base_url=base_url, timeout=TIMEOUT_SECONDS)
    client.retry_handlers = [
        ConnectionErrorRetryHandler(max_retry_count=2),
        RateLimitErrorRetryHandler(max_retry_count=3),
        ServerErrorRetryHandler(max_retry_count=2),
    ]
    return client


def plain_client(token: str, base_url: str, timeout: int = TIMEOUT_SECONDS) -> WebClient:
    """A client that never retries, for callers that decide this for themselves."""
    return WebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])


class Web:
    """Calls each method once and never sleeps.

    A rate limit is remembered for its method (for posts: for its channel). Until it is over, calls of that method
    raise ChatLimited at once; calls of other methods go on.
    """

    def __init__(self, token: str, base_url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = plain_client(token, base_url)
        self._hasty = plain_client(token, base_url, HASTY_SECONDS)
        self._monotonic = monotonic
        self._not_before: dict[tuple[str, str], float] = {}

    def call(self, method: str, arguments: Mapping[str, Any], *, hasty: bool = False) -> dict[str, Any]:
        """Call a method that changes something. `hasty`: somebody is waiting, and Slack gives them three seconds.

        If Slack refuses the blocks of a message, it is sent as plain text. Raises ChatError.
        """
        try:
            client = self._hasty if hasty else self._client
            return self._kept(method, arguments, lambda: client.api_call(method, json=dict(arguments)))
        except _BlocksRefused as refused:
            log.warning("Slack refuses the blocks, so plain text is sent", method=method, errors=refused.details)
            return self.call(method, {**arguments, "blocks": []}, hasty=hasty)

    def look(self, method: str, arguments: Mapping[str, Any], *, hasty: bool = False) -> dict[str, Any]:
        """Call a method that reads: Slack takes their arguments as a form, not as JSON. Raises ChatError."""
        client = self._hasty if hasty else self._client
        return self._kept(method, arguments, lambda: client.api_call(method, http_verb="GET", params=dict(arguments)))

    def _kept(self, method: str, arguments: Mapping[str, Any], call: Callable[[], Any]) -> dict[str, Any]:
        limit = (method, str(arguments.get("channel", "")) if method in _BY_CHANNEL else "")
        wait = self._not_before.get(limit, 0.0) - self._monotonic()
        if wait > 0:
            raise ChatLimited(too_busy(method), wait=wait)
        try:
            return asked(method, lambda: _with_blocks(call) if arguments.get("blocks") else _data(call()))
        except ChatLimited as limited:
            self._not_before[limit] = self._monotonic() + limited.wait
            raise


class _BlocksRefused(Exception):
    """Slack refuses these blocks."""

    def __init__(self, details: Any) -> None:
        super().__init__()
        self.details = details


def _with_blocks(call: Callable[[], Any]) -> dict[str, Any]:
    try:
        return _data(call())
    except SlackApiError as error:
        if _data(error.response).get("error") in _BLOCK_ERRORS:
            raise _BlocksRefused(_details(error)) from error
        raise


_BLOCK_ERRORS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


def asked(method: str, ask: Callable[[], T]) -> T:
    """What Slack answers to `ask`, which calls this method. Raises ChatError: ChatUnavailable for what may pass."""
    try:
        return ask()
    except SlackApiError as error:
        raise understand(error, method) from error
    except BROKEN as error:
        raise ChatUnavailable(f"Slack did not answer {method} ({type(error).__name__}).") from error


def too_busy(method: str) -> str:
    """What somebody is told when Slack limits this method."""
    if method == "views.open":
        return "Slack was too busy to open the dialog. Press the button again."
    return f"Slack is limiting requests right now ({method}). Try again in a minute."


def understand(error: SlackApiError, method: str) -> ChatError:
    """What a Slack error means here, and what to do about it."""
    code, status = str(_data(error.response).get("error", "")), error.response.status_code
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return ChatLimited(
            too_busy(method),
            wait=_retry_after(error.response.headers),
            code=code,
        )
    # For a proxy's page the code is a long sentence about its format; Slack's own codes are one word.
    if status >= 500 or not code.replace("_", "").isalnum():
        return ChatUnavailable(f"Slack is not working right now ({method}: HTTP {status}).")
    advice = _ADVICE.get(code, "")
    return _MEANING.get(code, ChatError)(f"Slack refused {method}: {code}. {advice}".strip(), code=code)


def _retry_after(headers: Mapping[str, Any]) -> float:
    """Seconds; Slack sends whole ones."""
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    text = str(given[0] if isinstance(given, list) else given).strip()
    return max(1.0, float(text)) if text.isdecimal() else USUAL_LIMIT


def _data(response: Any) -> dict[str, Any]:
    data = response.data
    return data if isinstance(data, dict) else {}


def _details(error: SlackApiError) -> Any:
    return _data(error.response).get("errors") or _data(error.response).get("response_metadata")
