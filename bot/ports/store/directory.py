"""What the store keeps of the company directory."""

from datetime import datetime
from typing import Protocol

from bot.core.directory.provisioning import ScimWatch


class DirectoryStore(Protocol):
    """What is known of the directory that manages the users."""

    def scim_watch(self) -> ScimWatch:
        """What was last kept, with the newest request of the directory that the events queue told of since."""
        ...

    def keep_scim_watch(self, watch: ScimWatch, at: datetime) -> None:
        """Keep this in place of what was kept before."""
        ...
