"""CloudTrail's event history: who did what, found by one attribute, newest first."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.config import Config

from tests.playground.identity_center.simulated_aws import Stopwatch, refused, serving

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def furnish(aws):
    org = aws.org
    aws.trail = aws.client("cloudtrail")
    aws.prod = org.add_account("prod")
    aws.admin = org.add_permission_set("AdministratorAccess")
    aws.dana = org.add_user("dana@example.com")
    org.assign(aws.prod, aws.admin, "USER", aws.dana)
    return aws


@pytest.fixture
def aws():
    with serving(throttle=False, now=lambda: NOON) as aws:
        yield furnish(aws)
        assert aws.server.complaints == []


def seen(client, key=None, value=None, **parameters):
    wanted = {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]} if key else {}
    pages = client.get_paginator("lookup_events").paginate(**wanted, **parameters)
    return [event for page in pages for event in page["Events"]]


def whole(event):
    return json.loads(event["CloudTrailEvent"])


def test_nothing_has_happened_in_a_new_organization(aws):
    assert seen(aws.trail) == []


def test_a_use_of_the_portal_names_the_user_by_id_only(aws):
    made = aws.org.record_event(aws.dana, "GetRoleCredentials", at=NOON - timedelta(hours=1))
    (event,) = seen(aws.trail, "EventName", "GetRoleCredentials")
    assert (event["EventId"], event["EventSource"], event["ReadOnly"]) == (made, "sso.amazonaws.com", "true")
    assert event["EventTime"] == NOON - timedelta(hours=1)
    assert "Username" not in event
    told = whole(event)
    assert told["userIdentity"]["type"] == "IdentityCenterUser"
    assert told["userIdentity"]["onBehalfOf"] == {
        "userId": aws.dana,
        "identityStoreArn": f"arn:aws:identitystore::{aws.org.management_account_id}:identitystore/"
        f"{aws.org.identity_store_id}",
    }
    assert told["serviceEventDetails"] == {"role_name": "AdministratorAccess", "account_id": aws.prod}
    assert "dana" not in event["CloudTrailEvent"]


def test_a_sign_in_is_of_unknown_type_and_names_the_user_by_id(aws):
    aws.org.record_event(aws.dana, "UserAuthentication")
    (event,) = seen(aws.trail, "EventSource", "signin.amazonaws.com")
    assert whole(event)["userIdentity"]["type"] == "Unknown"
    assert whole(event)["userIdentity"]["onBehalfOf"]["userId"] == aws.dana


def test_what_a_session_does_is_logged_in_the_account_of_its_role(aws):
    aws.org.record_event(aws.dana, "ListBuckets", source="s3.amazonaws.com")
    assert seen(aws.trail) == []
    (event,) = seen(aws.client("cloudtrail", aws.prod), "Username", "dana@example.com")
    told = whole(event)
    issuer = told["userIdentity"]["sessionContext"]["sessionIssuer"]
    assert issuer["arn"] == aws.org.role_arn(aws.prod, aws.admin)
    assert "/aws-reserved/sso.amazonaws.com/" in issuer["arn"]
    assert issuer["userName"].startswith("AWSReservedSSO_AdministratorAccess_")
    assert told["userIdentity"]["arn"].endswith("/dana@example.com")
    assert told["userIdentity"]["onBehalfOf"]["userId"] == aws.dana
    assert (event["EventSource"], event["ReadOnly"]) == ("s3.amazonaws.com", "true")


def test_a_sign_in_to_the_console_is_logged_in_the_home_region(aws):
    aws.org.record_event(aws.dana, "ConsoleLogin")
    assert seen(aws.client("cloudtrail", aws.prod)) == []
    (event,) = seen(aws.client("cloudtrail", aws.prod, region="us-east-1"), "EventName", "ConsoleLogin")
    assert whole(event)["responseElements"] == {"ConsoleLogin": "Success"}
    assert "onBehalfOf" not in whole(event)["userIdentity"]


def test_an_open_session_acts_though_its_assignment_is_gone(aws):
    aws.org.open_session(aws.dana, aws.prod, aws.admin)
    aws.org.unassign(aws.prod, aws.admin, "USER", aws.dana)
    aws.org.record_event(aws.dana, "RunInstances")
    (event,) = seen(aws.client("cloudtrail", aws.prod))
    assert (event["EventName"], event["ReadOnly"]) == ("RunInstances", "false")


def test_an_entitled_role_is_used_under_its_own_name():
    with serving(throttle=False, account_access=True) as aws:
        furnish(aws)
        role = aws.org.add_role(aws.prod, "deployer")
        aws.org.entitle(role, "USER", aws.dana)
        aws.org.record_event(aws.dana, "RunInstances", role_arn=role)
        (event,) = seen(aws.client("cloudtrail", aws.prod))
        assert whole(event)["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == role


def test_without_a_role_nothing_can_be_done_with_one(aws):
    nobody = aws.org.add_user("emil@example.com")
    for name in ("GetRoleCredentials", "ConsoleLogin", "RunInstances"):
        with pytest.raises(ValueError, match="needs a role"):
            aws.org.record_event(nobody, name)
    aws.org.record_event(nobody, "ListAccounts")


def test_a_refused_use_says_so(aws):
    aws.org.record_event(aws.dana, "RunInstances", error_code="Client.UnauthorizedOperation")
    (event,) = seen(aws.client("cloudtrail", aws.prod))
    assert whole(event)["errorCode"] == "Client.UnauthorizedOperation"


def test_the_newest_comes_first_and_pages_hold_fifty(aws):
    for minutes in (5, 1, 3):
        aws.org.record_event(aws.dana, "Federate", at=NOON - timedelta(minutes=minutes))
    times = [event["EventTime"] for event in seen(aws.trail)]
    assert times == [NOON - timedelta(minutes=minutes) for minutes in (1, 3, 5)]
    for _ in range(120):
        aws.org.record_event(aws.dana, "ListAccounts")
    assert len(aws.trail.lookup_events()["Events"]) == 50
    assert len({event["EventId"] for event in seen(aws.trail)}) == 123


def test_new_events_do_not_shift_the_pages(aws):
    for minutes in range(60, 0, -1):
        aws.org.record_event(aws.dana, "ListAccounts", at=NOON - timedelta(minutes=minutes))
    first = aws.trail.lookup_events()
    aws.org.record_event(aws.dana, "ListAccounts", at=NOON)
    second = aws.trail.lookup_events(NextToken=first["NextToken"])
    assert len({event["EventId"] for page in (first, second) for event in page["Events"]}) == 60


def test_a_time_range_is_kept_to(aws):
    for hours in (1, 2, 3):
        aws.org.record_event(aws.dana, "Federate", at=NOON - timedelta(hours=hours))
    found = seen(aws.trail, StartTime=NOON - timedelta(hours=2), EndTime=NOON - timedelta(hours=1, minutes=30))
    assert [event["EventTime"] for event in found] == [NOON - timedelta(hours=2)]


def test_nothing_is_kept_for_more_than_ninety_days(aws):
    aws.org.record_event(aws.dana, "Federate", at=NOON - timedelta(days=91))
    aws.org.record_event(aws.dana, "Federate", at=NOON - timedelta(days=89))
    assert len(seen(aws.trail)) == len(seen(aws.trail, StartTime=NOON - timedelta(days=90))) == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"StartTime": NOON - timedelta(days=100)}, "InvalidTimeRangeException"),
        ({"StartTime": NOON, "EndTime": NOON - timedelta(days=1)}, "InvalidTimeRangeException"),
        ({"MaxResults": 51}, "InvalidMaxResultsException"),
        ({"NextToken": "made-up"}, "InvalidNextTokenException"),
        (
            {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name} for name in ("a", "b")]},
            "InvalidLookupAttributesException",
        ),
        ({"LookupAttributes": [{"AttributeKey": "Colour", "AttributeValue": "red"}]}, "ValidationException"),
    ],
)
def test_what_cannot_be_looked_up_is_refused_and_remembered(wrong, code):
    with serving(throttle=False, now=lambda: NOON) as aws:
        config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
        with refused(code):
            aws.client("cloudtrail", config=config).lookup_events(**wrong)
        assert len(aws.server.complaints) == 1


def test_two_calls_a_second_in_each_account_and_region():
    watch = Stopwatch()
    with serving(stopwatch=watch) as aws:
        furnish(aws)
        aws.trail.lookup_events()
        aws.trail.lookup_events()
        with refused("ThrottlingException"):
            aws.trail.lookup_events()
        aws.client("cloudtrail", aws.prod).lookup_events()
        aws.client("cloudtrail", region="us-east-1").lookup_events()
        watch.pass_(0.5)
        aws.trail.lookup_events()


def test_the_trail_can_be_out_of_reach():
    with serving(cloudtrail="denied") as aws, refused("AccessDeniedException"):
        aws.client("cloudtrail").lookup_events()


# what changes the directory


def test_disabling_by_scim_is_a_patch_that_does_not_show_what_it_did(aws):
    aws.org.set_status(aws.dana, "DISABLED")
    (event,) = seen(aws.trail, "EventName", "PatchUser")
    told = whole(event)
    assert (told["eventSource"], told["userIdentity"]["type"]) == (
        "identitystore-scim.amazonaws.com",
        "WebIdentityUser",
    )
    assert told["requestParameters"]["id"] == aws.dana
    assert told["requestParameters"]["httpBody"]["operations"][0]["value"].startswith("HIDDEN")


def test_disabling_in_the_console_is_an_event_of_its_own(aws):
    local = aws.org.add_user("emil@example.com", scim=False)
    aws.org.change_user(local, status="DISABLED", updated_at=NOON - timedelta(days=3))
    aws.org.set_status(local, "ENABLED")
    events = seen(aws.trail, "EventSource", "sso-directory.amazonaws.com")
    assert [event["EventName"] for event in events] == ["EnableUser", "DisableUser"]
    assert events[1]["EventTime"] == NOON - timedelta(days=3)
    assert whole(events[1])["requestParameters"]["userId"] == local


def test_calls_that_change_something_are_logged_and_reads_are_not(aws):
    aws.store.list_users(**aws.ids)
    aws.delete(aws.prod, aws.admin, "USER", aws.dana)
    aws.store.delete_user(**aws.ids, UserId=aws.dana)
    events = seen(aws.trail)
    assert [(event["EventSource"], event["EventName"]) for event in events] == [
        ("identitystore.amazonaws.com", "DeleteUser"),
        ("sso.amazonaws.com", "DeleteAccountAssignment"),
    ]
    assert whole(events[0])["requestParameters"]["userId"] == aws.dana
    assert whole(events[0])["userIdentity"]["accountId"] == aws.org.management_account_id


def test_a_refused_change_is_logged_with_its_error_where_it_came_from(aws):
    with refused("AccessDeniedException"):
        aws.client("identitystore", aws.prod).delete_user(**aws.ids, UserId=aws.dana)
    assert seen(aws.trail) == []
    (event,) = seen(aws.client("cloudtrail", aws.prod))
    assert whole(event)["errorCode"] == "AccessDeniedException"


def test_a_user_deleted_by_scim_is_deleted_by_scim_in_the_trail(aws):
    aws.org.delete_user(aws.dana)
    (event,) = seen(aws.trail)
    assert (event["EventSource"], event["EventName"]) == ("identitystore-scim.amazonaws.com", "DeleteUser")
