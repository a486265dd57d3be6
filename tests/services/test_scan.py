"""The scan says exactly what is true of an organization, in process and as the command."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.playground.identity_center import AwsServer, Organization, random_organization
from tests.services.scanning import (
    RANKS,
    SECOND_INSTANCE,
    Connected,
    add_second_instance,
    connected,
    draw_organization,
    in_order,
    scan_command,
    statuses,
    told_cases,
    true_cases,
    true_orphans,
)


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


@pytest.mark.parametrize("seed", range(200))
def test_the_document_is_the_truth_of_a_random_organization(seed: int) -> None:
    """Whatever the caller: every fourth time a delegated administrator of Identity Center."""
    org = draw_organization(seed)
    caller = next(iter(reversed(org.account_by_id))) if seed % 4 == 3 else None
    org.delegated_admin_account_id = caller
    # Without an application of account access manager nobody but the management account can know that there is none.
    with connected(org, account_id=caller, account_access=org.options.account_access is not False) as here:
        document = here.document()
        check_against_the_truth(here, document)
        # Both ends give the same; the other end finds every orphan, too.
        other = here.document(find_orphans=True)
    assert told_cases(other) == told_cases(document)
    assert other["scan"]["status"] == "complete"
    check_orphans(org, other)
    assert other["scan"]["orphans"] is not None


@pytest.mark.parametrize("seed", range(100, 105))
def test_users_without_a_status_are_counted_and_make_the_scan_partial(seed: int) -> None:
    with connected(draw_organization(seed, unknown=True, users=130)) as here:
        here.org.add_user("nobody.knows@example.com", status=None)
        check_against_the_truth(here, here.document())


def test_every_page_is_read_in_an_organization_of_many_pages() -> None:
    org = draw_organization(7, users=450, short_pages=True)
    with connected(org) as here:
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
    with connected(org) as here:
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
    with connected(org) as here:
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
    with connected(org) as here:
        assert here.document()["cases"][0]["severity"] == "normal"
        fifth = org.add_account("fifth")
        org.assign(fifth, read_only, "USER", user)
        assert here.document()["cases"][0]["severity"] == "high"
        org.unassign(fifth, read_only, "USER", user)
        org.assign(fifth, org.add_permission_set("AdministratorAccess"), "USER", user)
        assert here.document()["cases"][0]["severity"] == "critical"


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
            assert here.parts.access.instance().region == org.region
            assert here.parts.aws.region == org.region


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
    with connected(org) as here:
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
        with connected(org) as here:
            document = here.document()
            assert here.server.calls["sso-admin.ListAccountAssignmentsForPrincipal"] == 0
        assert document["scan"]["status"] == "complete"
        assert [grant["kind"] for grant in document["cases"][0]["grants"]] == ["application"]
        assert "Permission sets are off" in document["scan"]["notes"][0]


def test_a_service_that_is_not_there_is_no_gap() -> None:
    org, user, _ = one_leaver(account_access="absent")
    with connected(org) as here:
        document = here.document()
    assert (document["scan"]["status"], list(told_cases(document))) == ("complete", [user])
    assert "entitlement" in document["scan"]["kinds_read"]


def test_permission_sets_that_are_turned_on_later_are_read_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.aws.instance.OFF_AGE", 0.0)
    org, user, _ = one_leaver()
    options = org.options
    org.options = replace(options, permission_sets_enabled=False)
    with connected(org) as here:
        assert here.document()["cases"] == []
        org.options = options
        assert list(told_cases(here.document())) == [user]


def test_applications_that_need_no_assignment_are_named_and_are_nobodys_way_in() -> None:
    org, user, _ = one_leaver(throttle=False)
    org.open_application(org.add_application("Wiki"))
    org.assign_application(org.add_application("Grafana"), "USER", user)
    with connected(org) as here:
        notes = here.document()["scan"]["notes"]
        assert notes == ["Every user is let into these applications without an assignment: Wiki"]
        here.server.faults.add("sso-admin.GetApplicationAssignmentConfiguration", code="AccessDeniedException")
        org.add_application("New")
        assert "1 application may be open to everyone" in here.document()["scan"]["notes"][1]


def test_a_delegated_administrator_who_is_shown_no_account_access_can_not_know_that_there_is_none() -> None:
    org, user, _ = one_leaver(account_access=False)
    org.delegated_admin_account_id = admin = org.add_account("security-tools")
    with connected(org, account_id=admin) as here:
        about = here.document()["scan"]
        assert about["status"] == "partial"
        assert "entitlement" not in about["kinds_read"]
        assert "LEAVERBOT_ACCOUNT_ACCESS=false" in about["problems"][0]["why"]
    with connected(org, account_id=admin, account_access=False) as here:
        document = here.document()
    assert (document["scan"]["status"], list(told_cases(document))) == ("complete", [user])


def test_a_scan_says_from_which_end_it_read_and_why() -> None:
    org, _, _ = one_leaver()
    with connected(org) as here:
        by_leaver = here.document()["scan"]["how"]
        by_account = here.document(find_orphans=True)["scan"]["how"]
    assert by_leaver[0]["strategy"] == "per_principal"
    assert "1 calls instead of about" in by_leaver[0]["why"]
    assert by_account[0]["strategy"] == "other_end"
    assert "LEAVERBOT_FIND_ORPHANS" in by_account[0]["why"]


def test_many_leavers_and_few_accounts_are_read_from_the_accounts() -> None:
    org = random_organization(seed=3, users=230, accounts=1, groups=4, permission_sets=2, disabled=0.6, throttle=False)
    with connected(org) as here:
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
    with connected(org) as here:
        name = "sso-admin.ListAccountAssignmentsForPrincipal"
        served = here.server.endpoint.operations

        def forget(call: Any) -> Any:
            mine = call.parameters["PrincipalType"] == "USER"
            return served[name].run(call) if mine else {"AccountAssignments": []}

        here.server.endpoint.operations = {**served, name: replace(served[name], run=forget)}
        document = here.document()
    assert {grant["group_name"] for grant in document["cases"][0]["grants"]} == {None, "Readers"}
    assert document["scan"]["disagreements"] == 1
    assert document["scan"]["status"] == "complete"


def test_a_user_who_signed_in_after_being_disabled_comes_first_and_is_critical() -> None:
    org, user, account = one_leaver(throttle=False)
    other = org.add_user("alan.turing@example.com", display_name="Alan", email=None)
    org.assign(account, org.add_permission_set("AdministratorAccess"), "USER", other)
    org.set_status(other, "DISABLED")
    event = org.record_event(user, "Federate", org.now() + timedelta(seconds=1))
    with connected(org) as here:
        assert all(case["used"] is None for case in here.document()["cases"])
        time.sleep(1.1)
        document = here.document(check_use=True)
    assert [case["user"]["id"] for case in document["cases"]] == [user, other]
    assert (document["cases"][0]["severity"], document["cases"][0]["used"]["event_id"]) == ("critical", event)
    assert document["cases"][1]["used"] is None
    assert document["scan"]["use_checked"]


# the command


def test_the_command_prints_one_json_document_and_nothing_else(tmp_path: Path) -> None:
    org = draw_organization(3, users=60, throttle=True, short_pages=False)
    with AwsServer(org) as server:
        done = scan_command(tmp_path, server.environment(), "--json")
        check_against_the_truth(Connected(org, server, None), json.loads(done.stdout))
    assert done.returncode == 0
    assert done.stdout.startswith("{")
    assert done.stdout.endswith("}\n")
    assert list(tmp_path.iterdir()) == []


def test_without_json_people_get_a_table_and_with_findings_exit_code_2(tmp_path: Path) -> None:
    org, _, _ = one_leaver()
    with AwsServer(org) as server:
        done = scan_command(tmp_path, server.environment(), "--fail-on-findings")
    assert done.returncode == 2
    assert "Dana Rossi" in done.stdout
    assert "payments-prod" in done.stdout
    assert "ReadOnlyAccess" in done.stdout
    assert "Scan complete" in done.stdout


def test_no_findings_are_exit_code_0(tmp_path: Path) -> None:
    org, user, _ = one_leaver()
    org.set_status(user, "ENABLED")
    with AwsServer(org) as server:
        done = scan_command(tmp_path, server.environment(), "--json", "--fail-on-findings")
    assert (done.returncode, json.loads(done.stdout)["cases"]) == (0, [])


def test_a_partial_scan_is_exit_code_3_even_with_findings(tmp_path: Path) -> None:
    org, _, _ = one_leaver()
    org.add_user("nobody.knows@example.com", status=None)
    with AwsServer(org) as server:
        done = scan_command(tmp_path, server.environment(), "--json", "--fail-on-findings")
    document = json.loads(done.stdout)
    assert done.returncode == 3
    assert document["scan"]["status"] == "partial"
    assert len(document["cases"]) == 1


@pytest.mark.parametrize(
    ("code", "word"), [("UnrecognizedClientException", "credentials"), ("AccessDeniedException", "denied")]
)
def test_aws_saying_no_is_exit_code_3_with_a_document_that_says_failed(tmp_path: Path, code: str, word: str) -> None:
    org, _, _ = one_leaver()
    with AwsServer(org) as server:
        server.faults.add("*", code=code, times=None)
        done = scan_command(tmp_path, server.environment(), "--json", "--fail-on-findings")
    document = json.loads(done.stdout)
    assert done.returncode == 3
    assert document["scan"]["status"] == "failed"
    assert document["cases"] == []
    assert word in document["scan"]["problems"][0]["why"]


def test_a_secret_key_that_is_wrong_is_exit_code_3_with_a_document_that_says_failed(tmp_path: Path) -> None:
    org, _, _ = one_leaver()
    with AwsServer(org) as server:
        wrong = {**server.environment(), "AWS_SECRET_ACCESS_KEY": "not-the-secret"}
        done = scan_command(tmp_path, wrong, "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["scan"]["status"] == "failed"
    assert "not-the-secret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("lacks", "given", "says"),
    [
        (["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], {}, "AWS_PROFILE"),
        (["AWS_REGION", "AWS_DEFAULT_REGION"], {}, "AWS_REGION"),
        ([], {"AWS_PROFILE": "nobody"}, "nobody"),
        ([], {"LEAVERBOT_INSTANCE_ARN": "nonsense"}, "LEAVERBOT_INSTANCE_ARN"),
        ([], {"LEAVERBOT_INSTANCE_ARN": SECOND_INSTANCE}, "LEAVERBOT_INSTANCE_ARN"),
    ],
    ids=["no credentials", "no region", "no such profile", "no ARN", "no such instance"],
)
def test_what_only_settings_can_mend_is_exit_code_1_and_one_sentence(
    tmp_path: Path, lacks: list[str], given: dict[str, str], says: str
) -> None:
    org, _, _ = one_leaver()
    with AwsServer(org) as server:
        environment = {name: value for name, value in server.environment().items() if name not in lacks}
        done = scan_command(tmp_path, {**environment, **given}, "--json")
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_of_several_instances_one_has_to_be_named(tmp_path: Path) -> None:
    org, user, _ = one_leaver()
    with AwsServer(org) as server:
        add_second_instance(server)
        unnamed = scan_command(tmp_path, server.environment(), "--json")
        named = scan_command(tmp_path, {**server.environment(), "LEAVERBOT_INSTANCE_ARN": org.instance_arn}, "--json")
    assert unnamed.returncode == 1
    assert "LEAVERBOT_INSTANCE_ARN" in unnamed.stderr
    assert org.instance_arn in unnamed.stderr
    assert named.returncode == 0
    assert list(told_cases(json.loads(named.stdout))) == [user]


def test_an_unknown_option_is_wrong_use_and_no_finding(tmp_path: Path) -> None:
    done = scan_command(tmp_path, {}, "--nonsense")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--nonsense" in done.stderr
