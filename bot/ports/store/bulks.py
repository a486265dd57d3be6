"""Stored bulks, as services see them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.bulk.bulk import Bulk
from bot.core.bulk.next_step import BulkResult
from bot.core.cases import Case
from bot.ports.chat import Posted


class BulkStore(Protocol):
    """Bulks with their people. Every change has their message drawn again."""

    def add_bulk(self, bulk: Bulk) -> None:
        """Store a preview. The same id again changes nothing."""
        ...

    def bulk(self, bulk_id: str) -> Bulk:
        """Raises NotFound."""
        ...

    def plan_bulk(self, bulk: Bulk) -> bool:
        """Store its people and its plan as they were read; False, and no change, once it is no preview any more."""
        ...

    def show_bulk(self, bulk_id: str, view_id: str) -> None:
        """Note which dialog shows its plan."""
        ...

    def begin_bulk(self, bulk: Bulk, at: datetime) -> bool:
        """Begin a preview as this bulk has it: whether it raises the limit, and the seals of its people. It is audited,
        and its message queued. False, and no change, when it is no preview (any more).
        """
        ...

    def stop_bulk(self, bulk_id: str, by: str, at: datetime) -> bool:
        """Let nothing more of it begin; audited. False, and no change, unless it is running."""
        ...

    def end_bulk(self, bulk_id: str, at: datetime) -> bool:
        """It has come to its end, which is audited; a message on who was not done is queued, if there is somebody.
        False, and no change, unless it is open.
        """
        ...

    def skip_in_bulk(self, bulk_id: str, number: int, why: str) -> None:
        """Note, in plain text, why this person's action could not be asked for."""
        ...

    def withdraw_parked(self, bulk_id: str, why: str, at: datetime) -> int:
        """Refuse those of its actions that wait for a place in the hour, and say how many those were. One that begins
        at this moment goes on.
        """
        ...

    def bulk_with(self, bulk_id: str, user_id: str) -> Bulk:
        """The bulk with only this one of its people, if it has them. Raises NotFound."""
        ...

    def open_bulks(self) -> Sequence[Bulk]:
        """All that are open, without their people, the first to begin first."""
        ...

    def bulks(self, most: int) -> Sequence[Bulk]:
        """The newest that began, without their people, newest first."""
        ...

    def bulk_results(self, bulk_id: str) -> Sequence[BulkResult]:
        """Each of its people with what became of their action, in the order of the list."""
        ...

    def bulk_message(self, bulk_id: str) -> Posted | None:
        """Where its message is in Slack."""
        ...

    def newest_cases(self, user_ids: Collection[str]) -> Mapping[str, Case]:
        """The newest case of each of these users who ever had one, by user id."""
        ...
