"""CloudTrail as the inside sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.core.models import Use, User


@dataclass(frozen=True, slots=True)
class Trailed:
    """What was found, by user id, and what could not be looked at, in words; `looked` names what was."""

    uses: Mapping[str, Use]
    looked: tuple[str, ...]
    gaps: tuple[str, ...] = ()


class Trail(Protocol):
    """What CloudTrail saw. Raises as Directory does."""

    def used(self, users: Mapping[str, User], progress: Callable[[], None]) -> Trailed:
        """The newest use of each of these users, by id, after they were last changed.

        Of somebody whose last change has no time nothing can be told, which is a gap.
        """
        ...
