"""Announcements that could not be posted: their rules wait."""

from collections.abc import Sequence
from datetime import timedelta

from bot.core.rules.announcements import Announcement
from bot.services.context import Context

# An announcement that waits for longer than this to be posted is late.
LATE = timedelta(minutes=2)


def unposted(context: Context) -> Sequence[Announcement]:
    """Those that are late, oldest first. Raises StoreError."""
    now = context.clock.now()
    waiting = context.store.waiting_announcements()
    return [one for one in waiting if one.posted_at is None and now - one.made_at > LATE]
