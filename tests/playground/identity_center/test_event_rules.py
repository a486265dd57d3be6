"""What the organization's own changes send to a queue: the events of EventBridge, in AWS's shapes."""

import json

import pytest

from bot.playground.identity_center import Organization
from bot.playground.identity_center.queues.pattern import matches
from tests.playground.identity_center.simulated_aws import Stopwatch, serving

# What AWS's events through a trail have in common; the source is left out.
EVERYTHING = {"detail-type": ["AWS API Call via CloudTrail"]}


@pytest.fixture
def watch():
    return Stopwatch()


@pytest.fixture
def org(watch):
    org = Organization(seed=1, throttle=False, stopwatch=watch, change_events=True, account_access=True)
    org.queue = org.add_queue("leaverbot", short_polls="complete")
    org.rule = org.add_rule(EVERYTHING, org.queue)
    return org


def arrived(org):
    """The events in the queue that can be received now, in the order in which they were sent."""
    with org.hold():
        moment = org.options.stopwatch()
        return [json.loads(one.body) for one in org.queue.messages.values() if one.visible_at <= moment]


def named(org):
    return [(event["detail"]["eventSource"].partition(".")[0], event["detail"]["eventName"]) for event in arrived(org)]


def test_a_disable_in_the_console_arrives_in_eventbridges_envelope(org):
    dana = org.add_user("dana@example.com", scim=False)
    org.set_status(dana, "DISABLED")
    (event,) = arrived(org)
    assert event["detail-type"] == "AWS API Call via CloudTrail"
    assert (event["version"], event["source"], event["resources"]) == ("0", "aws.sso-directory", [])
    assert (event["account"], event["region"]) == (org.management_account_id, "eu-west-1")
    detail = event["detail"]
    assert (detail["eventSource"], detail["eventName"]) == ("sso-directory.amazonaws.com", "DisableUser")
    assert detail["requestParameters"] == {"identityStoreId": org.identity_store_id, "userId": dana}
    assert detail["eventTime"] == event["time"]
    assert "dana@example.com" not in json.dumps(event)


def test_a_disable_by_the_identity_provider_is_a_patch_that_hides_its_values(org):
    dana = org.add_user("dana@example.com", scim=True)
    org.set_status(dana, "DISABLED")
    (event,) = arrived(org)
    asked = event["detail"]["requestParameters"]
    assert named(org) == [("identitystore-scim", "PatchUser")]
    assert asked["id"] == dana
    assert asked["httpBody"]["operations"][0]["value"] == "HIDDEN_DUE_TO_SECURITY_REASONS"


def test_joining_a_group_names_both_in_the_console_and_nobody_over_scim(org):
    dana = org.add_user("dana@example.com")
    ours, theirs = org.add_group("admins", scim=False), org.add_group("viewers", scim=True)
    org.add_member(ours, dana)
    org.add_member(theirs, dana)
    org.add_member(theirs, dana)
    org.remove_member(ours, dana)
    assert named(org) == [
        ("sso-directory", "AddMemberToGroup"),
        ("identitystore-scim", "PatchGroup"),
        ("sso-directory", "RemoveMemberFromGroup"),
    ]
    joined, patched, _ = (event["detail"]["requestParameters"] for event in arrived(org))
    assert (joined["groupId"], joined["member"]) == (ours, {"memberId": dana})
    assert patched["id"] == theirs
    assert dana not in json.dumps(patched)


def test_grants_made_in_the_console_arrive(org):
    dana = org.add_user("dana@example.com")
    admin, role = org.add_permission_set("Admin"), org.add_role(org.management_account_id, "deployer")
    grafana = org.add_application("Grafana")
    for _ in range(2):
        org.assign(org.management_account_id, admin, "USER", dana)
        org.assign_application(grafana, "USER", dana)
        org.entitle(role, "USER", dana)
    assert named(org) == [
        ("sso", "CreateAccountAssignment"),
        ("sso", "CreateApplicationAssignment"),
        ("account-access", "CreateEntitlement"),
    ]
    assert arrived(org)[0]["detail"]["requestParameters"]["principalId"] == dana


def test_what_is_done_through_the_api_arrives_once_under_its_own_name(org):
    dana, group = org.add_user("dana@example.com"), org.add_group("admins", scim=False)
    with serving(org) as aws:
        membership = aws.store.create_group_membership(**aws.ids, GroupId=group, MemberId={"UserId": dana})
        aws.store.delete_group_membership(**aws.ids, MembershipId=membership["MembershipId"])
        aws.store.delete_user(**aws.ids, UserId=dana)
    assert named(org) == [
        ("identitystore", "CreateGroupMembership"),
        ("identitystore", "DeleteGroupMembership"),
        ("identitystore", "DeleteUser"),
    ]
    asked = arrived(org)[0]["detail"]["requestParameters"]
    assert asked == {"identityStoreId": org.identity_store_id, "groupId": group, "memberId": {"userId": dana}}


def test_an_assignment_through_the_api_arrives_when_it_was_asked_for(org):
    dana, admin = org.add_user("dana@example.com"), org.add_permission_set("Admin")
    with serving(org) as aws:
        aws.sso.create_account_assignment(**aws.assignment(org.management_account_id, admin, "USER", dana))
        org.options.stopwatch.pass_(5)
        org.settle()
    assert org.truth(dana)
    assert named(org) == [("sso", "CreateAccountAssignment")]


def test_without_the_option_only_changes_of_people_are_logged(watch):
    org = Organization(seed=1, stopwatch=watch)
    org.queue = org.add_queue("leaverbot")
    org.add_rule(EVERYTHING, org.queue)
    dana, group = org.add_user("dana@example.com"), org.add_group("admins")
    org.add_member(group, dana)
    org.set_status(dana, "DISABLED")
    assert named(org) == [("identitystore-scim", "PatchUser")]


def test_nothing_arrives_without_a_trail_that_logs_or_on_the_bus_of_another_region(org):
    dana = org.add_user("dana@example.com")
    org.bus.trail_logs = False
    org.set_status(dana, "DISABLED")
    org.bus.trail_logs, org.rule.region = True, "us-east-1"
    org.set_status(dana, "ENABLED")
    assert arrived(org) == []


def test_events_can_be_late_lost_and_doubled(org, watch):
    dana = org.add_user("dana@example.com")
    org.rule.delay_seconds = 20
    org.set_status(dana, "DISABLED")
    assert arrived(org) == []
    watch.pass_(20)
    assert len(arrived(org)) == 1
    org.rule.calm()
    org.rule.lose = 1
    org.set_status(dana, "ENABLED")
    assert len(arrived(org)) == 1
    org.rule.double = 1
    org.set_status(dana, "DISABLED")
    first, second, third = arrived(org)
    assert (second["detail"], second["id"]) == (third["detail"], third["id"])
    assert first["detail"]["eventID"] != second["detail"]["eventID"]
    assert (org.rule.sent, org.rule.lost) == (2, 1)
    org.set_status(dana, "ENABLED")
    assert len(arrived(org)) == 4


def test_copies_can_come_apart_and_in_another_order(org, watch):
    org.rule.double, org.rule.jitter_seconds = None, 10
    people = [org.add_user(f"user-{number}@example.com", scim=False) for number in range(20)]
    for user in people:
        org.set_status(user, "DISABLED")
    assert len(arrived(org)) < 40
    order = sorted(org.queue.messages.values(), key=lambda one: one.visible_at)
    watch.pass_(10)
    assert len(arrived(org)) == 40
    told = [json.loads(one.body)["detail"]["requestParameters"]["userId"] for one in order]
    assert sorted(told) == sorted([*people, *people])
    assert list(dict.fromkeys(told)) != people


def test_what_somebody_only_reads_or_does_in_a_session_does_not_arrive(org):
    dana = org.add_user("dana@example.com")
    org.record_event(dana, "ListAccounts")
    assert arrived(org) == []


@pytest.mark.parametrize(
    ("pattern", "event", "fits"),
    [
        ({"a": ["x", "y"]}, {"a": "y"}, True),
        ({"a": ["x"]}, {"a": "y"}, False),
        ({"a": ["x"]}, {}, False),
        ({"a": ["x"]}, {"a": ["z", "x"]}, True),
        ({"a": {"b": ["x"]}}, {"a": {"b": "x", "c": 1}}, True),
        ({"a": {"b": ["x"]}}, {"a": "x"}, False),
        ({"a": {"b": [{"exists": False}]}}, {"a": {}}, True),
        ({"a": {"b": [{"exists": False}]}}, {"a": {"b": "no"}}, False),
        ({"a": [{"prefix": "AWS "}]}, {"a": "AWS API Call"}, True),
        ({"a": [1]}, {"a": True}, False),
    ],
)
def test_a_pattern_names_what_must_match_and_nothing_else_matters(pattern, event, fits):
    assert matches(pattern, event) is fits


@pytest.mark.parametrize("wrong", [{"a": "x"}, {"a": []}, {"a": {}}, {"a": [{"wildcard": "*"}]}])
def test_what_is_no_pattern_is_refused(wrong):
    with pytest.raises(ValueError, match="pattern"):
        matches(wrong, {"a": "x"})
