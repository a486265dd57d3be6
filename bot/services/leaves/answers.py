"""Answer `/leavers schedule`: find the user, schedule the leave, say what is scheduled or why not."""

import structlog

from bot.core.actions import Asker
from bot.core.errors import AwsError, ChatError
from bot.core.leaves.leave import Terms
from bot.core.models import User
from bot.core.views import Matches
from bot.services.actions.groups import roles
from bot.services.context import Context
from bot.services.find_user import find
from bot.services.leaves.schedule import schedule
from bot.services.messages.links import linked

log = structlog.get_logger(__name__)


def schedule_for(context: Context, asker: Asker, leave_id: str, query: str, terms: str) -> None:
    """Schedule the leave of the user whom the query names, if that is exactly one. `terms`: `Terms.stored`.

    Raises AwsError while whom leaverbot itself runs as cannot be read.
    """
    found = _find(context, query)
    wanted = Terms.of(terms)
    assert wanted, "the handler of the command stored them"
    try:
        if isinstance(found, Matches):
            context.chat.answer_matches(asker, linked(context, found))
            return
        answer = schedule(context, found, wanted, asker, roles(context, asker.user), leave_id=leave_id)
        context.chat.answer_schedule(asker, answer)
    except ChatError as error:
        # What was scheduled stays so; it is in the list.
        log.warning("an answer could not be delivered", why=str(error), user=asker.user)


def _find(context: Context, query: str) -> User | Matches:
    try:
        return find(context.directory, query)
    except AwsError as error:
        return Matches(query, unread=str(error))
