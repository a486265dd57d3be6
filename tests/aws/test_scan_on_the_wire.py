"""Scans through the real edge: a sample of the organizations and bad days of tests/services, and what only the edge does:
what it remembers, and what it asks for again.
"""

import time
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.cases import Closed
from bot.core.scan.coverage import ScanStatus
from bot.playground.identity_center import Fault
from tests.services.scanning import connected, told_cases
from tests.services.test_scan import check_a_random_organization, one_leaver
from tests.services.test_scan_bad_days import (
    Cases,
    check_a_bad_day,
    everything_is_right_again,
    faults,
    furnished,
    in_one_scan_after,
    problem,
)


@pytest.mark.parametrize("seed", range(20))
def test_the_document_is_the_truth_of_a_random_organization(seed: int) -> None:
    check_a_random_organization(seed, connected)


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), ordered=st.lists(faults(), min_size=1, max_size=5), again=st.booleans())
def test_whatever_fails_no_case_is_closed_of_somebody_who_can_still_get_in(
    seed: int, ordered: list[Fault], again: bool
) -> None:
    check_a_bad_day(seed, ordered, again=again, through=partial(connected, deadline=0.15))


def test_a_second_scan_asks_again_for_everything_but_names() -> None:
    org, _, _ = one_leaver()
    with connected(org) as here:
        first, second = here.document()["scan"]["calls"], here.document()["scan"]["calls"]
    assert {name for name in first if name not in second} == {
        "sso-admin.ListInstances",
        "sso-admin.DescribeInstance",
        "sso-admin.DescribePermissionSet",
        "sso-admin.ListManagedPoliciesInPermissionSet",
        "sso-admin.GetInlinePolicyForPermissionSet",
        "organizations.DescribeOrganization",
        "sts.GetCallerIdentity",
        "account-access.ListApplications",
    }
    assert all(first[name] == count for name, count in second.items())


def test_an_instance_in_another_region_is_found_and_read_there() -> None:
    org, user, _ = one_leaver(additional_regions=("us-east-2",))
    for region in ("us-east-2", "ap-south-1"):
        with connected(org, region=region) as here:
            assert list(told_cases(here.document())) == [user]
            assert here.context.access.instance().region == org.region
            assert here.context.aws.region == org.region


def test_permission_sets_that_are_turned_on_later_are_read_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.aws.instance.OFF_AGE", 0.0)
    org, user, _ = one_leaver()
    options = org.options
    org.options = replace(options, permission_sets_enabled=False)
    with connected(org) as here:
        assert here.document()["cases"] == []
        org.options = options
        assert list(told_cases(here.document())) == [user]


def test_that_an_account_was_closed_when_accounts_could_last_be_listed_closes_no_case_now() -> None:
    org, leavers, group, _ = furnished()
    org.remove_member(group, leavers[0])
    account = next(iter(org.places_of["USER", leavers[0]]))[0]
    cases = Cases()
    with connected(org) as here:
        cases.scan(here)
        open_before = dict(cases.open)
        org.set_account_state(account, "SUSPENDED")
        here.scan()  # somebody else's look, which is remembered
        org.set_account_state(account, "ACTIVE")
        here.server.faults.add("organizations.ListAccounts", code="AccessDeniedException", times=None)
        scan, changes = cases.scan(here)
        assert scan.coverage.status is ScanStatus.PARTIAL
        assert not any(isinstance(change, Closed) for change in changes)
        assert set(cases.open) == set(open_before)
        here.server.faults.clear()
        everything_is_right_again(here, cases)


def test_a_row_that_lacks_what_it_needs_is_a_gap_and_no_crash() -> None:
    org, _, _, _ = furnished()
    with connected(org) as here:
        name = "sso-admin.ListAccountAssignmentsForPrincipal"
        served = here.server.endpoint.operations
        maimed = replace(served[name], run=lambda _call: {"AccountAssignments": [{"AccountId": "111111111111"}]})
        here.server.endpoint.operations = {**served, name: maimed}
        scan = here.scan()
    assert scan.coverage.status is ScanStatus.PARTIAL
    assert "cannot be understood (KeyError" in scan.coverage.problems[0].why


def test_aws_down_for_longer_than_a_scan_waits_closes_nobody_and_is_no_all_clear() -> None:
    scan, changes, _ = in_one_scan_after(Fault("*", code="InternalFailure", nth=3, times=400), through=connected)
    assert scan.coverage.status in {ScanStatus.PARTIAL, ScanStatus.FAILED}
    assert not any(isinstance(change, Closed) for change in changes)


@pytest.mark.parametrize(
    ("operation", "code", "times"),
    [
        ("identitystore.*", "ThrottlingException", 12),
        ("sso-admin.*", "ThrottlingException", 12),
        ("organizations.ListAccounts", "TooManyRequestsException", 6),
        ("identitystore.ListUsers", "InternalServerException", 4),
        ("sso-admin.ListAccountAssignmentsForPrincipal", "InternalServerException", 4),
        ("identitystore.ListGroupMembershipsForMember", "ServiceUnavailableException", 4),
    ],
)
def test_trouble_that_passes_is_waited_for_and_the_scan_is_complete(operation: str, code: str, times: int) -> None:
    scan, changes, here = in_one_scan_after(Fault(operation, code=code, times=times), through=connected)
    assert scan.coverage.status is ScanStatus.COMPLETE, scan.coverage.problems
    assert changes == []
    assert sum(heard.outcome == code for heard in here.server.history) == times


@pytest.mark.parametrize("kind", ["drop", "lost_answer"])
def test_connections_that_break_are_made_again(kind: str) -> None:
    scan, changes, _ = in_one_scan_after(Fault("*", kind=kind, nth=2, times=4), through=connected)
    assert scan.coverage.status is ScanStatus.COMPLETE, scan.coverage.problems
    assert changes == []


def test_throttled_for_longer_than_the_deadline_is_said_and_ends() -> None:
    started = time.monotonic()
    scan, changes, _ = in_one_scan_after(
        Fault("identitystore.ListUsers", code="ThrottlingException", nth=2, times=None), through=connected
    )
    assert time.monotonic() - started < 20
    assert scan.coverage.status is ScanStatus.PARTIAL
    assert "throttled identitystore.ListUsers for too long" in problem(scan, "page 2 of the user list")
    assert changes == []


def test_an_endpoint_that_is_not_there_makes_the_scan_fail_and_raises_nothing() -> None:
    org, _, _, _ = furnished(count=151)
    with connected(org) as here:
        here.server.stop()
        scan = here.scan(watched=["11111111-1111-1111-1111-111111111111"])
    assert scan.coverage.status is ScanStatus.FAILED
    assert "did not answer" in problem(scan, "page 1 of the user list")
