"""Implements `ports.Deny`."""

from typing import TYPE_CHECKING, Any

from bot.core.deny import policy_document
from bot.core.deny.statements import DocumentKind
from bot.core.models import Account
from bot.playground.identity_center.changes.accounts import path_of
from bot.ports import DenyPolicy, Job
from tests.fakes.access import job

if TYPE_CHECKING:
    from tests.fakes.aws import FakeAws


class FakeDeny:
    """The organization's policies; writing accepts what AWS would accept."""

    def __init__(self, aws: "FakeAws") -> None:
        self._aws = aws

    def read(self, policy_id: str) -> DenyPolicy:
        found = self._aws.ask("organizations.ListTargetsForPolicy", PolicyId=policy_id)
        targets = tuple(sorted(item["TargetId"] for item in found["Targets"]))
        return DenyPolicy(policy_id, self.text(policy_id), targets)

    def text(self, policy_id: str) -> str:
        return str(self._aws.ask("organizations.DescribePolicy", PolicyId=policy_id)["Policy"]["Content"])

    def write(self, policy_id: str, text: str, before: str) -> None:
        policy_document.check(text, before, DocumentKind.SCP)
        self._aws.ask("organizations.UpdatePolicy", PolicyId=policy_id, Content=text)

    def inline(self, permission_set_arn: str) -> str:
        found = self._ask("GetInlinePolicyForPermissionSet", PermissionSetArn=permission_set_arn)
        return str(found.get("InlinePolicy", ""))

    def write_inline(self, permission_set_arn: str, text: str, before: str) -> None:
        policy_document.check(text, before, DocumentKind.INLINE)
        named = {"PermissionSetArn": permission_set_arn}
        if text:
            self._ask("PutInlinePolicyToPermissionSet", **named, InlinePolicy=text)
        elif before:
            self._ask("DeleteInlinePolicyFromPermissionSet", **named)

    def provision(self, permission_set_arn: str, account_id: str) -> Job:
        where = {"TargetType": "AWS_ACCOUNT", "TargetId": account_id}
        found = self._ask("ProvisionPermissionSet", PermissionSetArn=permission_set_arn, **where)
        return job(found["PermissionSetProvisioningStatus"])

    def provisioning(self, request_id: str) -> Job:
        found = self._ask("DescribePermissionSetProvisioningStatus", ProvisionPermissionSetRequestId=request_id)
        return job(found["PermissionSetProvisioningStatus"])

    def parents(self, account: Account) -> tuple[str, ...]:
        if account.parents:
            return account.parents

        def look(call: Any) -> tuple[str, ...]:
            return tuple(reversed(path_of(call.org, account.id)[1:]))

        return self._aws.run("organizations.ListParents", look, ChildId=account.id)

    def _ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self._aws.ask(f"sso-admin.{operation}", **parameters)
