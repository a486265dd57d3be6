"""The table of what Slack sends and who answers; the middleware; the one error handler."""

import contextlib
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltResponse
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient

from bot.core.errors import ChatError, LeaverbotError
from bot.core.views import Control, DialogKind
from bot.ports import Asker
from bot.services.parts import Parts
from bot.slack import messages
from bot.slack.buttons import DIALOGS, SUBJECTS, Buttons, FieldError
from bot.slack.client import SlackChat
from bot.slack.commands import COMMAND, Commands, parse
from bot.slack.payloads import (
    ACTION_IDS,
    CALLBACK_IDS,
    INPUT_ACTION_ID,
    INPUT_BLOCK_ID,
    REASON_ACTION_ID,
    REASON_BLOCK_ID,
)
from bot.slack.people import People

log = structlog.get_logger(__name__)

# Bolt's default of five threads leaves the sixth press without an answer while five are busy (facts 5).
THREADS = 32
Body = Mapping[str, Any]


def build_app(
    parts: Parts,
    chat: SlackChat,
    web: WebClient,
    people: People,
    *,
    team_id: str,
    new_reference: Callable[[], str],
) -> App:
    """The Bolt app with every listener. `team_id`: people of other workspaces (shared channels) are refused."""
    app = App(
        client=web,
        token_verification_enabled=False,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(THREADS, thread_name_prefix="slack"),
        logger=logging.getLogger("bot.slack.bolt"),
    )
    buttons = Buttons(parts, chat, people)
    _refuse_strangers(app, parts, chat, team_id)
    _listen_to_command(app, Commands(parts, chat, people), chat)
    for control, action_id in ACTION_IDS.items():
        app.action(action_id)(_press(control, buttons, chat))
    for action_id in SUBJECTS:
        app.action(action_id)(_press_about(action_id, buttons, chat))
    for kind in DialogKind:
        app.view(CALLBACK_IDS[kind])(_submit(buttons, chat))

    @app.error
    def failed(error: Exception, body: Body) -> BoltResponse:
        return handle_error(error, body, chat, new_reference)

    return app


def _refuse_strangers(app: App, parts: Parts, chat: SlackChat, team_id: str) -> None:
    @app.middleware
    def only_ours(body: Body, next: Callable[[], BoltResponse], ack: Ack) -> BoltResponse | None:  # noqa: A002 - Bolt's name
        user = body.get("user") or {}
        team = user.get("team_id") or body.get("team_id") or (body.get("team") or {}).get("id")
        ours = {team_id, body.get("enterprise_id"), (body.get("enterprise") or {}).get("id")}
        if team and team in ours:
            return next()
        who = str(user.get("id") or body.get("user_id"))
        parts.store.record(parts.clock.now(), who, "request", str(team), "refused", "other team")
        ack()
        with contextlib.suppress(ChatError):
            chat.answer(_presser(body), messages.plain_message("leaverbot answers only people of its own workspace."))
        return BoltResponse(status=200, body="")


def _listen_to_command(app: App, commands: Commands, chat: SlackChat) -> None:
    @app.command(COMMAND)
    def command(body: Body, ack: Ack) -> None:
        asker = Asker(body["user_id"], body["channel_id"], body.get("response_url", ""))
        parsed = parse(body.get("text", ""))
        if not parsed.opens_dialog:
            answer = commands.answer(parsed, asker)
            ack(text=answer.text, blocks=answer.blocks, response_type="ephemeral")
            return
        # Nothing is asked for yet that could be lost, and opening the dialog may be slow.
        ack()
        refused = commands.dialog(parsed, asker, body["trigger_id"])
        if refused:
            chat.answer(asker, refused)


def _press(control: Control, buttons: Buttons, chat: SlackChat) -> Callable[[Body, Ack], None]:
    def press(body: Body, ack: Ack) -> None:
        action, asker = body["actions"][0], _presser(body)
        value = action.get("value", "")
        if control in DIALOGS:
            ack()
            answer = buttons.dialog(control, value, asker, body["trigger_id"])
        else:
            # Stored and started before Slack hears that it was taken.
            key = f"press:{asker.user}:{action['action_id']}:{action['action_ts']}"
            answer = buttons.act(control, value, asker, key)
            ack()
        if answer:
            chat.answer(asker, answer)

    return press


def _press_about(action_id: str, buttons: Buttons, chat: SlackChat) -> Callable[[Body, Ack], None]:
    def press(body: Body, ack: Ack) -> None:
        # Nothing is asked for yet that could be lost, and opening the dialog may be slow.
        ack()
        asker = _presser(body)
        answer = buttons.about(action_id, body["actions"][0].get("value", ""), asker, body["trigger_id"])
        if answer:
            chat.answer(asker, answer)

    return press


def _submit(buttons: Buttons, chat: SlackChat) -> Callable[[Body, Ack], None]:
    def submit(body: Body, ack: Ack) -> None:
        view, user = body["view"], body["user"]["id"]
        typed = _entered(view, INPUT_BLOCK_ID, INPUT_ACTION_ID)
        reason = _entered(view, REASON_BLOCK_ID, REASON_ACTION_ID)
        answer = buttons.submit(view["private_metadata"], user, typed, reason)
        if isinstance(answer, FieldError):
            ack(response_action="errors", errors={answer.block_id: answer.text})
            return
        ack()
        if answer:
            chat.answer(buttons.asker_of(view["private_metadata"], user), answer)

    return submit


def handle_error(error: Exception, body: Body, chat: SlackChat, new_reference: Callable[[], str]) -> BoltResponse:
    """A sentence for an error we know, a reference for one we do not; the person always gets an answer."""
    if isinstance(error, LeaverbotError):
        text = str(error)
        log.warning("a request was not carried out", why=text)
    else:
        reference = new_reference()
        text = (
            f"Something went wrong that we did not foresee (reference {reference}). Look at the alert before you try "
            "again: it shows whether anything was started. The log has the details under that reference."
        )
        log.error("a request failed", reference=reference, exc_info=error)
    user = (body.get("user") or {}).get("id") or body.get("user_id")
    if user:
        try:
            chat.answer(_presser(body), messages.plain_message(text))
        except ChatError as failure:
            log.warning("the error could not be told", why=str(failure))
    return BoltResponse(status=200, body="")


# How often the connection is tried, and how long an answer may take, in seconds.
PING_SECONDS, PONG_SECONDS = 5, 2


class Socket:
    """The Socket Mode connection."""

    def __init__(self, app: App, app_token: str, web: WebClient) -> None:
        # This client is back two seconds after a lost connection; the built-in one took up to a minute (facts 5).
        self._handler = SocketModeHandler(
            app, app_token=app_token, web_client=web, ping_interval=PING_SECONDS, concurrency=THREADS
        )
        self._app = app
        # The client reads without a time limit, and a refresh closes the socket under it: measured with
        # websocket-client 1.9, four refreshes in ten left it deaf for ten seconds. With a limit it looks up.
        self._handler.client.current_session_runner.target = self._receive

    def _receive(self) -> None:
        session = self._handler.client.current_session
        if session is not None:
            session.run_forever(ping_interval=PING_SECONDS, ping_timeout=PONG_SECONDS)

    def connect(self) -> None:
        self._handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped

    @property
    def connected(self) -> bool:
        return bool(self._handler.client.is_connected())

    def close(self) -> None:
        """Take no more, let what was taken end."""
        self._handler.client.auto_reconnect_enabled = False
        self._handler.close()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        self._app.listener_runner.listener_executor.shutdown(wait=True)


def _presser(body: Body) -> Asker:
    user = (body.get("user") or {}).get("id") or body.get("user_id", "")
    channel = (body.get("channel") or {}).get("id") or body.get("channel_id", "")
    return Asker(user, channel, body.get("response_url", ""))


def _entered(view: Mapping[str, Any], block_id: str, action_id: str) -> str:
    """What was typed into a field; "" where the dialog has no such field."""
    values = view.get("state", {}).get("values", {})
    return str(((values.get(block_id) or {}).get(action_id) or {}).get("value") or "")
