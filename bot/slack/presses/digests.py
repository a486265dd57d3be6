"""Presses on a digest: whoever presses gets the list of its cases, which only they see."""

from collections.abc import Callable, Mapping

from bot.core.access.severity import Severity
from bot.core.actions import Asker
from bot.core.lists.filters import CaseFilter
from bot.services.context import Context
from bot.slack import payloads
from bot.slack.lists.presses import open_message
from bot.slack.messages import Message
from bot.slack.messages.lists.digest import CRITICAL_ID, REVIEW_ID

# Gets the value of the button and who pressed it.
Open = Callable[[Context, str, Asker], Message]


def _review(context: Context, value: str, asker: Asker) -> Message:
    return open_message(context, asker, str(CaseFilter(found=payloads.decode_digest(value))))


def _critical(context: Context, value: str, asker: Asker) -> Message:
    wanted = CaseFilter(severity=Severity.CRITICAL, found=payloads.decode_digest(value))
    return open_message(context, asker, str(wanted))


# By what Slack calls the button.
LISTS: Mapping[str, Open] = {REVIEW_ID: _review, CRITICAL_ID: _critical}
