"""The scan says exactly what is true of an organization. (tests/aws has a sample on the wire, tests/e2e the command.)"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.scan.coverage import Strategy
from bot.playground.identity_center import Organization, random_organization
from bot.services.scan.progress import Phase
from tests.services.scanning import (
    RANKS,
    Connected,
    Through,
    draw_organization,
    faked,
    in_order,
    statuses,
    told_cases,
    true_cases,
    true_orphans,
)
from tests.stand_ins import StillClock


def check_against_the_truth(here: Connected, document: dict[str, Any]) -> None:
    org, about = here.org, document["scan"]
    seen = statuses(org)
    assert told_cases(document) == true_cases(org)
    ranks = [RANKS.index(case["severity"]) for case in document["cases"]]
    assert ranks == sorted(ranks), "the worst comes first"
    assert about["users_read"] == len(org.users())
    assert about["leavers"] == seen["DISABLED"]
    assert about["unknown_status"] == seen[None]
    assert about["status"] == ("partial" if seen[None] else "complete"), about["problems"]
    assert bool(about["problems"]) == bool(seen[None])
    assert about["kinds_read"] == ["account", "application", "entitlement"]
    check_orphans(org, document)
    assert about["started_at"] <= about["finished_at"]
    assert about["calls"] == dict(here.server.calls)
    assert about["disagreements"] == 0
    assert here.server.complaints == []


def check_orphans(org: Organization, document: dict[str, Any]) -> None:
    """All there are when the scan says that it looked for all, else none that is not one."""
    found, real = in_order(document["orphans"]), in_order(true_orphans(org))
    if document["scan"]["orphans"] is None:
        assert all(orphan in real for orphan in found)
    else:
        assert found == real
        assert document["scan"]["orphans"] == len(real)


def check_a_random_organization(seed: int, through: Through) -> None:
    """Whatever the caller: every fourth time a delegated administrator of Identity Center."""
    org = draw_organization(seed)
    caller = next(iter(reversed(org.account_by_id))) if seed % 4 == 3 else None
    org.delegated_admin_account_id = caller
    # Without an application of account access manager nobody but the management account can know that there is none.
    with through(org, account_id=caller, account_access=org.options.account_access is not False) as here:
        document = here.document()
        check_against_the_truth(here, document)
        # By account gives the same, and finds every orphan, too.
        other = here.document(find_orphans=True)
    assert told_cases(other) == told_cases(document)
    assert other["scan"]["status"] == "complete"
    check_orphans(org, other)
    assert other["scan"]["orphans"] is not None


@pytest.mark.parametrize("seed", range(200))
def test_the_document_is_the_truth_of_a_random_organization(seed: int) -> None:
    check_a_random_organization(seed, faked)


@pytest.mark.parametrize("seed", range(100, 105))
def test_users_without_a_status_are_counted_and_make_the_scan_partial(seed: int) -> None:
    with faked(draw_organization(seed, unknown=True, users=130)) as here:
        here.org.add_user("nobody.knows@example.com", status=None)
        check_against_the_truth(here, here.document())


def test_every_page_is_read_in_an_organization_of_many_pages() -> None:
    org = draw_organization(7, users=450, short_pages=True)
    with faked(org) as here:
        check_against_the_truth(here, here.document())
        assert here.server.calls["identitystore.ListUsers"] >= 5


def one_leaver(**options: Any) -> tuple[Organization, str, str]:
    """An organization with a leaver who has a grant: (organization, user id, account id)."""
    org = Organization(seed=1, **options)
    account = org.add_account("payments-prod")
    user = org.add_user("dana.rossi@example.com", display_name="Dana Rossi", email="dana.rossi@example.com")
    org.assign(account, org.add_permission_set("ReadOnlyAccess"), "USER", user)
    org.set_status(user, "DISABLED")
    return org, user, account


@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "CLOSED"])
def test_a_grant_that_nobody_can_use_makes_no_case_and_no_case_worse(state: str) -> None:
    org, user, account = one_leaver()
    dead = org.add_account("old", state=state)
    admin = org.add_permission_set("AdministratorAccess")
    org.assign(dead, admin, "USER", user)
    with faked(org) as here:
        assert here.document()["cases"][0]["severity"] == "normal"
        org.set_account_state(account, state)
        assert here.document()["cases"] == []
        assert here.document()["scan"]["status"] == "complete"


def test_the_same_account_by_two_ways_is_two_grants() -> None:
    org, user, account = one_leaver()
    read_only = next(iter(org.permission_set_by_arn))
    for name in ("Readers", "Everybody"):
        group = org.add_group(name)
        org.add_member(group, user)
        org.assign(account, read_only, "GROUP", group)
    with faked(org) as here:
        grants = here.document()["cases"][0]["grants"]
    assert {(grant["path"], grant["group_name"]) for grant in grants} == {
        ("direct", None),
        ("group", "Readers"),
        ("group", "Everybody"),
    }


def test_five_accounts_or_poweruser_are_high_and_four_are_normal() -> None:
    org, user, _ = one_leaver()
    read_only = next(iter(org.permission_set_by_arn))
    for number in range(3):
        org.assign(org.add_account(f"more-{number}"), read_only, "USER", user)
    with faked(org) as here:
        assert here.document()["cases"][0]["severity"] == "normal"
        fifth = org.add_account("fifth")
        org.assign(fifth, read_only, "USER", user)
        assert here.document()["cases"][0]["severity"] == "high"
        org.unassign(fifth, read_only, "USER", user)
        org.assign(fifth, org.add_permission_set("AdministratorAccess"), "USER", user)
        assert here.document()["cases"][0]["severity"] == "critical"


def test_an_application_and_a_role_are_ways_in_of_their_own() -> None:
    org, user, account = one_leaver(account_access=True)
    group = org.add_group("Operators")
    org.add_member(group, user)
    grafana, wiki = org.add_application("Grafana", account=account), org.add_application("Wiki", account=account)
    org.assign_application(grafana, "USER", user)
    org.assign_application(wiki, "GROUP", group)
    deploy, admin = org.add_role(account, "Deploy"), org.add_role(org.management_account_id, "AdministratorAccess")
    org.entitle(deploy, "USER", user)
    org.entitle(admin, "GROUP", group)
    with faked(org) as here:
        (case,) = here.document()["cases"]
    found = {
        (g["kind"], g["path"], g["application_name"] or g["role_arn"] or g["account_name"]) for g in case["grants"]
    }
    assert found == {
        ("account", "direct", "payments-prod"),
        ("application", "direct", "Grafana"),
        ("application", "group", "Wiki"),
        ("entitlement", "direct", deploy),
        ("entitlement", "group", admin),
    }
    assert case["severity"] == "critical"


def test_where_permission_sets_are_off_there_are_no_account_assignments_and_that_is_said() -> None:
    for off in ("refused", "empty"):
        org = Organization(seed=1, permission_sets_enabled=False, permission_sets_off=off)
        user = org.add_user("dana.rossi@example.com")
        org.assign_application(org.add_application("Grafana"), "USER", user)
        org.set_status(user, "DISABLED")
        with faked(org) as here:
            document = here.document()
            assert here.server.calls["sso-admin.ListAccountAssignmentsForPrincipal"] == 0
        assert document["scan"]["status"] == "complete"
        assert [grant["kind"] for grant in document["cases"][0]["grants"]] == ["application"]
        assert "Permission sets are off" in document["scan"]["notes"][0]


def test_a_service_that_is_not_there_is_no_gap() -> None:
    org, user, _ = one_leaver(account_access="absent")
    with faked(org) as here:
        document = here.document()
    assert (document["scan"]["status"], list(told_cases(document))) == ("complete", [user])
    assert "entitlement" in document["scan"]["kinds_read"]


def test_applications_that_need_no_assignment_are_named_and_are_nobodys_way_in() -> None:
    org, user, _ = one_leaver(throttle=False)
    org.open_application(org.add_application("Wiki"))
    org.assign_application(org.add_application("Grafana"), "USER", user)
    with faked(org) as here:
        notes = here.document()["scan"]["notes"]
        assert notes == ["Every user can use these applications without an assignment: Wiki"]
        new = {"ApplicationArn": org.add_application("New")}
        name = "sso-admin.GetApplicationAssignmentConfiguration"
        here.server.faults.add(name, code="AccessDeniedException", when=new)
        assert "1 application may be open to everyone" in here.document()["scan"]["notes"][1]


def test_a_delegated_administrator_who_is_shown_no_account_access_can_not_know_that_there_is_none() -> None:
    org, user, _ = one_leaver(account_access=False)
    org.delegated_admin_account_id = admin = org.add_account("security-tools")
    with faked(org, account_id=admin) as here:
        about = here.document()["scan"]
        assert about["status"] == "partial"
        assert "entitlement" not in about["kinds_read"]
        assert "LEAVERBOT_ACCOUNT_ACCESS=false" in about["problems"][0]["why"]
    with faked(org, account_id=admin, account_access=False) as here:
        document = here.document()
    assert (document["scan"]["status"], list(told_cases(document))) == ("complete", [user])


def test_a_scan_says_from_which_end_it_read_and_why() -> None:
    org, _, _ = one_leaver()
    with faked(org) as here:
        by_leaver = here.document()["scan"]["how"]
        by_account = here.document(find_orphans=True)["scan"]["how"]
    assert by_leaver[0]["strategy"] == "per_principal"
    assert "1 calls instead of about" in by_leaver[0]["why"]
    assert by_account[0]["strategy"] == "other_end"
    assert "LEAVERBOT_FIND_ORPHANS" in by_account[0]["why"]


def test_many_leavers_and_few_accounts_are_read_from_the_accounts() -> None:
    org = random_organization(seed=3, users=230, accounts=1, groups=4, permission_sets=2, disabled=0.6, throttle=False)
    with faked(org) as here:
        here.document()
        # By now the scanner knows what going through an account takes.
        document = here.document()
    assert told_cases(document) == true_cases(org)
    how = {one["what"]: one for one in document["scan"]["how"]}
    assert how["account"]["strategy"] == "other_end"
    assert "instead of" in how["account"]["why"]
    assert document["scan"]["calls"]["sso-admin.ListAccountAssignmentsForPrincipal"] < 60


def test_two_answers_of_aws_that_differ_are_counted_and_both_are_used() -> None:
    org, user, account = one_leaver(inherited_rows=True)
    group = org.add_group("Readers")
    org.add_member(group, user)
    org.assign(account, next(iter(org.permission_set_by_arn)), "GROUP", group)
    with faked(org) as here:
        name = "sso-admin.ListAccountAssignmentsForPrincipal"
        whole = here.server.operations[name]

        def forget(call: Any) -> Any:
            return whole(call) if call.parameters["PrincipalType"] == "USER" else {"AccountAssignments": []}

        here.server.operations[name] = forget
        document = here.document()
    assert {grant["group_name"] for grant in document["cases"][0]["grants"]} == {None, "Readers"}
    assert document["scan"]["disagreements"] == 1
    assert document["scan"]["status"] == "complete"


def test_a_user_who_signed_in_after_being_disabled_comes_first_and_is_critical() -> None:
    clock = StillClock(datetime.now(UTC))
    org, user, account = one_leaver(throttle=False, now=clock.now)
    other = org.add_user("alan.turing@example.com", display_name="Alan", email=None)
    org.assign(account, org.add_permission_set("AdministratorAccess"), "USER", other)
    org.set_status(other, "DISABLED")
    event = org.record_event(user, "Federate", org.now() + timedelta(seconds=1))
    with faked(org) as here:
        assert all(case["used"] is None for case in here.document()["cases"])
        clock.move(seconds=1.1)
        document = here.document(check_use=True)
    assert [case["user"]["id"] for case in document["cases"]] == [user, other]
    assert (document["cases"][0]["severity"], document["cases"][0]["used"]["event_id"]) == ("critical", event)
    assert document["cases"][1]["used"] is None
    assert document["scan"]["use_checked"]


@pytest.mark.parametrize("only", list(Strategy))
def test_whatever_is_read_leaver_by_leaver_or_place_by_place_is_counted_up_to_its_total(only: Strategy) -> None:
    org = draw_organization(1, users=100, inherited_rows=False)
    told: dict[tuple[str, str], list[tuple[int, int]]] = {}
    with faked(org) as here:
        scan = here.scan(
            only=only,
            progress=lambda state: told.setdefault((state.phase, state.what or ""), []).append(
                (state.done, state.total)
            ),
        )
    del told[Phase.USERS, ""]
    assert scan.coverage.leavers
    read = Phase.LEAVERS if only is Strategy.BY_PRINCIPAL else Phase.LOCATIONS
    assert (read, "account") in told
    for counted in told.values():
        assert counted[-1][0] == counted[-1][1], "it ends at its total"
