"""A scan makes no more calls than docs/performance.md states. (tests/benchmarks has the large one, with memory.)"""

import random

from bot.playground.identity_center import random_organization
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
