"""Stored denies, and what was in the policies before them, as services see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.deny.placed import PlacedDeny


@dataclass(frozen=True, slots=True)
class StoredInline:
    """The inline policy of a permission set that holds denies of ours: what it was before the first ("" for none),
    and what we wrote last. A lift puts `former` back exactly when nobody changed what we wrote.
    """

    former: str
    written: str


class DenyLine(Protocol):
    """The one place from which deny policies are written: the whole database has one holder at a time."""

    def check(self) -> None:
        """Raises StoreError when the place was lost because the database lost its holder."""
        ...

    def leave(self) -> None: ...


class DenyStore(Protocol):
    """Denies, at most one in force per user."""

    def take_deny_line(self) -> DenyLine | None:
        """The place, until it is given up or this process dies; None while anybody else has it, in any process."""
        ...

    def place_denies(self, denies: Sequence[PlacedDeny]) -> None:
        """Remember denies that are in AWS, or are about to be. For a user who is already denied, `since`, `by`,
        `reason` and `not_disabled` stay as they were, names and permission sets are added, the rest is updated. A
        confirmed deny stays confirmed.
        """
        ...

    def set_deny(self, deny: PlacedDeny) -> None:
        """Update a deny in force (by its `id`) to this one; one lifted in the meantime stays lifted."""
        ...

    def lift_deny(self, user_id: str, by: str, at: datetime) -> None: ...

    def deny(self, user_id: str) -> PlacedDeny | None: ...

    def denies(self) -> list[PlacedDeny]: ...

    def denies_seen_enabled(self) -> list[PlacedDeny]:
        """Those in force whose user was enabled in the newest read (`PlacedDeny.enabled_since`)."""
        ...

    def told_deny(self, deny_id: str) -> PlacedDeny:
        """A deny in force or lifted. Raises NotFound."""
        ...

    def placeholder(self, policy_id: str) -> str | None:
        """What the policy held while nobody was denied; None when that is not known."""
        ...

    def keep_placeholder(self, policy_id: str, placeholder: str) -> None:
        """Remember it; the first one is kept."""
        ...

    def inline(self, permission_set_arn: str) -> StoredInline | None: ...

    def keep_inline(self, permission_set_arn: str, inline: StoredInline | None) -> None:
        """Remember what was written there; None when nothing of ours is left in it."""
        ...
