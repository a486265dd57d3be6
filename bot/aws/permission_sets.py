"""Permission sets: name, session length and how much they allow; where they are provisioned; deleting one."""

import re
from collections.abc import Mapping

import structlog

from bot.aws.cache import Allowance, Cache
from bot.aws.grants import PAGE
from bot.aws.instance import SSO, IdentityCenter
from bot.aws.requests.client import Aws
from bot.core.access.privilege import privilege_of, privilege_of_name
from bot.core.errors import AwsDenied
from bot.core.models import PermissionSet, Privilege

log = structlog.get_logger(__name__)

# Its name and session; its managed policies; its inline policy.
CALLS_A_PERMISSION_SET = 3
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


class PermissionSets:
    """The permission sets of the instance, each remembered for a while."""

    def __init__(self, aws: Aws, center: IdentityCenter, allowance: Allowance | None) -> None:
        self._aws, self._center = aws, center
        self._cache: Cache[PermissionSet] = Cache(allowance=allowance, calls=CALLS_A_PERMISSION_SET)

    def get(self, arn: str) -> PermissionSet:
        found = self._cache.get(arn, lambda: self._read(arn))
        if found.privilege is None:
            # The right to read it may be granted at any moment.
            self._cache.doubt(arn)
        return found

    def arns(self) -> tuple[str, ...]:
        pages = self._aws.pages(
            SSO, "ListPermissionSets", "PermissionSets", InstanceArn=self._center.instance().arn, MaxResults=PAGE
        )
        return tuple(str(arn) for page in pages for arn in page)

    def provisioned_in(self, permission_set_arn: str) -> tuple[str, ...]:
        pages = self._aws.pages(
            SSO,
            "ListAccountsForProvisionedPermissionSet",
            "AccountIds",
            InstanceArn=self._center.instance().arn,
            PermissionSetArn=permission_set_arn,
            MaxResults=PAGE,
        )
        return tuple(str(account_id) for page in pages for account_id in page)

    def delete(self, permission_set_arn: str) -> None:
        named = {"InstanceArn": self._center.instance().arn, "PermissionSetArn": permission_set_arn}
        self._aws.call(SSO, "DeletePermissionSet", **named)
        self._cache.forget(permission_set_arn)

    def _read(self, arn: str) -> PermissionSet:
        named = {"InstanceArn": self._center.instance().arn, "PermissionSetArn": arn}
        answer = self._aws.call(SSO, "DescribePermissionSet", **named)["PermissionSet"]
        name = answer.get("Name", "")
        privilege = privilege_of_name(name)
        if privilege is None:
            privilege = self._privilege(name, named)
        return PermissionSet(arn, name, session_seconds(answer.get("SessionDuration", "")), privilege)

    def _privilege(self, name: str, named: Mapping[str, str]) -> Privilege | None:
        """How much it allows, from its policies; None when AWS does not let us see."""
        try:
            pages = self._aws.pages(
                SSO, "ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies", **named, MaxResults=PAGE
            )
            managed = [policy.get("Arn", "").rpartition("/")[2] for page in pages for policy in page]
            inline = self._aws.call(SSO, "GetInlinePolicyForPermissionSet", **named).get("InlinePolicy", "")
            return privilege_of(name, managed, inline)
        except AwsDenied as error:
            # Only how bad it is depends on this, not whether there is access: the scan notes it.
            arn = named["PermissionSetArn"]
            log.warning("what a permission set allows could not be read", permission_set=arn, why=str(error))
            return None


def session_seconds(duration: str) -> int | None:
    """`SessionDuration` ("PT4H") in seconds; None for what is not such a duration."""
    match = _DURATION.fullmatch(duration)
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
