"""Presses and modal submits: decode, one service call, say what has to be said."""

from dataclasses import dataclass

from bot.core.cases import Case
from bot.core.plans import ActionKind
from bot.core.policy import Refused
from bot.core.views import Control, DialogKind
from bot.ports import Asker
from bot.services import dialogs
from bot.services.ask import ask
from bot.services.parts import Parts
from bot.services.viewing import case_view
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

    def dialog(self, control: Control, value: str, asker: Asker, trigger_id: str) -> Message | None:
        """A button that opens a dialog; what only the presser sees when it can not be opened."""
        case = self.parts.store.case(decode_control(value).case_id).case
        outdated = self._outdated(control, case, asker)
        if outdated:
            return outdated
        dialog = dialogs.open_dialog(
            self.parts, DIALOGS[control], asker, self.people.roles(asker.user), case_id=case.id
        )
        if isinstance(dialog, Refused):
            return messages.refusal_message(dialog)
        view_id = self.chat.open_dialog(trigger_id, dialogs.reading(dialog))
        dialogs.opened(self.parts, dialog, view_id)
        return None

    def act(self, control: Control, value: str, asker: Asker, key: str) -> Message | None:
        """A button that starts an action at once; what only the presser sees when it is not started."""
        case = self.parts.store.case(decode_control(value).case_id).case
        if self.parts.store.knows_press(key):
            return None
        outdated = self._outdated(control, case, asker)
        if outdated:
            return outdated
        roles = self.people.roles(asker.user)
        asked = ask(self.parts, ACTIONS[control], case.user, asker, roles, key=key, case_id=case.id)
        return messages.refusal_message(asked) if isinstance(asked, Refused) else None

    def _outdated(self, control: Control, case: Case, asker: Asker) -> Message | None:
        """Why a button of an older drawing no longer fits, noted; the message is drawn again."""
        view = case_view(self.parts, case)
        if view.watch_only or view.protected or control in view.controls:
            return None
        name = case.user.label
        reason = f"This alert of {name} has changed since its button was drawn, so nothing was started. Look again."
        if view.superseded:
            reason = f"This alert is out of date: there is a newer one for {name}. Use that one."
        elif view.latest and not view.latest.state.final:
            reason = f"A {view.latest.kind} of {name} is under way already; nothing more was started."
        self.parts.store.record(self.parts.clock.now(), asker.user, str(control), case.user.id, "refused", reason)
        self.parts.store.touch(case.id)
        self.parts.work.wake()
        return messages.plain_message(reason)

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
