"""`deploy/events`: what the code wants of AWS's events is what the template asks for, and it comes out as it should."""

import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from bot.aws.events_queue import RIGHTS
from bot.cli.main import app
from bot.core.events.watched import WATCHED, event_pattern
from bot.playground.identity_center import Organization
from bot.playground.identity_center.queues.pattern import matches
from bot.playground.identity_center.queues.queue import Queue

# cfn-lint and moto take two seconds to import, so the tests import them: those run in one worker (tests/scheduling.py).
DEPLOY = Path(__file__).parent.parent / "deploy" / "events"
TEMPLATE = (DEPLOY / "template.yaml").read_text(encoding="utf-8")
REGION = "eu-west-1"


@dataclass(frozen=True)
class Created:
    """The template's stack in moto. `unknown`: the types that moto does not make."""

    outputs: dict[str, str]
    unknown: set[str]


@pytest.fixture
def stack() -> Iterator[Created]:
    from moto import mock_aws

    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in keys.items():
            patch.setenv(name, value)
        stacks = boto3.client("cloudformation")
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            stacks.create_stack(StackName="leaverbot-events", TemplateBody=TEMPLATE)
        (made,) = stacks.describe_stacks()["Stacks"]
        assert made["StackStatus"] == "CREATE_COMPLETE"
        unknown = {found[1] for one in told if (found := re.search(r"Tried to parse (\S+) but", str(one.message)))}
        yield Created({one["OutputKey"]: one["OutputValue"] for one in made["Outputs"]}, unknown)


def resources() -> dict[str, Any]:
    from cfnlint.decode import decode_str

    template, problems = decode_str(TEMPLATE)
    assert not problems
    return {name: one["Properties"] for name, one in template["Resources"].items()}


def allowed(policy: str) -> dict[str, Any]:
    """The statements of a queue's policy that allow something, by their Sid."""
    found = resources()[policy]["PolicyDocument"]["Statement"]
    plain = [one["Fn::If"][1] if "Fn::If" in one else one for one in found]
    return {one["Sid"]: one for one in plain if one["Effect"] == "Allow"}


def changed_people() -> list[Mapping[str, Any]]:
    """What EventBridge would hold after one change of each kind that the simulator knows: everything, not only ours."""
    org = Organization(seed=1, throttle=False, change_events=True, account_access=True)
    queue = org.add_queue("all")
    org.add_rule({"account": [org.management_account_id]}, queue)
    group, patched = org.add_group("admins", scim=False), org.add_group("viewers")
    admin, role = org.add_permission_set("Admin"), org.add_role(org.management_account_id, "deployer")
    for scim in (False, True):
        dana = org.add_user(f"dana-{scim}@example.com", scim=scim)
        for status in ("DISABLED", "ENABLED"):
            org.set_status(dana, status)
        org.add_member(group, dana)
        org.add_member(patched, dana)
        org.assign(org.management_account_id, admin, "USER", dana)
        org.assign_application(org.add_application("Grafana"), "USER", dana)
        org.entitle(role, "USER", dana)
        org.remove_member(group, dana)
        org.delete_user(dana)
    return bodies(queue)


def bodies(queue: Queue) -> list[Mapping[str, Any]]:
    return [json.loads(message.body) for message in queue.messages.values()]


def test_the_command_prints_the_file_and_both_are_what_the_code_wants() -> None:
    shown = CliRunner().invoke(app, ["events", "pattern"])
    assert shown.exit_code == 0
    assert shown.output == (DEPLOY / "pattern.json").read_text(encoding="utf-8")
    assert json.loads(shown.output) == event_pattern()


def test_the_template_has_the_pattern_of_the_code() -> None:
    assert resources()["Rule"]["EventPattern"] == event_pattern()


def test_the_pattern_is_as_short_as_eventbridge_wants_it() -> None:
    assert len(json.dumps(event_pattern())) <= 2048


def test_cfn_lint_finds_nothing() -> None:
    from cfnlint import api as cfnlint
    from cfnlint.config import ManualArgs

    found = cfnlint.lint(TEMPLATE, config=ManualArgs(regions=[REGION, "us-east-1", "cn-north-1"]))
    assert [str(one) for one in found] == []


def test_only_the_rule_may_send_and_nobody_elsewhere_reads_unless_named() -> None:
    for policy, sid in (("QueuePolicy", "EventsArrive"), ("DeadLettersPolicy", "UndeliveredArrive")):
        statement = allowed(policy)[sid]
        assert (statement["Principal"], statement["Action"]) == ({"Service": "events.amazonaws.com"}, "sqs:SendMessage")
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["Rule", "Arn"]}}}
    assert allowed("DeadLettersPolicy").keys() == {"UndeliveredArrive"}
    reads = allowed("QueuePolicy").pop("LeaverbotReads")
    assert reads["Principal"] == {"AWS": {"Ref": "ReaderArn"}}
    assert set(reads["Action"]) == RIGHTS
    (conditional,) = [one for one in resources()["QueuePolicy"]["PolicyDocument"]["Statement"] if "Fn::If" in one]
    assert conditional["Fn::If"][0] == "ReadFromElsewhere"


def test_it_is_created_and_what_cannot_be_delivered_goes_to_the_dead_letters(stack: Created) -> None:
    assert stack.unknown == {"AWS::SQS::QueuePolicy"}
    (rule,) = boto3.client("events").list_rules()["Rules"]
    (target,) = boto3.client("events").list_targets_by_rule(Rule=rule["Name"])["Targets"]
    where = {"QueueUrl": stack.outputs["QueueUrl"], "AttributeNames": ["All"]}
    redrive = json.loads(boto3.client("sqs").get_queue_attributes(**where)["Attributes"]["RedrivePolicy"])
    assert target["Arn"] == stack.outputs["QueueArn"]
    assert redrive == {"deadLetterTargetArn": target["DeadLetterConfig"]["Arn"], "maxReceiveCount": 5}


def test_moto_and_the_simulator_send_on_the_same_events_and_no_refused_ones() -> None:
    from moto.events.models import EventPattern, EventPatternParser

    text = json.dumps(resources()["Rule"]["EventPattern"])
    motos = EventPattern(text, EventPatternParser(text).parse())
    seen = changed_people()
    refused = {**seen[0], "detail": {**seen[0]["detail"], "errorCode": "AccessDenied"}}
    sent_on = [matches(event_pattern(), one) for one in [*seen, refused]]
    assert sent_on == [motos.matches_event(one) for one in [*seen, refused]]
    assert {True, False} == set(sent_on)
    assert not sent_on[-1]


def test_every_event_that_the_code_reads_passes_the_pattern() -> None:
    for source, names in WATCHED.items():
        for name in names:
            envelope = {
                "detail-type": "AWS API Call via CloudTrail",
                "detail": {"eventSource": source, "eventName": name},
            }
            assert matches(event_pattern(), envelope), (source, name)
