"""Permission sets: which there are, what they allow, where they are provisioned. One function an operation."""

from bot.playground.identity_center.call import Answer, Call, Operation
from bot.playground.identity_center.errors import AwsError
from bot.playground.identity_center.records import PermissionSet


def permission_set(call: Call) -> PermissionSet:
    """The permission set the call names. Raises AwsError ResourceNotFoundException."""
    arn = call.parameters["PermissionSetArn"]
    found = call.org.permission_set_by_arn.get(arn)
    if found is None:
        raise AwsError("ResourceNotFoundException", f"PermissionSet with arn {arn} not found.")
    return found


def check_account(call: Call, account_id: str) -> None:
    """Raises AwsError ResourceNotFoundException for an account that is none of the organization's."""
    if account_id not in call.org.account_by_id:
        raise AwsError("ResourceNotFoundException", f"Account {account_id} not found in the organization.")


def list_permission_sets_provisioned_to_account(call: Call) -> Answer:
    check_account(call, call.parameters["AccountId"])
    org = call.org
    outdated = call.parameters.get("ProvisioningStatus") == "LATEST_PERMISSION_SET_NOT_PROVISIONED"
    provisioned = [] if outdated else org.principals_at.get(call.parameters["AccountId"], {})
    rows = sorted((org.permission_set_by_arn[arn] for arn in provisioned), key=lambda item: item.sequence)
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
    outdated = call.parameters.get("ProvisioningStatus") == "LATEST_PERMISSION_SET_NOT_PROVISIONED"
    rows = [
        (number, account_id)
        for number, account_id in enumerate(org.account_by_id)
        if not outdated and arn in org.principals_at.get(account_id, ())
    ]
    found, more = call.page(rows, lambda row: row[0])
    return {"AccountIds": [account_id for _, account_id in found], **more}


def get_inline_policy_for_permission_set(call: Call) -> Answer:
    """Without a policy the member is not there: its model allows no empty text."""
    policy = permission_set(call).inline_policy
    return {} if policy is None else {"InlinePolicy": policy}


def list_managed_policies_in_permission_set(call: Call) -> Answer:
    found, more = call.page(enumerate(permission_set(call).managed), lambda row: row[0])
    return {"AttachedManagedPolicies": [{"Name": arn.rpartition("/")[2], "Arn": arn} for _, arn in found], **more}


# Each with the list that it answers when there is nothing.
PERMISSION_SETS: dict[str, tuple[Operation, str | None]] = {
    "ListPermissionSets": (list_permission_sets, "PermissionSets"),
    "DescribePermissionSet": (describe_permission_set, None),
    "ListPermissionSetsProvisionedToAccount": (list_permission_sets_provisioned_to_account, "PermissionSets"),
    "ListAccountsForProvisionedPermissionSet": (list_accounts_for_provisioned_permission_set, "AccountIds"),
    "GetInlinePolicyForPermissionSet": (get_inline_policy_for_permission_set, None),
    "ListManagedPoliciesInPermissionSet": (list_managed_policies_in_permission_set, "AttachedManagedPolicies"),
}
