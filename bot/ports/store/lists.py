"""Stored lists of people, as services see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.cases import Case


@dataclass(frozen=True, slots=True)
class StoredList:
    """A list that somebody opened, as they left it. `by`: their Slack id; `filter`: the text of the filter
    (`core/lists/filters.py`); `selected`: the ids of the users they selected. `version` grows with every change.
    """

    id: str
    by: str
    opened_at: datetime
    filter: str = ""
    page: int = 1
    selecting: bool = False
    selected: tuple[str, ...] = ()
    version: int = 1


class ListStore(Protocol):
    """Lists that people opened within a day."""

    def add_list(self, opened: StoredList) -> None: ...

    def stored_list(self, list_id: str) -> StoredList | None:
        """None when it is too old, or there never was one."""
        ...

    def change_list(self, changed: StoredList) -> bool:
        """Store it under the next version; False when another change came first."""
        ...

    def without_access(self) -> list[Case]:
        """The newest case of every user whose newest read shows them disabled, where that case is closed: they are
        still in the directory and have no way in.
        """
        ...

    def how_many_without_access(self) -> int:
        """How many those are."""
        ...
