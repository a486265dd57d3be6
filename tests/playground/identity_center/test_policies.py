"""Organizations and what a service control policy does to sessions, new and open."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from tests.playground.identity_center.simulated_aws import refused, serving


class Calendar:
    def __init__(self):
        self.moment = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self):
        return self.moment


def deny(**condition):
    statement = {"Effect": "Deny", "Action": ["*"], "Resource": "*"}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}
    )


def by_user_id(*users):
    return deny(StringEquals={"identitystore:userId": list(users)})


PLACEHOLDER = by_user_id("Add user ID here")


@pytest.fixture
def calendar():
    return Calendar()


@pytest.fixture
def aws(calendar):
    with serving(throttle=False, now=calendar) as aws:
        org = aws.org
        aws.outer = org.add_ou("workloads")
        aws.inner = org.add_ou("production", parent=aws.outer)
        aws.prod, aws.tools = org.add_account("prod", ou=aws.inner), org.add_account("tools")
        aws.admin = org.add_permission_set("AdministratorAccess", "PT4H")
        aws.dana, aws.emil = org.add_user("dana@example.com", status="DISABLED"), org.add_user("emil@example.com")
        for account in (org.management_account_id, aws.prod, aws.tools):
            for user in (aws.dana, aws.emil):
                org.assign(account, aws.admin, "USER", user)
        aws.policy = org.add_scp("leaverbot-deny", PLACEHOLDER, targets=[org.root_id])
        yield aws


def attempts(aws, user):
    return {row["account_name"]: row for row in aws.org.try_to_get_in(user)}


def test_accounts_are_listed_with_state_and_path_but_without_the_retired_status(aws):
    accounts = aws.organizations.list_accounts()["Accounts"]
    prod = next(account for account in accounts if account["Name"] == "prod")
    assert "Status" not in prod
    assert prod["State"] == "ACTIVE"
    assert prod["Paths"] == [f"{aws.org.id}/{aws.org.root_id}/{aws.outer}/{aws.inner}/{aws.prod}/"]


def test_the_retired_status_and_no_paths_are_options():
    with serving(account_status_retired=False, account_paths=False, throttle=False) as aws:
        aws.org.add_account("old", state="CLOSED")
        found = {account["Name"]: account for account in aws.organizations.list_accounts()["Accounts"]}
        assert (found["old"]["Status"], found["old"]["State"]) == ("SUSPENDED", "CLOSED")
        assert "Paths" not in found["old"]


def test_parents_lead_up_to_the_root(aws):
    path, child = [], aws.prod
    while not child.startswith("r-"):
        (parent,) = aws.organizations.list_parents(ChildId=child)["Parents"]
        child = parent["Id"]
        path.append((child, parent["Type"]))
    kinds = ["ORGANIZATIONAL_UNIT", "ORGANIZATIONAL_UNIT", "ROOT"]
    assert path == list(zip([aws.inner, aws.outer, aws.org.root_id], kinds, strict=True))
    assert aws.organizations.list_roots()["Roots"][0]["Id"] == child
    with refused("ChildNotFoundException"):
        aws.organizations.list_parents(ChildId="999999999999")


def test_a_policy_is_stored_exactly_as_it_was_sent(aws):
    content = by_user_id(aws.dana).replace("{", "{ ", 1)
    aws.organizations.update_policy(PolicyId=aws.policy, Content=content)
    found = aws.organizations.describe_policy(PolicyId=aws.policy)["Policy"]
    assert found["Content"] == content
    assert found["PolicySummary"]["Name"] == "leaverbot-deny"


def test_a_policy_may_have_10240_characters_and_not_one_more(aws):
    exact = by_user_id(aws.dana).ljust(10_240)
    aws.organizations.update_policy(PolicyId=aws.policy, Content=exact)
    with pytest.raises(ClientError) as caught:
        aws.organizations.update_policy(PolicyId=aws.policy, Content=exact + " ")
    assert caught.value.response["Error"]["Code"] == "ConstraintViolationException"
    assert caught.value.response["Reason"] == "POLICY_CONTENT_LIMIT_EXCEEDED"
    assert aws.organizations.describe_policy(PolicyId=aws.policy)["Policy"]["Content"] == exact


STATEMENT = {"Effect": "Deny", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "[]",
        '{"Version":"2012-10-17"}',
        '{"Version":"2012-10-17","Statement":[]}',
        '{"Version":"2026-01-01","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
        '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
        *(
            json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            for statement in (
                {"Effect": "deny", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Resource": "*"},
                {"Effect": "Deny", "Action": "*"},
                STATEMENT | {"NotAction": "iam:*"},
                STATEMENT | {"Principal": "*"},
                STATEMENT | {"Sid": "with blanks"},
                STATEMENT | {"Action": "everything"},
                STATEMENT | {"Resource": "s3"},
                STATEMENT | {"Condition": {"StringMatches": {"aws:userid": "x"}}},
                STATEMENT | {"Condition": {"StringEquals": {"identitystore:userId": []}}},
                STATEMENT | {"Condition": {"StringEquals": {"userId": "x"}}},
                STATEMENT | {"Condition": {"StringEquals": {}}},
            )
        ),
    ],
)
def test_a_text_that_is_no_policy_is_refused_and_the_old_one_stays(aws, content):
    with refused("MalformedPolicyDocumentException"):
        aws.organizations.update_policy(PolicyId=aws.policy, Content=content)
    assert aws.organizations.describe_policy(PolicyId=aws.policy)["Policy"]["Content"] == PLACEHOLDER


def test_targets_of_a_policy_are_roots_units_and_accounts(aws):
    policy = aws.org.add_scp("elsewhere", PLACEHOLDER, targets=[aws.inner, aws.tools])
    rows = aws.organizations.list_targets_for_policy(PolicyId=policy)["Targets"]
    assert [(row["TargetId"], row["Type"], row["Name"]) for row in rows] == [
        (aws.inner, "ORGANIZATIONAL_UNIT", "production"),
        (aws.tools, "ACCOUNT", "tools"),
    ]
    with refused("PolicyNotFoundException"):
        aws.organizations.list_targets_for_policy(PolicyId="p-0000000000")


def test_a_managed_policy_cannot_be_changed(aws):
    with refused("InvalidInputException"):
        aws.organizations.update_policy(PolicyId="p-FullAWSAccess", Content=PLACEHOLDER)
    assert aws.organizations.describe_policy(PolicyId="p-FullAWSAccess")["Policy"]["PolicySummary"]["AwsManaged"]


def test_only_the_management_account_handles_policies(aws):
    aws.org.delegated_admin_account_id = aws.tools
    client = aws.client("organizations", aws.tools)
    assert client.list_accounts()["Accounts"]
    with refused("AccessDeniedException"):
        client.update_policy(PolicyId=aws.policy, Content=PLACEHOLDER)


def test_a_disabled_user_gets_in_until_the_assignment_goes(aws):
    assert attempts(aws, aws.dana)["prod"]["new_session"] == {"allowed": True, "by": "direct assignment"}
    aws.org.unassign(aws.prod, aws.admin, "USER", aws.dana)
    assert "prod" not in attempts(aws, aws.dana)


def test_a_placeholder_denies_nobody(aws):
    assert aws.org.denied(aws.dana, aws.prod) is None
    assert aws.org.bystanders([]) == []
    assert aws.org.denies() == []


def test_a_deny_by_user_id_stops_that_user_everywhere_but_in_the_management_account(aws):
    aws.organizations.update_policy(PolicyId=aws.policy, Content=by_user_id("Add user ID here", aws.dana))
    allowed = {name: row["new_session"]["allowed"] for name, row in attempts(aws, aws.dana).items()}
    assert allowed == {"management": True, "prod": False, "tools": False}
    assert "leaverbot-deny" in attempts(aws, aws.dana)["prod"]["new_session"]["by"]
    assert all(row["new_session"]["allowed"] for row in attempts(aws, aws.emil).values())
    assert aws.org.bystanders([aws.dana]) == []
    assert aws.org.denies() == [by_user_id("Add user ID here", aws.dana)]


def test_a_policy_reaches_only_what_lies_below_its_target(aws):
    aws.org.add_scp("production-only", by_user_id(aws.dana), targets=[aws.outer])
    assert aws.org.denied(aws.dana, aws.prod)
    assert aws.org.denied(aws.dana, aws.tools) is None


def test_an_open_session_outlives_its_assignment_but_not_its_duration(aws, calendar):
    aws.org.open_session(aws.dana, aws.prod, aws.admin)
    aws.org.unassign(aws.prod, aws.admin, "USER", aws.dana)
    row = attempts(aws, aws.dana)["prod"]
    assert row["new_session"] == {"allowed": False, "by": "no grant"}
    assert row["open_session"]["allowed"]
    calendar.moment += timedelta(hours=3, minutes=59)
    assert attempts(aws, aws.dana)["prod"]["open_session"]["allowed"]
    calendar.moment += timedelta(minutes=1)
    assert "prod" not in attempts(aws, aws.dana)


def test_a_deny_stops_an_open_session(aws):
    aws.org.open_session(aws.dana, aws.prod, aws.admin)
    aws.org.open_session(aws.dana, aws.org.management_account_id, aws.admin)
    aws.org.update_scp(aws.policy, by_user_id(aws.dana))
    assert not attempts(aws, aws.dana)["prod"]["open_session"]["allowed"]
    assert attempts(aws, aws.dana)["management"]["open_session"]["allowed"]


def test_a_deleted_user_with_an_open_session_is_still_in(aws):
    aws.org.open_session(aws.dana, aws.prod, aws.admin)
    aws.org.delete_user(aws.dana)
    (row,) = aws.org.try_to_get_in(aws.dana)
    assert row["new_session"] == {"allowed": False, "by": "the user is deleted"}
    assert row["open_session"]["allowed"]


def test_a_deny_without_condition_locks_everybody_out(aws):
    aws.org.update_scp(aws.policy, deny())
    locked = {(user, account) for user, account, _ in aws.org.bystanders([aws.dana])}
    assert locked == {(aws.emil, aws.prod), (aws.emil, aws.tools)}


SSO_ROLES = "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*"


@pytest.mark.parametrize(
    ("condition", "dana", "emil"),
    [
        ({"StringEquals": {"IdentityStore:USERID": "<dana>"}}, True, False),
        ({"StringEquals": {"identitystore:userId": "<DANA>"}}, False, False),
        ({"StringEqualsIgnoreCase": {"identitystore:userId": "<DANA>"}}, True, False),
        ({"StringLike": {"aws:userid": "*:dana@example.com"}}, True, False),
        ({"StringLike": {"aws:userid": "*:dana"}}, False, False),
        ({"StringLike": {"aws:userid": "*"}}, True, True),
        ({"StringEquals": {"aws:userid": "*:dana@example.com"}}, False, False),
        ({"StringNotEquals": {"identitystore:userId": "<dana>"}}, False, True),
        ({"StringNotLike": {"aws:userid": ["*:dana@example.com", "*:emil@example.com"]}}, False, False),
        ({"StringLike": {"aws:userid": "*:dana@example.com"}, "ArnLike": {"aws:PrincipalArn": SSO_ROLES}}, True, False),
        (
            {
                "StringLike": {"aws:userid": "*:dana@example.com"},
                "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"},
            },
            False,
            False,
        ),
        ({"ArnNotLike": {"aws:PrincipalArn": SSO_ROLES}}, False, False),
        ({"Null": {"identitystore:userId": "false"}}, True, True),
        ({"Null": {"identitystore:userId": "true"}}, False, False),
        ({"StringEquals": {"aws:PrincipalTag/left": "yes"}}, False, False),
        ({"StringEqualsIfExists": {"aws:PrincipalTag/left": "yes"}}, True, True),
        ({"StringNotEquals": {"aws:PrincipalTag/left": "no"}}, True, True),
        ({"ForAnyValue:StringEquals": {"identitystore:userId": ["<dana>"]}}, True, False),
        ({"Bool": {"aws:PrincipalIsAWSService": False}}, True, True),
        ({"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:00Z"}}, False, False),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, True, True),
        ({"StringLike": {"aws:userid": "*:${aws:PrincipalAccount}"}}, False, False),
        ({"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}}, True, True),
    ],
)
def test_conditions_hold_as_iam_says(aws, condition, dana, emil):
    text = deny(**condition).replace("<dana>", aws.dana).replace("<DANA>", aws.dana.upper())
    aws.org.update_scp(aws.policy, text)
    assert aws.org.denied(aws.dana, aws.prod) == (f"SCP leaverbot-deny at {aws.org.root_id}" if dana else None)
    assert bool(aws.org.denied(aws.emil, aws.prod)) == emil


def test_a_deny_of_some_actions_only_is_no_deny(aws):
    aws.org.update_scp(aws.policy, deny().replace('["*"]', '["s3:*"]'))
    assert aws.org.denied(aws.dana, aws.prod) is None


def test_a_suspended_account_lets_nobody_in(aws):
    aws.org.open_session(aws.dana, aws.prod, aws.admin)
    aws.org.set_account_state(aws.prod, "SUSPENDED")
    row = attempts(aws, aws.dana)["prod"]
    assert not row["new_session"]["allowed"]
    assert not row["open_session"]["allowed"]
