"""Service control policies in AWS Organizations: found, created, attached. Used to set up the deny."""

from collections.abc import Mapping
from typing import Any

from bot.aws.access import ORGANIZATIONS, ORGANIZATIONS_PAGE
from bot.aws.requests.client import Aws
from bot.aws.requests.errors import understood
from bot.core.deny import policy_document
from bot.core.deny.statements import DocumentKind
from bot.core.errors import AwsConflict, AwsRejected
from bot.ports.scp_setup import Root, ScpState, Target

SCP = "SERVICE_CONTROL_POLICY"
DESCRIPTION = "leaverbot's emergency denies: it writes the ids of users who are denied everything into this policy."
_STATES = {"ENABLED": ScpState.ON, "PENDING_ENABLE": ScpState.CHANGING, "PENDING_DISABLE": ScpState.CHANGING}


class ScpSetup:
    """Implements `ports.scp_setup.Policies`."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def root(self) -> Root:
        found = self._list("ListRoots", "Roots")
        if len(found) != 1:
            # "Currently, you can have only one root" (Organizations user guide, orgs_getting-started_concepts).
            raise AwsRejected(f"AWS lists {len(found)} roots, but an organization has only one.")
        status = _status(found[0])
        return Root(_target(found[0]), _STATES.get(status, ScpState.OFF) if status else self._why_off())

    def unit(self, unit_id: str) -> Target:
        # DescribeOrganizationalUnit would be one more right, just for a name.
        for parent in self._list("ListParents", "Parents", ChildId=unit_id):
            units = self._list("ListOrganizationalUnitsForParent", "OrganizationalUnits", ParentId=_target(parent).id)
            for unit in map(_target, units):
                if unit.id == unit_id:
                    return unit
        return Target(unit_id)

    def named(self, name: str) -> str | None:
        found = self._list("ListPolicies", "Policies", Filter=SCP)
        return next((str(item["Id"]) for item in found if item.get("Name") == name), None)

    def attached(self, target_id: str) -> tuple[str, ...]:
        found = self._list("ListPoliciesForTarget", "Policies", TargetId=target_id, Filter=SCP)
        return tuple(str(item["Id"]) for item in found)

    def targets(self, policy_id: str) -> tuple[Target, ...]:
        found = self._list("ListTargetsForPolicy", "Targets", PolicyId=policy_id)
        return tuple(sorted(map(_attached, found), key=lambda target: target.id))

    def create(self, name: str, text: str) -> str:
        # The last check before anything is sent: a deny without a condition would lock out a whole organization.
        policy_document.check(text, text, DocumentKind.SCP)
        try:
            made = self._aws.call(
                ORGANIZATIONS, "CreatePolicy", Name=name, Content=text, Description=DESCRIPTION, Type=SCP
            )
        except AwsRejected as error:
            if error.code == "DuplicatePolicyException":
                raise AwsConflict(
                    f"Somebody else has created a policy named {name} in the meantime.",
                    operation=error.operation,
                    code=error.code,
                ) from error
            raise
        return str(made["Policy"]["PolicySummary"]["Id"])

    def attach(self, policy_id: str, target_id: str) -> None:
        try:
            self._aws.call(ORGANIZATIONS, "AttachPolicy", PolicyId=policy_id, TargetId=target_id)
        except AwsRejected as error:
            if error.code != "DuplicatePolicyAttachmentException":
                raise

    def _why_off(self) -> ScpState:
        organization = self._aws.call(ORGANIZATIONS, "DescribeOrganization")["Organization"]
        return ScpState.BILLING_ONLY if organization.get("FeatureSet") == "CONSOLIDATED_BILLING" else ScpState.OFF

    def _list(self, operation: str, key: str, **parameters: str) -> list[dict[str, Any]]:
        pages = self._aws.pages(ORGANIZATIONS, operation, key, **parameters, MaxResults=ORGANIZATIONS_PAGE)
        return [item for page in pages for item in page]


@understood
def _target(item: Mapping[str, Any]) -> Target:
    return Target(item["Id"], item.get("Name", ""))


@understood
def _attached(item: Mapping[str, Any]) -> Target:
    return Target(item["TargetId"], item.get("Name", ""))


@understood
def _status(root: Mapping[str, Any]) -> str:
    """The status of service control policies in this root; "" when they are off."""
    return next((item["Status"] for item in root.get("PolicyTypes", []) if item["Type"] == SCP), "")
