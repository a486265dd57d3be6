"""When the running bot passes its rules over everybody."""

from datetime import datetime, timedelta

from bot.core.errors import StoreUnavailable
from bot.services.context import Context
from bot.services.rules.carry import try_rules

# What people do, and what actions lead to, is looked at at least this often.
AT_LEAST = timedelta(minutes=1)


class Passes:
    """Passes now and then, when there may be something to do: each reads everybody who is disabled. One a process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._looked: datetime | None = None
        self._again_at: datetime | None = None
        # The announcements that waited before the last pass, and since when each stands in Slack.
        self._waiting: frozenset[tuple[str, datetime | None]] = frozenset()

    def look(self) -> None:
        """A pass, if it is time for one, or if other passes or Slack changed what is announced. Raises StoreError."""
        now = self._context.clock.now()
        try:
            waiting = frozenset((one.id, one.posted_at) for one in self._context.store.waiting_announcements())
        except StoreUnavailable:
            # The upkeep of the work says so.
            return
        if self._lately(now) and waiting == self._waiting and (self._again_at is None or now < self._again_at):
            return
        passed = try_rules(self._context)
        self._looked, self._waiting = now, waiting
        # What it did may lead to more.
        self._again_at = now if passed.moved else passed.again_at

    def _lately(self, now: datetime) -> bool:
        """After the clock was set back, nothing is known of the time that has passed."""
        return self._looked is not None and self._looked <= now < self._looked + AT_LEAST
