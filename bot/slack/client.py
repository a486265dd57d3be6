"""Implements `ports.Chat`: posting, editing, answering, and what Slack's errors mean here."""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.webhook import WebhookClient

from bot.core.cases import CaseState
from bot.core.errors import ChatDialogGone, ChatError, ChatMessageGone, ChatUnavailable
from bot.core.report import Summary
from bot.core.views import (
    ActionView,
    CaseChange,
    CaseView,
    DialogView,
    Digest,
    Matches,
    Notice,
    PersonView,
    UnusedList,
)
from bot.ports import Asker, Posted
from bot.slack import messages
from bot.slack.messages import Message
from bot.slack.modals import dialog_view

log = structlog.get_logger(__name__)

EVENT = "leaverbot_message"
# How many messages back an earlier, broken attempt to post is looked for.
LOOK_BACK = 200
# About one message a second a channel, short bursts tolerated (facts 3.3).
POST_SECONDS, POST_BURST = 1.05, 5
TIMEOUT_SECONDS = 10
# Within Slack's three seconds there must be time left to say that it did not work.
HASTY_SECONDS = 2
# Threads whose messages are remembered; the oldest are read again when they are needed.
MOST_THREADS = 200

# Slack's error codes and what they mean here; any other is a ChatError.
_MEANING: Mapping[str, type[ChatError]] = {
    "ratelimited": ChatUnavailable,
    "rate_limited": ChatUnavailable,
    "internal_error": ChatUnavailable,
    "fatal_error": ChatUnavailable,
    "service_unavailable": ChatUnavailable,
    "request_timeout": ChatUnavailable,
    "message_not_found": ChatMessageGone,
    "cant_update_message": ChatMessageGone,
    "edit_window_closed": ChatMessageGone,
    "thread_not_found": ChatMessageGone,
    "view_not_found": ChatDialogGone,
    "not_found": ChatDialogGone,
    "view_expired": ChatDialogGone,
    "hash_conflict": ChatDialogGone,
    "expired_trigger_id": ChatDialogGone,
    "invalid_trigger_id": ChatDialogGone,
    "exchanged_trigger_id": ChatDialogGone,
    "trigger_expired": ChatDialogGone,
    "trigger_exchanged": ChatDialogGone,
}
_ADVICE: Mapping[str, str] = {
    "not_in_channel": "Invite the bot to the channel: /invite @leaverbot",
    "channel_not_found": "LEAVERBOT_CHANNEL names no channel the bot can see; a private one has to invite it.",
    "is_archived": "The channel is archived. Set LEAVERBOT_CHANNEL to another one.",
    "invalid_auth": "SLACK_BOT_TOKEN is not valid. Install the app again and copy the token.",
    "not_authed": "SLACK_BOT_TOKEN is not valid. Install the app again and copy the token.",
    "account_inactive": "The Slack app was uninstalled. Install it again.",
    "token_revoked": "The Slack token was revoked. Install the app again and copy the token.",
    "plan_upgrade_required": "User groups need a paid Slack plan. Name people by their user ids instead.",
    "no_such_subteam": "LEAVERBOT_RESPONDERS or LEAVERBOT_ADMINS names a user group that does not exist.",
    "expired_trigger_id": "Slack was too slow. Press again.",
    "trigger_expired": "Slack was too slow. Press again.",
    "missing_scope": "The Slack app lacks a scope. Update it from manifest.yml and install it again.",
}
# The person or the bot is not where the answer should go.
_ELSEWHERE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})


def hasty_client(token: str, base_url: str) -> WebClient:
    """The client for what somebody waits for with three seconds' patience: never repeated, and given up soon."""
    client = WebClient(token=token, base_url=base_url, timeout=HASTY_SECONDS)
    client.retry_handlers = []
    return client


def web_client(token: str, base_url: str) -> WebClient:
    """The client for everything that may be repeated safely."""
    client = WebClient(token=token, base_url=base_url, timeout=TIMEOUT_SECONDS)
    client.retry_handlers = [
        ConnectionErrorRetryHandler(max_retry_count=2),
        RateLimitErrorRetryHandler(max_retry_count=3),
        ServerErrorRetryHandler(max_retry_count=2),
    ]
    return client


def posting_client(token: str, base_url: str) -> WebClient:
    """The client for posting: repeated only when Slack says that it did nothing, else it could post twice."""
    client = WebClient(token=token, base_url=base_url, timeout=TIMEOUT_SECONDS)
    client.retry_handlers = [RateLimitErrorRetryHandler(max_retry_count=3)]
    return client


class SlackChat:
    """`channel` is where alerts go, `url` the address of the workspace, `base_url` that of the Web API."""

    def __init__(self, token: str, base_url: str, channel: str, url: str = "") -> None:
        self._web, self._posting = web_client(token, base_url), posting_client(token, base_url)
        self._hasty = hasty_client(token, base_url)
        self._channel, self._url = channel, url
        self._pace = _Pace()
        # Where messages with a key stand, as far as an earlier process or a broken attempt may have posted them:
        # by thread ("" for the channel), read once, and again after an attempt of unknown outcome.
        self._found: OrderedDict[str, dict[str, str]] = OrderedDict()

    def show_case(self, view: CaseView, at: Posted | None, key: str) -> Posted:
        message = messages.case_message(view)
        elsewhere = at is not None and at.channel != self._channel
        if at is None or (elsewhere and view.case.state is CaseState.OPEN):
            # Never posted, or in a channel that LEAVERBOT_CHANNEL no longer names.
            return self._post(message, key)
        try:
            self._edit(at, message)
        except ChatError as error:
            if elsewhere and not isinstance(error, ChatUnavailable):
                # A closed case in a channel of the past stays as it was drawn there.
                return at
            if not isinstance(error, ChatMessageGone):
                raise
            log.info("a case's message is gone and is posted anew", case=view.case.id)
            return self._post(message, f"{key}:{view.case.version}")
        return at

    def post_report(self, view: ActionView, thread: Posted | None, key: str) -> Posted:
        return self._post_all(messages.report_message(view), key, thread)

    def post_change(self, change: CaseChange, thread: Posted, key: str) -> Posted:
        return self._post(messages.change_message(change), key, thread)

    def post_notice(self, notice: Notice, thread: Posted | None, key: str) -> Posted:
        return self._post(messages.notice_message(notice), key, thread)

    def post_digest(self, digest: Digest, key: str) -> Posted:
        return self._post(messages.digest_message(digest), key)

    def post_summary(self, summary: Summary, key: str) -> Posted:
        return self._post(messages.summary_message(summary), key)

    def show_dialog(self, view: DialogView, view_id: str) -> None:
        if not view_id:
            raise ChatDialogGone("The dialog was never opened.")
        self._call(self._web, "views.update", view_id=view_id, view=dialog_view(view))

    def tell(self, asker: Asker, text: str) -> None:
        self.answer(asker, messages.plain_message(text))

    def answer_person(self, asker: Asker, person: PersonView) -> None:
        self.answer(asker, messages.person_message(person))

    def answer_matches(self, asker: Asker, matches: Matches) -> None:
        self.answer(asker, messages.matches_message(matches))

    def answer_unused(self, asker: Asker, unused: UnusedList) -> None:
        self.answer(asker, messages.unused_message(unused))

    def link(self, posted: Posted) -> str:
        # The form of Slack's permalinks; asking for each would cost a call a message.
        return f"{self._url}archives/{posted.channel}/p{posted.ts.replace('.', '')}" if self._url else ""

    def answer(self, asker: Asker, message: Message) -> None:
        """Show a message to the asker alone, wherever that works. Raises ChatError when it works nowhere."""
        if asker.response_url and self._respond(asker.response_url, message):
            return
        for channel in dict.fromkeys([asker.channel or self._channel, self._channel]):
            try:
                self._call(
                    self._posting,
                    "chat.postEphemeral",
                    channel=channel,
                    user=asker.user,
                    text=message.text,
                    blocks=message.blocks,
                )
            except ChatError as error:
                if error.code not in _ELSEWHERE:
                    raise
            else:
                return
        # The asker is in neither channel: a direct message is still theirs alone.
        self._call(self._posting, "chat.postMessage", channel=asker.user, text=message.text, blocks=message.blocks)

    def open_dialog(self, trigger_id: str, view: DialogView) -> str:
        """Open a dialog and give its view id. Raises ChatDialogGone when the trigger is over 3 seconds old."""
        answer = self._call(self._hasty, "views.open", trigger_id=trigger_id, view=dialog_view(view))
        return str(answer["view"]["id"])

    def _respond(self, url: str, message: Message) -> bool:
        try:
            answer = WebhookClient(url, timeout=TIMEOUT_SECONDS).send(
                text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
            )
        except BROKEN as error:
            log.info("response_url did not answer", why=type(error).__name__)
            return False
        # Used up or expired: five answers within 30 minutes (facts 3.2).
        return answer.status_code == 200 and answer.body in {"ok", ""}

    def _edit(self, at: Posted, message: Message) -> None:
        self._call(self._web, "chat.update", channel=at.channel, ts=at.ts, text=message.text, blocks=message.blocks)

    def _post_all(self, parts: Sequence[Message], key: str, thread: Posted | None) -> Posted:
        posted = [self._post(part, f"{key}:{number}", thread) for number, part in enumerate(parts)]
        return posted[0]

    def _post(self, message: Message, key: str, thread: Posted | None = None) -> Posted:
        """Post, unless a message with this key stands there already: then edit that one and take it over."""
        channel = thread.channel if thread else self._channel
        where = thread.ts if thread else ""
        known = self._known(channel, where).get(key)
        if known:
            self._edit(Posted(channel, known), message)
            return Posted(channel, known)
        self._pace.wait()
        try:
            answer = self._call(
                self._posting,
                "chat.postMessage",
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                metadata={"event_type": EVENT, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
                **({"thread_ts": where} if where else {}),
            )
        except ChatUnavailable:
            # It may have been posted or not: look before the next attempt.
            self._found.pop(f"{channel}/{where}", None)
            raise
        # Should the store fail to note it, the next attempt finds it here.
        self._known(channel, where)[key] = str(answer["ts"])
        return Posted(str(answer["channel"]), str(answer["ts"]))

    def _known(self, channel: str, thread_ts: str) -> dict[str, str]:
        name = f"{channel}/{thread_ts}"
        if name not in self._found:
            method = "conversations.replies" if thread_ts else "conversations.history"
            arguments = {"ts": thread_ts} if thread_ts else {}
            try:
                answer = self._look(method, channel=channel, limit=LOOK_BACK, include_all_metadata=True, **arguments)
            except ChatUnavailable:
                raise
            except ChatError as error:
                log.warning("earlier messages can not be read, so one may be posted twice", why=str(error))
                answer = {}
            self._found[name] = _keys(answer.get("messages", []))
            while len(self._found) > MOST_THREADS:
                self._found.popitem(last=False)
        return self._found[name]

    def _look(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method that reads: Slack takes the arguments of those as a form, not as JSON."""
        try:
            return _data(self._web.api_call(method, http_verb="GET", params=arguments))
        except SlackApiError as error:
            raise understand(error, method) from error
        except BROKEN as error:
            raise _no_answer(method, error) from error

    def _call(self, client: WebClient, method: str, **arguments: Any) -> dict[str, Any]:
        try:
            return _data(client.api_call(method, json=arguments))
        except SlackApiError as error:
            fallback = _without_blocks(error, arguments)
            if fallback:
                log.warning("slack refuses blocks, plain text is sent", method=method, errors=_details(error))
                return self._call(client, method, **fallback)
            raise understand(error, method) from error
        except BROKEN as error:
            raise _no_answer(method, error) from error


class _Pace:
    """Spaces posts so that Slack's one a second a channel holds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free_at = 0.0

    def wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            self._free_at = max(self._free_at, now - POST_BURST * POST_SECONDS) + POST_SECONDS
            pause = self._free_at - now
        if pause > 0:
            time.sleep(pause)


# Connection refused, reset or timed out, half an answer, or one that is no JSON.
BROKEN = (OSError, ValueError, HTTPException)


def _no_answer(method: str, error: Exception) -> ChatUnavailable:
    return ChatUnavailable(f"Slack did not answer {method} ({type(error).__name__}).")


def _data(response: Any) -> dict[str, Any]:
    data = response.data
    return data if isinstance(data, dict) else {}


def understand(error: SlackApiError, method: str) -> ChatError:
    """What an error of Slack means here, with what to do about it."""
    code = str(_data(error.response).get("error", ""))
    if not code or error.response.status_code >= 500:
        return ChatUnavailable(f"Slack is out of order ({method}: HTTP {error.response.status_code}).")
    advice = _ADVICE.get(code, "")
    return _MEANING.get(code, ChatError)(f"Slack refused {method}: {code}. {advice}".strip(), code=code)


def _without_blocks(error: SlackApiError, arguments: dict[str, Any]) -> dict[str, Any] | None:
    """The same message as plain text, when it was the blocks that Slack refused."""
    code = _data(error.response).get("error")
    if code in {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"} and arguments.get("blocks"):
        return {**arguments, "blocks": []}
    return None


def _details(error: SlackApiError) -> Any:
    return _data(error.response).get("errors") or _data(error.response).get("response_metadata")


def _keys(found: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    keys = {}
    for message in found:
        metadata = message.get("metadata") or {}
        key = (metadata.get("event_payload") or {}).get("key")
        if metadata.get("event_type") == EVENT and key:
            keys[str(key)] = str(message["ts"])
    return keys
