"""The directory that people are provisioned from, where leaverbot may read it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from bot.core.directory.source import Looked
from bot.core.models import User


class SourceDirectory(Protocol):
    """Microsoft Entra ID. It is only read."""

    def look(self, users: Sequence[User], within: timedelta) -> Mapping[str, Looked]:
        """What became of each of these users there, by user id. Whoever could not be looked up, for whatever reason,
        has CouldNotLook; nothing is raised for it. Takes about `within` at most: who is left then is TOO_SLOW.
        """
        ...

    def close(self) -> None:
        """Close the connections; it will not be asked again."""
        ...
