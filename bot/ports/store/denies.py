"""Denies, and what stood where they are placed, as the inside sees them stored."""

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
    """The one place in the whole database from which deny policies are written."""

    def check(self) -> None:
        """Raises StoreError when the place was lost, because the database lost the one who has it."""
        ...

    def leave(self) -> None: ...


class DenyStore(Protocol):
    """Denies, of which one a user is in force."""

    def take_deny_line(self) -> DenyLine | None:
        """The place, until it is left or this process dies; None while anybody else has it, in whatever process."""
        ...

    def place_denies(self, denies: Sequence[PlacedDeny]) -> None:
        """Remember denies that are in AWS, or are about to be. Of a user denied already `since`, `by`, `reason` and
        `not_disabled` stay as they were, names and permission sets are added, the rest is brought up to date. One that
        was confirmed stays so.
        """
        ...

    def set_deny(self, deny: PlacedDeny) -> None:
        """Bring a deny in force (by its `id`) up to date as it is here; one lifted meanwhile stays lifted."""
        ...

    def lift_deny(self, user_id: str, by: str, at: datetime) -> None: ...

    def deny(self, user_id: str) -> PlacedDeny | None: ...

    def denies(self) -> list[PlacedDeny]: ...

    def told_deny(self, deny_id: str) -> PlacedDeny:
        """A deny in force or lifted. Raises NotFound."""
        ...

    def placeholder(self, policy_id: str) -> str | None:
        """What stood in the policy while nobody was denied; None when that is not known."""
        ...

    def keep_placeholder(self, policy_id: str, placeholder: str) -> None:
        """Remember it; the first one stays."""
        ...

    def inline(self, permission_set_arn: str) -> StoredInline | None: ...

    def keep_inline(self, permission_set_arn: str, inline: StoredInline | None) -> None:
        """Remember what was written there; None: nothing of ours is left in it."""
        ...
