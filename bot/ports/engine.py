"""The engine, for work that outlives the process, and time."""

from datetime import datetime
from typing import Protocol

from bot.core.actions import Asker
from bot.core.leaves.leave import Terms


class Clock(Protocol):
    """Time. Always UTC and aware."""

    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> None: ...


class Work(Protocol):
    """Starts durable work. If this process dies, the next one continues what was started."""

    def start_action(self, action_id: str) -> None: ...

    def start_scan(self, scan_id: str) -> None: ...

    def start_dialog(self, dialog_id: str) -> None: ...

    def start_bulk_plan(self, bulk_id: str) -> None:
        """Read what the plan of a bulk shows, and fill the dialog that waits for it."""
        ...

    def start_show(self, asker: Asker, query: str) -> None: ...

    def start_unused(self, asker: Asker, *, may_delete: bool) -> None:
        """Read which permission sets are not assigned to anybody, and tell the asker."""
        ...

    def start_leave(self, asker: Asker, leave_id: str, query: str, terms: Terms) -> None:
        """Find whom the query names, schedule the leave under this id, and answer the asker."""
        ...

    def wake(self) -> None:
        """Slack is behind the store: bring it up to date soon."""
        ...
