"""`leaverbot scan` as a person or a pipeline runs it: what it prints, and its exit codes."""

import csv
import io
import json
from pathlib import Path

import pytest

from bot.playground.identity_center import AwsServer
from tests.services.scanning import (
    SECOND_INSTANCE,
    Connected,
    add_second_instance,
    draw_organization,
    scan_command,
    told_cases,
)
from tests.services.test_scan import check_against_the_truth, one_leaver


def test_the_command_prints_one_json_document_and_nothing_else(tmp_path: Path) -> None:
    org = draw_organization(3, users=60, throttle=True, short_pages=False)
    with AwsServer(org) as server:
        done = scan_command(tmp_path, server.environment(), "--json")
        check_against_the_truth(Connected(org, server, None), json.loads(done.stdout))
    assert done.returncode == 0
    assert done.stdout.startswith("{")
    assert done.stdout.endswith("}\n")
    assert list(tmp_path.iterdir()) == []


def test_without_json_people_get_a_line_and_with_findings_exit_code_2(tmp_path: Path) -> None:
    org, _, _ = one_leaver()
    with AwsServer(org) as server:
        done = scan_command(tmp_path, server.environment(), "--fail-on-findings")
    assert done.returncode == 2
    assert "Dana Rossi" in done.stdout
    assert "payments-prod" in done.stdout
    assert "ReadOnlyAccess" in done.stdout
    assert done.stdout.startswith("1 disabled person can still get in: 1 normal.")
    assert "The scan is complete" in done.stdout


def test_a_spreadsheet_is_all_there_is_on_stdout_and_the_sum_goes_to_stderr(tmp_path: Path) -> None:
    org, _, _ = one_leaver()
    with AwsServer(org) as server:
        done = scan_command(tmp_path, server.environment(), "--csv", "--severity", "normal")
    head, row = csv.reader(io.StringIO(done.stdout))
    assert (head[0], row[0], row[head.index("account")]) == ("severity", "normal", "payments-prod")
    assert done.stderr.startswith("1 disabled person can still get in: 1 normal.")
    both = scan_command(tmp_path, {}, "--csv", "--json")
    assert (both.returncode, "choose one" in both.stderr) == (1, True)


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
