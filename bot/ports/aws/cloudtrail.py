"""CloudTrail as services see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.directory.provisioning import Looked
from bot.core.models import Use, User


@dataclass(frozen=True, slots=True)
class Trailed:
    """What was found, by user id. `looked` names what was looked at, and `back_to` how far back that went; `gaps` says
    in words what could not be.
    """

    uses: Mapping[str, Use]
    looked: tuple[str, ...]
    gaps: tuple[str, ...] = ()
    back_to: datetime | None = None


class Trail(Protocol):
    """What CloudTrail saw. Raises what Directory raises."""

    def used(self, users: Mapping[str, User], progress: Callable[[], None]) -> Trailed:
        """The newest use by each of these users, by id, after they were last changed.

        A user without a time of the last change cannot be looked up, which is a gap.
        """
        ...

    def provisioning(self) -> Looked:
        """What the company directory lately asked of AWS (SCIM), by the newest page of events.

        Raises AwsRejected where AWS logs it in another account than ours.
        """
        ...
