"""What AWS says, as frozen values: users, groups, accounts, grants."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

# docs/facts.md#user-ids
USER_ID = re.compile(r"(?:[0-9a-f]{10}-)?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

# The longest a role session of a permission set lives (docs/facts.md#session-length); AWS advises keeping a deny for at
# least as long (docs/facts.md#deny-hours). How long ours are kept is a setting, `core/authorization.py` `DenyRules`.
LONGEST_SESSION = timedelta(hours=12)
# How many seconds a session outlives the loss of access: docs/facts.md#application-sessions, and the longer of the two
# times that AWS gives in docs/facts.md#account-access-sessions. `core/access/sessions.py` has the longer ones.
APPLICATION_SESSION = 1800
ENTITLEMENT_SESSION = int(LONGEST_SESSION.total_seconds())

# Nobody can use a grant in such an account, and AWS refuses to change it (Organizations, `Account.State`).
DEAD_ACCOUNT_STATES = frozenset({"SUSPENDED", "PENDING_CLOSURE", "CLOSED"})


class UserStatus(StrEnum):
    """Identity Center's `UserStatus`; UNKNOWN when AWS left it out, which means neither of the others."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"
    UNKNOWN = "UNKNOWN"


class GrantKind(StrEnum):
    ACCOUNT = "account"
    APPLICATION = "application"
    ENTITLEMENT = "entitlement"


class Path(StrEnum):
    DIRECT = "direct"
    GROUP = "group"


class Privilege(StrEnum):
    """How much a permission set or role allows, as far as can be seen from outside the account."""

    ADMINISTRATOR = "administrator"  # AdministratorAccess, or every action in the inline policy
    POWER_USER = "power_user"  # PowerUserAccess, or all actions but some
    OTHER = "other"


def is_user_id(text: str) -> bool:
    """Whether `text` has the form of an Identity Center user id."""
    return USER_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class ExternalId:
    """The id under which another directory knows a user. What `issuer` may be is not documented."""

    issuer: str
    id: str


@dataclass(frozen=True, slots=True)
class User:
    """One user of the directory as last read. `updated_at` only approximates "disabled since".

    `scim`: another directory manages this user, that is, there are `external_ids`. Of users stored before the ids were
    kept, `scim` is all that is known.
    """

    id: str
    user_name: str = ""
    display_name: str = ""
    email: str = ""
    status: UserStatus = UserStatus.UNKNOWN
    revision: str = ""
    updated_at: datetime | None = None
    scim: bool = False
    external_ids: tuple[ExternalId, ...] = ()

    def __post_init__(self) -> None:
        if self.external_ids and not self.scim:
            msg = f"user {self.id} has external ids, so another directory manages it"
            raise ValueError(msg)

    @property
    def label(self) -> str:
        """The best name there is; the id when there is none."""
        return self.display_name or self.user_name or self.email or self.id


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    name: str = ""
    scim: bool = False

    @property
    def label(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Membership:
    """`id` is the membership's own id; deleting that membership is how a user leaves the group."""

    id: str
    group: Group


@dataclass(frozen=True, slots=True)
class Account:
    """`status` is Organizations' `State` (or the retired `Status`). `parents` runs from the root down to the
    account's own organizational unit; empty when it could not be read.
    """

    id: str
    name: str = ""
    status: str | None = None
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """`session_seconds` is how long a role session may live once opened. It and `privilege` are None when unread."""

    arn: str
    name: str = ""
    session_seconds: int | None = None
    privilege: Privilege | None = None


class RoleAt(NamedTuple):
    """A permission set in an account: a role that somebody may have a session of. `permission_set_arn` is "" for an
    ordinary role of account access manager.
    """

    account_id: str
    permission_set_arn: str


@dataclass(frozen=True, slots=True)
class Application:
    """An application of Identity Center."""

    arn: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One way in that is live now. Fields that do not apply to its kind or path, or are unread, are None.

    `session_seconds`: how long a session may live once opened: what the permission set says, or AWS's own limit for an
    application or an entitlement (`APPLICATION_SESSION`, `ENTITLEMENT_SESSION`). `background`: whether the application
    has user background sessions, which live longer.
    """

    kind: GrantKind
    path: Path
    group_id: str | None = None
    group_name: str | None = None
    group_scim: bool = False
    account_id: str | None = None
    account_name: str | None = None
    account_status: str | None = None
    permission_set_arn: str | None = None
    permission_set_name: str | None = None
    session_seconds: int | None = None
    application_arn: str | None = None
    application_name: str | None = None
    entitlement_id: str | None = None
    role_arn: str | None = None
    privilege: Privilege | None = None
    background: bool | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What identifies this grant; it stays the same grant when names and states change."""
        parts = (
            self.kind,
            self.path,
            self.group_id,
            self.account_id,
            self.permission_set_arn,
            self.application_arn,
            self.entitlement_id,
            self.role_arn,
        )
        return tuple(str(part or "") for part in parts)

    @property
    def usable(self) -> bool:
        """False in a suspended or closed account; a state that was not read counts as usable."""
        return self.account_status not in DEAD_ACCOUNT_STATES

    @property
    def role(self) -> RoleAt | None:
        """The role this grant opens; None for an application."""
        return RoleAt(self.account_id, self.permission_set_arn or "") if self.account_id else None

    @property
    def is_administrator(self) -> bool:
        return self.privilege is Privilege.ADMINISTRATOR

    @property
    def is_power_user(self) -> bool:
        return self.privilege is Privilege.POWER_USER


@dataclass(frozen=True, slots=True)
class Use:
    """Something a leaver did after being disabled, from CloudTrail: the event's name, when, and where it was logged."""

    event: str
    at: datetime
    account_id: str = ""
    region: str = ""
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A grant of a user who no longer exists. Nobody can use it."""

    user_id: str
    grant: Grant


def worst_first(grants: tuple[Grant, ...], management_account_id: str | None) -> tuple[Grant, ...]:
    """Administrators and the management account first, applications after accounts, dead accounts last."""

    def order(grant: Grant) -> tuple[Any, ...]:
        return (
            not grant.usable,
            not grant.is_administrator,
            grant.account_id != management_account_id or management_account_id is None,
            not grant.is_power_user,
            grant.kind is GrantKind.APPLICATION,
            (grant.account_name or grant.account_id or grant.application_name or "").casefold(),
            (grant.permission_set_name or grant.role_arn or "").casefold(),
            grant.key,
        )

    return tuple(sorted(grants, key=order))


def only_from_management(
    grants: Iterable[Grant], management_account_id: str | None, caller_account_id: str | None
) -> tuple[Grant, ...]:
    """The direct grants in the management account, when the caller is another account: AWS lets only the management
    account change them (docs/facts.md#management-account-only). A user can be taken out of a group from any account.
    """
    if not management_account_id or not caller_account_id or caller_account_id == management_account_id:
        return ()
    return tuple(grant for grant in grants if grant.account_id == management_account_id and grant.path is Path.DIRECT)


def without_details(user: User) -> User:
    """The user without fields that can change while nothing we show does."""
    return replace(user, revision="")
