"""What the store keeps of the company directory."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.core.directory.provisioning import ScimWatch
from bot.core.directory.source import Looked, SourceLook


class DirectoryStore(Protocol):
    """What is known of the directory that manages the users."""

    def scim_watch(self) -> ScimWatch:
        """What was last kept, with the newest request of the directory that the events queue told of since."""
        ...

    def keep_scim_watch(self, watch: ScimWatch, at: datetime) -> None:
        """Keep this in place of what was kept before."""
        ...


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
