"""The hourly limits, as services see them."""

from datetime import datetime
from typing import Protocol

from bot.core.rules.limits import Hour


class LimitStore(Protocol):
    """How much of the hour is used. `ActionStore.begin_action` counts and begins in one step."""

    def hour(self, at: datetime) -> Hour:
        """Who was changed in the hour up to `at`, or since it began anew, and what has not begun."""
        ...

    def park(self, action_id: str, at: datetime, until: datetime) -> None:
        """The queued action waits for a place, which it gets at about `until`; its message is drawn again."""
        ...

    def begin_hour_anew(self, by: str, at: datetime) -> None:
        """Forget who was changed before `at`. Audited."""
        ...
