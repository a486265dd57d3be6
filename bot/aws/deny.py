"""The emergency deny in AWS: one service control policy, made and attached beforehand."""

from bot.aws.client import Aws
from bot.core import deny
from bot.core.errors import DenyNotSetUp
from bot.core.models import Account
from bot.ports import DenyPolicy

SERVICE = "organizations"
PAGE = 20
# An organizational unit can be nested five deep below the root (Organizations quotas); more is a loop.
DEEPEST = 10


class DenyScp:
    """Implements `ports.Deny`. `policy_id` is LEAVERBOT_DENY_SCP_ID, "" when it is not set."""

    def __init__(self, aws: Aws, policy_id: str = "") -> None:
        self._aws, self._policy_id = aws, policy_id

    def read(self, policy_id: str = "") -> DenyPolicy:
        policy_id = policy_id or self._named()
        text = self._aws.call(SERVICE, "DescribePolicy", PolicyId=policy_id)["Policy"]["Content"]
        pages = self._aws.pages(SERVICE, "ListTargetsForPolicy", "Targets", PolicyId=policy_id, MaxResults=PAGE)
        return DenyPolicy(policy_id, text, tuple(sorted(item["TargetId"] for page in pages for item in page)))

    def write(self, text: str, before: str, policy_id: str = "") -> None:
        # The last look before anything leaves: a deny without condition would lock a whole organization out.
        deny.check(text, before)
        self._aws.call(SERVICE, "UpdatePolicy", PolicyId=policy_id or self._named(), Content=text)

    def parents(self, account: Account) -> tuple[str, ...]:
        if account.parents:
            return account.parents
        above: list[str] = []
        child = account.id
        for _ in range(DEEPEST):
            pages = self._aws.pages(SERVICE, "ListParents", "Parents", ChildId=child)
            parent = next((item for page in pages for item in page), None)
            if parent is None:
                break
            child = parent["Id"]
            above.insert(0, child)
            if parent["Type"] == "ROOT":
                break
        return tuple(above)

    def _named(self) -> str:
        if not self._policy_id:
            raise DenyNotSetUp("Emergency deny is not set up: set LEAVERBOT_DENY_SCP_ID, for example p-abcd1234.")
        return self._policy_id
