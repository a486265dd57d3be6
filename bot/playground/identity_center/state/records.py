"""What the simulated organization is made of: plain records that only the functions in `changes` change."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from bot.playground.identity_center.state.ordered import Numbered, Sequenced

ACTIVE = "ACTIVE"
RolePlace = tuple[str, str]  # (account id, permission set ARN)
Principal = tuple[str, str]  # ("USER" | "GROUP", principal id)


@dataclass(slots=True)
class User:
    """One user in the identity store; `wire` caches its serialised form until the next change."""

    sequence: int
    id: str
    user_name: str | None
    display_name: str | None
    email: str | None
    status: str | None
    scim: bool
    external_id: str | None
    revision: str
    created_at: datetime
    updated_at: datetime
    changed_by: str
    wire: bytes | None = None


@dataclass(frozen=True, slots=True)
class UserSnapshot:
    id: str
    user_name: str | None
    display_name: str | None
    email: str | None
    status: str | None
    revision: str
    scim: bool
    external_id: str | None
    created_at: datetime
    updated_at: datetime
    group_ids: tuple[str, ...]


@dataclass(slots=True)
class Group:
    sequence: int
    id: str
    name: str
    scim: bool
    revision: str
    created_at: datetime
    members: dict[str, str] = field(default_factory=dict)  # user id -> membership id
    listed: "Sequenced[Membership]" = field(default_factory=Sequenced)


@dataclass(frozen=True, slots=True)
class Membership:
    sequence: int
    id: str
    group_id: str
    user_id: str
    created_at: datetime
    created_by: str


@dataclass(slots=True)
class Account:
    id: str
    name: str
    email: str
    state: str
    parent: str
    joined_at: datetime


@dataclass(slots=True)
class Unit:
    """An organizational unit; its parent is the root or another unit."""

    id: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class PermissionSet:
    sequence: int
    arn: str
    name: str
    session_duration: str
    description: str | None
    created_at: datetime
    inline_policy: str | None = None
    managed: tuple[str, ...] = ()  # ARNs of AWS managed policies


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of Identity Center. The organization's holds everything; an account's own is always empty."""

    arn: str
    identity_store_id: str
    owner: str
    region: str
    name: str | None
    created_at: datetime


@dataclass(slots=True)
class Application:
    """An application of the organization's instance, and who is assigned to it. `background`: whether it has user
    background sessions; None where it does not know them.
    """

    sequence: int
    arn: str
    name: str
    account_id: str
    provider_arn: str
    created_at: datetime
    enabled: bool = True
    assignment_required: bool = True
    background: bool | None = None
    principals: Numbered[Principal] = field(default_factory=Numbered)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Account access manager lets this principal assume an ordinary IAM role."""

    sequence: int
    id: str
    principal: Principal
    role_arn: str
    created_at: datetime

    @property
    def account_id(self) -> str:
        return self.role_arn.split(":")[4]


@dataclass(slots=True)
class Policy:
    """A service control policy: the text exactly as stored, and where it is attached."""

    id: str
    name: str
    description: str
    content: str
    targets: Numbered[str]
    aws_managed: bool = False
    version: int = 1
    sequence: int = 0
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Job:
    """One asynchronous creation or deletion of an account assignment, or update of the roles of a permission set."""

    sequence: int
    id: str
    kind: str  # CREATION | DELETION | PROVISIONING
    place: RolePlace  # no account when all are provisioned
    principal: Principal  # whose assignment it is
    created_at: datetime
    ends_at: float  # on the stopwatch, not on the calendar
    places: tuple[RolePlace, ...]  # every role it may change
    failure: str | None = None  # set in advance by a fault
    text: str | None = None  # the inline policy to provision
    status: str = "IN_PROGRESS"  # -> SUCCEEDED | FAILED
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RoleSession:
    """Temporary credentials that somebody holds. They outlive the assignment."""

    user_id: str
    session_name: str
    account_id: str
    permission_set_arn: str
    permission_set_name: str
    role_arn: str
    role_id: str
    started_at: datetime
    expires_at: datetime


def dump(value: object) -> bytes:
    """Compact JSON as bytes, with Unicode text left as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
