"""Service control policies, as services see them when emergency denies are set up."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class ScpState(StrEnum):
    """Whether an organization has service control policies."""

    ON = "on"
    CHANGING = "changing"  # being turned on or off
    OFF = "off"
    BILLING_ONLY = "billing_only"  # they need "all features", and this organization only has consolidated billing


@dataclass(frozen=True, slots=True)
class Target:
    """What a policy can be attached to: the root (`r-…`), an organizational unit (`ou-…`) or an account."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Root:
    """The one root of the organization, and whether service control policies can be attached in it."""

    target: Target
    scps: ScpState


class Policies(Protocol):
    """The organization's service control policies. Raises what Directory raises; methods name what they add to that."""

    def root(self) -> Root: ...

    def unit(self, unit_id: str) -> Target:
        """An organizational unit with its name. Raises AwsNotFound."""
        ...

    def named(self, name: str) -> str | None:
        """The id of the policy with exactly this name, if any."""
        ...

    def attached(self, target_id: str) -> tuple[str, ...]:
        """Ids of the policies attached to exactly this target, including AWS's own. Raises AwsNotFound."""
        ...

    def targets(self, policy_id: str) -> tuple[Target, ...]:
        """Everything the policy is attached to. Raises AwsNotFound."""
        ...

    def create(self, name: str, text: str) -> str:
        """Create a policy that is attached to nothing; returns its id. Raises DenyDocumentInvalid for a text that is
        not safe to write, AwsConflict when the name is taken, DryRunRefused.
        """
        ...

    def attach(self, policy_id: str, target_id: str) -> None:
        """Attach a policy. One already attached is success. Raises AwsConflict, AwsNotFound, DryRunRefused."""
        ...
