"""The emergency deny in AWS: service control policies, and inline policies of permission sets with provisioning."""

from bot.aws.access import ORGANIZATIONS, ORGANIZATIONS_PAGE, job_of
from bot.aws.instance import SSO
from bot.aws.requests.client import Aws
from bot.core.deny import policy_document
from bot.core.deny.statements import DocumentKind
from bot.core.models import Account
from bot.ports import Access, DenyPolicy, Job

# An organizational unit can be nested five deep below the root (Organizations quotas); deeper is a loop.
DEEPEST = 10
# How long to wait for AWS to accept a provisioning, in seconds: others wait behind it, and it is asked for again.
PATIENCE = 2.0


class DenyWriter:
    """Implements `ports.Deny`."""

    def __init__(self, aws: Aws, access: Access) -> None:
        self._aws, self._access = aws, access

    def read(self, policy_id: str) -> DenyPolicy:
        pages = self._aws.pages(
            ORGANIZATIONS, "ListTargetsForPolicy", "Targets", PolicyId=policy_id, MaxResults=ORGANIZATIONS_PAGE
        )
        targets = tuple(sorted(item["TargetId"] for page in pages for item in page))
        # The text last: the more recently it was read, the less likely somebody else has changed it.
        return DenyPolicy(policy_id, self.text(policy_id), targets)

    def text(self, policy_id: str) -> str:
        return str(self._aws.call(ORGANIZATIONS, "DescribePolicy", PolicyId=policy_id)["Policy"]["Content"])

    def write(self, policy_id: str, text: str, before: str) -> None:
        # The last check before anything is sent: a deny without a condition would lock out a whole organization.
        policy_document.check(text, before, DocumentKind.SCP)
        self._aws.call(ORGANIZATIONS, "UpdatePolicy", PolicyId=policy_id, Content=text)

    def inline(self, permission_set_arn: str) -> str:
        answer = self._aws.call(SSO, "GetInlinePolicyForPermissionSet", **self._named(permission_set_arn))
        return str(answer.get("InlinePolicy", ""))

    def write_inline(self, permission_set_arn: str, text: str, before: str) -> None:
        policy_document.check(text, before, DocumentKind.INLINE)
        named = self._named(permission_set_arn)
        if text:
            self._aws.call(SSO, "PutInlinePolicyToPermissionSet", **named, InlinePolicy=text)
        elif before:
            self._aws.call(SSO, "DeleteInlinePolicyFromPermissionSet", **named)

    def provision(self, permission_set_arn: str, account_id: str) -> Job:
        answer = self._aws.call_within(
            PATIENCE,
            SSO,
            "ProvisionPermissionSet",
            **self._named(permission_set_arn),
            TargetType="AWS_ACCOUNT",
            TargetId=account_id,
        )
        return job_of(answer["PermissionSetProvisioningStatus"])

    def provisioning(self, request_id: str) -> Job:
        answer = self._aws.call(
            SSO,
            "DescribePermissionSetProvisioningStatus",
            InstanceArn=self._access.instance().arn,
            ProvisionPermissionSetRequestId=request_id,
        )
        return job_of(answer["PermissionSetProvisioningStatus"])

    def parents(self, account: Account) -> tuple[str, ...]:
        if account.parents:
            return account.parents
        above: list[str] = []
        child = account.id
        for _ in range(DEEPEST):
            pages = self._aws.pages(ORGANIZATIONS, "ListParents", "Parents", ChildId=child)
            parent = next((item for page in pages for item in page), None)
            if parent is None:
                break
            child = parent["Id"]
            above.insert(0, child)
            if parent["Type"] == "ROOT":
                break
        return tuple(above)

    def _named(self, permission_set_arn: str) -> dict[str, str]:
        return {"InstanceArn": self._access.instance().arn, "PermissionSetArn": permission_set_arn}
