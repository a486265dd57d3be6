"""Presses about a bulk: asking for one of everybody selected in a list, submitting its plan, Stop, and Delete users."""

from dataclasses import dataclass

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.bulk.bulk import Bulk
from bot.core.bulk.next_step import Fate
from bot.core.bulk.views import BulkPlanView
from bot.core.kinds import DELETE, Kind
from bot.core.reasons import Code, Reason
from bot.services.bulk.preview import open_preview
from bot.services.bulk.stop import stop
from bot.services.bulk.submit import WrongCount, submit
from bot.services.context import Context
from bot.services.lists.selection import to_plan_for
from bot.slack import messages
from bot.slack.blocks import Block
from bot.slack.connection.client import SlackChat
from bot.slack.dialogs.bulk_plan import bulk_plan_view
from bot.slack.lists import bulk_payloads
from bot.slack.messages import Message


@dataclass(frozen=True, slots=True)
class BulkButtons:
    context: Context
    chat: SlackChat

    def press(self, kind: Kind, value: str, asker: Asker, trigger_id: str) -> Message | None:
        """A button of a list was pressed. Returns the refusal, if there is one."""
        opened = self.context.store.stored_list(bulk_payloads.decode_list(value))
        if opened is None:
            return messages.refusal_message(Refused(Reason(Code.LIST_GONE)))
        if opened.by != asker.user:
            return messages.refusal_message(Refused(Reason(Code.LIST_OF_ANOTHER)))
        return self._open(kind, to_plan_for(self.context, opened), opened.filter, asker, trigger_id)

    def delete_next(self, value: str, asker: Asker, trigger_id: str) -> Message | None:
        """Delete users was pressed on a finished revoke: the plan for those who were revoked."""
        bulk = self.context.store.bulk(bulk_payloads.decode_bulk(value))
        results = self.context.store.bulk_results(bulk.id)
        done = [result.person.user.id for result in results if result.fate is Fate.DONE]
        return self._open(DELETE, done, bulk.filter_text, asker, trigger_id)

    def _open(self, kind: Kind, people: list[str], filter_text: str, asker: Asker, trigger_id: str) -> Message | None:
        bulk = open_preview(self.context, kind, people, asker, filter_text)
        if isinstance(bulk, Refused):
            return messages.refusal_message(bulk)
        view_id = self.chat.open_bulk_plan(trigger_id, BulkPlanView(bulk))
        self.context.store.show_bulk(bulk.id, view_id)
        self.context.work.start_bulk_plan(bulk.id)
        return None

    def submit(self, metadata: str, asker: Asker, typed: str) -> str | Block | None:
        """The plan was submitted: what to show under the field, or in place of the plan; None when it began."""
        bulk_id, shown = bulk_payloads.decode_plan(metadata)
        begun = submit(self.context, bulk_id, asker, typed, confirmed_as=shown)
        if isinstance(begun, Bulk):
            return None
        if isinstance(begun, WrongCount):
            return f"That is not the number. Type {begun.expected} to confirm."
        why = messages.refusal_text(begun)
        return bulk_plan_view(BulkPlanView(self.context.store.bulk(bulk_id), why))

    def stop(self, value: str, asker: Asker) -> Message | None:
        """Stop was pressed. What comes of it is on the message; returns the refusal, if there is one."""
        stopped = stop(self.context, bulk_payloads.decode_bulk(value), asker)
        return messages.refusal_message(stopped) if isinstance(stopped, Refused) else None
