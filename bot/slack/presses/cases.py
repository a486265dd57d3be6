"""Presses and submitted dialogs: decode, one service call, answer."""

from dataclasses import dataclass

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.cases import Case
from bot.core.kinds import GO_ON, Control, Dialog, Kind, Note
from bot.core.reasons import Code, Reason
from bot.ports import Verdict
from bot.services.actions import dialogs
from bot.services.actions.ask import ask
from bot.services.actions.groups import roles as roles_of
from bot.services.context import Context
from bot.services.messages.case import case_view
from bot.services.review import review
from bot.services.rules import limits
from bot.services.viewers import why_not_view
from bot.slack import kinds, messages, payloads
from bot.slack.connection.client import SlackChat
from bot.slack.messages import Message


@dataclass(frozen=True, slots=True)
class FieldError:
    """Keeps a dialog open, with this text under the field of that block."""

    text: str
    block_id: str = payloads.INPUT_BLOCK_ID


@dataclass(frozen=True, slots=True)
class Buttons:
    context: Context
    chat: SlackChat

    def press(self, control: Control, value: str, asker: Asker, trigger_id: str, key: str) -> Message | None:
        """A button of a case was pressed. Returns what only the presser sees, if it does not work."""
        drawn = payloads.decode_control(value)
        if control is GO_ON:
            return self._go_on(drawn, asker)
        if isinstance(control, Note):
            return self._review(drawn, asker)
        case = self.context.store.case(drawn.case_id).case
        if case.version != drawn.case_version and self.context.store.knows_press(key):
            return None
        outdated = self._outdated(control, case, drawn.case_version, asker)
        if outdated:
            return outdated
        if isinstance(control, Kind) and kinds.button_of(control).at_once:
            return self._ask(control, case, asker, key)
        return self.open(control, asker, trigger_id, case_id=case.id)

    def open(
        self, kind: Dialog, asker: Asker, trigger_id: str, *, case_id: str | None = None, query: str = ""
    ) -> Message | None:
        """Open a dialog. Returns the refusal, if the asker may not."""
        roles = roles_of(self.context, asker.user)
        dialog = dialogs.open_dialog(self.context, kind, asker, roles, case_id=case_id, query=query)
        if isinstance(dialog, Refused):
            return messages.refusal_message(dialog)
        view_id = self.chat.open_dialog(trigger_id, dialogs.reading(dialog))
        dialogs.opened(self.context, dialog, view_id)
        return None

    def _ask(self, kind: Kind, case: Case, asker: Asker, key: str) -> Message | None:
        roles = roles_of(self.context, asker.user)
        asked = ask(self.context, kind, case.user, asker, roles, key=key, case_id=case.id)
        return _refusal(asked)

    def renew(self, value: str, asker: Asker, key: str) -> None:
        """Replace the presser's own message if it shows an older state of its case."""
        drawn = payloads.decode_control(value)
        outdated = self.context.store.case(drawn.case_id).case.version != drawn.case_version
        if outdated and not why_not_view(self.context, asker.user):
            self.context.store.renew_card(f"card:{key}", asker, drawn.case_id, self.context.clock.now())
            self.context.work.wake()

    def _review(self, pressed: payloads.ControlPayload, asker: Asker) -> Message | None:
        roles = roles_of(self.context, asker.user)
        return _refusal(review(self.context, pressed.case_id, pressed.case_version, asker, roles))

    def _go_on(self, pressed: payloads.ControlPayload, asker: Asker) -> Message | None:
        case = self.context.store.case(pressed.case_id).case
        if case.version != pressed.case_version:
            # Somebody else may have pressed it: twice would let twice as many through.
            self.context.store.mark_stale(case.id)
            self.context.work.wake()
            return messages.refusal_message(Refused(Reason(Code.ALERT_CHANGED, case.user)))
        return _refusal(limits.go_on(self.context, asker, roles_of(self.context, asker.user)))

    def _outdated(self, control: Control, case: Case, drawn_for: int, asker: Asker) -> Message | None:
        """Why a button of an older drawing no longer fits. This is recorded, and the message drawn again."""
        if case.version == drawn_for:
            # Every change of what a message shows makes a new version.
            return None
        view = case_view(self.context, case)
        if view.watch_only or view.protected or control in view.controls:
            return None
        name = case.user.label
        reason = f"This alert about {name} has changed, so nothing was started. Read it again before you press."
        if view.superseded:
            reason = f"This alert is out of date: there is a newer one for {name}. Use that one."
        elif view.latest and not view.latest.state.final:
            what = kinds.presenter_of(view.latest.kind).noun
            reason = f"{what} for {name} is already running, so nothing more was started."
        self.context.store.record(
            self.context.clock.now(), asker.user, str(control), case.user.id, Verdict.REFUSED, reason
        )
        self.context.store.mark_stale(case.id)
        self.context.work.wake()
        return messages.plain_message(reason)

    def submit(self, metadata: str, user: str, typed: str = "", reason: str = "") -> Message | FieldError | None:
        """A dialog was submitted."""
        dialog_id = payloads.decode_dialog(metadata)
        result = dialogs.submit(self.context, dialog_id, user, roles_of(self.context, user), typed, reason)
        if isinstance(result, dialogs.WrongName):
            return FieldError(f"That is not the user name. Type exactly: {result.expected}"[:2000])
        if isinstance(result, dialogs.MissingReason):
            return FieldError("Please give a reason. It is kept in the audit log.", payloads.REASON_BLOCK_ID)
        return _refusal(result)

    def asker_of(self, metadata: str, user: str) -> Asker:
        """Where an answer to a submitted dialog goes: where the dialog was opened."""
        dialog = self.context.store.dialog(payloads.decode_dialog(metadata))
        return Asker(user, dialog.asker.channel, dialog.asker.response_url)


def _refusal(result: object) -> Message | None:
    return messages.refusal_message(result) if isinstance(result, Refused) else None
