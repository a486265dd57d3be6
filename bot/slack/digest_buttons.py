"""Presses on a digest: whoever presses gets the list of its cases, which only they see."""

from collections.abc import Callable, Mapping

from bot.core.access.severity import Severity
from bot.core.actions import Asker
from bot.core.lists.filters import CaseFilter
from bot.services.context import Context
from bot.services.questions.open_cases import list_open
from bot.slack import messages, payloads
from bot.slack.messages import Message
from bot.slack.messages.lists.digest import CRITICAL_ID, REVIEW_ID

# Gets the value of the button and who pressed it.
Open = Callable[[Context, str, Asker], Message]


def _review(context: Context, value: str, asker: Asker) -> Message:
    return _list(context, CaseFilter(found=payloads.decode_digest(value)), asker)


def _critical(context: Context, value: str, asker: Asker) -> Message:
    return _list(context, CaseFilter(severity=Severity.CRITICAL, found=payloads.decode_digest(value)), asker)


def _list(context: Context, wanted: CaseFilter, asker: Asker) -> Message:
    del wanted, asker
    return messages.list_message(list_open(context))


# By what Slack calls the button.
LISTS: Mapping[str, Open] = {REVIEW_ID: _review, CRITICAL_ID: _critical}
