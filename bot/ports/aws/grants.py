"""The rows that give access, and how each kind of grant is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.models import GrantKind


@dataclass(frozen=True, slots=True)
class Assignment:
    """One row of ListAccountAssignmentsForPrincipal: `principal_type` is "USER" or "GROUP"."""

    account_id: str
    permission_set_arn: str
    principal_type: str
    principal_id: str


@dataclass(frozen=True, slots=True)
class ApplicationAssignment:
    """A user or group that may use an application: `principal_type` is "USER" or "GROUP"."""

    application_arn: str
    principal_type: str
    principal_id: str


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A user or group that may assume an ordinary IAM role through account access manager."""

    id: str
    role_arn: str
    account_id: str
    principal_type: str
    principal_id: str


Row = Assignment | ApplicationAssignment | Entitlement


@dataclass(frozen=True, slots=True)
class Location:
    """Where rows can be listed: an account, an application, or account access manager as a whole."""

    id: str
    name: str = ""


class GrantSource(Protocol):
    """One kind of grant, read by principal or by location. Raises what Directory raises.

    Both ways give the same rows for a principal, except those that AWS adds to a user's rows because one of their
    groups has them: such rows name the group, and may or may not be there.
    """

    @property
    def kind(self) -> GrantKind: ...

    def of(self, principal_type: str, principal_id: str) -> tuple[Row, ...]:
        """Every row of this user or group. A deleted one has none, unless AWS still lists some."""
        ...

    def locations(self) -> Sequence[Location]:
        """Every place that can have rows. Empty when this organization has nothing of the kind."""
        ...

    def at(self, location_id: str) -> Iterator[Row]:
        """Every row at this location. Raises in the middle when a page cannot be read."""
        ...

    def calls_per_location(self) -> float:
        """Roughly how many requests `at` makes, for choosing the cheaper way."""
        ...

    def calls_known(self) -> bool:
        """Whether `calls_per_location` was counted; False if it is a guess."""
        ...

    def learn(self) -> None:
        """Count at a few locations what `calls_per_location` only guesses; does nothing if that is not worth it."""
        ...

    def only_by_location(self) -> str:
        """Why `of` cannot be called from the account the bot runs in; "" when it can."""
        ...
