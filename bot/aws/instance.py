"""Which Identity Center instance, in which region, with whose credentials, under which management account."""

import threading
import time
from dataclasses import replace
from typing import Any

import structlog

from bot.aws.cache import Cache
from bot.aws.requests.client import Aws
from bot.core.errors import AwsDenied, AwsRejected
from bot.ports import Instance

log = structlog.get_logger(__name__)

SSO = "sso-admin"
# The management account of an organization never changes, nor does the account of our credentials while we run.
FOR_GOOD = float("inf")
# Permission sets can be turned on at any time, and never off again (API reference, UpdateInstance). In seconds.
OFF_AGE = 60.0


class IdentityCenter:
    """The instance, the management account and our own. `instance_arn` chooses one instance of several."""

    def __init__(self, aws: Aws, instance_arn: str = "") -> None:
        self._aws, self._instance_arn = aws, instance_arn
        self._lock = threading.Lock()
        self._known: Instance | None = None
        self._looked_at = 0.0
        self._ids: Cache[str] = Cache(FOR_GOOD)

    def instance(self) -> Instance:
        with self._lock:
            if self._known is None:
                self._known = self._find()
            elif not self._known.permission_sets and time.monotonic() - self._looked_at > OFF_AGE:
                self._known = replace(self._known, permission_sets=self._has_permission_sets(self._known.arn))
            return self._known

    def management_account_id(self) -> str:
        return self._ids.get("management", self._read_management_account_id)

    def caller_account_id(self) -> str:
        return self._caller_arn().split(":")[4]

    def caller_user_name(self) -> str:
        # arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_<permission set>_<suffix>/<user name>
        # (docs/facts.md#role-names)
        kind, _, rest = self._caller_arn().split(":", 5)[5].partition("/")
        role, _, session = rest.partition("/")
        return session if kind == "assumed-role" and role.startswith("AWSReservedSSO_") else ""

    def _caller_arn(self) -> str:
        return self._ids.get("caller", lambda: str(self._aws.call("sts", "GetCallerIdentity")["Arn"]))

    def _read_management_account_id(self) -> str:
        organization = self._aws.call("organizations", "DescribeOrganization")["Organization"]
        return str(organization["MasterAccountId"])

    def _find(self) -> Instance:
        """The instance of this region, or else that of another; from now on requests go to its primary region.

        Assignments can be read and changed in the primary region only (userguide, api-support-in-additional-regions).
        """
        found = self._list() or self._list(RegionScope="ALL_REGIONS")
        if not found:
            named = f" with the ARN {self._instance_arn} (LEAVERBOT_INSTANCE_ARN)" if self._instance_arn else ""
            raise AwsRejected(
                f"There is no IAM Identity Center instance{named} that these credentials see from {self._aws.region}. "
                "Use credentials of the management account, and set AWS_REGION to the region of the instance."
            )
        if len(found) > 1:
            arns = ", ".join(sorted(item["InstanceArn"] for item in found))
            raise AwsRejected(f"There are several instances: {arns}. Name one in LEAVERBOT_INSTANCE_ARN.")
        return self._enter(found[0])

    def _list(self, **scope: str) -> list[dict[str, Any]]:
        pages = self._aws.pages(SSO, "ListInstances", "Instances", **scope)
        found = [item for page in pages for item in page]
        return [item for item in found if self._instance_arn in {"", item.get("InstanceArn")}]

    def _enter(self, item: dict[str, Any]) -> Instance:
        region = str(item.get("PrimaryRegion") or self._aws.region)
        if region != self._aws.region:
            log.info("the instance is in another region", region=region, configured=self._aws.region)
            self._aws.move(region)
        arn = str(item["InstanceArn"])
        return Instance(arn, str(item["IdentityStoreId"]), region, self._has_permission_sets(arn))

    def _has_permission_sets(self, arn: str) -> bool:
        self._looked_at = time.monotonic()
        try:
            described = self._aws.call(SSO, "DescribeInstance", InstanceArn=arn)
        except AwsDenied as error:
            log.warning("whether permission sets are on could not be read", why=str(error))
            return True
        # Missing means an answer from before August 2026, when every instance had them.
        return bool(described.get("PermissionSetsEnabled", True))
