"""Where emergency denies are written, as services see it."""

from dataclasses import dataclass
from typing import Protocol

from bot.core.models import Account
from bot.ports.aws.access import Job


@dataclass(frozen=True, slots=True)
class DenyPolicy:
    """A deny policy as AWS holds it now: its text, and the ids of roots, units and accounts it is attached to."""

    id: str
    text: str
    targets: tuple[str, ...]


class Deny(Protocol):
    """Where emergency denies are written: service control policies, and inline policies of permission sets.

    Raises what Directory raises. The methods that write also raise DenyDocumentInvalid or DenyDocumentFull instead of
    writing what is not safe to write over `before`; and DryRunRefused.
    """

    def read(self, policy_id: str) -> DenyPolicy:
        """The current text and attachments of a service control policy. Raises AwsNotFound."""
        ...

    def text(self, policy_id: str) -> str:
        """Only the current text. Raises AwsNotFound."""
        ...

    def write(self, policy_id: str, text: str, before: str) -> None:
        """Replace `before` with `text`. Raises AwsConflict when somebody changes the policy at the same moment."""
        ...

    def inline(self, permission_set_arn: str) -> str:
        """The inline policy of a permission set, "" when it has none. Raises AwsNotFound."""
        ...

    def write_inline(self, permission_set_arn: str, text: str, before: str) -> None:
        """Replace `before` with `text`, "" for none. Nothing changes in accounts until it is provisioned. Raises
        AwsConflict, AwsNotFound.
        """
        ...

    def provision(self, permission_set_arn: str, account_id: str) -> Job:
        """Ask AWS to bring the role in the account up to date; asking again does no harm. Raises AwsConflict when AWS
        is busy with it, AwsUnavailable when three are already running.
        """
        ...

    def provisioning(self, request_id: str) -> Job:
        """How far a provisioning is. Raises AwsNotFound when AWS no longer knows the request."""
        ...

    def parents(self, account: Account) -> tuple[str, ...]:
        """The root and organizational units above the account, the root first."""
        ...
