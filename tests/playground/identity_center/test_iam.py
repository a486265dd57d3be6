"""IAM on the wire: the query protocol, pages with markers, and errors under IAM's own names."""

import urllib.error
import urllib.request
from datetime import UTC, datetime

import boto3
import pytest
from botocore.config import Config

from bot.playground.identity_center import Organization
from bot.playground.identity_center.changes.iam_users import add_access_key, add_iam_user
from tests.playground.identity_center.simulated_aws import refused, serving

MADE = datetime(2025, 3, 1, 12, 30, 15, tzinfo=UTC)


@pytest.fixture
def aws():
    with serving(Organization(seed=4, throttle=False)) as made:
        for number in range(5):
            add_iam_user(made.org, f"user-{number}", tags={"Email": f"é.user+{number}@example.com"}, created_at=MADE)
        yield made


def client(aws, **more):
    config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    return aws.client("iam", config=config, **more)


def test_what_was_put_in_comes_out_with_its_types(aws):
    key = add_access_key(aws.org, "user-1", created_at=MADE)
    iam = client(aws)
    found = iam.get_account_authorization_details(Filter=["User"])
    assert found["IsTruncated"] is False
    first = found["UserDetailList"][0]
    assert (first["UserName"], first["CreateDate"]) == ("user-0", MADE)
    assert first["Tags"] == [{"Key": "Email", "Value": "é.user+0@example.com"}]
    assert iam.list_access_keys(UserName="USER-1")["AccessKeyMetadata"][0]["AccessKeyId"] == key
    assert iam.get_access_key_last_used(AccessKeyId=key)["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    assert aws.server.complaints == []


def test_a_list_comes_in_pages_whose_markers_are_good_for_nothing_else(aws):
    iam, names, place = client(aws), [], {}
    while True:
        page = iam.get_account_authorization_details(Filter=["User"], MaxItems=2, **place)
        names += [user["UserName"] for user in page["UserDetailList"]]
        if not page["IsTruncated"]:
            break
        place = {"Marker": page["Marker"]}
    assert names == [f"user-{number}" for number in range(5)]
    assert aws.server.complaints == []
    with refused("ValidationError"):
        iam.list_access_keys(UserName="user-1", **place)
    with refused("ValidationError"):
        iam.get_account_authorization_details(Filter=["Role"], **place)


def test_only_users_are_there(aws):
    assert client(aws).get_account_authorization_details(Filter=["Role", "Group"])["UserDetailList"] == []


@pytest.mark.parametrize(
    "parameters", [{"MaxItems": 0}, {"MaxItems": 1001}, {"Filter": ["Users"]}, {"Marker": "nothing"}], ids=str
)
def test_a_value_out_of_bounds_is_a_validation_error_and_a_complaint(aws, parameters):
    with refused("ValidationError"):
        client(aws).get_account_authorization_details(**parameters)
    assert len(aws.server.complaints) == 1


def test_an_account_sees_only_its_own_users(aws):
    other = aws.org.add_account("other")
    assert client(aws, account_id=other).get_account_authorization_details()["UserDetailList"] == []
    with refused("NoSuchEntity"):
        client(aws, account_id=other).get_user(UserName="user-1")


def test_without_a_name_nobody_is_meant_because_the_caller_is_no_iam_user(aws):
    with refused("ValidationError"):
        client(aws).get_user()


def test_an_error_is_xml_with_iams_own_code_and_status(aws):
    with pytest.raises(boto3.session.botocore.exceptions.ClientError) as caught:
        client(aws).get_login_profile(UserName="user-1")
    answer = caught.value.response
    assert answer["Error"]["Code"] == "NoSuchEntity"
    assert answer["Error"]["Message"] == "Login Profile for User user-1 cannot be found."
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert answer["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize("body", [b"Action=DeleteUser&Version=2010-05-08", b"Action=GetUser&Version=2011-06-15"])
def test_an_action_that_is_not_served_is_refused_with_a_complaint(aws, body):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    request = urllib.request.Request(aws.server.url, data=body, headers=form)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(request)
    assert "No such action" in aws.server.complaints[0]
