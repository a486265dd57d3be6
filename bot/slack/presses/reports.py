"""A press of Details on a report in a thread."""

from bot.core.actions import Asker
from bot.services.context import Context
from bot.services.messages.report import report_of
from bot.services.viewers import refuse_view
from bot.slack import messages, payloads
from bot.slack.connection.client import SlackChat
from bot.slack.dialogs.report import action_view, change_view
from bot.slack.messages import Message


def press_details(context: Context, chat: SlackChat, value: str, asker: Asker, trigger_id: str) -> Message | None:
    """Show everything about the action or the change, or say why not. Raises NotFound for what is not there."""
    about = payloads.decode_report(value)
    refused = refuse_view(context, asker, "details", about.action_id or about.change_id)
    if refused:
        return messages.refusal_message(refused)
    if about.action_id:
        view = action_view(report_of(context, about.action_id))
    else:
        view = change_view(context.store.change(about.change_id))
    chat.open_view(trigger_id, view)
    return None
