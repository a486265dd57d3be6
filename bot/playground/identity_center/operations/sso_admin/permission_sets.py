"""Permission sets: listing them, what they allow, where they are provisioned; changing and deleting them.

One function per operation.
"""

from bot.playground.identity_center.changes.permission_sets import delete_permission_set as forget_permission_set
from bot.playground.identity_center.changes.permission_sets import outdated, places_provisioned, put_inline_policy
from bot.playground.identity_center.changes.policy_texts import check_permission_set_policy
from bot.playground.identity_center.operations.call import Answer, Call, Operation, denied
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.records import PermissionSet, RolePlace


def permission_set(call: Call) -> PermissionSet:
    """The permission set the call names. Raises AwsError ResourceNotFoundException."""
    arn = call.parameters["PermissionSetArn"]
    found = call.org.permission_set_by_arn.get(arn)
    if found is None:
        raise AwsError("ResourceNotFoundException", f"PermissionSet with arn {arn} not found.")
    return found


def check_account(call: Call, account_id: str) -> None:
    """Raises AwsError ResourceNotFoundException for an account outside the organization."""
    if account_id not in call.org.account_by_id:
        raise AwsError("ResourceNotFoundException", f"Account {account_id} not found in the organization.")


def _has_status(call: Call, place: RolePlace) -> bool:
    """Whether a role has the ProvisioningStatus that is asked for.

    AWS does not document what it compares. Here it is the text, so a policy that was put back needs no provisioning.
    """
    wanted = call.parameters.get("ProvisioningStatus")
    status = (
        "LATEST_PERMISSION_SET_NOT_PROVISIONED" if outdated(call.org, place) else "LATEST_PERMISSION_SET_PROVISIONED"
    )
    return wanted in {None, status}


def list_permission_sets_provisioned_to_account(call: Call) -> Answer:
    check_account(call, call.parameters["AccountId"])
    org, account_id = call.org, call.parameters["AccountId"]
    rows = sorted(
        (
            org.permission_set_by_arn[arn]
            for arn in org.principals_at.get(account_id, {})
            if _has_status(call, (account_id, arn))
        ),
        key=lambda item: item.sequence,
    )
    found, more = call.page(rows, lambda item: item.sequence)
    return {"PermissionSets": [item.arn for item in found], **more}


def list_permission_sets(call: Call) -> Answer:
    found, more = call.page(call.org.permission_set_by_arn.values(), lambda item: item.sequence)
    return {"PermissionSets": [item.arn for item in found], **more}


def describe_permission_set(call: Call) -> Answer:
    found = permission_set(call)
    return {
        "PermissionSet": {
            "Name": found.name,
            "PermissionSetArn": found.arn,
            **({"Description": found.description} if found.description else {}),
            "CreatedDate": round(found.created_at.timestamp(), 3),
            "SessionDuration": found.session_duration,
        }
    }


def list_accounts_for_provisioned_permission_set(call: Call) -> Answer:
    org, arn = call.org, permission_set(call).arn
    rows = [
        (number, account_id)
        for number, account_id in enumerate(org.account_by_id)
        if arn in org.principals_at.get(account_id, ()) and _has_status(call, (account_id, arn))
    ]
    found, more = call.page(rows, lambda row: row[0])
    return {"AccountIds": [account_id for _, account_id in found], **more}


def get_inline_policy_for_permission_set(call: Call) -> Answer:
    """Without a policy the member is missing: its model does not allow an empty string."""
    policy = permission_set(call).inline_policy
    return {} if policy is None else {"InlinePolicy": policy}


def changeable(call: Call) -> PermissionSet:
    """The permission set the call wants to change.

    "A permission set used for access to the management account can only be modified by an administrator from the
    management account" (userguide, delegated-admin). Raises AwsError AccessDeniedException, ResourceNotFoundException.
    """
    found = permission_set(call)
    if not call.from_management and (call.org.management_account_id, found.arn) in call.org.role_of:
        raise denied(call)
    return found


def _check_idle(call: Call, found: PermissionSet) -> None:
    if call.org.options.policy_while_provisioning == "conflict" and call.org.jobs.provisioning(found.arn):
        raise AwsError("ConflictException", "There is a conflicting operation in process.")


def put_inline_policy_to_permission_set(call: Call) -> Answer:
    """Replaces the only inline policy. Nothing changes in the accounts until ProvisionPermissionSet."""
    found, content = changeable(call), call.parameters["InlinePolicy"]
    check_permission_set_policy(content)
    _check_idle(call, found)
    put_inline_policy(call.org, found.arn, content)
    return {}


def delete_inline_policy_from_permission_set(call: Call) -> Answer:
    """Does nothing if there is no inline policy; we assume that is not an error."""
    found = changeable(call)
    _check_idle(call, found)
    put_inline_policy(call.org, found.arn, None)
    return {}


def delete_permission_set(call: Call) -> Answer:
    """Refused while it is assigned or has a role anywhere, and for a while after its last role was removed."""
    found, org = changeable(call), call.org
    # A running job counts too: the role it creates would be left without a permission set.
    provisioned = bool(places_provisioned(org, found.arn)) or org.jobs.busy(found.arn)
    went = org.deprovisioned_at.get(found.arn)
    going = went is not None and org.options.stopwatch() < went + org.options.deprovision_seconds
    if provisioned or going:
        raise AwsError(
            "ConflictException",
            "Could not delete because PermissionSet has ApplicationProfile associated with it",
        )
    forget_permission_set(org, found.arn)
    return {}


def list_managed_policies_in_permission_set(call: Call) -> Answer:
    found, more = call.page(enumerate(permission_set(call).managed), lambda row: row[0])
    return {"AttachedManagedPolicies": [{"Name": arn.rpartition("/")[2], "Arn": arn} for _, arn in found], **more}


# Each with the name of the list it returns empty.
PERMISSION_SETS: dict[str, tuple[Operation, str | None]] = {
    "ListPermissionSets": (list_permission_sets, "PermissionSets"),
    "DescribePermissionSet": (describe_permission_set, None),
    "ListPermissionSetsProvisionedToAccount": (list_permission_sets_provisioned_to_account, "PermissionSets"),
    "ListAccountsForProvisionedPermissionSet": (list_accounts_for_provisioned_permission_set, "AccountIds"),
    "GetInlinePolicyForPermissionSet": (get_inline_policy_for_permission_set, None),
    "PutInlinePolicyToPermissionSet": (put_inline_policy_to_permission_set, None),
    "DeleteInlinePolicyFromPermissionSet": (delete_inline_policy_from_permission_set, None),
    "DeletePermissionSet": (delete_permission_set, None),
    "ListManagedPoliciesInPermissionSet": (list_managed_policies_in_permission_set, "AttachedManagedPolicies"),
}
