"""Who has access to what, as services see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.models import Account, Application, PermissionSet
from bot.ports.aws.grants import Assignment, GrantSource


@dataclass(frozen=True, slots=True)
class Job:
    """An asynchronous deletion or provisioning. `state` is AWS's own: IN_PROGRESS, SUCCEEDED or FAILED."""

    request_id: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """The Identity Center instance the bot works on, in its primary region.

    `permission_sets`: whether it gives access to accounts at all (DescribeInstance.PermissionSetsEnabled).
    """

    arn: str
    identity_store_id: str
    region: str
    permission_sets: bool = True


@dataclass(frozen=True, slots=True)
class OpenApplications:
    """Names of applications that every user may use without an assignment; for `unread` others this is not known."""

    names: tuple[str, ...] = ()
    unread: int = 0


class Access(Protocol):
    """Who has access to what. Raises what Directory raises."""

    def instance(self) -> Instance:
        """The instance; read once. Raises AwsRejected when there is none, or several and the settings name none."""
        ...

    def management_account_id(self) -> str:
        """The organization's management account; read once."""
        ...

    def caller_account_id(self) -> str:
        """The account the bot's credentials belong to; read once."""
        ...

    def caller_user_name(self) -> str:
        """The user name whose permission-set session the bot runs as; "" when it runs as anything else; read once."""
        ...

    def accounts(self, *, max_age: float = 0.0) -> Mapping[str, Account]:
        """Every account of the organization by id; a read up to `max_age` seconds old will do."""
        ...

    def permission_set(self, arn: str) -> PermissionSet:
        """A permission set with name, session duration and privilege, possibly cached. Raises AwsNotFound."""
        ...

    def permission_set_arns(self) -> tuple[str, ...]:
        """Every permission set of the instance."""
        ...

    def provisioned_in(self, permission_set_arn: str) -> tuple[str, ...]:
        """Ids of the accounts in which this permission set is assigned to somebody. Raises AwsNotFound."""
        ...

    def delete_permission_set(self, permission_set_arn: str) -> None:
        """Delete a permission set that is not assigned to anybody. Raises AwsConflict while it is provisioned anywhere,
        and for minutes after that; AwsNotFound, DryRunRefused.
        """
        ...

    def application(self, arn: str) -> Application:
        """An application with its name, possibly cached. Raises AwsNotFound."""
        ...

    def background_sessions(self, application_arn: str) -> bool | None:
        """Whether sessions of the application may run on in the background, possibly cached; None when AWS does not let
        us see.
        """
        ...

    def open_applications(self) -> OpenApplications:
        """What the last listing of applications (`locations` of their GrantSource) showed. Never raises."""
        ...

    def account_access_arn(self) -> str:
        """The ARN of account access manager's application; "" if there is none."""
        ...

    def grant_sources(self) -> Sequence[GrantSource]:
        """A source for each GrantKind."""
        ...

    def assigned(self, account_id: str, permission_set_arn: str) -> tuple[Assignment, ...]:
        """Every assignment of this permission set in this account."""
        ...

    def delete_application_assignment(self, application_arn: str, user_id: str) -> None:
        """Take an application from a user. An assignment already gone is success. Raises DryRunRefused."""
        ...

    def delete_entitlement(self, entitlement_id: str) -> None:
        """Delete an entitlement. One already gone is success. Raises DryRunRefused."""
        ...

    def delete_assignment(self, account_id: str, permission_set_arn: str, user_id: str) -> Job:
        """Ask AWS to delete a user's direct assignment. Raises AwsConflict, AwsNotFound, DryRunRefused."""
        ...

    def deletion(self, request_id: str) -> Job:
        """How far a deletion is. Raises AwsNotFound when AWS no longer knows the request."""
        ...

    def find_deletion(self, account_id: str, permission_set_arn: str, user_id: str) -> Job | None:
        """The deletion of exactly this assignment that AWS is working on now, if any."""
        ...
