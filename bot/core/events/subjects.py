"""What an event may be about, as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Says(StrEnum):
    """What an event says about its user. Only a read of the user shows whether it is true."""

    DISABLED = "disabled"
    ENABLED = "enabled"
    DELETED = "deleted"
    CHANGED = "changed"
    ACCESS = "access"  # access was added


class DropReason(StrEnum):
    """Why an event has no effect."""

    OTHER_STORE = "other_store"  # another identity store or instance
    OTHER_PARTITION = "other_partition"
    OTHER_ACCOUNT = "other_account"  # not of this organization
    FAILED = "failed"  # the call was refused, so nothing happened
    READ_ONLY = "read_only"
    NOT_OURS = "not_ours"
    MASKED = "masked"  # it does not show whom it is about


@dataclass(frozen=True, slots=True)
class OfUser:
    user_id: str
    says: Says


@dataclass(frozen=True, slots=True)
class OfGroup:
    """The group was given access."""

    group_id: str


@dataclass(frozen=True, slots=True)
class OfAnybody:
    """A membership of this group changed, but the event does not say whose."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """`what` names what the reason is about, for the log: the other store, account, event."""

    reason: DropReason
    what: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that AWS is known to send."""


Subject = OfUser | OfGroup | OfAnybody | Dropped | Unknown


@dataclass(frozen=True, slots=True)
class Event:
    """`id`: CloudTrail's `eventID`, the same in every copy of the event; "" when it has none. `at`: its `eventTime`;
    None when that is missing or no time. `source`: the service it comes from, for example "identitystore-scim", if its
    name is one of those that are watched there; else "".
    """

    subject: Subject
    id: str = ""
    at: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """Where our events come from. `accounts`: those of the organization; empty when they are not known."""

    identity_store_id: str
    instance_arn: str
    accounts: frozenset[str] = frozenset()

    @property
    def partition(self) -> str:
        return self.instance_arn.partition(":")[2].partition(":")[0]

    @property
    def instance_id(self) -> str:
        return self.instance_arn.rpartition("/")[2]
