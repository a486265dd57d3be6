"""The scan says exactly what is true of an organization, in process and as the command."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.playground.identity_center import AwsServer, Organization
from tests.services.scanning import (
    RANKS,
    SECOND_INSTANCE,
    Connected,
    add_second_instance,
    connected,
    draw_organization,
    scan_command,
    statuses,
    told_cases,
    true_cases,
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
    assert about["kinds_read"] == ["account"]
    assert about["started_at"] <= about["finished_at"]
    assert about["calls"] == dict(here.server.calls)
    assert here.server.complaints == []


@pytest.mark.parametrize("seed", range(20))
def test_the_document_is_the_truth_of_a_random_organization(seed: int) -> None:
    with connected(draw_organization(seed)) as here:
        check_against_the_truth(here, here.document())


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
        "sso-admin.DescribePermissionSet",
        "organizations.DescribeOrganization",
    }
    assert all(first[name] == count for name, count in second.items())


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
        ([], {"AWS_REGION": "us-east-2", "AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2"),
        ([], {"AWS_PROFILE": "nobody"}, "nobody"),
        ([], {"LEAVERBOT_INSTANCE_ARN": "nonsense"}, "LEAVERBOT_INSTANCE_ARN"),
        ([], {"LEAVERBOT_INSTANCE_ARN": SECOND_INSTANCE}, "LEAVERBOT_INSTANCE_ARN"),
    ],
    ids=["no credentials", "no region", "wrong region", "no such profile", "no ARN", "no such instance"],
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
