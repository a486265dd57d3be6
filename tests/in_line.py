"""Bring Slack in line with the store once, without the loop that does it in the running bot."""

from bot.core.errors import LeaverbotError
from bot.services.notify import due, show
from bot.services.parts import Parts


def sync(parts: Parts) -> bool:
    """Show everything that waits, each once; False when something has to be tried again."""
    in_line = True
    for task in due(parts):
        try:
            in_line &= show(parts, task)
        except LeaverbotError:
            in_line = False
    return in_line
