"""The table of what Slack sends and who answers; the middleware.

Each listener does its work first and acknowledges at the end: what was neither stored nor answered is not
acknowledged, and Slack shows the person an error
(docs/facts.md#three-seconds).
"""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_sdk import WebClient

from bot.core.actions import Asker
from bot.core.bulk.bulk import BULK_KINDS
from bot.core.kinds import KINDS, LET_RUN, STOP, Control, Kind, controls, dialogs
from bot.ports import Verdict
from bot.services.actions.groups import roles as roles_of
from bot.services.context import Context
from bot.services.questions.status import Status
from bot.services.viewers import may_view_from_elsewhere
from bot.slack import kinds, messages, payloads, requests
from bot.slack.connection.check import Workspace
from bot.slack.connection.client import SlackChat
from bot.slack.failures import Failures
from bot.slack.lists import bulk_payloads
from bot.slack.lists.presses import ListPresses, listen_to_lists
from bot.slack.messages import Message
from bot.slack.presses.brake import DECISIONS
from bot.slack.presses.bulks import BulkButtons
from bot.slack.presses.cases import Buttons, FieldError
from bot.slack.presses.digests import LISTS
from bot.slack.presses.leaves import press_cancel
from bot.slack.presses.reports import press_details
from bot.slack.presses.rules import RuleNotes
from bot.slack.slash_commands import COMMAND, Commands, parse

Body = Mapping[str, Any]
# Gets the value of the button and who pressed it; gives what only they see.
Answer = Callable[[str, Asker], Message | None]
STRANGERS = (
    "leaverbot answers people of its own workspace, and from the rest of the organization those who may act or look."
)


def build_app(
    context: Context, chat: SlackChat, web: WebClient, workspace: Workspace, status: Callable[[], Status]
) -> App:
    """The Bolt app with every listener. `workspace`: people of other organizations (shared channels) are refused;
    `status`: leaverbot's health.
    """
    app, buttons = _bolt(web, workspace), Buttons(context, chat)
    _refuse_strangers(app, context, chat, workspace)
    _listen_to_command(app, Commands(context, status), buttons)
    for control in controls():
        # Those that stand in the menu now are buttons of older messages.
        app.action(payloads.action_id(control))(_press(control, buttons, chat))
    app.action(payloads.CASE_MORE)(_choose(buttons, chat))
    for name, answer in _answers(context).items():
        app.action(name)(_answer(chat, answer))
    for kind in KINDS.values():
        if kind.asked_for:
            app.action(kinds.presenter_of(kind).about_id)(_press_about(kind, buttons, chat))
    for dialog in dialogs():
        app.view(payloads.callback_id(dialog))(_submit(buttons, chat))
    listen_to_lists(app, ListPresses(context, chat, buttons))
    _listen_to_bulks(app, BulkButtons(context, chat), chat)
    app.action(payloads.REPORT_DETAILS)(_details(context, chat))
    failures = Failures(context.store, chat)

    @app.error
    def failed(error: Exception, body: Body) -> BoltResponse:
        return failures.handle(error, body)

    return app


def _bolt(web: WebClient, workspace: Workspace) -> App:
    token = web.token
    logger = logging.getLogger("bot.slack.bolt")
    logger.addFilter(_worth_saying)
    return App(
        # Without its token, which Bolt would ask Slack about at the first press.
        client=WebClient(base_url=web.base_url),
        authorize=lambda: AuthorizeResult(
            enterprise_id=workspace.enterprise_id or None, team_id=workspace.team_id, bot_token=token
        ),
        raise_error_for_unhandled_request=True,
        # The thread that received a request answers it; Bolt's own would look for the answer a hundred times a second
        # and report an error after three seconds, while the press was still being stored.
        process_before_response=True,
        logger=logger,
    )


def _worth_saying(record: logging.LogRecord) -> bool:
    """Bolt finds SLACK_BOT_TOKEN in the environment and warns that it goes unused; `authorize` gives it."""
    return record.getMessage() != warning_client_prioritized_and_token_skipped()


def _refuse_strangers(app: App, context: Context, chat: SlackChat, workspace: Workspace) -> None:
    @app.middleware
    def only_ours(body: Body, next: Callable[[], BoltResponse]) -> BoltResponse | None:  # noqa: A002 - Bolt's name
        home, caller, who = workspace.home, requests.caller_of(body), requests.presser(body)
        # Whether the settings name somebody is read only where it matters.
        if home.has(caller, named=False) or (home.has(caller, named=True) and _named(context, who.user)):
            return next()
        context.store.record(
            context.clock.now(), who.user, "request", caller.team or "?", Verdict.REFUSED, "other team"
        )
        chat.answer(who, messages.plain_message(STRANGERS))
        return BoltResponse(status=200, body="")


def _named(context: Context, user: str) -> bool:
    """Whether the settings name somebody in another workspace as one who may act or look."""
    return bool(roles_of(context, user)) or may_view_from_elsewhere(context, user)


def _listen_to_command(app: App, commands: Commands, buttons: Buttons) -> None:
    @app.command(COMMAND)
    def command(body: Body, ack: Ack) -> None:
        asker = Asker(body["user_id"], body["channel_id"], body.get("response_url", ""))
        parsed = parse(body.get("text", ""))
        answer = (
            buttons.open(parsed.kind, asker, body["trigger_id"], query=parsed.argument)
            if parsed.kind and parsed.argument
            else commands.answer(parsed, asker)
        )
        if answer:
            ack(text=answer.text, blocks=answer.blocks, response_type="ephemeral")
        else:
            ack()


def _press(control: Control, buttons: Buttons, chat: SlackChat) -> Callable[[Body, Ack], None]:
    def press(body: Body, ack: Ack) -> None:
        _act(control, body["actions"][0].get("value", ""), body, buttons, chat)
        ack()

    return press


def _choose(buttons: Buttons, chat: SlackChat) -> Callable[[Body, Ack], None]:
    """The listener of a case's menu: a choice does what its button would."""

    def choose(body: Body, ack: Ack) -> None:
        value = (body["actions"][0].get("selected_option") or {}).get("value", "")
        _act(payloads.decode_choice(value), value, body, buttons, chat)
        ack()

    return choose


def _act(control: Control, value: str, body: Body, buttons: Buttons, chat: SlackChat) -> None:
    asker, key = requests.presser(body), requests.press_key(body)
    answer = buttons.press(control, value, asker, body["trigger_id"], key)
    if requests.only_theirs(body):
        buttons.renew(value, asker, key)
    if answer:
        chat.answer(asker, answer)


def _details(context: Context, chat: SlackChat) -> Callable[[Body, Ack], None]:
    """The listener of Details on a report."""

    def press(body: Body, ack: Ack) -> None:
        asker, value = requests.presser(body), body["actions"][0].get("value", "")
        answer = press_details(context, chat, value, asker, body["trigger_id"])
        if answer:
            chat.answer(asker, answer)
        ack()

    return press


def _press_about(kind: Kind, buttons: Buttons, chat: SlackChat) -> Callable[[Body, Ack], None]:
    def press(body: Body, ack: Ack) -> None:
        asker = requests.presser(body)
        subject = payloads.decode_subject(kind, body["actions"][0].get("value", ""))
        answer = buttons.open(kind, asker, body["trigger_id"], query=subject)
        if answer:
            chat.answer(asker, answer)
        ack()

    return press


def _listen_to_bulks(app: App, bulks: BulkButtons, chat: SlackChat) -> None:
    for kind in BULK_KINDS:
        app.action(bulk_payloads.bulk_id(kind))(_opens(chat, partial(bulks.press, kind)))
    app.action(bulk_payloads.DELETE_NEXT)(_opens(chat, bulks.delete_next))
    app.action(bulk_payloads.STOP_BULK)(_answer(chat, bulks.stop))

    @app.view(bulk_payloads.BULK_PLAN)
    def submit(body: Body, ack: Ack) -> None:
        view = body["view"]
        typed = _entered(view, bulk_payloads.COUNT_BLOCK_ID, bulk_payloads.COUNT_ACTION_ID)
        answer = bulks.submit(view["private_metadata"], requests.presser(body), typed)
        if isinstance(answer, str):
            ack(response_action="errors", errors={bulk_payloads.COUNT_BLOCK_ID: answer})
        elif answer:
            ack(response_action="update", view=answer)
        else:
            ack()


def _opens(chat: SlackChat, open_dialog: Callable[[str, Asker, str], Message | None]) -> Callable[[Body, Ack], None]:
    """The listener of a button that opens a dialog."""

    def press(body: Body, ack: Ack) -> None:
        asker = requests.presser(body)
        message = open_dialog(body["actions"][0].get("value", ""), asker, body["trigger_id"])
        if message:
            chat.answer(asker, message)
        ack()

    return press


def _answers(context: Context) -> dict[str, Answer]:
    """By what Slack calls the button."""
    notes = RuleNotes(context)
    return {
        payloads.CANCEL_LEAVE: partial(press_cancel, context),
        **{name: partial(decide, context) for name, decide in DECISIONS.items()},
        **{name: partial(opens, context) for name, opens in LISTS.items()},
        **{payloads.note_id(note): partial(notes.press, note) for note in (STOP, LET_RUN)},
    }


def _answer(chat: SlackChat, answer: Answer) -> Callable[[Body, Ack], None]:
    """The listener of a button that opens no dialog."""

    def press(body: Body, ack: Ack) -> None:
        asker = requests.presser(body)
        message = answer(body["actions"][0].get("value", ""), asker)
        if message:
            chat.answer(asker, message)
        ack()

    return press


def _submit(buttons: Buttons, chat: SlackChat) -> Callable[[Body, Ack], None]:
    def submit(body: Body, ack: Ack) -> None:
        view, user = body["view"], body["user"]["id"]
        typed = _entered(view, payloads.INPUT_BLOCK_ID, payloads.INPUT_ACTION_ID)
        reason = _entered(view, payloads.REASON_BLOCK_ID, payloads.REASON_ACTION_ID)
        answer = buttons.submit(view["private_metadata"], user, typed, reason)
        if isinstance(answer, FieldError):
            ack(response_action="errors", errors={answer.block_id: answer.text})
            return
        if answer:
            chat.answer(buttons.asker_of(view["private_metadata"], user), answer)
        ack()

    return submit


def _entered(view: Mapping[str, Any], block_id: str, action_id: str) -> str:
    """What was typed into a field; "" where the dialog has no such field."""
    values = view.get("state", {}).get("values", {})
    return str(((values.get(block_id) or {}).get(action_id) or {}).get("value") or "")
