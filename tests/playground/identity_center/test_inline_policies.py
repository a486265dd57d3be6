"""Inline policies of permission sets: stored at once, in force in an account only when they are provisioned there."""

import json

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.playground.identity_center.simulated_aws import Stopwatch, refused, serving

GRANT = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
STATEMENT = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def deny(*users, key="identitystore:userId", operator="StringEquals"):
    condition = {operator: {key: list(users)}}
    return json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT | {"Condition": condition}]})


@pytest.fixture
def watch():
    return Stopwatch()


def furnish(aws):
    """Three accounts in which Dana and Emil may be administrators; a second permission set for one of them."""
    org = aws.org
    aws.management, aws.prod, aws.dev = org.management_account_id, org.add_account("prod"), org.add_account("dev")
    aws.admin = org.add_permission_set("AdministratorAccess", "PT4H", inline_policy=GRANT)
    aws.viewer = org.add_permission_set("ReadOnly")
    aws.dana, aws.emil = org.add_user("dana@example.com", status="DISABLED"), org.add_user("emil@example.com")
    for account in (aws.management, aws.prod):
        for user in (aws.dana, aws.emil):
            org.assign(account, aws.admin, "USER", user)
    org.assign(aws.dev, aws.viewer, "USER", aws.dana)
    org.delegated_admin_account_id = aws.dev
    return aws


@pytest.fixture
def aws(watch):
    with serving(throttle=False, stopwatch=watch) as aws:
        yield furnish(aws)
        assert aws.server.complaints == []


def named(aws, arn):
    return {**aws.instance, "PermissionSetArn": arn}


def put(aws, arn, text, client=None):
    (client or aws.sso).put_inline_policy_to_permission_set(**named(aws, arn), InlinePolicy=text)


def stored(aws, arn):
    return aws.sso.get_inline_policy_for_permission_set(**named(aws, arn)).get("InlinePolicy")


def provision(aws, arn, account=None, client=None):
    target = {"TargetType": "AWS_ACCOUNT", "TargetId": account} if account else {}
    target = target or {"TargetType": "ALL_PROVISIONED_ACCOUNTS"}
    answer = (client or aws.sso).provision_permission_set(**named(aws, arn), **target)
    return answer["PermissionSetProvisioningStatus"]


def status(aws, job):
    answer = aws.sso.describe_permission_set_provisioning_status(
        **aws.instance, ProvisionPermissionSetRequestId=job["RequestId"]
    )
    return answer["PermissionSetProvisioningStatus"]


def accounts(aws, arn, wanted=None):
    only = {"ProvisioningStatus": f"LATEST_PERMISSION_SET_{wanted}"} if wanted else {}
    return aws.sso.list_accounts_for_provisioned_permission_set(**named(aws, arn), **only)["AccountIds"]


def allowed(aws, user):
    rows = {row["account_name"]: row["new_session"] for row in aws.org.try_to_get_in(user)}
    return {name: verdict["allowed"] for name, verdict in rows.items()}


def test_a_policy_is_stored_as_it_was_sent_and_can_be_taken_away(aws):
    put(aws, aws.viewer, GRANT + " ")
    assert stored(aws, aws.viewer) == GRANT + " "
    aws.sso.delete_inline_policy_from_permission_set(**named(aws, aws.viewer))
    assert stored(aws, aws.viewer) is None
    aws.sso.delete_inline_policy_from_permission_set(**named(aws, aws.viewer))
    for call in (aws.sso.delete_inline_policy_from_permission_set, aws.sso.delete_permission_set):
        with refused("ResourceNotFoundException"):
            call(**named(aws, aws.admin[:-16] + "0" * 16))


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        "{}",
        '{"Version":"2012-10-17","Statement":[]}',
        '{"Version":["2012-10-17"],"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Sid":7}]}',
        *(
            json.dumps({"Version": "2012-10-17", "Statement": statement})
            for statement in (
                [STATEMENT | {"Principal": "*"}],
                [STATEMENT | {"Effect": "deny"}],
                [STATEMENT | {"Action": "everything"}],
                [STATEMENT | {"Resource": "s3"}],
                [STATEMENT | {"Condition": {"StringMatches": {"aws:userid": "x"}}}],
                [STATEMENT | {"Sid": "Twice"}, STATEMENT | {"Sid": "Twice"}],
            )
        ),
    ],
)
def test_what_iam_would_not_take_is_refused_and_the_old_policy_stays(aws, text):
    with refused("ValidationException"):
        put(aws, aws.admin, text)
    assert stored(aws, aws.admin) == GRANT


@pytest.mark.parametrize("statement", [STATEMENT, [STATEMENT | {"Action": "*:*"}]])
def test_iam_needs_neither_a_version_nor_a_list_of_statements(aws, statement):
    put(aws, aws.admin, json.dumps({"Statement": statement}))


def test_10240_bytes_that_are_no_blanks_are_the_most_and_32768_in_all(aws):
    frame = deny("").replace(" ", "")
    letters = 10_240 - len(frame)

    def filled(letter, number):
        return frame.replace('""', f'"{letter * number}"')

    for text in (filled("x", letters), filled("x", letters).ljust(32_768), filled("é", letters // 2)):
        put(aws, aws.admin, text)
    for text in (filled("x", letters + 1), filled("é", letters // 2 + 1)):
        with pytest.raises(ClientError, match="has exceeded the maximum limit of 10240 bytes") as caught:
            put(aws, aws.admin, text)
        assert caught.value.response["Error"]["Code"] == "ValidationException"
    with refused("ValidationException"):
        put(aws, aws.admin, filled("é", 1).ljust(32_768))  # a byte too many, though not a character


@pytest.mark.parametrize("text", [GRANT.ljust(32_769), GRANT.replace("Allow", "Лейла"), ""])
def test_what_the_model_does_not_take_is_a_broken_request(watch, text):
    with serving(throttle=False, stopwatch=watch) as aws:
        furnish(aws)
        unchecked = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
        client = aws.client("sso-admin", config=unchecked)
        with refused("ValidationException"):
            put(aws, aws.admin, text, client)
        assert len(aws.server.complaints) == 1


def test_a_policy_changes_no_account_until_it_is_provisioned_there(aws, watch):
    put(aws, aws.admin, deny(aws.dana))
    assert allowed(aws, aws.dana) == {"management": True, "prod": True, "dev": True}
    assert accounts(aws, aws.admin, "NOT_PROVISIONED") == [aws.management, aws.prod]
    job = provision(aws, aws.admin, aws.prod)
    assert (job["Status"], job["AccountId"], job["PermissionSetArn"]) == ("IN_PROGRESS", aws.prod, aws.admin)
    assert allowed(aws, aws.dana)["prod"]
    watch.pass_(1.1)
    assert status(aws, job)["Status"] == "SUCCEEDED"
    assert allowed(aws, aws.dana) == {"management": True, "prod": False, "dev": True}
    assert allowed(aws, aws.emil) == {"management": True, "prod": True}
    assert aws.org.provisioned_policy(aws.prod, aws.admin) == deny(aws.dana)


def test_all_provisioned_accounts_are_one_request_and_the_management_account_is_among_them(aws, watch):
    put(aws, aws.admin, deny(aws.dana))
    job = provision(aws, aws.admin)
    assert "AccountId" not in job
    watch.pass_(1.1)
    assert status(aws, job)["Status"] == "SUCCEEDED"
    verdicts = {row["account_name"]: row["new_session"] for row in aws.org.try_to_get_in(aws.dana)}
    assert verdicts["management"] == {"allowed": False, "by": "inline policy of AdministratorAccess"}
    assert (verdicts["prod"]["allowed"], verdicts["dev"]["allowed"]) == (False, True)
    assert aws.org.bystanders([aws.dana]) == []
    assert aws.org.denies() == [deny(aws.dana)]


def test_the_lists_tell_roles_that_are_up_to_date_from_outdated_ones(aws, watch):
    def sets(wanted=None):
        only = {"ProvisioningStatus": f"LATEST_PERMISSION_SET_{wanted}"} if wanted else {}
        answer = aws.sso.list_permission_sets_provisioned_to_account(**aws.instance, AccountId=aws.prod, **only)
        return answer["PermissionSets"]

    assert (accounts(aws, aws.admin), accounts(aws, aws.admin, "PROVISIONED")) == ([aws.management, aws.prod],) * 2
    put(aws, aws.admin, deny(aws.dana))
    assert (sets("NOT_PROVISIONED"), sets("PROVISIONED"), sets()) == ([aws.admin], [], [aws.admin])
    provision(aws, aws.admin, aws.prod)
    watch.pass_(1.1)
    assert (sets("NOT_PROVISIONED"), sets("PROVISIONED")) == ([], [aws.admin])
    assert accounts(aws, aws.admin, "NOT_PROVISIONED") == [aws.management]
    assert accounts(aws, aws.admin, "PROVISIONED") == [aws.prod]
    assert accounts(aws, aws.admin) == [aws.management, aws.prod]
    put(aws, aws.admin, GRANT)
    assert accounts(aws, aws.admin, "NOT_PROVISIONED") == [aws.prod]


def test_a_new_role_has_the_present_policy_and_a_further_assignment_changes_no_role(aws, watch):
    put(aws, aws.admin, deny(aws.dana))
    for account in (aws.dev, aws.prod):
        group = aws.org.add_group(f"admins of {account}")
        aws.sso.create_account_assignment(**aws.assignment(account, aws.admin, "GROUP", group))
    watch.pass_(1.1)
    aws.org.settle()
    assert accounts(aws, aws.admin, "NOT_PROVISIONED") == [aws.management, aws.prod]
    assert accounts(aws, aws.admin, "PROVISIONED") == [aws.dev]


def test_a_role_that_comes_back_has_the_policy_of_that_moment(aws):
    put(aws, aws.viewer, deny(aws.dana))
    aws.org.unassign(aws.dev, aws.viewer, "USER", aws.dana)
    aws.org.assign(aws.dev, aws.viewer, "USER", aws.dana)
    assert accounts(aws, aws.viewer, "PROVISIONED") == [aws.dev]


def test_a_job_writes_the_policy_of_the_moment_it_was_asked_for(aws, watch):
    put(aws, aws.admin, deny(aws.dana))
    provision(aws, aws.admin)
    put(aws, aws.admin, GRANT)
    watch.pass_(1.1)
    assert accounts(aws, aws.admin, "NOT_PROVISIONED") == [aws.management, aws.prod]
    assert aws.org.provisioned_policy(aws.prod, aws.admin) == deny(aws.dana)


def test_changing_the_policy_during_a_provisioning_may_also_be_a_conflict(watch):
    with serving(throttle=False, stopwatch=watch, policy_while_provisioning="conflict") as aws:
        furnish(aws)
        provision(aws, aws.admin)
        with refused("ConflictException"):
            put(aws, aws.admin, GRANT)
        with refused("ConflictException"):
            aws.sso.delete_inline_policy_from_permission_set(**named(aws, aws.admin))
        put(aws, aws.viewer, GRANT)
        watch.pass_(1.1)
        put(aws, aws.admin, deny(aws.dana))


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("assignment_not_found", "Received a 404 status error: Assignment not found."),
        ("provision_not_found", "Permission set provision not found in AWS account {}"),
    ],
)
def test_where_no_role_is_the_job_fails(watch, option, reason):
    with serving(throttle=False, stopwatch=watch, provision_nowhere=option) as aws:
        furnish(aws)
        job = provision(aws, aws.viewer, aws.prod)
        assert job["Status"] == "IN_PROGRESS"
        watch.pass_(1.1)
        assert status(aws, job)["Status"] == "FAILED"
        assert status(aws, job)["FailureReason"] == reason.format(aws.prod)


def test_a_role_that_goes_while_its_job_waits_fails_the_job_and_the_other_roles_are_written(aws, watch):
    put(aws, aws.admin, deny(aws.dana))
    for user in (aws.dana, aws.emil):
        aws.delete(aws.prod, aws.admin, "USER", user)
    job = provision(aws, aws.admin)
    watch.pass_(3.1)
    assert status(aws, job)["FailureReason"] == "Received a 404 status error: Assignment not found."
    assert accounts(aws, aws.admin, "PROVISIONED") == [aws.management]


def test_provisioning_everywhere_what_is_nowhere_succeeds(aws, watch):
    job = provision(aws, aws.org.add_permission_set("Unused"))
    watch.pass_(1.1)
    assert status(aws, job)["Status"] == "SUCCEEDED"


def test_an_account_that_is_not_active_fails_the_job(aws, watch):
    put(aws, aws.admin, deny(aws.dana))
    aws.org.set_account_state(aws.prod, "SUSPENDED")
    job = provision(aws, aws.admin)
    watch.pass_(1.1)
    assert "SUSPENDED" in status(aws, job)["FailureReason"]
    assert accounts(aws, aws.admin, "PROVISIONED") == [aws.management]


def test_an_account_that_is_not_active_may_also_conflict_with_provisioning(watch):
    with serving(throttle=False, stopwatch=watch, inactive_account="conflict") as aws:
        furnish(aws)
        aws.org.set_account_state(aws.prod, "SUSPENDED")
        with refused("ConflictException"):
            provision(aws, aws.admin, aws.prod)


@pytest.mark.parametrize(
    "target",
    [
        {"TargetType": "AWS_ACCOUNT"},
        {"TargetType": "ALL_PROVISIONED_ACCOUNTS", "TargetId": "111111111111"},
    ],
)
def test_one_account_needs_its_number_and_all_accounts_take_none(aws, target):
    with refused("ValidationException"):
        aws.sso.provision_permission_set(**named(aws, aws.admin), **target)


def test_an_account_nobody_knows_and_a_request_nobody_made_are_not_found(aws):
    with refused("ResourceNotFoundException"):
        provision(aws, aws.admin, "000000000000")
    with refused("ResourceNotFoundException"):
        status(aws, {"RequestId": aws.delete(aws.prod, aws.admin, "USER", aws.dana)["RequestId"]})


def test_the_same_place_twice_is_a_conflict_and_other_places_are_not(aws):
    provision(aws, aws.admin, aws.prod)
    for account in (aws.prod, None):
        with refused("ConflictException"):
            provision(aws, aws.admin, account)
    provision(aws, aws.admin, aws.management)
    provision(aws, aws.viewer)


def test_a_fourth_provisioning_is_one_too_many_and_assignments_are_counted_apart(aws, watch):
    sets = [aws.org.add_permission_set(f"Set-{number}") for number in range(4)]
    for arn in sets:
        aws.org.assign(aws.prod, arn, "USER", aws.emil)
    for arn in sets[:3]:
        provision(aws, arn)
    with refused("ThrottlingException"):
        provision(aws, sets[3])
    aws.delete(aws.prod, sets[3], "USER", aws.emil)
    watch.pass_(5)
    provision(aws, sets[3])


def test_one_role_at_a_time_is_changed_in_an_account_whatever_the_change(watch):
    with serving(throttle=False, stopwatch=watch, job_seconds=(1.0, 1.0)) as aws:
        furnish(aws)
        deletion = aws.delete(aws.prod, aws.admin, "USER", aws.emil)["RequestId"]
        first = provision(aws, aws.admin)
        elsewhere = aws.delete(aws.dev, aws.viewer, "USER", aws.dana)["RequestId"]
        last = aws.delete(aws.management, aws.admin, "USER", aws.emil)["RequestId"]
        for running, done in ((4, 0), (2, 2), (1, 3), (0, 4)):
            states = [aws.deletion(job)["Status"] for job in (deletion, elsewhere, last)]
            states.append(status(aws, first)["Status"])
            assert (states.count("IN_PROGRESS"), states.count("SUCCEEDED")) == (running, done)
            watch.pass_(1.0)


def test_provisioning_jobs_can_be_made_to_fail_or_to_crawl(aws, watch):
    aws.server.faults.add("sso-admin.ProvisionPermissionSet", kind="job_failed", message="Throttled by IAM")
    failed = provision(aws, aws.admin)
    aws.server.faults.add("sso-admin.ProvisionPermissionSet", kind="job_slow", seconds=60)
    slow = provision(aws, aws.viewer)
    watch.pass_(2)
    assert status(aws, failed)["FailureReason"] == "Throttled by IAM"
    assert status(aws, slow)["Status"] == "IN_PROGRESS"
    watch.pass_(60)
    assert status(aws, slow)["Status"] == "SUCCEEDED"


def test_provisionings_are_listed_newest_first_and_apart_from_deletions(aws, watch):
    first = provision(aws, aws.admin)["RequestId"]
    watch.pass_(1.1)
    aws.delete(aws.prod, aws.admin, "USER", aws.dana)
    second = provision(aws, aws.viewer)["RequestId"]
    pages = aws.sso.get_paginator("list_permission_set_provisioning_status").paginate(
        **aws.instance, PaginationConfig={"PageSize": 1}
    )
    rows = [row for page in pages for row in page["PermissionSetsProvisioningStatus"]]
    assert [(row["RequestId"], row["Status"]) for row in rows] == [(second, "IN_PROGRESS"), (first, "SUCCEEDED")]
    assert {key for row in rows for key in row} == {"RequestId", "Status", "CreatedDate"}
    only = aws.sso.list_permission_set_provisioning_status(**aws.instance, Filter={"Status": "SUCCEEDED"})
    assert [row["RequestId"] for row in only["PermissionSetsProvisioningStatus"]] == [first]


def test_a_delegated_administrator_has_no_say_over_sets_that_are_used_in_the_management_account(aws):
    client = aws.client("sso-admin", aws.dev)
    for change in (
        lambda: put(aws, aws.admin, GRANT, client),
        lambda: client.delete_inline_policy_from_permission_set(**named(aws, aws.admin)),
        lambda: provision(aws, aws.admin, aws.prod, client),
        lambda: provision(aws, aws.admin, None, client),
        lambda: client.delete_permission_set(**named(aws, aws.admin)),
        lambda: provision(aws, aws.viewer, aws.management, client),
    ):
        with refused("AccessDeniedException"):
            change()
    put(aws, aws.viewer, deny(aws.dana), client)
    provision(aws, aws.viewer, aws.dev, client)
    assert stored(aws, aws.admin) == GRANT


def test_a_member_account_changes_no_permission_set(aws):
    with refused("AccessDeniedException"):
        put(aws, aws.viewer, GRANT, aws.client("sso-admin", aws.prod))


def test_a_permission_set_is_deleted_only_when_it_has_been_nowhere_for_a_while(aws, watch):
    with refused("ConflictException"):
        aws.sso.delete_permission_set(**named(aws, aws.viewer))
    aws.delete(aws.dev, aws.viewer, "USER", aws.dana)
    watch.pass_(1.1)
    aws.org.settle()
    assert accounts(aws, aws.viewer) == []
    with refused("ConflictException"):
        aws.sso.delete_permission_set(**named(aws, aws.viewer))
    watch.pass_(0.5)
    aws.sso.delete_permission_set(**named(aws, aws.viewer))
    assert aws.sso.list_permission_sets(**aws.instance)["PermissionSets"] == [aws.admin]
    for gone in (aws.sso.describe_permission_set, aws.sso.delete_permission_set):
        with refused("ResourceNotFoundException"):
            gone(**named(aws, aws.viewer))
    assert aws.org.truth(aws.dana)


def test_how_long_deprovisioning_goes_on_is_an_option(watch):
    with serving(throttle=False, stopwatch=watch, deprovision_seconds=120) as aws:
        furnish(aws)
        unused = aws.org.add_permission_set("Unused")
        aws.org.unassign(aws.dev, aws.viewer, "USER", aws.dana)
        watch.pass_(119)
        with refused("ConflictException"):
            aws.sso.delete_permission_set(**named(aws, aws.viewer))
        aws.sso.delete_permission_set(**named(aws, unused))
        watch.pass_(1)
        aws.sso.delete_permission_set(**named(aws, aws.viewer))


def test_a_permission_set_that_is_about_to_be_assigned_is_not_deleted(aws):
    unused = aws.org.add_permission_set("Unused")
    aws.sso.create_account_assignment(**aws.assignment(aws.prod, unused, "USER", aws.emil))
    with refused("ConflictException"):
        aws.sso.delete_permission_set(**named(aws, unused))


def test_the_orphaned_assignment_of_a_deleted_user_keeps_a_permission_set(aws):
    aws.org.delete_user(aws.dana)
    with refused("ConflictException"):
        aws.sso.delete_permission_set(**named(aws, aws.viewer))


def test_an_open_session_outlives_its_permission_set(aws, watch):
    aws.org.open_session(aws.dana, aws.dev, aws.viewer)
    aws.org.unassign(aws.dev, aws.viewer, "USER", aws.dana)
    watch.pass_(1)
    aws.sso.delete_permission_set(**named(aws, aws.viewer))
    (row,) = [row for row in aws.org.try_to_get_in(aws.dana) if row["account_name"] == "dev"]
    assert (row["permission_set_name"], row["open_session"]["allowed"]) == ("ReadOnly", True)


def test_a_provisioned_deny_stops_an_open_session_and_not_one_of_an_earlier_role(aws):
    aws.org.open_session(aws.dana, aws.management, aws.admin)
    aws.org.open_session(aws.dana, aws.dev, aws.viewer)
    aws.org.unassign(aws.dev, aws.viewer, "USER", aws.dana)
    aws.org.assign(aws.dev, aws.viewer, "USER", aws.dana)
    for arn in (aws.admin, aws.viewer):
        aws.org.put_inline_policy(arn, deny(aws.dana))
        aws.org.provision(arn)
    rows = {row["account_name"]: row for row in aws.org.try_to_get_in(aws.dana)}
    assert not rows["management"]["open_session"]["allowed"]
    assert rows["dev"]["open_session"]["allowed"]
    assert not rows["dev"]["new_session"]["allowed"]


def test_a_user_is_denied_in_an_account_only_when_every_way_in_is(aws):
    aws.org.assign(aws.prod, aws.viewer, "USER", aws.dana)
    aws.org.put_inline_policy(aws.admin, deny(aws.dana))
    aws.org.provision(aws.admin)
    assert aws.org.denied(aws.dana, aws.prod) is None
    assert aws.org.denied(aws.dana, aws.management) == "inline policy of AdministratorAccess"
    aws.org.put_inline_policy(aws.viewer, deny(aws.dana))
    aws.org.provision(aws.viewer, aws.prod)
    assert aws.org.denied(aws.dana, aws.prod) == "inline policy of AdministratorAccess, inline policy of ReadOnly"
    assert aws.org.denied(aws.dana, aws.dev) is None


def test_an_ordinary_role_is_a_way_in_that_no_inline_policy_closes():
    with serving(throttle=False, account_access=True) as aws:
        furnish(aws)
        aws.org.entitle(aws.org.add_role(aws.prod, "deployer"), "USER", aws.dana)
        aws.org.put_inline_policy(aws.admin, deny(aws.dana))
        aws.org.provision(aws.admin)
        assert aws.org.denied(aws.dana, aws.prod) is None
        aws.org.add_scp("deny", deny(aws.dana), targets=[aws.org.root_id])
        assert aws.org.denied(aws.dana, aws.prod)


def test_whoever_loses_one_of_several_ways_in_is_a_bystander(aws):
    aws.org.assign(aws.prod, aws.viewer, "USER", aws.emil)
    aws.org.put_inline_policy(aws.admin, deny(aws.dana, aws.emil))
    aws.org.provision(aws.admin, aws.prod)
    assert aws.org.denied(aws.emil, aws.prod) is None
    assert aws.org.bystanders([aws.dana]) == [(aws.emil, aws.prod, "inline policy of AdministratorAccess")]


def test_a_deny_that_is_stored_and_not_provisioned_is_no_deny(aws):
    aws.org.put_inline_policy(aws.admin, deny(aws.dana))
    assert aws.org.denies() == []
    aws.org.provision(aws.admin, aws.prod)
    assert aws.org.denies() == [deny(aws.dana)]


@pytest.mark.parametrize("there", [True, False])
def test_whether_sessions_carry_the_user_id_is_an_option(watch, there):
    with serving(throttle=False, stopwatch=watch, user_id_key=there, account_access=True) as aws:
        furnish(aws)
        aws.org.entitle(aws.org.add_role(aws.dev, "deployer"), "USER", aws.emil)
        aws.org.add_scp("by id", deny(aws.dana, aws.emil), targets=[aws.org.root_id])
        assert bool(aws.org.denied(aws.dana, aws.prod)) == there
        assert aws.org.denied(aws.emil, aws.dev)  # an ordinary role: no page doubts the key there
        by_name = deny("*:dana@example.com", key="aws:userid", operator="StringLike")
        aws.org.put_inline_policy(aws.admin, by_name)
        aws.org.provision(aws.admin)
        assert aws.org.denied(aws.dana, aws.management) == "inline policy of AdministratorAccess"


def test_any_session_can_be_judged_whoever_it_is(aws):
    somebody = "11111111-2222-3333-4444-555555555555"
    aws.org.put_inline_policy(aws.admin, deny(somebody))
    aws.org.provision(aws.admin, aws.management)
    judge = aws.org.denied_session
    assert judge(somebody, "some@body", aws.management, aws.admin) == "inline policy of AdministratorAccess"
    assert judge(somebody, "some@body", aws.prod, aws.admin) is None
    assert judge(somebody, "some@body", aws.dev, aws.admin) is None
    assert judge(aws.emil, "some@body", aws.management, aws.admin) is None
    by_name = deny("*:some@body", key="aws:userid", operator="StringLike")
    aws.org.add_scp("names", by_name, targets=[aws.org.root_id])
    assert judge(aws.emil, "some@body", aws.prod) == f"SCP names at {aws.org.root_id}"
    assert judge(aws.emil, "some@body", aws.management) is None


def test_changes_of_policies_are_events_of_the_trail(aws):
    put(aws, aws.admin, deny(aws.dana))
    provision(aws, aws.admin)
    trail = aws.client("cloudtrail")
    names = {event["EventName"] for event in trail.lookup_events()["Events"]}
    assert names >= {"PutInlinePolicyToPermissionSet", "ProvisionPermissionSet"}


@pytest.mark.parametrize("options", [{"provision_nowhere": "never"}, {"policy_while_provisioning": "maybe"}])
def test_a_reading_that_is_none_is_refused(options):
    with pytest.raises(ValueError, match="is"), serving(**options):
        pass
