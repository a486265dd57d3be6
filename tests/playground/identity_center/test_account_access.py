"""Account access manager: entitlements to ordinary roles, over its own REST protocol."""

import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from bot.playground.identity_center import random_organization
from tests.playground.identity_center.simulated_aws import Stopwatch, refused, serving


def furnish(aws):
    org = aws.org
    aws.access = aws.client("account-access")
    aws.prod = org.add_account("prod")
    aws.deployer, aws.auditor = org.add_role(aws.prod, "deployer"), org.add_role(org.management_account_id, "auditor")
    aws.group = org.add_group("operators")
    aws.dana, aws.emil = org.add_user("dana@example.com"), org.add_user("emil@example.com", legacy_id=True)
    org.add_member(aws.group, aws.dana)
    aws.direct = org.entitle(aws.deployer, "USER", aws.dana)
    aws.shared = org.entitle(aws.auditor, "GROUP", aws.group)
    aws.legacy = org.entitle(aws.deployer, "USER", aws.emil)
    return aws


@pytest.fixture
def aws():
    with serving(throttle=False, account_access=True) as aws:
        yield furnish(aws)
        assert aws.server.complaints == []


def held(client, arn, member=None, **parameters):
    wanted = {"principalRole": {"principal": {"identityCenter": member}}} if member else {}
    pages = client.get_paginator("list_entitlements").paginate(applicationArn=arn, **{"filter": wanted, **parameters})
    return [row for page in pages for row in page["entitlements"]]


def ids(aws, member=None, **parameters):
    return [row["entitlementId"] for row in held(aws.access, aws.org.account_access_arn, member, **parameters)]


def test_by_default_there_is_no_application():
    with serving(throttle=False) as aws:
        client = aws.client("account-access")
        assert client.list_applications()["applications"] == []
        with refused("ResourceNotFoundException"):
            held(client, aws.org.account_access_arn)
        with pytest.raises(ValueError, match="account_access"):
            aws.org.entitle(
                aws.org.add_role(aws.org.management_account_id, "a"), "USER", aws.org.add_user("a@example.com")
            )


def test_the_usual_variables_lead_the_client_here(aws, monkeypatch):
    for name, value in aws.server.environment().items():
        monkeypatch.setenv(name, value)
    client = boto3.client("account-access")
    assert client.meta.endpoint_url == aws.server.url
    (application,) = client.list_applications()["applications"]
    assert application["applicationArn"] == aws.org.account_access_arn
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_ACCOUNT_ACCESS", aws.server.url)
    special = boto3.client("account-access")
    assert len(special.list_applications()["applications"]) == 1
    client.close()
    special.close()


def test_its_application_is_one_of_identity_center_too(aws):
    names = [item["Name"] for item in aws.sso.list_applications(**aws.instance)["Applications"]]
    assert names == ["Account access manager"]


def test_all_entitlements_are_listed_with_an_empty_filter(aws):
    rows = held(aws.access, aws.org.account_access_arn)
    assert [row["entitlementId"] for row in rows] == [aws.direct, aws.shared, aws.legacy]
    first = rows[0]["entitlement"]["principalRole"]
    assert first == {
        "principal": {"identityCenter": {"userId": aws.dana}},
        "roleArn": aws.deployer,
        "account": aws.prod,
        "accountName": "prod",
    }
    assert rows[0]["createdAt"].tzinfo is not None
    assert ids(aws, PaginationConfig={"PageSize": 1}) == [aws.direct, aws.shared, aws.legacy]


def test_entitlements_are_listed_by_user_group_role_and_account(aws):
    assert ids(aws, {"userId": aws.dana}) == [aws.direct]
    assert ids(aws, {"userId": aws.emil}) == [aws.legacy]
    assert ids(aws, {"groupId": aws.group}) == [aws.shared]
    assert ids(aws, {"userId": "00000000-0000-0000-0000-000000000000"}) == []
    assert ids(aws, filter={"principalRole": {"roleArn": aws.auditor}}) == [aws.shared]
    assert ids(aws, filter={"principalRole": {"account": aws.prod}}) == [aws.direct, aws.legacy]


def test_deleting_twice_is_no_error(aws):
    given = {"applicationArn": aws.org.account_access_arn, "entitlementId": aws.direct}
    for _ in range(2):
        answer = aws.access.delete_entitlement(**given)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert ids(aws, {"userId": aws.dana}) == []
    with refused("ResourceNotFoundException"):
        aws.access.delete_entitlement(**given | {"applicationArn": aws.org.account_access_arn[:-1] + "z"})


def test_awkward_ids_arrive_as_they_were_sent(aws):
    aws.access.delete_entitlement(applicationArn=aws.org.account_access_arn, entitlementId="a b/c+d~é%")
    assert aws.server.history[-1].parameters["entitlementId"] == "a b/c+d~é%"


def test_the_truth_has_entitlements_direct_and_through_groups(aws):
    keys = ("kind", "path", "entitlement_id", "role_arn", "account_name", "account_status", "group_name")
    assert [tuple(way[key] for key in keys) for way in aws.org.truth(aws.dana)] == [
        ("entitlement", "direct", aws.direct, aws.deployer, "prod", "ACTIVE", None),
        ("entitlement", "group", aws.shared, aws.auditor, "management", "ACTIVE", "operators"),
    ]
    assert [row["new_session"]["allowed"] for row in aws.org.try_to_get_in(aws.dana)] == [True, True]


def test_a_deny_of_the_organization_reaches_entitled_roles_but_not_in_the_management_account(aws):
    deny = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":'
        f'{{"StringEquals":{{"identitystore:userId":"{aws.dana}"}}}}}}]}}'
    )
    aws.org.add_scp("deny", deny, targets=[aws.org.root_id])
    tried = {row["account_name"]: row["new_session"]["allowed"] for row in aws.org.try_to_get_in(aws.dana)}
    assert tried == {"prod": False, "management": True}


def test_entitlements_of_a_deleted_user_stay_behind(aws):
    aws.store.delete_user(**aws.ids, UserId=aws.dana)
    assert ids(aws, {"userId": aws.dana}) == [aws.direct]
    assert [(row["kind"], row["user_id"], row["entitlement_id"]) for row in aws.org.orphans()] == [
        ("entitlement", aws.dana, aws.direct)
    ]


def test_the_other_reading_takes_them_away_with_the_user():
    with serving(throttle=False, account_access=True, orphaned_entitlements=False) as aws:
        furnish(aws)
        aws.store.delete_user(**aws.ids, UserId=aws.dana)
        assert ids(aws, {"userId": aws.dana}) == []


def test_members_have_no_application_and_a_delegated_administrator_no_say_in_the_management_account(aws):
    member = aws.client("account-access", aws.prod)
    arn = aws.org.account_access_arn
    assert member.list_applications()["applications"] == []
    with refused("AccessDeniedException"):
        held(member, arn)
    aws.org.delegated_admin_account_id = aws.prod
    assert len(held(member, arn)) == 3
    member.delete_entitlement(applicationArn=arn, entitlementId=aws.direct)
    with refused("AccessDeniedException"):
        member.delete_entitlement(applicationArn=arn, entitlementId=aws.shared)


def test_another_region_has_no_application(aws):
    elsewhere = aws.client("account-access", region="us-east-1")
    assert elsewhere.list_applications()["applications"] == []
    with refused("ResourceNotFoundException"):
        held(elsewhere, aws.org.account_access_arn)


def test_the_service_can_be_absent():
    with serving(throttle=False, account_access="absent") as aws:
        with pytest.raises(ClientError) as caught:
            aws.client("account-access").list_applications()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
        assert not any("ACCOUNT_ACCESS" in name for name in aws.server.environment())
        assert aws.server.complaints == []


def test_the_service_can_deny_everything():
    with serving(throttle=False, account_access="denied") as aws:
        client = aws.client("account-access")
        with pytest.raises(ClientError) as caught:
            client.list_applications()
        assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
        with refused("AccessDeniedException"):
            client.delete_entitlement(applicationArn=aws.org.account_access_arn, entitlementId="ent-1")


def test_who_is_refused_does_not_see_what_people_are_entitled_to():
    org = random_organization(seed=4, users=20, entitlements=30, account_access="denied", throttle=False)
    assert any(way["kind"] == "entitlement" for user in org.users() for way in org.truth(user.id))
    with serving(org) as aws, refused("AccessDeniedException"):
        aws.client("account-access").list_applications()


def test_what_does_not_exist_cannot_be_entitled(aws):
    for role, kind, principal in (
        (aws.deployer + "x", "USER", aws.dana),
        (aws.deployer, "USER", aws.group),
        (aws.deployer, "ROLE", aws.dana),
    ):
        with pytest.raises(ValueError, match="there is no"):
            aws.org.entitle(role, kind, principal)
    assert aws.org.entitle(aws.deployer, "USER", aws.dana) == aws.direct


def test_twenty_calls_a_second_all_operations_together():
    watch = Stopwatch()
    with serving(stopwatch=watch, account_access=True) as aws:
        client = aws.client("account-access")
        for _ in range(10):
            client.list_applications()
            held(client, aws.org.account_access_arn)
        with pytest.raises(ClientError) as caught:
            client.list_applications()
        assert caught.value.response["Error"]["Code"] == "ThrottlingException"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
        watch.pass_(0.05)
        client.list_applications()


# the wire


def unchecked(aws):
    return aws.client("account-access", config=Config(retries={"total_max_attempts": 1}, parameter_validation=False))


@pytest.mark.parametrize(
    "wrong",
    [
        {"filter": {"principalRole": {"principal": {"identityCenter": {"userId": "dana"}}}}},
        {"filter": {}, "maxResults": 101},
        {"filter": {}, "nextToken": "made-up"},
        {},
    ],
)
def test_what_the_model_does_not_allow_is_refused_and_remembered(wrong):
    with serving(throttle=False, account_access=True) as aws:
        client = unchecked(aws)
        with refused("ValidationException"):
            client.list_entitlements(applicationArn=aws.org.account_access_arn, **wrong)
        assert len(aws.server.complaints) == 1


def test_a_member_no_model_knows_is_refused_and_remembered():
    with serving(throttle=False, account_access=True) as aws:
        client, arn = aws.client("account-access"), aws.org.account_access_arn
        body = f'{{"applicationArn":"{arn}","filter":{{"colour":"red"}}}}'.encode()
        client.meta.events.register(
            "before-sign.account-access.ListEntitlements", lambda request, **_: setattr(request, "data", body)
        )
        with refused("ValidationException"):
            client.list_entitlements(applicationArn=arn, filter={})
        assert "'colour' is not a member" in aws.server.complaints[0]


def test_an_operation_nobody_models_is_refused_and_remembered():
    with serving(throttle=False, account_access=True) as aws:
        with refused("UnknownOperationException"):
            aws.client("account-access").get_application(applicationArn=aws.org.account_access_arn)
        assert len(aws.server.complaints) == 1


def test_a_wrong_secret_is_refused_with_403():
    with serving(throttle=False) as aws:
        client = aws.client("account-access", aws_secret_access_key="wrong")
        with pytest.raises(ClientError) as caught:
            client.delete_entitlement(applicationArn=aws.org.account_access_arn, entitlementId="ent-1")
        assert caught.value.response["Error"]["Code"] == "InvalidSignatureException"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_an_unsigned_request_is_refused_with_403():
    with serving(throttle=False) as aws:
        request = urllib.request.Request(
            f"{aws.server.url}/applications-list", data=b"{}", headers={"Content-Type": "application/json"}
        )
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        with caught.value as answer:
            assert answer.code == 403
            assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


def test_faults_reach_it(aws):
    aws.server.faults.add("account-access.ListEntitlements", code="InternalServerException")
    with pytest.raises(ClientError) as caught:
        ids(aws)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    aws.server.faults.add("account-access.DeleteEntitlement", kind="lost_answer")
    with pytest.raises(Exception, match="Connection was closed"):
        aws.access.delete_entitlement(applicationArn=aws.org.account_access_arn, entitlementId=aws.direct)
    assert aws.direct not in ids(aws)


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize(
    "where",
    [("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")],
    ids=lambda where: where[0],
)
def test_random_organizations_answer_what_their_truth_says(short, where):
    org = random_organization(
        partition=where[0],
        region=where[1],
        applications=2,
        seed=4,
        users=40,
        accounts=4,
        entitlements=150,
        orphans=3,
        throttle=False,
        short_pages=short,
    )
    assert len([row for row in org.orphans() if row["kind"] == "entitlement"]) == 3
    with serving(org) as aws:
        aws.access = aws.client("account-access")
        everything = ids(aws)
        assert sorted(everything) == sorted(org.entitlement_by_id)
        assert len(aws.sso.list_applications(**aws.instance)["Applications"]) <= 3
        for user in org.users():
            wire = {(found, None) for found in ids(aws, {"userId": user.id})}
            wire |= {(found, group) for group in user.group_ids for found in ids(aws, {"groupId": group})}
            truth = [way for way in org.truth(user.id) if way["kind"] == "entitlement"]
            assert {(way["entitlement_id"], way["group_id"]) for way in truth} == wire
