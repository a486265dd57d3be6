"""Scans on bad days: what could not be read is said, and closes nothing."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.cases import Case, CaseState, Change, Closed, CloseReason, Opened, Updated, reconcile
from bot.core.models import GrantKind
from bot.core.scan.coverage import Scan, ScanStatus, Seen
from bot.playground.identity_center import Fault, Organization
from tests.services.scanning import Connected, Through, draw_organization, faked, severity, true_cases, usable
from tests.services.scanning import truth as truth_of

KEY = ("account_id", "permission_set_arn", "application_arn", "entitlement_id", "group_id")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Cases:
    """The open cases of a test, kept as the store keeps them: whatever reconcile says."""

    def __init__(self) -> None:
        self.open: dict[str, Case] = {}

    def take(self, scan: Scan) -> list[Change]:
        changes = reconcile(self.open, scan)
        for change in changes:
            match change:
                case Opened(read, level):
                    self.open[read.user.id] = Case(
                        id=read.user.id,
                        user=read.user,
                        grants=read.grants,
                        severity=level,
                        state=CaseState.OPEN,
                        version=1,
                        opened_at=LONG_AGO,
                        found_by="scan",
                        read_at=LONG_AGO,
                        read_complete=read.complete,
                        management_account_id=scan.management_account_id,
                    )
                case Updated(case, user, grants, level, complete):
                    new = replace(case, user=user, grants=grants, severity=level, read_complete=complete)
                    self.open[user.id] = new
                case Closed(case):
                    del self.open[case.user.id]
        return changes

    def scan(self, here: Connected) -> tuple[Scan, list[Change]]:
        result: Scan = here.scan(watched=list(self.open))
        return result, self.take(result)


def furnished(count: int = 250, **options: Any) -> tuple[Organization, list[str], str, str]:
    """People on three pages; the first, the 150th and the last are leavers with a direct grant and one by a group.

    Returns (organization, leavers, group, permission set).
    """
    org = Organization(seed=5, throttle=False, **options)
    account, read_only = org.add_account("payments-prod"), org.add_permission_set("ReadOnlyAccess")
    people = [org.add_user(f"person{n}@example.com", f"Person {n}", f"person{n}@example.com") for n in range(count)]
    leavers = [people[0], people[149], people[-1]]
    group = org.add_group("Readers")
    org.assign(org.management_account_id, read_only, "GROUP", group)
    for user in leavers:
        org.assign(account, read_only, "USER", user)
        org.add_member(group, user)
        org.set_status(user, "DISABLED")
    return org, leavers, group, read_only


def problem(scan: Scan, what: str) -> str:
    """Why the thing whose name holds `what` could not be read."""
    found = [item for item in scan.coverage.problems if what in item.what]
    assert len(found) == 1, scan.coverage.problems
    return found[0].why


def in_one_scan_after(
    fault: Fault | None, change: Any = None, *, through: Through = faked, **options: Any
) -> tuple[Scan, list[Change], Connected]:
    """Scan with three open cases, with this fault, after this change; then again, and all must be right."""
    org, leavers, _, _ = furnished(**options)
    cases = Cases()
    with through(org) as here:
        first, _ = cases.scan(here)
        assert first.coverage.status is ScanStatus.COMPLETE
        assert sorted(cases.open) == sorted(leavers)
        if change:
            change(org, leavers)
        if fault:
            here.server.faults.add(fault)
        scan, changes = cases.scan(here)
        for closed in (item for item in changes if isinstance(item, Closed)):
            assert not holds_access(org, closed.case.user.id)
        here.server.faults.clear()
        everything_is_right_again(here, cases)
    return scan, changes, here


def holds_access(org: Organization, user_id: str) -> bool:
    user = org.user_by_id.get(user_id)
    return user is not None and user.status != "ENABLED" and usable(org, user_id)


def everything_is_right_again(here: Connected, cases: Cases) -> None:
    """The next complete scan leaves exactly the true cases open, each with exactly its true grants."""
    scan, _ = cases.scan(here)
    assert scan.coverage.status is ScanStatus.COMPLETE, scan.coverage.problems
    truth = true_cases(here.org)
    assert set(cases.open) == set(truth)
    for user_id, case in cases.open.items():
        real = truth_of(here.org, user_id)
        assert {tuple(getattr(grant, name) for name in KEY) for grant in case.grants} == {
            tuple(grant[name] for name in KEY) for grant in real
        }
        assert case.severity == severity(here.org, real)
        assert case.read_complete
    assert here.server.complaints == []


# the list of users


@pytest.mark.parametrize("page", [2, 3])
def test_a_page_that_can_not_be_read_is_named_and_closes_nobody_behind_it(page: int) -> None:
    def revoked_and_deleted(org: Organization, leavers: list[str]) -> None:
        org.delete_user(leavers[2])

    fault = Fault("identitystore.ListUsers", code="AccessDeniedException", nth=page, times=None)
    scan, changes, _ = in_one_scan_after(fault, revoked_and_deleted)
    assert scan.coverage.status is ScanStatus.PARTIAL
    assert "denied identitystore.ListUsers" in problem(scan, f"page {page} of the user list and all after it")
    assert scan.coverage.users_read == 100 * (page - 1)
    assert changes == []
    assert scan.others is not None
    assert all(seen is Seen.UNREAD for seen in scan.others.values())


def test_people_on_the_pages_before_are_compared_all_the_same() -> None:
    def enabled(org: Organization, leavers: list[str]) -> None:
        org.set_status(leavers[0], "ENABLED")

    fault = Fault("identitystore.ListUsers", code="AccessDeniedException", nth=2, times=None)
    scan, changes, _ = in_one_scan_after(fault, enabled)
    assert scan.coverage.status is ScanStatus.PARTIAL
    assert [change.reason for change in changes if isinstance(change, Closed)] == [CloseReason.ENABLED]


def test_when_not_even_the_first_page_comes_the_scan_has_failed() -> None:
    fault = Fault("identitystore.ListUsers", code="AccessDeniedException", times=None)
    scan, changes, _ = in_one_scan_after(fault)
    assert scan.coverage.status is ScanStatus.FAILED
    assert problem(scan, "page 1 of the user list")
    assert (scan.coverage.users_read, scan.people, changes) == (0, (), [])


def test_credentials_that_expire_midway_make_the_scan_partial_and_say_so() -> None:
    fault = Fault("identitystore.ListUsers", code="ExpiredTokenException", nth=3, times=None)
    scan, changes, _ = in_one_scan_after(fault)
    assert scan.coverage.status is ScanStatus.PARTIAL
    assert "Sign in again" in problem(scan, "page 3 of the user list")
    assert changes == []


def test_credentials_that_expire_while_people_are_read_leave_their_cases_open() -> None:
    def taken_away(org: Organization, leavers: list[str]) -> None:
        for place in list(org.places_of["USER", leavers[0]]):
            org.unassign(*place, "USER", leavers[0])

    fault = Fault("sso-admin.*", code="ExpiredTokenException", times=None)
    scan, changes, _ = in_one_scan_after(fault, taken_away)
    assert scan.coverage.status is ScanStatus.PARTIAL
    assert "Sign in again" in problem(scan, "account assignments of Person 0 (")
    assert not any(isinstance(change, Closed) for change in changes)


def test_an_empty_directory_is_read_completely() -> None:
    with faked(Organization(seed=1, throttle=False)) as here:
        coverage = here.scan().coverage
    assert (coverage.status, coverage.users_read, coverage.problems) == (ScanStatus.COMPLETE, 0, ())


def test_a_directory_without_any_status_is_not_one_without_leavers() -> None:
    org, leavers, _, _ = furnished()
    cases = Cases()
    with faked(org) as here:
        cases.scan(here)
        for user in org.users():
            org.set_status(user.id, None)
        scan, changes = cases.scan(here)
    assert scan.coverage.status is ScanStatus.PARTIAL
    assert (scan.coverage.unknown_status, scan.coverage.leavers) == (250, 0)
    assert "this SDK or region does not return it" in problem(scan, "the status of all 250 users")
    assert changes == []
    assert set(cases.open) == set(leavers)


def test_a_known_user_whose_status_is_missing_keeps_the_case_and_is_named() -> None:
    org, leavers, _, _ = furnished()
    cases = Cases()
    with faked(org) as here:
        cases.scan(here)
        org.set_status(leavers[1], None)
        scan, changes = cases.scan(here)
        assert scan.coverage.status is ScanStatus.PARTIAL
        assert problem(scan, "the status of 1 user")
        assert problem(scan, "Person 149, who has an open case")
        assert changes == []
        org.set_status(leavers[1], "DISABLED")
        everything_is_right_again(here, cases)


# the ways in


def test_a_group_that_can_not_be_read_leaves_its_members_cases_as_they_were() -> None:
    org, leavers, group, read_only = furnished(inherited_rows=False)
    cases = Cases()
    with faked(org) as here:
        cases.scan(here)
        for place in list(org.places_of["USER", leavers[0]]):
            org.unassign(*place, "USER", leavers[0])
        org.unassign(org.management_account_id, read_only, "GROUP", group)
        here.server.faults.add(
            "sso-admin.ListAccountAssignmentsForPrincipal",
            code="AccessDeniedException",
            times=None,
            when={"PrincipalId": group},
        )
        scan, changes = cases.scan(here)
        assert scan.coverage.status is ScanStatus.PARTIAL
        assert "denied" in problem(scan, "account assignments of group Readers")
        assert scan.coverage.leavers_read == 0
        assert not any(isinstance(change, Closed) for change in changes)
        assert {g.group_id for g in cases.open[leavers[0]].grants} >= {group}
        here.server.faults.clear()
        everything_is_right_again(here, cases)


@pytest.mark.parametrize(
    ("operation", "what"),
    [
        ("sso-admin.ListAccountAssignmentsForPrincipal", "account assignments of Person 149"),
        ("identitystore.ListGroupMembershipsForMember", "group memberships of Person 149"),
    ],
)
@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "InternalServerException"])
def test_one_person_who_can_not_be_read_keeps_the_case_and_the_others_are_read(
    operation: str, what: str, code: str
) -> None:
    def about_person_149(parameters: dict[str, Any]) -> bool:
        return person in {parameters.get("PrincipalId"), parameters.get("MemberId", {}).get("UserId")}

    person = furnished()[1][1]  # equal seeds make equal organizations
    scan, changes, _ = in_one_scan_after(Fault(operation, code=code, times=None, when=about_person_149))
    assert scan.coverage.status is ScanStatus.PARTIAL
    assert problem(scan, what)
    assert scan.coverage.leavers_read == 2
    assert not any(isinstance(change, Closed) for change in changes)


def test_a_way_in_that_only_the_users_own_list_shows_is_found() -> None:
    """Whether AWS lists the memberships of a disabled user is documented nowhere."""
    org, leavers, group, _ = furnished(inherited_rows=True)
    with faked(org) as here:
        name = "identitystore.ListGroupMembershipsForMember"
        here.server.operations[name] = lambda _call: {"GroupMemberships": []}
        scan = here.scan()
    assert scan.coverage.status is ScanStatus.COMPLETE
    assert [person.user.id for person in scan.people] == sorted(leavers)
    for person in scan.people:
        assert {grant.group_id for grant in person.grants} == {None, group}
        assert [membership.id for membership in person.memberships] == [org.group_by_id[group].members[person.user.id]]


def test_a_group_that_can_not_be_read_still_gives_what_its_members_lists_show() -> None:
    org, _, group, _ = furnished(inherited_rows=True)
    with faked(org) as here:
        this_group = {"PrincipalId": group}
        operation = "sso-admin.ListAccountAssignmentsForPrincipal"
        here.server.faults.add(operation, code="AccessDeniedException", times=None, when=this_group)
        scan = here.scan()
    assert scan.coverage.status is ScanStatus.PARTIAL
    for person in scan.people:
        assert {grant.group_name for grant in person.grants} == {None, "Readers"}


def test_not_found_for_somebody_who_is_there_is_no_sign_that_all_access_is_gone() -> None:
    fault = Fault("sso-admin.ListAccountAssignmentsForPrincipal", code="ResourceNotFoundException", times=None)
    scan, changes, _ = in_one_scan_after(fault, inherited_rows=False)
    assert scan.coverage.status is ScanStatus.PARTIAL
    assert not any(isinstance(change, Closed) for change in changes)
    assert "AWS contradicts itself" in problem(scan, "account assignments of Person 0")


def test_a_permission_set_that_can_not_be_described_is_listed_by_its_arn() -> None:
    org, leavers, _, read_only = furnished()
    cases = Cases()
    with faked(org) as here:
        here.server.faults.add("sso-admin.DescribePermissionSet", code="AccessDeniedException", times=None)
        scan, changes = cases.scan(here)
        assert scan.coverage.status is ScanStatus.PARTIAL
        assert "denied" in problem(scan, f"permission set {read_only}")
        assert len(changes) == len(leavers)
        assert all(grant.permission_set_arn == read_only for person in scan.people for grant in person.grants)
        here.server.faults.clear()
        everything_is_right_again(here, cases)


def test_accounts_that_can_not_be_listed_count_as_usable_and_names_that_were_known_stay() -> None:
    org, leavers, _, _ = furnished()
    cases = Cases()
    with faked(org) as first:
        cases.scan(first)
    with faked(org) as here:  # a new process, which remembers no list of accounts
        here.server.faults.add("organizations.ListAccounts", code="AccessDeniedException", times=None)
        scan, _ = cases.scan(here)
        assert scan.coverage.status is ScanStatus.PARTIAL
        assert "denied organizations.ListAccounts" in problem(scan, "the list of accounts")
        assert set(cases.open) == set(leavers)
        names = {grant.account_name for case in cases.open.values() for grant in case.grants}
        assert names == {"payments-prod", "management"}
        here.server.faults.clear()
        everything_is_right_again(here, cases)


def test_without_the_organization_severity_is_not_lowered() -> None:
    org, _, _, _ = furnished()
    cases = Cases()
    with faked(org) as first:
        cases.scan(first)
    before = {user: case.severity for user, case in cases.open.items()}
    assert set(before.values()) == {"critical"}, "their group reaches the management account"
    with faked(org) as here:
        here.server.faults.add("organizations.DescribeOrganization", code="AccessDeniedException", times=None)
        scan, _ = cases.scan(here)
        assert scan.coverage.status is ScanStatus.PARTIAL
        assert "denied" in problem(scan, "which account is the management account")
        assert {user: case.severity for user, case in cases.open.items()} == before
        here.server.faults.clear()
        everything_is_right_again(here, cases)


def test_from_a_delegated_administrator_everything_is_read_and_what_it_may_not_change_is_noted() -> None:
    org, leavers, _, _ = furnished(count=151)
    member = org.add_account("security-tools")
    org.delegated_admin_account_id = member
    cases = Cases()
    with faked(org, account_id=member, account_access=False) as here:
        scan, _ = cases.scan(here)
        assert scan.coverage.status is ScanStatus.COMPLETE
        assert f"only the management account {org.management_account_id} can change access to itself" in "".join(
            scan.coverage.notes
        )
        assert set(cases.open) == set(leavers)
        everything_is_right_again(here, cases)


def test_from_an_account_that_administers_nothing_the_scan_is_no_all_clear() -> None:
    org, _, _, _ = furnished(count=151)
    with faked(org, account_id=org.add_account("somebody-elses")) as here:
        scan = here.scan()
    assert scan.coverage.status is not ScanStatus.COMPLETE
    assert GrantKind.ACCOUNT not in scan.coverage.kinds_read


def test_an_account_that_can_not_be_gone_through_leaves_every_case_open() -> None:
    """Read account by account: whoever could be in there may still get in."""
    org, leavers, _, _ = furnished(count=151)
    account = next(iter(org.places_of["USER", leavers[0]]))[0]
    cases = Cases()
    with faked(org) as here:
        cases.scan(here)
        for place in list(org.places_of["USER", leavers[0]]):
            org.unassign(*place, "USER", leavers[0])
        here.server.faults.add(
            "sso-admin.ListAccountAssignments", code="AccessDeniedException", times=None, when={"AccountId": account}
        )
        scan = here.scan(watched=list(cases.open), find_orphans=True)
        assert scan.coverage.status is ScanStatus.PARTIAL
        assert GrantKind.ACCOUNT not in scan.coverage.kinds_read
        assert scan.coverage.orphans is None
        assert f"({account})" in scan.coverage.problems[0].what
        assert not any(isinstance(change, Closed) for change in cases.take(scan))
        here.server.faults.clear()
        everything_is_right_again(here, cases)


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("sso-admin.ListApplicationAssignments", GrantKind.APPLICATION),
        ("account-access.ListApplications", GrantKind.ENTITLEMENT),
        ("account-access.ListEntitlements", GrantKind.ENTITLEMENT),
    ],
)
def test_a_kind_that_can_not_be_read_is_a_gap_and_closes_nobody(operation: str, kind: GrantKind) -> None:
    org, leavers, _, _ = furnished(count=151, account_access=True)
    application = org.add_application("Grafana")
    role = org.add_role(org.management_account_id, "Deploy")
    for user in leavers:
        org.assign_application(application, "USER", user)
        org.entitle(role, "USER", user)
    cases = Cases()
    with faked(org) as here:
        cases.scan(here)
        assert set(cases.open) == set(leavers)
        for user in leavers:
            for place in list(org.places_of["USER", user]):
                org.unassign(*place, "USER", user)
            for group in list(org.memberships_of[user]):
                org.remove_member(group, user)
        here.server.faults.add(operation, code="AccessDeniedException", times=None)
        scan, changes = cases.scan(here)
        assert scan.coverage.status is ScanStatus.PARTIAL
        assert set(scan.coverage.kinds_read) == set(GrantKind) - {kind}
        assert not any(isinstance(change, Closed) for change in changes)
        here.server.faults.clear()
        everything_is_right_again(here, cases)


def test_a_list_of_a_thousand_pages_that_breaks_at_the_900th_is_partial_and_closes_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.fakes.directory.PAGE", 1)
    org, leavers, _, _ = furnished(count=1000)
    cases = Cases()
    with faked(org) as here:
        here.server.faults.add("identitystore.ListUsers", code="InternalServerException", nth=900, times=None)
        scan, changes = cases.scan(here)
        assert scan.coverage.status is ScanStatus.PARTIAL
        assert problem(scan, "page 900 of the user list and all after it")
        assert scan.coverage.users_read == 899
        assert set(cases.open) == set(leavers[:2])
        assert not any(isinstance(change, Closed) for change in changes)


def test_without_a_list_of_accounts_everybody_is_asked_for_and_found_all_the_same() -> None:
    org, leavers, _, _ = furnished()
    with faked(org) as here:
        here.server.faults.add("organizations.ListAccounts", code="AccessDeniedException", times=None)
        scan = here.scan()
    assert [person.user.id for person in scan.people if person.usable] == sorted(leavers)


def test_how_strong_a_grant_is_stays_known_while_it_can_not_be_read_and_is_read_again_at_once() -> None:
    org, leavers, _, _ = furnished()
    for user in leavers:
        org.remove_member(next(iter(org.memberships_of[user])), user)
    strong = org.add_permission_set("Platform", managed=["AdministratorAccess"])
    account = next(iter(org.places_of["USER", leavers[0]]))[0]
    org.assign(account, strong, "USER", leavers[0])
    cases = Cases()
    with faked(org) as first:
        cases.scan(first)
    assert cases.open[leavers[0]].severity == "critical"
    with faked(org) as here:
        here.server.faults.add("sso-admin.GetInlinePolicyForPermissionSet", code="AccessDeniedException", times=None)
        scan, _ = cases.scan(here)
        assert "could not be read" in " ".join(scan.coverage.notes)
        assert cases.open[leavers[0]].severity == "critical"
        here.server.faults.clear()
        everything_is_right_again(here, cases)


def test_when_it_can_not_be_asked_whether_somebody_is_gone_the_orphans_are_not_said_to_be_all() -> None:
    org, leavers, _, _ = furnished(count=151)
    org.delete_user(leavers[0])
    with faked(org) as here:
        assert here.scan(find_orphans=True).coverage.orphans == 1
        here.server.faults.add("identitystore.DescribeUser", code="AccessDeniedException", times=None)
        scan = here.scan(find_orphans=True)
    assert (scan.coverage.orphans, scan.orphans) == (None, ())


# a directory that moves while it is read


def between_pages(here: Connected, change: Any) -> Scan:
    """Scan, and change something after the first page of users came."""
    done = []

    def progress(state: Any) -> None:
        if state.phase == "users" and not done:
            done.append(state)
            change()

    scan: Scan = here.scan(watched=list(true_cases(here.org)), progress=progress)
    return scan


def test_somebody_deleted_between_pages_is_gone_and_somebody_enabled_is_enabled() -> None:
    org, (first, middle, last), _, _ = furnished()
    cases = Cases()
    with faked(org) as here:
        cases.scan(here)

        def change() -> None:
            org.delete_user(middle)
            org.set_status(last, "ENABLED")

        scan = between_pages(here, change)
        reasons = {c.case.user.id: c.reason for c in cases.take(scan) if isinstance(c, Closed)}
        assert scan.coverage.status is ScanStatus.COMPLETE
        assert reasons == {middle: CloseReason.GONE, last: CloseReason.ENABLED}
        assert set(cases.open) == {first}
        everything_is_right_again(here, cases)


def test_somebody_disabled_between_pages_is_found_now_or_by_the_next_scan() -> None:
    org, _, group, _ = furnished()
    late = [user.id for user in org.users()][240]
    early = [user.id for user in org.users()][10]
    for user in (early, late):
        org.add_member(group, user)
    cases = Cases()
    with faked(org) as here:

        def change() -> None:
            org.set_status(early, "DISABLED")
            org.set_status(late, "DISABLED")

        cases.take(between_pages(here, change))
        assert late in cases.open
        assert early not in cases.open
        everything_is_right_again(here, cases)


def test_somebody_deleted_after_the_list_was_read_is_said_to_be_gone_by_the_next_scan() -> None:
    org, (first, _, _), _, _ = furnished(orphaned_assignments=False)
    cases = Cases()
    with faked(org) as here:
        cases.scan(here)
        here.server.faults.add("organizations.DescribeOrganization", kind="latency", seconds=0.01)

        def progress(state: Any) -> None:
            if state.phase == "users" and state.done == 250 and first in org.user_by_id:
                org.delete_user(first)

        changes = cases.take(here.scan(watched=list(cases.open), progress=progress))
        assert all(isinstance(change, Closed) for change in changes)
        everything_is_right_again(here, cases)


def test_a_known_user_who_was_not_in_the_list_is_asked_for_before_he_counts_as_gone() -> None:
    org, (first, _, _), _, _ = furnished()
    cases = Cases()
    with faked(org) as here:
        cases.scan(here)
        org.delete_user(first)
        here.server.faults.add("identitystore.DescribeUser", code="AccessDeniedException", times=None)
        scan, changes = cases.scan(here)
        assert scan.coverage.status is ScanStatus.PARTIAL
        assert "denied identitystore.DescribeUser" in problem(scan, f"user {first} of an open case")
        assert changes == []
        here.server.faults.clear()
        everything_is_right_again(here, cases)


# any bad day


READS = {
    "identitystore.ListUsers": (),
    "identitystore.DescribeUser": (),
    "identitystore.DescribeGroup": (),
    "identitystore.ListGroupMembershipsForMember": ("ResourceNotFoundException",),
    "identitystore.GetGroupMembershipId": (),
    "identitystore.ListGroups": (),
    "identitystore.ListGroupMemberships": ("ResourceNotFoundException",),
    "sso-admin.DescribeInstance": (),
    "sso-admin.ListApplications": (),
    "sso-admin.ListApplicationAssignments": ("ResourceNotFoundException",),
    "sso-admin.ListApplicationAssignmentsForPrincipal": ("ResourceNotFoundException",),
    "sso-admin.ListPermissionSetsProvisionedToAccount": ("ResourceNotFoundException",),
    "sso-admin.ListAccountAssignments": ("ResourceNotFoundException",),
    "sso-admin.ListManagedPoliciesInPermissionSet": (),
    "account-access.ListApplications": (),
    "account-access.ListEntitlements": ("ResourceNotFoundException",),
    "sso-admin.ListAccountAssignmentsForPrincipal": ("ResourceNotFoundException",),
    "sso-admin.DescribePermissionSet": ("ResourceNotFoundException",),
    "organizations.ListAccounts": (),
    "organizations.DescribeOrganization": (),
}
COMMON = (
    "AccessDeniedException",
    "ThrottlingException",
    "InternalFailure",
    "ExpiredTokenException",
    "ServiceUnavailableException",
)


@st.composite
def faults(draw: st.DrawFn) -> Fault:
    operation = draw(st.sampled_from(sorted(READS)))
    kind = draw(st.sampled_from(["error", "error", "error", "drop", "lost_answer"]))
    code = draw(st.sampled_from([*COMMON, *READS[operation]]))
    return Fault(
        operation,
        kind=kind,
        code=code,
        nth=draw(st.integers(1, 8)),
        times=draw(st.sampled_from([1, 2, 7, None])),
    )


def shuffle(org: Organization, draw: random.Random) -> None:
    """What happens in a company between two scans."""
    for user in org.users():
        fate = draw.random()
        if fate < 0.05:
            org.delete_user(user.id)
        elif fate < 0.15:
            org.set_status(user.id, draw.choice(["ENABLED", "DISABLED"]))
        elif fate < 0.25 and user.status == "DISABLED":
            for place in list(org.places_of.get(("USER", user.id), ())):
                org.unassign(*place, "USER", user.id)
            for group_id in user.group_ids[1:]:
                org.remove_member(group_id, user.id)
            for application in list(org.applications_of.get(("USER", user.id), ())):
                org.unassign_application(application, "USER", user.id)
            for entitlement in list(org.entitlements_of.get(("USER", user.id), ())):
                org.withdraw(entitlement)
    for account_id in list(org.account_by_id):
        if draw.random() < 0.2:
            org.set_account_state(account_id, draw.choice(["ACTIVE", "SUSPENDED", "CLOSED"]))


def check_a_bad_day(seed: int, ordered: list[Fault], *, again: bool, through: Through) -> None:
    org = draw_organization(seed, users=120)
    draw, cases = random.Random(seed), Cases()
    caller = next(iter(reversed(org.account_by_id))) if draw.random() < 0.3 else None
    org.delegated_admin_account_id = caller
    asked = org.options.account_access is not False
    with through(org, account_id=caller, account_access=asked) as here:
        cases.scan(here)
        for _ in range(2 if again else 1):
            shuffle(org, draw)
            for fault in ordered:
                if org.options.account_access == "absent" and fault.operation.startswith("account-access"):
                    # A service that is not there does not answer anything else, either.
                    continue
                here.server.faults.add(replace(fault, seen=0, suffered=0))
            scan, changes = cases.scan(here)
            for closed in (change for change in changes if isinstance(change, Closed)):
                assert not holds_access(org, closed.case.user.id), closed
            missed = set(true_cases(org)) - set(cases.open)
            assert not missed or scan.coverage.status is not ScanStatus.COMPLETE, "all clear, and it is not"
            here.server.faults.clear()
        everything_is_right_again(here, cases)


@settings(max_examples=24)
@given(seed=st.integers(0, 10_000), ordered=st.lists(faults(), min_size=1, max_size=5), again=st.booleans())
def test_whatever_fails_no_case_is_closed_of_somebody_who_can_still_get_in(
    seed: int, ordered: list[Fault], again: bool
) -> None:
    check_a_bad_day(seed, ordered, again=again, through=faked)
