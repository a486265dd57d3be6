"""Presses on a list: each changes the stored list, and draws it again in place of what was pressed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.lists.toggles import Toggle
from bot.core.lists.views import ListPage
from bot.services.context import Context
from bot.services.lists import pages
from bot.services.viewers import refuse_view
from bot.slack import messages, requests
from bot.slack.connection.client import SlackChat
from bot.slack.lists.payloads import OLD, ListControl, ListPress, decode_press, dialog_of, filter_id
from bot.slack.messages import Message
from bot.slack.messages.lists.case_list import list_page_message
from bot.slack.presses.cases import Buttons

# What a press makes of the list.
Press = Callable[[Context, ListPress, Asker], ListPage | Refused]


def open_message(context: Context, asker: Asker, filter_text: str) -> Message:
    """A new list, as only the asker sees it; or why not."""
    return _drawn(pages.open_list(context, asker, filter_text))


@dataclass(frozen=True, slots=True)
class ListPresses:
    """Answers the controls of lists."""

    context: Context
    chat: SlackChat
    buttons: Buttons

    def press(self, name: str, value: str, asker: Asker, trigger_id: str) -> None:
        """A control was used. Raises NotFound for one that leads nowhere, StoreError and ChatError."""
        press = decode_press(value)
        refused = refuse_view(self.context, asker, "list")
        if refused:
            self.chat.answer(asker, messages.refusal_message(refused))
        elif name == ListControl.ROW and press.does != ListControl.SELECT.removeprefix("list_"):
            self._open(press, asker, trigger_id)
        else:
            page = PRESSES[name](self.context, press, asker)
            # What is refused stands beside the list, which stays.
            show = self.chat.answer if isinstance(page, Refused) else self.chat.redraw
            show(asker, _drawn(page))

    def _open(self, press: ListPress, asker: Asker, trigger_id: str) -> None:
        """Open the dialog that an option of a row's menu is for."""
        dialog = dialog_of(press.does)
        answer = (
            self.buttons.open(dialog, asker, trigger_id, case_id=press.case_id)
            if dialog
            else messages.plain_message(OLD)
        )
        if answer:
            self.chat.answer(asker, answer)


def _drawn(page: ListPage | Refused) -> Message:
    return messages.refusal_message(page) if isinstance(page, Refused) else list_page_message(page)


def _turn(context: Context, press: ListPress, asker: Asker) -> ListPage | Refused:
    return pages.turn(context, press.list_id, asker, press.page)


def _select(context: Context, press: ListPress, asker: Asker) -> ListPage | Refused:
    user_id = context.store.case(press.case_id).case.user.id
    return pages.select(context, press.list_id, asker, user_id, on=press.on)


def _narrow(toggle: Toggle, context: Context, press: ListPress, asker: Asker) -> ListPage | Refused:
    return pages.narrow(context, press.list_id, asker, toggle, on=press.on)


def listen_to_lists(app: App, lists: ListPresses) -> None:
    """Register a listener for every control of a list."""
    for name in PRESSES:
        app.action(name)(_listener(name, lists))


def _listener(name: str, lists: ListPresses) -> Callable[[Mapping[str, Any], Ack], None]:
    def press(body: Mapping[str, Any], ack: Ack) -> None:
        action = body["actions"][0]
        value = (action.get("selected_option") or action).get("value", "")
        lists.press(name, value, requests.presser(body), body["trigger_id"])
        ack()

    return press


# By what Slack calls the control.
PRESSES: Mapping[str, Press] = {
    ListControl.PREVIOUS: _turn,
    ListControl.NEXT: _turn,
    ListControl.EVERYBODY: lambda context, press, asker: pages.widen(context, press.list_id, asker),
    ListControl.SEVERAL: lambda context, press, asker: pages.choose(context, press.list_id, asker, several=press.on),
    ListControl.ALL: lambda context, press, asker: pages.select_all(context, press.list_id, asker),
    ListControl.CLEAR: lambda context, press, asker: pages.clear(context, press.list_id, asker),
    ListControl.SELECT: _select,
    ListControl.ROW: _select,
    **{filter_id(toggle): partial(_narrow, toggle) for toggle in Toggle},
}
