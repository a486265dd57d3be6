"""A press of the one button of a scheduled leave."""

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.leaves.times import said
from bot.services.actions.groups import roles
from bot.services.context import Context
from bot.services.leaves.schedule import cancel
from bot.slack import messages, payloads
from bot.slack.messages import Message


def press_cancel(context: Context, value: str, asker: Asker) -> Message:
    """Cancel the leave, and say so to whoever pressed. Raises NotFound for a button that leads nowhere."""
    leave = cancel(context, payloads.decode_leave(value), asker, roles(context, asker.user))
    if isinstance(leave, Refused):
        return messages.refusal_message(leave)
    what = "Only the revoke was left of it" if leave.denied_at else "Nothing happens at that time"
    when = said(leave.at, context.zone)
    return messages.plain_message(f"The leave of {leave.user.label}, {when}, is cancelled. {what}.")
