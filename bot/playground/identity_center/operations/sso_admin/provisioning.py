"""Provisioning permission sets: roles in accounts get the policy that the permission set has now."""

from typing import Any

from bot.playground.identity_center.changes.permission_sets import SUSPENDED, places_provisioned
from bot.playground.identity_center.operations.call import Answer, Call, Operation, denied
from bot.playground.identity_center.operations.sso_admin.job_lists import find_job, newest_first
from bot.playground.identity_center.operations.sso_admin.permission_sets import changeable, check_account
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.records import ACTIVE, Job, PermissionSet, RolePlace

EVERYWHERE = "ALL_PROVISIONED_ACCOUNTS"
# "Reaches at most 3,500 accounts". (singlesignon userguide, limits)
MOST_ACCOUNTS = 3_500


def _status(job: Job) -> dict[str, Any]:
    """A request for all accounts names no account: the model has room for only one."""
    return {
        "Status": job.status,
        "RequestId": job.id,
        **({"AccountId": job.place[0]} if job.place[0] else {}),
        "PermissionSetArn": job.place[1],
        **({"FailureReason": job.reason} if job.reason else {}),
        "CreatedDate": round(job.created_at.timestamp(), 3),
    }


def _everywhere(call: Call, found: PermissionSet) -> tuple[RolePlace, ...]:
    """Nowhere is fine too: Terraform provisions permission sets nobody is assigned yet, and that job succeeds."""
    if "TargetId" in call.parameters:
        raise AwsError("ValidationException", f"TargetId must not be set when TargetType is {EVERYWHERE}.")
    places = places_provisioned(call.org, found.arn)
    if len(places) > MOST_ACCOUNTS:
        raise AwsError("ValidationException", f"{EVERYWHERE} reaches at most {MOST_ACCOUNTS} accounts.")
    return tuple(places)


def _one_account(call: Call, found: PermissionSet) -> tuple[RolePlace, ...]:
    """The request does not check whether there is a role to update; the job does."""
    org, account_id = call.org, call.parameters.get("TargetId")
    if account_id is None:
        raise AwsError("ValidationException", "TargetId must be set when TargetType is AWS_ACCOUNT.")
    check_account(call, account_id)
    if account_id == org.management_account_id and not call.from_management:
        raise denied(call)  # a delegated administrator cannot change it (userguide, delegated-admin)
    state = org.account_by_id[account_id].state
    if state != ACTIVE and org.options.inactive_account == "conflict":
        raise AwsError("ConflictException", SUSPENDED.format(account_id, state))
    return ((account_id, found.arn),)


def provision_permission_set(call: Call) -> Answer:
    """Starts a job that writes the policy as it is now, not as it is when the job ends (assumed, as the less helpful).

    For all accounts it is a single job that blocks all of them. One role that cannot be updated fails the job, but the
    others are updated anyway (not documented).
    """
    found, org = changeable(call), call.org
    everywhere = call.parameters["TargetType"] == EVERYWHERE
    places = _everywhere(call, found) if everywhere else _one_account(call, found)
    with org.edit():
        job = org.jobs.start(
            "PROVISIONING",
            ("", found.arn) if everywhere else places[0],
            places=places,
            text=found.inline_policy,
            failure=call.job_failure,
            extra_seconds=call.job_extra_seconds,
        )
    return {"PermissionSetProvisioningStatus": _status(job)}


def describe_permission_set_provisioning_status(call: Call) -> Answer:
    job = find_job(call, "PROVISIONING", call.parameters["ProvisionPermissionSetRequestId"])
    return {"PermissionSetProvisioningStatus": _status(job)}


def list_permission_set_provisioning_status(call: Call) -> Answer:
    return newest_first(call, "PROVISIONING", "PermissionSetsProvisioningStatus")


# Each with the name of the list it returns empty.
PROVISIONING: dict[str, tuple[Operation, str | None]] = {
    "ProvisionPermissionSet": (provision_permission_set, None),
    "DescribePermissionSetProvisioningStatus": (describe_permission_set_provisioning_status, None),
    "ListPermissionSetProvisioningStatus": (
        list_permission_set_provisioning_status,
        "PermissionSetsProvisioningStatus",
    ),
}
