"""Where emergency denies are written, as the inside sees it."""

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
