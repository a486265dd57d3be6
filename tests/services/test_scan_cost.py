"""A scan makes no more calls than docs/performance.md states. (tests/benchmarks has the large one, with memory.)"""

import json
import math
import random
from collections import Counter
from typing import Any

import pytest

from bot.core.coverage import Strategy
from bot.core.strategy import LastScan
from bot.playground.identity_center import Organization, random_organization
from bot.terminal import scan_json
from tests.services.scanning import bound, connected, told_cases, true_cases


def test_a_scan_of_1000_users_keeps_to_the_stated_number_of_calls() -> None:
    org = random_organization(seed=4, users=1000, accounts=30, groups=25, disabled=0.0, throttle=False)
    for user in random.Random(4).sample(org.users(), 40):
        org.set_status(user.id, "DISABLED")
    with connected(org) as here:
        document = here.document()
    assert told_cases(document) == true_cases(org)
    assert sum(here.server.calls.values()) <= sum(bound(org).values())
    assert here.server.calls["identitystore.ListUsers"] == 10
    assert here.server.calls["organizations.ListAccounts"] == 2
    assert here.server.calls["identitystore.DescribeUser"] == 0


NAMES = {
    "identitystore.DescribeGroup",
    "identitystore.ListGroups",
    "organizations.ListAccounts",
    "sso-admin.DescribeApplication",
    "sso-admin.DescribePermissionSet",
    "sso-admin.GetApplicationAssignmentConfiguration",
    "sso-admin.GetApplicationSessionConfiguration",
    "sso-admin.GetInlinePolicyForPermissionSet",
    "sso-admin.ListManagedPoliciesInPermissionSet",
}


def floor(org: Organization) -> int:
    """The fewest calls that read every leaver: by leaver, or account assignments from the accounts."""
    leavers = [user for user in org.users() if user.status == "DISABLED"]
    groups = {group_id for user in leavers for group_id in user.group_ids}
    provisioned = Counter(account_id for account_id, _ in org.role_of)
    return (
        max(1, math.ceil(len(org.users()) / 100))
        + len(leavers)
        + min(len(leavers) + len(groups), sum(1 + provisioned[account_id] for account_id in org.account_by_id))
        + len(org.application_by_arn)
        + math.ceil(len(org.entitlement_by_id) / 100)
    )


ORGANIZATIONS = {
    "cheaper from the accounts": (120, {"users": 2000, "accounts": 8, "groups": 60}),
    "cheaper by leaver": (20, {"users": 1000, "accounts": 300, "groups": 40, "suspended": 0.0}),
    "few leavers": (2, {"users": 300, "accounts": 12, "groups": 10}),
    "about the same": (45, {"users": 600, "accounts": 10, "groups": 30}),
}


@pytest.mark.parametrize("shape", ORGANIZATIONS.values(), ids=ORGANIZATIONS.keys())
def test_from_the_second_scan_on_only_the_fewest_calls_are_made(shape: tuple[int, dict[str, Any]]) -> None:
    leavers, size = shape
    org = random_organization(seed=4, disabled=0.0, throttle=False, applications=4, entitlements=30, **size)
    for user in random.Random(4).sample(org.users(), leavers):
        org.set_status(user.id, "DISABLED")
    with connected(org) as here:
        last = LastScan.of(here.scan(last=LastScan()).coverage)
        for _ in range(2):
            before = Counter(here.server.calls)
            scan = here.scan(last=last)
            made = Counter(here.server.calls) - before
            last = LastScan.of(scan.coverage)
            assert sum(count for name, count in made.items() if name not in NAMES) <= 1.05 * floor(org) + 5, made
            assert sum(made[name] for name in NAMES) <= 100
            if scan.coverage.how[0].strategy is Strategy.PER_PRINCIPAL and "suspended" in size:
                assert made["organizations.ListAccounts"] == 0
            assert told_cases(json.loads(json.dumps(scan_json(scan)))) == true_cases(org)
