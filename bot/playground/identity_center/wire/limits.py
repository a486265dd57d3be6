"""Request rates: one token bucket for each quota AWS publishes."""

from collections.abc import Callable

# Identity Center: 20 a second for all of sso-admin together; the Identity Store was collective too until AWS
# changed the page to "per API", so we keep the tighter reading. (singlesignon userguide, limits)
# Account access manager: 20 a second for all of it. (IAM userguide, aam-quotas)
COLLECTIVE = {"sso-admin": (20.0, 20.0), "identitystore": (20.0, 20.0), "account-access": (20.0, 20.0)}
# Organizations: (rate, burst) per account and operation. (organizations userguide, reference limits)
PER_OPERATION = {
    "organizations.CreatePolicy": (2.0, 3.0),
    "organizations.UpdatePolicy": (2.0, 3.0),
    "organizations.DeletePolicy": (2.0, 3.0),
    "organizations.AttachPolicy": (2.0, 3.0),
    "organizations.DetachPolicy": (2.0, 3.0),
    "organizations.ListPolicies": (5.0, 8.0),
    "organizations.ListPoliciesForTarget": (5.0, 8.0),
    "organizations.DescribePolicy": (2.0, 2.0),
    "organizations.ListTargetsForPolicy": (5.0, 8.0),
    "organizations.ListRoots": (1.0, 2.0),
    "organizations.ListAccounts": (8.0, 12.0),
    "organizations.DescribeOrganization": (1.0, 2.0),
    "organizations.ListParents": (5.0, 8.0),  # assumed: the rate of the other list calls
    "organizations.ListOrganizationalUnitsForParent": (5.0, 8.0),  # assumed as well
    "organizations.ListDelegatedAdministrators": (5.0, 8.0),
    "cloudtrail.LookupEvents": (2.0, 2.0),  # "two per second, per account, per Region"
}


class TokenBucket:
    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._level, self._at = burst, now

    def take(self, now: float) -> bool:
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1.0 - 1e-6:  # 20 x 0.05 is not quite 1 in floating point
            return False
        self._level -= 1.0
        return True


class Limits:
    """Whether one more call is within the published rates; `stopwatch` returns seconds."""

    def __init__(self, stopwatch: Callable[[], float]) -> None:
        self._stopwatch = stopwatch
        self._buckets: dict[tuple[str, str, str], TokenBucket] = {}

    def admit(self, operation: str, account_id: str, region: str) -> bool:
        service = operation.partition(".")[0]
        quota, rates = (
            (service, COLLECTIVE[service]) if service in COLLECTIVE else (operation, PER_OPERATION.get(operation))
        )
        if rates is None:
            return True
        now = self._stopwatch()
        key = (quota, account_id, "" if service == "organizations" else region)  # Organizations is global
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(*rates, now)
        return bucket.take(now)
