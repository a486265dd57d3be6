"""What Slack does not show yet, and bringing it up to date once, without the loop that does so in the running bot."""

from datetime import UTC, datetime

from bot.core.errors import LeaverbotError
from bot.ports import MessageKind, Store, StoredCase, Unshown, Waiting
from bot.services.context import Context
from bot.services.messages.projection import due, show


def sync(context: Context) -> bool:
    """Show everything that waits, once each; False when something has to be tried again."""
    in_line = True
    for task in due(context):
        try:
            in_line &= show(context, task)
        except LeaverbotError:
            in_line = False
    return in_line


def outdated(store: Store) -> list[Waiting]:
    """The messages, except those of cases, that do not show what is stored; oldest first."""
    found = [store.message(one.key) for one in _unshown(store) if one.kind is not MessageKind.CASE]
    return [message for message in found if message]


def outdated_cases(store: Store) -> list[StoredCase]:
    """The cases whose message does not show what is stored."""
    return [store.case(one.ref) for one in _unshown(store) if one.kind is MessageKind.CASE]


def _unshown(store: Store) -> list[Unshown]:
    return store.unshown(datetime.min.replace(tzinfo=UTC))
