"""AWS as the inside sees it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.core.models import Account, Application, GrantKind, Group, Membership, PermissionSet, Use, User
from bot.core.waiting import Trouble, Wait


class Directory(Protocol):
    """The users, groups and memberships of Identity Center.

    Every method raises AwsUnavailable, AwsDenied, AwsCredentials or AwsRejected when AWS cannot be asked or says
    no. None of them ever answers "nothing" for "could not look".
    """

    def pages(self) -> Iterator[Sequence[User]]:
        """Every user, page after page as AWS gives them. Raises in the middle when a page cannot be read."""
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

    def members(self, group_id: str) -> Iterator[tuple[str, str]]:
        """Everybody in the group, as (user id, membership id). A group that is gone has no members."""
        ...

    def learn_groups(self, group_ids: Collection[str]) -> None:
        """Remember the names of these groups with few requests; what fails shows when `group` is asked. Never raises
        for what AWS does.
        """
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
    """Something that rows can be listed at: an account, an application, or account access manager as a whole."""

    id: str
    name: str = ""


class GrantSource(Protocol):
    """One kind of grant, read from either end. Raises as Directory does.

    `kind` says which. Both ends give the same rows of the same principal, but for a user's rows that AWS adds
    because a group of theirs has them: such rows name the group, and may be there or not.
    """

    @property
    def kind(self) -> GrantKind: ...

    def of(self, principal_type: str, principal_id: str) -> tuple[Row, ...]:
        """Every row of this user or group. One that is gone has none, unless AWS still lists some."""
        ...

    def locations(self) -> Sequence[Location]:
        """Everywhere rows can be. Empty when this organization has nothing of the kind."""
        ...

    def at(self, location_id: str) -> Iterator[Row]:
        """Every row at this location. Raises in the middle when a page cannot be read."""
        ...

    def calls_per_location(self) -> float:
        """About how many requests `at` makes, for choosing an end."""
        ...

    def calls_known(self) -> bool:
        """Whether `calls_per_location` was counted; False for a guess."""
        ...

    def learn(self) -> None:
        """Count at a few locations what `calls_per_location` only guesses; does nothing where that is not worth it."""
        ...

    def only_by_location(self) -> str:
        """Why `of` cannot be asked from the account the bot runs in; "" when it can."""
        ...


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
    """Names of applications that every user may use without an assignment; of `unread` others it is not known."""

    names: tuple[str, ...] = ()
    unread: int = 0


class Access(Protocol):
    """Who may go where. Raises as Directory does."""

    def instance(self) -> Instance:
        """The instance; read once. Raises AwsRejected when there is none, or several and none is named."""
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
        """Every account of the organization by id; one read up to `max_age` seconds ago will do."""
        ...

    def permission_set(self, arn: str) -> PermissionSet:
        """A permission set with name, session duration and privilege, possibly remembered. Raises AwsNotFound."""
        ...

    def permission_set_arns(self) -> tuple[str, ...]:
        """Every permission set of the instance."""
        ...

    def provisioned_in(self, permission_set_arn: str) -> tuple[str, ...]:
        """Ids of the accounts in which somebody is assigned this permission set. Raises AwsNotFound."""
        ...

    def delete_permission_set(self, permission_set_arn: str) -> None:
        """Delete a permission set that nobody is assigned. Raises AwsConflict while it is provisioned anywhere, and for
        minutes after that; AwsNotFound, DryRunRefused.
        """
        ...

    def application(self, arn: str) -> Application:
        """An application with its name, possibly remembered. Raises AwsNotFound."""
        ...

    def background_sessions(self, application_arn: str) -> bool | None:
        """Whether sessions of the application may run on in the background, possibly remembered from a while ago; None
        when AWS does not let us see.
        """
        ...

    def open_applications(self) -> OpenApplications:
        """What the newest listing of applications (`locations` of their GrantSource) showed. Never raises."""
        ...

    def account_access_arn(self) -> str:
        """The ARN of account access manager's application; "" where there is none."""
        ...

    def grant_sources(self) -> Sequence[GrantSource]:
        """The kinds of grants there are, one each of GrantKind."""
        ...

    def assigned(self, account_id: str, permission_set_arn: str) -> tuple[Assignment, ...]:
        """Every assignment of this permission set in this account."""
        ...

    def delete_application_assignment(self, application_arn: str, user_id: str) -> None:
        """Take an application from a user. One that is gone already is success. Raises DryRunRefused."""
        ...

    def delete_entitlement(self, entitlement_id: str) -> None:
        """Delete an entitlement. One that is gone already is success. Raises DryRunRefused."""
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
    """A deny policy as AWS holds it now: its text, and the ids of roots, units and accounts it is attached to."""

    id: str
    text: str
    targets: tuple[str, ...]


class Deny(Protocol):
    """Where emergency denies are written: service control policies, and inline policies of permission sets.

    Raises as Directory does. Nothing is written that is not safe to write over `before`: DenyDocumentInvalid,
    DenyDocumentFull. DryRunRefused.
    """

    def read(self, policy_id: str) -> DenyPolicy:
        """Text and attachments of a service control policy, now. Raises AwsNotFound."""
        ...

    def text(self, policy_id: str) -> str:
        """The text only, now. Raises AwsNotFound."""
        ...

    def write(self, policy_id: str, text: str, before: str) -> None:
        """Replace `before` by `text`. Raises AwsConflict when somebody changes the policy at this very moment."""
        ...

    def inline(self, permission_set_arn: str) -> str:
        """The inline policy of a permission set, "" when it has none. Raises AwsNotFound."""
        ...

    def write_inline(self, permission_set_arn: str, text: str, before: str) -> None:
        """Replace `before` by `text`, "" for none. It changes nothing in accounts until provisioned. Raises
        AwsConflict, AwsNotFound.
        """
        ...

    def provision(self, permission_set_arn: str, account_id: str) -> Job:
        """Ask AWS to bring the role in the account up to date; the same again does no harm. Raises AwsConflict when
        AWS is busy with it, AwsUnavailable when three are under way already.
        """
        ...

    def provisioning(self, request_id: str) -> Job:
        """How far a provisioning is. Raises AwsNotFound when AWS no longer knows the request."""
        ...

    def parents(self, account: Account) -> tuple[str, ...]:
        """Root and organizational units above the account, the root first."""
        ...


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


class Background(Protocol):
    """Marks this thread, and those it starts with this context, as work that can wait: requests of actions go first.

    Counts the requests it sends to AWS.
    """

    def __call__(self) -> AbstractContextManager[Mapping[str, int]]: ...


class Waits(Protocol):
    """What actions wait for, in this process: since the last answer of AWS, or since they last got on."""

    def step(self, patience: Mapping[str, timedelta]) -> AbstractContextManager[Callable[[str], None]]:
        """Requests of this context, and of threads that run in a copy of it, belong to these actions, by id.

        `patience`: how long each is tried without getting on. Gives a function to be told the id of an action that did
        not get on in this step: it goes on waiting until the end of a step that does not tell it again.
        """
        ...

    def blocked(self, action_id: str, trouble: Trouble) -> None:
        """An action of the step that is under way does not get on for another reason than its requests to AWS."""
        ...

    def now(self) -> Mapping[str, Wait]:
        """What each action waits for now, from its first moment on."""
        ...
