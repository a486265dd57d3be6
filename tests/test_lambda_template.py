"""`deploy/lambda.yaml`: nothing to find for cfn-lint, created in moto, with the rights that docs/aws-rights.md lists."""

import json
import re
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest

from bot import aws_lambda
from bot.core.rules.brake import BrakeLimits
from bot.core.rules.durations import parse
from bot.core.rules.rules import AutoRules, DenyScope
from bot.settings import SlackSettings, variables

# cfn-lint and moto take two seconds to import, so the tests import them: those run in one worker (tests/scheduling.py).
ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "deploy" / "lambda.yaml"
REGION, ACCOUNT = "eu-west-1", "123456789012"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:leaverbot-"
NEEDED = {
    "ImageUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/leaverbot:1",
    "DatabaseUrlSecretArn": f"{SECRET}database",
    "SlackTokenSecretArn": f"{SECRET}slack",
    "Channel": "C0123456789",
}
ALL = {
    **dict.fromkeys(("AllowRevoke", "AllowDelete", "AllowPrune", "AllowDenyInPermissionSets", "CheckUse"), "true"),
    "DenyPolicyId": "p-examplepolicyid111",
    "OrganizationId": "o-exampleorgid",
    "EventsQueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/leaverbot-events",
    "EntraTenant": "00000000-0000-4000-8000-000000000001",
    "EntraClientId": "00000000-0000-4000-8000-000000000002",
    "EntraSecretArn": f"{SECRET}entra",
}
# What the types of the template are that moto does not make. A new moto may know them.
UNKNOWN_TO_MOTO = {"AWS::Lambda::EventInvokeConfig", "AWS::Scheduler::Schedule"}
# Sections of the page on rights that somebody else needs, or nobody but the bot that listens.
NOT_FOR_THE_FUNCTION = {"LeaverbotDenySetup", "LeaverbotIamUsers"}


def create(monkeypatch: pytest.MonkeyPatch, **parameters: str) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
    """The function, the statements of its role by their Sid, and what moto did not make."""
    from moto import mock_aws

    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    with mock_aws(), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        stacks = boto3.client("cloudformation")
        boto3.client("ecr").create_repository(repositoryName="leaverbot")
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in {**NEEDED, **parameters}.items()]
        stacks.create_stack(
            StackName="leaverbot", TemplateBody=TEMPLATE.read_text(), Parameters=given, Capabilities=["CAPABILITY_IAM"]
        )
        assert stacks.describe_stacks()["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
        (function,) = boto3.client("lambda").list_functions()["Functions"]
        iam, role = boto3.client("iam"), function["Role"].rpartition("/")[2]
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        policies = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    unknown = {found[1] for one in told if (found := re.search(r"Tried to parse (\S+) but", str(one.message)))}
    return function, {one["Sid"]: one for policy in policies for one in policy["Statement"]}, unknown


def rights(statements: Mapping[str, Any]) -> dict[str, set[str]]:
    return {
        sid: {one["Action"]} if isinstance(one["Action"], str) else set(one["Action"])
        for sid, one in statements.items()
    }


@cache
def on_the_page() -> dict[str, Any]:
    """The statements of docs/aws-rights.md by their Sid."""
    text = (ROOT / "docs" / "aws-rights.md").read_text()
    policies = map(json.loads, re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    found = {one["Sid"]: one for policy in policies for one in policy["Statement"]}
    return {sid: one for sid, one in found.items() if sid not in NOT_FOR_THE_FUNCTION}


def test_cfn_lint_finds_nothing() -> None:
    from cfnlint import api as cfnlint
    from cfnlint.config import ManualArgs

    found = cfnlint.lint(TEMPLATE.read_text(), config=ManualArgs(regions=[REGION, "us-east-1"]))
    assert [str(one) for one in found] == []


def test_with_everything_allowed_the_role_has_the_statements_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    _, statements, unknown = create(monkeypatch, **ALL)
    assert unknown == UNKNOWN_TO_MOTO
    told = rights(on_the_page())
    has = rights(statements)
    assert {sid: has.get(sid) for sid in told} == told
    others = {right for sid, actions in has.items() if sid not in told for right in actions}
    text = (ROOT / "docs" / "aws-rights.md").read_text()
    assert [right for right in sorted(others) if f"`{right}`" not in text] == []
    policy = f"arn:aws:organizations::{ACCOUNT}:policy/o-exampleorgid/service_control_policy/p-examplepolicyid111"
    assert statements["LeaverbotDeny"]["Resource"] == policy
    assert statements["LeaverbotEvents"]["Resource"] == f"arn:aws:sqs:{REGION}:{ACCOUNT}:leaverbot-events"
    assert statements["LeaverbotSecrets"]["Resource"] == [f"{SECRET}{of}" for of in ("database", "slack", "entra")]


def test_as_it_stands_the_function_may_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    function, statements, _ = create(monkeypatch)
    assert statements.keys() == {"LeaverbotRead", "LeaverbotSecrets", "LeaverbotLog"}
    reads = ("List", "Describe", "Get")
    assert all(right.partition(":")[2].startswith(reads) for right in rights(statements)["LeaverbotRead"])
    assert function["Timeout"] == 600


def test_the_function_is_given_settings_that_exist_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    function, _, _ = create(monkeypatch)
    given = function["Environment"]["Variables"]
    assert given.keys() - variables().keys() == aws_lambda.SECRETS.keys()
    assert not given.keys() & set(aws_lambda.SECRETS.values())


def rules_of(monkeypatch: pytest.MonkeyPatch, **parameters: str) -> AutoRules:
    """What the function does by itself, as it is set up with these parameters."""
    given = create(monkeypatch, **parameters)[0]["Environment"]["Variables"]
    about_rules = ("LEAVERBOT_AUTO_", "LEAVERBOT_BRAKE_", "LEAVERBOT_MAX_", "LEAVERBOT_DRY_", "LEAVERBOT_PROTECTED_")
    assert {name for name in variables() if name.startswith(about_rules)} <= given.keys()
    for name, value in {**given, "SLACK_BOT_TOKEN": "xoxb-1", "LEAVERBOT_DATABASE_URL": "postgresql://db/x"}.items():
        monkeypatch.setenv(name, str(value))
    return SlackSettings.load().auto_rules


def test_rules_are_off_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rules_of(monkeypatch) == AutoRules()


def test_rules_the_brake_and_limits_are_set_by_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"BrakeCount": "9", "BrakePercent": "2", "MaxChangesPerHour": "30"}
    chosen = {"AutoDeny": "high", "AutoRevokeAfter": "critical=0m,high=4h,normal=3d", "AutoDeleteAfter": "30d"}
    allowed = {"AllowRevoke": "true", "AllowDelete": "true"}
    revoke, delete = parse(chosen["AutoRevokeAfter"]), parse("30d")
    assert rules_of(monkeypatch, **allowed, **chosen, **limits) == AutoRules(
        DenyScope.HIGH, revoke, delete, BrakeLimits(9, 2), 30
    )


def test_the_function_is_called_one_at_a_time_by_the_schedule_and_starts_the_handler() -> None:
    from cfnlint.decode import decode_str

    template, problems = decode_str(TEMPLATE.read_text())
    assert not problems
    function, timer = (template["Resources"][name]["Properties"] for name in ("Function", "Timer"))
    assert function["ReservedConcurrentExecutions"] == 1
    start = [*function["ImageConfig"]["EntryPoint"], *function["ImageConfig"]["Command"]]
    assert " ".join(start) == "python -m awslambdaric bot.aws_lambda.handler"
    assert timer["Target"]["Arn"] == {"Fn::GetAtt": ["Function", "Arn"]}
    assert callable(aws_lambda.handler)
