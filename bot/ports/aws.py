"""AWS as the inside sees it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.core.models import Account, Group, Membership, PermissionSet, User


class Directory(Protocol):
    """The users, groups and memberships of Identity Center.

    Every method raises AwsUnavailable, AwsDenied, AwsCredentials or AwsRejected when AWS can not be asked or says
    no. None of them ever answers "nothing" for "could not look".
    """

    def pages(self) -> Iterator[Sequence[User]]:
        """Every user, page after page as AWS gives them. Raises in the middle when a page can not be read."""
        ...

    def user(self, user_id: str) -> User:
        """One user, fresh. Raises AwsNotFound."""
        ...

    def user_id_for(self, attribute: str, value: str) -> str | None:
        """The id of the one user whose `userName` or `emails.value` is exactly `value`; None when there is none."""
        ...

    def memberships(self, user_id: str) -> tuple[Membership, ...]:
        """Every group the user is in; groups come with their id only. A user who is gone is in no group."""
        ...

    def membership_in(self, group_id: str, user_id: str) -> str | None:
        """The id of the user's membership in this group; None when the user is not in it."""
        ...

    def group(self, group_id: str) -> Group:
        """A group with its name, possibly remembered from a while ago. Raises AwsNotFound."""
        ...

    def leave_group(self, membership_id: str) -> None:
        """Delete a membership. One that is gone already is success. Raises AwsConflict, DryRunRefused."""
        ...

    def delete_user(self, user_id: str, revision: str) -> None:
        """Delete the user if its revision is still this one. Raises AwsConflict, AwsNotFound, DryRunRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Assignment:
    """One row of ListAccountAssignmentsForPrincipal: `principal_type` is "USER" or "GROUP"."""

    account_id: str
    permission_set_arn: str
    principal_type: str
    principal_id: str


@dataclass(frozen=True, slots=True)
class Job:
    """An asynchronous deletion. `state` is AWS's own: IN_PROGRESS, SUCCEEDED or FAILED."""

    request_id: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """The Identity Center instance the bot works on."""

    arn: str
    identity_store_id: str
    region: str


class Access(Protocol):
    """Who may go where. Raises as Directory does."""

    def instance(self) -> Instance:
        """The instance; read once. Raises AwsRejected when there is none, or several and none is named."""
        ...

    def management_account_id(self) -> str:
        """The organization's management account; read once."""
        ...

    def accounts(self, *, max_age: float = 0.0) -> Mapping[str, Account]:
        """Every account of the organization by id; one read up to `max_age` seconds ago will do."""
        ...

    def permission_set(self, arn: str) -> PermissionSet:
        """A permission set with name and session duration, possibly remembered. Raises AwsNotFound."""
        ...

    def assignments(self, principal_type: str, principal_id: str) -> tuple[Assignment, ...]:
        """Every assignment of this user or group. For a user AWS may add the ones inherited through groups."""
        ...

    def assigned(self, account_id: str, permission_set_arn: str) -> tuple[Assignment, ...]:
        """Every assignment of this permission set in this account."""
        ...

    def delete_assignment(self, account_id: str, permission_set_arn: str, user_id: str) -> Job:
        """Ask AWS to delete a user's direct assignment. Raises AwsConflict, AwsNotFound, DryRunRefused."""
        ...

    def deletion(self, request_id: str) -> Job:
        """How far a deletion is. Raises AwsNotFound when AWS no longer knows the request."""
        ...

    def find_deletion(self, account_id: str, permission_set_arn: str, user_id: str) -> Job | None:
        """The deletion of exactly this assignment that AWS is working on now; None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class DenyPolicy:
    """The deny policy as AWS holds it now: its text, and the ids of roots, units and accounts it is attached to."""

    id: str
    text: str
    targets: tuple[str, ...]


class Deny(Protocol):
    """The service control policy for emergency denies. Raises as Directory does."""

    def read(self, policy_id: str = "") -> DenyPolicy:
        """Text and attachments, now; of the policy in the settings unless another one is named.

        Raises DenyNotSetUp, AwsNotFound.
        """
        ...

    def write(self, text: str, before: str, policy_id: str = "") -> None:
        """Replace `before` by `text`. Raises DenyDocumentInvalid or DenyDocumentFull for a text that is not safe
        to write over `before`; AwsConflict when somebody changes the policy at the same time; DryRunRefused.
        """
        ...

    def parents(self, account: Account) -> tuple[str, ...]:
        """Root and organizational units above the account, the root first."""
        ...


class Counting(Protocol):
    """Counts the requests sent to AWS by this thread, and by those it starts with this context."""

    def __call__(self) -> AbstractContextManager[Mapping[str, int]]: ...
