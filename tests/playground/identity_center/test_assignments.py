"""Account assignments: who is listed where, and the slow jobs that change them."""

import threading

import pytest

from bot.playground.identity_center import random_organization
from tests.playground.identity_center.simulated_aws import Stopwatch, refused, serving


@pytest.fixture
def watch():
    return Stopwatch()


@pytest.fixture
def aws(watch):
    with serving(throttle=False, stopwatch=watch) as aws:
        org = aws.org
        aws.unit = org.add_ou("workloads")
        aws.prod, aws.dev = org.add_account("prod", ou=aws.unit), org.add_account("dev", ou=aws.unit)
        aws.admin, aws.viewer = (
            org.add_permission_set("AdministratorAccess", "PT4H"),
            org.add_permission_set("ReadOnly"),
        )
        aws.group = org.add_group("cloud-viewers")
        aws.dana, aws.emil = org.add_user("dana@example.com"), org.add_user("emil@example.com")
        org.add_member(aws.group, aws.dana)
        org.assign(aws.prod, aws.admin, "USER", aws.dana)
        org.assign(aws.prod, aws.admin, "GROUP", aws.group)
        org.assign(aws.dev, aws.viewer, "GROUP", aws.group)
        yield aws
        assert aws.server.complaints == []


def test_a_users_list_includes_what_groups_give_and_names_the_group(aws):
    rows = {
        (row["AccountId"], row["PermissionSetArn"], row["PrincipalType"], row["PrincipalId"])
        for row in aws.ways(aws.dana)
    }
    assert rows == {
        (aws.prod, aws.admin, "USER", aws.dana),
        (aws.prod, aws.admin, "GROUP", aws.group),
        (aws.dev, aws.viewer, "GROUP", aws.group),
    }


def test_the_list_can_be_narrowed_to_one_account_and_paged(aws):
    assert len(aws.ways(aws.dana, Filter={"AccountId": aws.dev})) == 1
    assert len(aws.ways(aws.dana, PaginationConfig={"PageSize": 1})) == 3


def test_a_groups_list_is_its_own(aws):
    assert len(aws.ways(aws.group, kind="GROUP")) == 2


def test_an_unknown_principal_is_not_found(aws):
    with refused("ResourceNotFoundException"):
        aws.ways("00000000-0000-0000-0000-000000000000")


def test_the_other_reading_leaves_inherited_rows_out():
    with serving(inherited_rows=False, throttle=False) as aws:
        account, permission_set = aws.org.add_account("prod"), aws.org.add_permission_set("ReadOnly")
        user, group = aws.org.add_user("dana@example.com"), aws.org.add_group("viewers")
        aws.org.add_member(group, user)
        aws.org.assign(account, permission_set, "GROUP", group)
        assert aws.ways(user) == []
        assert len(aws.org.truth(user)) == 1


def test_listing_by_account_and_permission_set_finds_the_same(aws):
    found = set()
    for account in (aws.org.management_account_id, aws.prod, aws.dev):
        for arn in aws.sso.list_permission_sets_provisioned_to_account(**aws.instance, AccountId=account)[
            "PermissionSets"
        ]:
            rows = aws.sso.list_account_assignments(**aws.instance, AccountId=account, PermissionSetArn=arn)
            found |= {(account, arn, row["PrincipalType"], row["PrincipalId"]) for row in rows["AccountAssignments"]}
    assert found == {
        (aws.prod, aws.admin, "USER", aws.dana),
        (aws.prod, aws.admin, "GROUP", aws.group),
        (aws.dev, aws.viewer, "GROUP", aws.group),
    }


def test_permission_sets_are_listed_and_described(aws):
    assert aws.sso.list_permission_sets(**aws.instance)["PermissionSets"] == [aws.admin, aws.viewer]
    found = aws.sso.describe_permission_set(**aws.instance, PermissionSetArn=aws.admin)["PermissionSet"]
    assert (found["Name"], found["SessionDuration"]) == ("AdministratorAccess", "PT4H")


def test_the_truth_lists_direct_and_group_ways_separately(aws):
    ways = aws.org.truth(aws.dana)
    assert [(way["path"], way["group_name"], way["account_name"]) for way in ways] == [
        ("direct", None, "prod"),
        ("group", "cloud-viewers", "prod"),
        ("group", "cloud-viewers", "dev"),
    ]
    assert aws.org.truth(aws.emil) == []


def test_random_organizations_answer_what_their_truth_says():
    with serving(random_organization(seed=5, users=60, accounts=6, throttle=False)) as aws:
        for user in aws.org.users():
            wire = (
                sorted(
                    (
                        row["AccountId"],
                        row["PermissionSetArn"],
                        row["PrincipalId"] if row["PrincipalType"] == "GROUP" else None,
                    )
                    for row in aws.ways(user.id)
                )
                if aws.org.truth(user.id)
                else []
            )
            truth = [(way["account_id"], way["permission_set_arn"], way["group_id"]) for way in aws.org.truth(user.id)]
            assert sorted(map(str, wire)) == sorted(map(str, truth))


def test_a_deletion_is_in_progress_for_a_while_and_then_done(aws, watch):
    job = aws.delete(aws.prod, aws.admin, "USER", aws.dana)
    assert job["Status"] == "IN_PROGRESS"
    assert (job["TargetId"], job["PrincipalId"]) == (aws.prod, aws.dana)
    assert aws.deletion(job["RequestId"])["Status"] == "IN_PROGRESS"
    assert len(aws.ways(aws.dana)) == 3
    watch.pass_(1.1)
    assert aws.deletion(job["RequestId"])["Status"] == "SUCCEEDED"
    assert len(aws.ways(aws.dana)) == 2


def test_a_creation_undoes_a_deletion(aws, watch):
    aws.org.unassign(aws.prod, aws.admin, "USER", aws.dana)
    job = aws.sso.create_account_assignment(**aws.assignment(aws.prod, aws.admin, "USER", aws.dana))
    job = job["AccountAssignmentCreationStatus"]
    watch.pass_(1.1)
    status = aws.sso.describe_account_assignment_creation_status(
        **aws.instance, AccountAssignmentCreationRequestId=job["RequestId"]
    )
    assert status["AccountAssignmentCreationStatus"]["Status"] == "SUCCEEDED"
    assert len(aws.ways(aws.dana)) == 3


def test_deleting_what_is_not_there_ends_failed_with_a_reason(aws, watch):
    job = aws.delete(aws.dev, aws.admin, "USER", aws.dana)
    watch.pass_(1.1)
    done = aws.deletion(job["RequestId"])
    assert done["Status"] == "FAILED"
    assert "Assignment not found" in done["FailureReason"]


def test_deleting_what_is_not_there_may_also_be_refused_or_succeed(watch):
    for option, expected in (("not_found", None), ("job_succeeded", "SUCCEEDED")):
        with serving(throttle=False, stopwatch=watch, absent_assignment=option) as aws:
            account, permission_set = aws.org.add_account("prod"), aws.org.add_permission_set("ReadOnly")
            assignment = (account, permission_set, "USER", aws.org.add_user("dana@example.com"))
            if expected is None:
                with refused("ResourceNotFoundException"):
                    aws.delete(*assignment)
                continue
            job = aws.delete(*assignment)
            watch.pass_(1.1)
            assert aws.deletion(job["RequestId"])["Status"] == expected


def test_the_same_change_twice_is_a_conflict(aws):
    aws.delete(aws.prod, aws.admin, "USER", aws.dana)
    with refused("ConflictException"):
        aws.delete(aws.prod, aws.admin, "USER", aws.dana)
    with refused("ConflictException"):
        aws.sso.create_account_assignment(**aws.assignment(aws.prod, aws.admin, "USER", aws.dana))


def test_jobs_of_one_account_follow_one_another_and_others_do_not_wait(aws, watch):
    users = [aws.org.add_user(f"user{number}@example.com") for number in range(4)]
    for user in users:
        aws.org.assign(aws.prod, aws.viewer, "USER", user)
    jobs = [aws.delete(aws.prod, aws.viewer, "USER", user)["RequestId"] for user in users]
    elsewhere = aws.delete(aws.dev, aws.viewer, "GROUP", aws.group)["RequestId"]
    watch.pass_(1.0)
    done = [aws.deletion(job)["Status"] for job in jobs]
    assert aws.deletion(elsewhere)["Status"] == "SUCCEEDED"
    assert done == sorted(done, reverse=True)
    assert "IN_PROGRESS" in done
    watch.pass_(3.0)
    assert {aws.deletion(job)["Status"] for job in jobs} == {"SUCCEEDED"}


def test_sixteen_outstanding_jobs_are_one_too_many(aws, watch):
    users = [aws.org.add_user(f"user{number}@example.com") for number in range(16)]
    for user in users:
        aws.org.assign(aws.prod, aws.viewer, "USER", user)
    for user in users[:15]:
        aws.delete(aws.prod, aws.viewer, "USER", user)
    with refused("ThrottlingException"):
        aws.delete(aws.prod, aws.viewer, "USER", users[15])
    watch.pass_(16)
    aws.delete(aws.prod, aws.viewer, "USER", users[15])


@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "CLOSED"])
def test_an_account_that_is_not_active_refuses_changes(aws, watch, state):
    aws.org.set_account_state(aws.prod, state)
    job = aws.delete(aws.prod, aws.admin, "USER", aws.dana)
    watch.pass_(1.1)
    done = aws.deletion(job["RequestId"])
    assert done["Status"] == "FAILED"
    assert state in done["FailureReason"]
    assert len(aws.ways(aws.dana)) == 3


def test_an_account_that_is_not_active_may_also_conflict_at_once():
    with serving(throttle=False, inactive_account="conflict") as aws:
        account, permission_set = aws.org.add_account("prod", state="SUSPENDED"), aws.org.add_permission_set("ReadOnly")
        user = aws.org.add_user("dana@example.com")
        aws.org.assign(account, permission_set, "USER", user)
        with refused("ConflictException"):
            aws.delete(account, permission_set, "USER", user)


def test_the_list_of_deletions_is_newest_first_and_says_little(aws, watch):
    first = aws.delete(aws.prod, aws.admin, "USER", aws.dana)["RequestId"]
    watch.pass_(1.1)
    second = aws.delete(aws.dev, aws.viewer, "GROUP", aws.group)["RequestId"]
    pages = aws.sso.get_paginator("list_account_assignment_deletion_status").paginate(
        **aws.instance, PaginationConfig={"PageSize": 1}
    )
    rows = [row for page in pages for row in page["AccountAssignmentsDeletionStatus"]]
    assert [(row["RequestId"], row["Status"]) for row in rows] == [(second, "IN_PROGRESS"), (first, "SUCCEEDED")]
    assert {key for row in rows for key in row} == {"RequestId", "Status", "CreatedDate"}
    only = aws.sso.list_account_assignment_deletion_status(**aws.instance, Filter={"Status": "IN_PROGRESS"})
    assert [row["RequestId"] for row in only["AccountAssignmentsDeletionStatus"]] == [second]


def test_a_request_nobody_made_is_not_found(aws):
    with refused("ResourceNotFoundException"):
        aws.deletion("00000000-0000-4000-8000-000000000000")


def test_a_job_can_be_made_to_fail_or_to_crawl(aws, watch):
    aws.server.faults.add("sso-admin.DeleteAccountAssignment", kind="job_failed", message="Throttled by IAM")
    failed = aws.delete(aws.prod, aws.admin, "USER", aws.dana)["RequestId"]
    aws.server.faults.add("sso-admin.DeleteAccountAssignment", kind="job_slow", seconds=60)
    slow = aws.delete(aws.dev, aws.viewer, "GROUP", aws.group)["RequestId"]
    watch.pass_(2)
    assert aws.deletion(failed)["FailureReason"] == "Throttled by IAM"
    assert aws.deletion(slow)["Status"] == "IN_PROGRESS"
    watch.pass_(60)
    assert aws.deletion(slow)["Status"] == "SUCCEEDED"


def test_the_role_goes_with_the_last_assignment_and_comes_back_under_another_name(aws):
    before = aws.org.role_arn(aws.prod, aws.admin)
    assert before.startswith(
        f"arn:aws:iam::{aws.prod}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin"
    )
    aws.org.unassign(aws.prod, aws.admin, "USER", aws.dana)
    assert aws.org.role_arn(aws.prod, aws.admin) == before
    aws.org.unassign(aws.prod, aws.admin, "GROUP", aws.group)
    assert aws.org.role_arn(aws.prod, aws.admin) is None
    aws.org.assign(aws.prod, aws.admin, "USER", aws.dana)
    assert aws.org.role_arn(aws.prod, aws.admin) not in {None, before}


def test_a_delegated_administrator_cannot_list_by_principal_nor_touch_the_management_account(aws):
    aws.org.delegated_admin_account_id = aws.dev
    management = aws.org.management_account_id
    aws.org.assign(management, aws.admin, "USER", aws.dana)
    client = aws.client("sso-admin", aws.dev)
    with refused("AccessDeniedException"):
        client.list_account_assignments_for_principal(**aws.instance, PrincipalId=aws.dana, PrincipalType="USER")
    with refused("AccessDeniedException"):
        client.delete_account_assignment(**aws.assignment(management, aws.admin, "USER", aws.dana))
    rows = client.list_account_assignments(**aws.instance, AccountId=management, PermissionSetArn=aws.admin)
    assert len(rows["AccountAssignments"]) == 1
    client.delete_account_assignment(**aws.assignment(aws.prod, aws.admin, "USER", aws.dana))


def test_a_member_account_has_no_say(aws):
    with refused("AccessDeniedException"):
        aws.client("sso-admin", aws.dev).list_permission_sets(**aws.instance)


def test_an_unknown_permission_set_or_account_is_not_found(aws):
    absent = aws.admin[:-16] + "0" * 16
    with refused("ResourceNotFoundException"):
        aws.delete(aws.prod, absent, "USER", aws.dana)
    with refused("ResourceNotFoundException"):
        aws.delete("000000000000", aws.admin, "USER", aws.dana)


def test_finished_jobs_are_heard_of_though_nobody_asks():
    with serving(throttle=False, job_seconds=(0.1, 0.1)) as aws:
        account, permission_set = aws.org.add_account("prod"), aws.org.add_permission_set("ReadOnly")
        user = aws.org.add_user("dana@example.com")
        aws.org.assign(account, permission_set, "USER", user)
        aws.delete(account, permission_set, "USER", user)
        heard = threading.Event()
        aws.org.on_change(heard.set)
        assert heard.wait(timeout=5)
        assert not aws.org.places_of["USER", user]
