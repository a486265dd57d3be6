"""Account assignments and the jobs that change them. One function per operation."""

from collections.abc import Iterator
from typing import Any

from bot.playground.identity_center.changes.permission_sets import SUSPENDED
from bot.playground.identity_center.operations.call import Answer, Call, Operation, denied
from bot.playground.identity_center.operations.sso_admin.job_lists import find_job, newest_first
from bot.playground.identity_center.operations.sso_admin.permission_sets import (
    check_account,
    permission_set,
)
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.ordered import Numbered, merged
from bot.playground.identity_center.state.records import ACTIVE, Job, Principal, RolePlace


def list_account_assignments_for_principal(call: Call) -> Answer:
    if not call.from_management:  # "must be called from the management account"
        raise denied(call)
    org, parameters = call.org, call.parameters
    principal = (parameters["PrincipalType"], parameters["PrincipalId"])
    known = org.user_by_id if principal[0] == "USER" else org.group_by_id
    if principal[1] not in known and not org.places_of.get(principal):
        raise AwsError("ResourceNotFoundException", f"{principal[0]} {principal[1]} not found.")
    principals = [principal]
    if principal[0] == "USER" and org.options.inherited_rows:
        principals += [("GROUP", group_id) for group_id in org.memberships_of.get(principal[1], ())]
    only = parameters.get("Filter", {}).get("AccountId")

    def rows(number: int) -> Iterator[tuple[int, RolePlace, Principal]]:
        held = [(holder, org.places_of.get(holder)) for holder in principals]
        if only is None:
            return merged(held, number)
        places = [(only, arn) for arn in org.principals_at.get(only, ())]
        return iter(
            sorted(
                (there[place], place, holder) for holder, there in held if there for place in places if place in there
            )
        )

    found, more = call.page(rows, lambda row: row[0])
    return {
        "AccountAssignments": [
            {"AccountId": place[0], "PermissionSetArn": place[1], "PrincipalId": holder[1], "PrincipalType": holder[0]}
            for _, place, holder in found
        ],
        **more,
    }


def list_account_assignments(call: Call) -> Answer:
    account_id, arn = call.parameters["AccountId"], permission_set(call).arn
    check_account(call, account_id)
    here: Numbered[Principal] = call.org.principals_at.get(account_id, {}).get(arn, Numbered())
    found, more = call.page(here.after, lambda row: row[0])
    return {
        "AccountAssignments": [
            {"AccountId": account_id, "PermissionSetArn": arn, "PrincipalType": kind, "PrincipalId": principal_id}
            for _, (kind, principal_id) in found
        ],
        **more,
    }


def _status(job: Job) -> dict[str, Any]:
    return {
        "Status": job.status,
        "RequestId": job.id,
        **({"FailureReason": job.reason} if job.reason else {}),
        "TargetId": job.place[0],
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": job.place[1],
        "PrincipalType": job.principal[0],
        "PrincipalId": job.principal[1],
        "CreatedDate": round(job.created_at.timestamp(), 3),
    }


def _start(call: Call, kind: str) -> Job:
    org, parameters = call.org, call.parameters
    place = (parameters["TargetId"], permission_set(call).arn)
    principal = (parameters["PrincipalType"], parameters["PrincipalId"])
    check_account(call, place[0])
    if place[0] == org.management_account_id and not call.from_management:
        raise denied(call)  # a delegated administrator cannot change it (userguide, delegated-admin)
    state = org.account_by_id[place[0]].state
    if state != ACTIVE and org.options.inactive_account == "conflict":
        raise AwsError("ConflictException", SUSPENDED.format(place[0], state))
    absent = kind == "DELETION" and place not in org.places_of.get(principal, {})
    if absent and org.options.absent_assignment == "not_found":
        raise AwsError("ResourceNotFoundException", "Assignment not found.")
    with org.edit():
        return org.jobs.start(kind, place, principal, failure=call.job_failure, extra_seconds=call.job_extra_seconds)


def create_account_assignment(call: Call) -> Answer:
    return {"AccountAssignmentCreationStatus": _status(_start(call, "CREATION"))}


def delete_account_assignment(call: Call) -> Answer:
    return {"AccountAssignmentDeletionStatus": _status(_start(call, "DELETION"))}


def describe_account_assignment_creation_status(call: Call) -> Answer:
    job = find_job(call, "CREATION", call.parameters["AccountAssignmentCreationRequestId"])
    return {"AccountAssignmentCreationStatus": _status(job)}


def describe_account_assignment_deletion_status(call: Call) -> Answer:
    job = find_job(call, "DELETION", call.parameters["AccountAssignmentDeletionRequestId"])
    return {"AccountAssignmentDeletionStatus": _status(job)}


def list_account_assignment_deletion_status(call: Call) -> Answer:
    return newest_first(call, "DELETION", "AccountAssignmentsDeletionStatus")


# Each with the name of the list it returns empty.
ASSIGNMENTS: dict[str, tuple[Operation, str | None]] = {
    "ListAccountAssignmentsForPrincipal": (list_account_assignments_for_principal, "AccountAssignments"),
    "ListAccountAssignments": (list_account_assignments, "AccountAssignments"),
    "CreateAccountAssignment": (create_account_assignment, None),
    "DescribeAccountAssignmentCreationStatus": (describe_account_assignment_creation_status, None),
    "DeleteAccountAssignment": (delete_account_assignment, None),
    "DescribeAccountAssignmentDeletionStatus": (describe_account_assignment_deletion_status, None),
    "ListAccountAssignmentDeletionStatus": (
        list_account_assignment_deletion_status,
        "AccountAssignmentsDeletionStatus",
    ),
}
