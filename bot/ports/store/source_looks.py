"""Stored looks into the directory that people are provisioned from, as services see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.core.directory.source import Looked, SourceLook


class SourceLooks(Protocol):
    """The last look at each leaver. Whether the directories disagree is shown on alerts."""

    def keep_source_looks(self, looks: Mapping[str, Looked], at: datetime) -> bool:
        """Store what was seen of these users, by user id, in place of what was seen before. Alerts of those who turned
        active there, or no longer are, are drawn again; whether there are any.
        """
        ...

    def forget_source_looks(self) -> bool:
        """Forget all of them, because leaverbot no longer looks; whether alerts are drawn again because of it."""
        ...

    def source_look(self, user_id: str) -> SourceLook | None:
        """The last look at this user; None when nobody has looked."""
        ...

    def source_looks(self) -> Mapping[str, SourceLook]:
        """The last look at everybody who was disabled in their newest read, by user id."""
        ...
