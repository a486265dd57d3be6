"""What an event is about: whatever came in the message, only ids and times are taken, and nothing raises."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events.reads import AGAIN, ReadAs, UserRead, WantedRead, shown
from bot.core.events.records import read_event, trusted_time
from bot.core.events.subjects import (
    Dropped,
    DropReason,
    Home,
    OfAnybody,
    OfGroup,
    OfUser,
    Says,
    Subject,
    Unknown,
)
from bot.core.events.watched import WATCHED
from tests.core.strategies import json_values
from tests.event_records import HOME, assigned, console, envelope, record, scim

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
USER = "93670dc30f-22c554e4-c091-708a-0ec5-08b46733f1a2"
GROUP = "00000000-0000-4000-8000-00000000aaaa"
MASKED = "HIDDEN_DUE_TO_SECURITY_REASONS"


def subject(body: Any, home: Home = HOME) -> Subject:
    return read_event(body, home).subject


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (console("DisableUser", USER), Says.DISABLED),
        (console("EnableUser", USER), Says.ENABLED),
        (console("DeleteUser", USER), Says.DELETED),
        (scim("PatchUser", USER, active=False), Says.DISABLED),
        (scim("PatchUser", USER, active="False"), Says.DISABLED),
        (scim("PatchUser", USER, active=True), Says.ENABLED),
        (scim("PatchUser", USER, active=MASKED), Says.CHANGED),
        (scim("PatchUser", USER), Says.CHANGED),
        (scim("DeleteUser", USER), Says.DELETED),
        (assigned("USER", USER), Says.ACCESS),
    ],
)
def test_an_event_about_a_user_names_them_and_what_it_says(body: Any, says: Says) -> None:
    assert subject(body) == OfUser(USER, says)
    assert subject(body["detail"]) == OfUser(USER, says), "a bare record is as good"


@pytest.mark.parametrize(
    "body",
    [
        record("identitystore-scim", "PutUser", responseElements={"id": USER, "active": False}),
        record("identitystore", "UpdateUser", requestParameters={"userId": USER}),
        record("identitystore", "DeleteUser", requestParameters={"userId": USER}),
        record(
            "identitystore", "CreateGroupMembership", requestParameters={"groupId": GROUP, "memberId": {"userId": USER}}
        ),
        record("sso-directory", "AddMemberToGroup", requestParameters={"groupId": GROUP, "memberId": USER}),
        record("sso-directory", "AddMemberToGroup", requestParameters={"groupId": GROUP, "userId": USER}),
        record("sso", "CreateApplicationAssignment", requestParameters={"principalType": "USER", "principalId": USER}),
        record(
            "account-access",
            "CreateEntitlement",
            requestParameters={
                "entitlement": {"principalRole": {"principal": {"identityCenter": {"userId": USER}}, "roleArn": "r"}}
            },
        ),
    ],
    ids=lambda body: f"{body['eventSource']} {body['eventName']}",
)
def test_the_id_is_found_wherever_aws_puts_it(body: Any) -> None:
    found = subject(body)
    assert isinstance(found, OfUser)
    assert found.user_id == USER


def test_access_for_a_group_is_about_the_group_and_a_patch_of_a_group_about_anybody() -> None:
    assert subject(assigned("GROUP", GROUP)) == OfGroup(GROUP)
    assert subject(scim("PatchGroup", GROUP)) == OfAnybody()


def test_somebody_unnamed_who_came_into_a_group_may_be_anybody() -> None:
    added = record("sso-directory", "AddMemberToGroup", requestParameters={"groupId": GROUP, "memberId": MASKED})
    assert subject(added) == OfAnybody()


def test_every_watched_name_is_understood() -> None:
    for source, names in WATCHED.items():
        for name in names:
            ids = {"userId": USER, "principalType": "USER", "principalId": USER}
            found = subject(record(source.removesuffix(".amazonaws.com"), name, requestParameters=ids))
            assert found == OfAnybody() if name == "PatchGroup" else isinstance(found, OfUser)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"errorCode": "AccessDenied"}, DropReason.FAILED),
        ({"errorCode": "ResourceNotFoundException", "errorMessage": "gone"}, DropReason.FAILED),
        ({"readOnly": True}, DropReason.READ_ONLY),
        ({"eventName": "DescribeUser"}, DropReason.NOT_OURS),
        ({"eventSource": "s3.amazonaws.com"}, DropReason.NOT_OURS),
        ({"awsRegion": "us-gov-west-1"}, DropReason.OTHER_PARTITION),
        ({"awsRegion": "cn-north-1"}, DropReason.OTHER_PARTITION),
        ({"recipientAccountId": "999999999999"}, DropReason.OTHER_ACCOUNT),
        ({"requestParameters": {"identityStoreId": "d-0000000000", "userId": USER}}, DropReason.OTHER_STORE),
        ({"requestParameters": {"userId": MASKED}}, DropReason.MASKED),
    ],
)
def test_what_is_not_ours_or_did_not_happen_is_dropped(changed: dict[str, Any], reason: DropReason) -> None:
    found = subject(envelope(console("DisableUser", USER)["detail"] | changed))
    assert isinstance(found, Dropped)
    assert found.reason is reason


@pytest.mark.parametrize("name", ["CreateAccountAssignment", "CreateApplicationAssignment"])
def test_the_assignments_of_another_instance_are_dropped(name: str) -> None:
    other = "ssoins-ffffffffffffffff"
    elsewhere = {
        "instanceArn": f"arn:aws:sso:::instance/{other}",
        "applicationArn": f"arn:aws:sso::111111111111:application/{other}/apl-1",
        "principalType": "USER",
        "principalId": USER,
    }
    for left_out in ("instanceArn", "applicationArn"):
        some = {key: value for key, value in elsewhere.items() if key != left_out}
        assert subject(record("sso", name, requestParameters=some)) == Dropped(DropReason.OTHER_STORE, other)


def test_no_event_is_dropped_for_its_account_while_the_accounts_are_not_known() -> None:
    strange = record("sso-directory", "DisableUser", recipientAccountId="9", requestParameters={"userId": USER})
    assert isinstance(subject(strange, Home(HOME.identity_store_id, HOME.instance_arn)), OfUser)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"detail": None},
        {"detail": []},
        {"detail": {"eventName": "DisableUser"}},
        {"eventSource": ["sso-directory.amazonaws.com"], "eventName": "DisableUser"},
        record("sso-directory", "DisableUser", requestParameters=[{"userId": USER}]),
        record("sso-directory", "DisableUser", requestParameters={"userId": 12345}),
        record("sso-directory", "DisableUser", requestParameters={"userId": "*"}),
        record("sso", "CreateAccountAssignment", requestParameters={"principalType": "ROLE", "principalId": USER}),
    ],
)
def test_what_aws_is_not_known_to_send_is_unknown(body: Any) -> None:
    assert subject(body) == Unknown()


def test_the_source_of_a_watched_name_is_told_whatever_else_is_wrong_with_the_event() -> None:
    names = {"identitystore-scim": "PutUser", "account-access": "CreateEntitlement", "sso": "PutUser"}
    told = {source: read_event(record(source, name, errorCode="X"), HOME).source for source, name in names.items()}
    assert told == {"identitystore-scim": "identitystore-scim", "account-access": "account-access", "sso": ""}


def test_other_events_of_eventbridge_are_not_ours() -> None:
    found = subject({"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}})
    assert found == Dropped(DropReason.NOT_OURS, "Scheduled Event")


@pytest.mark.parametrize("name", ["\x00", "x" * 65, "id with spaces", "", 7, None])
def test_an_event_id_of_another_form_is_none(name: Any) -> None:
    assert read_event(console("DisableUser", USER)["detail"] | {"eventID": name}, HOME).id == ""


def test_the_time_is_that_of_the_record_else_of_the_envelope() -> None:
    body = console("DisableUser", USER, NOW)
    assert read_event(body, HOME).at == NOW
    assert read_event(body | {"time": "2020-01-01T00:00:00Z"}, HOME).at == NOW
    del body["detail"]["eventTime"]
    assert read_event(body, HOME).at is None
    assert read_event(body | {"time": "2026-11-28T10:00:00+01:00"}, HOME).at == NOW


def test_a_time_that_is_missing_to_come_or_impossible_is_taken_as_now() -> None:
    assert trusted_time(None, NOW) == NOW
    assert trusted_time(NOW + timedelta(seconds=1), NOW) == NOW
    assert trusted_time(NOW - timedelta(days=400), NOW) == NOW
    assert trusted_time(NOW - timedelta(hours=1), NOW) == NOW - timedelta(hours=1)


KEYS = (
    "detail detail-type eventSource eventName eventTime requestParameters responseElements userId id memberId "
    "principalId principalType httpBody operations path value active entitlement identityStoreId instanceArn "
    "applicationArn awsRegion errorCode"
)


def keys() -> st.SearchStrategy[str]:
    return st.sampled_from(KEYS.split())


texts = st.sampled_from([USER, GROUP, MASKED, "sso-directory.amazonaws.com", "DisableUser", "PatchUser", "active"]) | (
    st.text() | st.sampled_from(["USER", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
)
hostile = st.recursive(
    texts | st.none() | st.booleans() | st.integers() | st.floats() | json_values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys() | st.text(max_size=3), inner, max_size=8),
    max_leaves=30,
)


@given(hostile)
def test_no_json_makes_it_raise_and_no_id_is_taken_that_is_none(body: Any) -> None:
    found = read_event(body, HOME)
    if isinstance(found.subject, OfUser):
        assert found.subject.user_id in {USER, GROUP}


@given(st.dictionaries(keys(), hostile))
def test_nor_does_anything_in_a_record_of_ours(parts: dict[str, Any]) -> None:
    for name in ("DisableUser", "AddMemberToGroup"):
        read_event(envelope(record("sso-directory", name) | parts), HOME)
    for source, name in (("identitystore-scim", "PatchUser"), ("sso", "CreateAccountAssignment")):
        read_event(record(source, name, requestParameters=parts, responseElements=parts), HOME)


def test_a_body_of_nearly_a_megabyte_is_read_in_no_time() -> None:
    operations = [{"op": "add", "path": "members", "value": [{"value": USER}]}] * 12_000
    body = scim("PatchUser", USER)
    body["detail"]["requestParameters"]["httpBody"]["operations"] = operations
    assert len(json.dumps(body)) > 900_000
    assert subject(body) == OfUser(USER, Says.CHANGED)


# When to read


def wanted(second: float, says: Says, asked: float = 0.0) -> WantedRead:
    at = NOW + timedelta(seconds=second)
    return WantedRead(USER, at, says, NOW + timedelta(seconds=asked), NOW + timedelta(seconds=asked))


wishes = st.builds(wanted, st.integers(0, 3), st.sampled_from(Says), st.integers(0, 3))


def told(wish: WantedRead) -> tuple[datetime, Says]:
    # That two say the same in other words, or nothing that a read must show, is no difference.
    return wish.event_at, Says.CHANGED if wish.says is Says.ACCESS else wish.says


@given(st.lists(wishes, min_size=1, max_size=6), st.randoms())
def test_events_about_one_user_come_to_the_same_in_any_order_and_doubled(some: list[WantedRead], random: Any) -> None:
    def together(items: list[WantedRead]) -> tuple[datetime, Says]:
        first, *rest = items
        for one in rest:
            first = first.with_newer(one)
        return told(first)

    again = [*some, *some]
    random.shuffle(again)
    assert together(again) == together(some)


def test_the_newer_event_counts_whenever_it_comes() -> None:
    older, newer = wanted(1, Says.DISABLED), wanted(2, Says.ENABLED)
    assert older.with_newer(newer).says is newer.with_newer(older).says is Says.ENABLED


def test_it_is_read_again_after_2_10_and_60_seconds_and_then_left_to_the_schedule() -> None:
    wish: WantedRead | None = wanted(0, Says.DISABLED)
    pauses = []
    while wish := wish.again(NOW):
        pauses.append((wish.due_at - NOW).total_seconds())
    assert tuple(pauses) == AGAIN == (2, 10, 60)


@pytest.mark.parametrize(
    ("says", "status", "is_shown"),
    [
        (Says.DISABLED, ReadAs.ENABLED, False),
        (Says.DISABLED, ReadAs.DISABLED, True),
        (Says.DISABLED, ReadAs.GONE, True),
        (Says.ENABLED, ReadAs.DISABLED, False),
        (Says.DELETED, ReadAs.DISABLED, False),
        (Says.DELETED, ReadAs.GONE, True),
        (Says.CHANGED, ReadAs.ENABLED, True),
        (Says.ACCESS, ReadAs.DISABLED, True),
    ],
)
def test_whether_a_read_shows_what_the_event_says(says: Says, status: ReadAs, is_shown: bool) -> None:
    assert shown(says, status) is is_shown


@pytest.mark.parametrize(("seconds", "old"), [(61, True), (60, True), (59, False), (-5, False)])
def test_an_event_is_old_when_it_was_over_60_seconds_before_the_read_began(seconds: int, old: bool) -> None:
    read = UserRead(USER, ReadAs.DISABLED, NOW, complete=True)
    assert read.makes_old(NOW - timedelta(seconds=seconds), NOW) is old


def test_no_event_is_old_because_of_a_read_that_was_not_complete() -> None:
    assert not UserRead(USER, ReadAs.DISABLED, NOW, complete=False).makes_old(NOW - timedelta(days=1), NOW)


@pytest.mark.parametrize("text", ["d-\x00", "d-\ud800", "d-\u202e", "d-\n"])
def test_what_is_told_of_a_dropped_event_can_be_stored_and_logged(text: str) -> None:
    other_store = console("DisableUser", USER, store=text)
    other_account = envelope(console("DisableUser", USER)["detail"] | {"recipientAccountId": text})
    for body in (other_store, other_account, envelope({}) | {"detail-type": text}, record("sso", text)):
        found = subject(body)
        assert isinstance(found, Dropped)
        assert found.what.encode()
        assert found.what.isprintable()
