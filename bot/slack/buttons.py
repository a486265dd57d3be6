"""Presses and modal submits: decode, one service call, say what has to be said."""

from dataclasses import dataclass

from bot.core.plans import ActionKind
from bot.core.policy import Refused
from bot.core.views import Control, DialogKind
from bot.ports import Asker
from bot.services import dialogs
from bot.services.ask import ask
from bot.services.parts import Parts
from bot.slack import messages
from bot.slack.client import SlackChat
from bot.slack.messages import Message
from bot.slack.payloads import decode_control, decode_dialog
from bot.slack.people import People

DIALOGS = {
    Control.REVOKE: DialogKind.REVOKE,
    Control.DELETE: DialogKind.DELETE,
    Control.DETAILS: DialogKind.DETAILS,
}
ACTIONS = {Control.DENY: ActionKind.DENY, Control.LIFT: ActionKind.LIFT}


@dataclass(frozen=True, slots=True)
class FieldError:
    """Keeps a dialog open, with this text under the field."""

    text: str


@dataclass(frozen=True, slots=True)
class Buttons:
    parts: Parts
    chat: SlackChat
    people: People

    def press(self, control: Control, value: str, asker: Asker, trigger_id: str, key: str) -> Message | None:
        """A button of a case; what only the presser sees, or None when the message or a dialog says it."""
        payload = decode_control(value)
        stored = self.parts.store.case(payload.case_id)
        newest = self.parts.store.newest_case(stored.case.user.id)
        if newest and newest.case.id != stored.case.id:
            self.parts.store.touch(stored.case.id)
            self.parts.work.wake()
            return messages.plain_message(
                f"This alert is out of date: there is a newer one for {stored.case.user.label}. Use that one."
            )
        roles = self.people.roles(asker.user)
        if control in DIALOGS:
            dialog = dialogs.open_dialog(self.parts, DIALOGS[control], asker, roles, case_id=stored.case.id)
            if isinstance(dialog, Refused):
                return messages.refusal_message(dialog)
            view_id = self.chat.open_dialog(trigger_id, dialogs.reading(dialog))
            dialogs.opened(self.parts, dialog, view_id)
            return None
        asked = ask(self.parts, ACTIONS[control], stored.case.user, asker, roles, key=key, case_id=stored.case.id)
        return messages.refusal_message(asked) if isinstance(asked, Refused) else None

    def submit(self, metadata: str, user: str, typed: str) -> Message | FieldError | None:
        """A dialog was submitted."""
        payload = decode_dialog(metadata)
        result = dialogs.submit(self.parts, payload.dialog_id, user, self.people.roles(user), typed)
        if isinstance(result, dialogs.WrongName):
            return FieldError(f"That is not the user name. Type exactly: {result.expected}"[:2000])
        return messages.refusal_message(result) if isinstance(result, Refused) else None

    def asker_of(self, metadata: str, user: str) -> Asker:
        """Where an answer to a submitted dialog goes: to where the dialog was opened from."""
        dialog = self.parts.store.dialog(decode_dialog(metadata).dialog_id)
        return Asker(user, dialog.asker.channel, dialog.asker.response_url)
