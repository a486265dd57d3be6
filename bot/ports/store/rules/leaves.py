"""Stored scheduled leaves, as services see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.leaves.leave import Leave, LeaveState


class LeaveStore(Protocol):
    """Scheduled leaves: at most one of a person is open. Every change has their message drawn again."""

    def add_leave(self, leave: Leave) -> Leave | None:
        """Store and audit it; returns the open one of the same person, which it replaces. The same id again changes
        nothing. Raises AlreadyUnderWay while the earlier one is being carried out.
        """
        ...

    def leave(self, leave_id: str) -> Leave:
        """Raises NotFound."""
        ...

    def open_leave(self, user_id: str) -> Leave | None:
        """The open one of this person."""
        ...

    def open_leaves(self) -> Sequence[Leave]:
        """All open ones, the next one first."""
        ...

    def announce_leave(self, leave_id: str, at: datetime) -> None:
        """Queue its message for the channel, once."""
        ...

    def move_leave(
        self,
        leave_id: str,
        before: LeaveState,
        state: LeaveState,
        at: datetime,
        *,
        by: str = "",
        why: str = "",
    ) -> bool:
        """Move it on from `before`; False when it is not in that state, or may not go there. An end is audited; `by` is
        the person who brings it about, if one does.
        """
        ...

    def note_leave_asked(self, leave_id: str, text: str, at: datetime) -> None:
        """Ask the channel, once, with this text, and note that it was."""
        ...
