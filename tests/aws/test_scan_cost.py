"""A scan makes no more calls than docs/performance.md states. (tests/benchmarks has the large one, with memory.)"""

import json
import random
import time
from collections import Counter
from typing import Any

import pytest

from bot.cli.scan_output import scan_json
from bot.core.scan.coverage import ScanStatus, Strategy
from bot.core.scan.strategy import LastScan
from bot.playground.identity_center import Organization, random_organization
from tests.benchmarks.scan_again import FACTOR, MORE, MOST_NAMES, floor, names_in
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


ORGANIZATIONS = {
    "cheaper from the accounts": (120, {"users": 2000, "accounts": 8, "groups": 60}),
    "cheaper by leaver": (20, {"users": 1000, "accounts": 300, "groups": 40, "suspended": 0.0}),
    "few leavers": (2, {"users": 300, "accounts": 12, "groups": 10}),
    "about the same": (45, {"users": 600, "accounts": 10, "groups": 30}),
}


def test_an_account_made_since_the_last_scan_has_its_name_in_the_next() -> None:
    org = random_organization(seed=4, users=100, accounts=3, disabled=0.1, throttle=False)
    with connected(org) as here:
        here.scan(last=LastScan())
        org.assign(org.add_account("brand-new"), next(iter(org.permission_set_by_arn)), "USER", leaver(org))
        scan = here.scan(last=LastScan())
    assert scan.coverage.status is ScanStatus.COMPLETE
    assert "brand-new" in {grant.account_name for person in scan.people for grant in person.grants}


def test_an_account_that_was_closed_at_the_last_scan_and_is_not_any_more_counts_again() -> None:
    org = random_organization(seed=4, users=100, accounts=3, disabled=0.1, suspended=0.0, throttle=False)
    user, account = leaver(org), org.add_account("sleeping")
    org.assign(account, next(iter(org.permission_set_by_arn)), "USER", user)
    org.set_account_state(account, "SUSPENDED")
    with connected(org) as here:
        here.scan(last=LastScan())
        org.set_account_state(account, "ACTIVE")
        here.context.access._accounts._monotonic = lambda: time.monotonic() + 61
        scan = here.scan(last=LastScan())
    read = next(person for person in scan.people if person.user.id == user)
    assert account in {grant.account_id for grant in read.usable}


def leaver(org: Organization) -> str:
    return next(user.id for user in org.users() if user.status == "DISABLED")


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
            assert made.total() - names_in(made) <= FACTOR * floor(org) + MORE, made
            assert names_in(made) <= MOST_NAMES
            if scan.coverage.how[0].strategy is Strategy.BY_PRINCIPAL and "suspended" in size:
                assert made["organizations.ListAccounts"] == 0
            assert told_cases(json.loads(json.dumps(scan_json(scan)))) == true_cases(org)
