"""What is stored about one person, as services see it."""

from typing import Protocol

from bot.core.history import Records
from bot.core.models import User


class HistoryStore(Protocol):
    """Everything that happened to people."""

    def people(self) -> list[User]:
        """Everybody in the database, by their newest stored name."""
        ...

    def records(self, user_id: str) -> Records:
        """Everything about this user; empty if there is nothing. Actions of kinds that only a newer version knows are
        left out.
        """
        ...
