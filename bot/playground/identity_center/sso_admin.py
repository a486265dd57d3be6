"""IAM Identity Center's administration: instances, permission sets, assignments. One function an operation."""

from typing import Any

from bot.playground.identity_center.call import Answer, Call, Operation, denied
from bot.playground.identity_center.entrance import SUSPENDED
from bot.playground.identity_center.errors import AwsError
from bot.playground.identity_center.organization import Organization
from bot.playground.identity_center.records import ACTIVE, Job, PermissionSet


def _instance(org: Organization) -> dict[str, Any]:
    created = round(org.created_at.timestamp(), 3)
    return {
        "InstanceArn": org.instance_arn,
        "IdentityStoreId": org.identity_store_id,
        "IdentityStoreArn": f"arn:{org.partition}:identitystore::{org.management_account_id}:identitystore/"
        f"{org.identity_store_id}",
        "OwnerAccountId": org.management_account_id,
        "CreatedDate": created,
        "Status": "ACTIVE",
        "PrimaryRegion": org.region,
        "Regions": [
            {"RegionName": org.region, "Status": "ACTIVE", "AddedDate": created, "IsPrimaryRegion": True},
        ],
    }


def list_instances(call: Call) -> Answer:
    here = call.region == call.org.region or call.parameters.get("RegionScope") == "ALL_REGIONS"
    found, more = call.page([_instance(call.org)] if here else [], lambda _instance: 0)
    return {"Instances": found, **more}


def _check_instance(call: Call) -> None:
    """Administrators only, and only in the instance's own region."""
    if not call.from_administrator:
        raise denied(call)
    if call.parameters["InstanceArn"] != call.org.instance_arn or call.region != call.org.region:
        if call.operation == "sso-admin.DescribeInstance":  # its model has no ResourceNotFoundException
            raise denied(call)
        raise AwsError("ResourceNotFoundException", f"Instance {call.parameters['InstanceArn']} not found.")


def _permission_set(call: Call) -> PermissionSet:
    arn = call.parameters["PermissionSetArn"]
    found = call.org.permission_set_by_arn.get(arn)
    if found is None:
        raise AwsError("ResourceNotFoundException", f"PermissionSet with arn {arn} not found.")
    return found


def _check_account(call: Call, account_id: str) -> None:
    if account_id not in call.org.account_by_id:
        raise AwsError("ResourceNotFoundException", f"Account {account_id} not found in the organization.")


def describe_instance(call: Call) -> Answer:
    _check_instance(call)
    return {
        **_instance(call.org),
        "EncryptionConfigurationDetails": {"KeyType": "AWS_OWNED_KMS_KEY", "EncryptionStatus": "ENABLED"},
        "PermissionSetsEnabled": call.org.options.permission_sets_enabled,
    }


def list_account_assignments_for_principal(call: Call) -> Answer:
    _check_instance(call)
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
    rows = sorted(
        (sequence, place, holder)
        for holder in principals
        for place, sequence in org.places_of.get(holder, {}).items()
        if only in {None, place[0]}
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
    _check_instance(call)
    account_id, arn = call.parameters["AccountId"], _permission_set(call).arn
    _check_account(call, account_id)
    rows = call.org.principals_at.get(account_id, {}).get(arn, {}).items()
    found, more = call.page(rows, lambda row: row[1])
    return {
        "AccountAssignments": [
            {"AccountId": account_id, "PermissionSetArn": arn, "PrincipalType": kind, "PrincipalId": principal_id}
            for (kind, principal_id), _ in found
        ],
        **more,
    }


def list_permission_sets_provisioned_to_account(call: Call) -> Answer:
    _check_instance(call)
    _check_account(call, call.parameters["AccountId"])
    org = call.org
    outdated = call.parameters.get("ProvisioningStatus") == "LATEST_PERMISSION_SET_NOT_PROVISIONED"
    provisioned = [] if outdated else org.principals_at.get(call.parameters["AccountId"], {})
    rows = sorted((org.permission_set_by_arn[arn] for arn in provisioned), key=lambda item: item.sequence)
    found, more = call.page(rows, lambda item: item.sequence)
    return {"PermissionSets": [item.arn for item in found], **more}


def list_permission_sets(call: Call) -> Answer:
    _check_instance(call)
    found, more = call.page(call.org.permission_set_by_arn.values(), lambda item: item.sequence)
    return {"PermissionSets": [item.arn for item in found], **more}


def describe_permission_set(call: Call) -> Answer:
    _check_instance(call)
    found = _permission_set(call)
    return {
        "PermissionSet": {
            "Name": found.name,
            "PermissionSetArn": found.arn,
            **({"Description": found.description} if found.description else {}),
            "CreatedDate": round(found.created_at.timestamp(), 3),
            "SessionDuration": found.session_duration,
        }
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
    _check_instance(call)
    org, parameters = call.org, call.parameters
    place = (parameters["TargetId"], _permission_set(call).arn)
    principal = (parameters["PrincipalType"], parameters["PrincipalId"])
    _check_account(call, place[0])
    if place[0] == org.management_account_id and not call.from_management:
        raise denied(call)  # a delegated administrator has no say there (userguide, delegated-admin)
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


def _job(call: Call, kind: str, job_id: str) -> Job:
    _check_instance(call)
    job = call.org.jobs.find(kind, job_id)
    if job is None:
        raise AwsError("ResourceNotFoundException", f"Request {job_id} not found.")
    return job


def describe_account_assignment_creation_status(call: Call) -> Answer:
    job = _job(call, "CREATION", call.parameters["AccountAssignmentCreationRequestId"])
    return {"AccountAssignmentCreationStatus": _status(job)}


def describe_account_assignment_deletion_status(call: Call) -> Answer:
    job = _job(call, "DELETION", call.parameters["AccountAssignmentDeletionRequestId"])
    return {"AccountAssignmentDeletionStatus": _status(job)}


def list_account_assignment_deletion_status(call: Call) -> Answer:
    """Newest first, and only what the model has: which assignment a request was about is not among it."""
    _check_instance(call)
    wanted = call.parameters.get("Filter", {}).get("Status")
    jobs = (job for job in call.org.jobs.newest_first("DELETION") if wanted in {None, job.status})
    # Newest first means descending numbers; the token counts upwards from the far end, so that new jobs
    # in front of the list do not shift the pages.
    far_end = 2**62
    found, more = call.page(jobs, lambda job: far_end - job.sequence)
    return {
        "AccountAssignmentsDeletionStatus": [
            {"Status": job.status, "RequestId": job.id, "CreatedDate": round(job.created_at.timestamp(), 3)}
            for job in found
        ],
        **more,
    }


OPERATIONS: dict[str, Operation] = {
    "ListInstances": list_instances,
    "DescribeInstance": describe_instance,
    "ListAccountAssignmentsForPrincipal": list_account_assignments_for_principal,
    "ListAccountAssignments": list_account_assignments,
    "ListPermissionSetsProvisionedToAccount": list_permission_sets_provisioned_to_account,
    "ListPermissionSets": list_permission_sets,
    "DescribePermissionSet": describe_permission_set,
    "CreateAccountAssignment": create_account_assignment,
    "DescribeAccountAssignmentCreationStatus": describe_account_assignment_creation_status,
    "DeleteAccountAssignment": delete_account_assignment,
    "DescribeAccountAssignmentDeletionStatus": describe_account_assignment_deletion_status,
    "ListAccountAssignmentDeletionStatus": list_account_assignment_deletion_status,
}
