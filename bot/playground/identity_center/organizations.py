"""AWS Organizations: accounts, their place in the tree, and service control policies. One function an operation."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from bot.playground.identity_center.call import Answer, Call, Operation, denied
from bot.playground.identity_center.entrance import path_of
from bot.playground.identity_center.errors import AwsError
from bot.playground.identity_center.organization import Organization
from bot.playground.identity_center.policies import check_policy
from bot.playground.identity_center.records import Account, Policy

Item = TypeVar("Item")
POLICY_TYPES = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
# The retired Status knew three values; State splits them further.
STATUS_OF_STATE = {"PENDING_ACTIVATION": "SUSPENDED", "CLOSED": "SUSPENDED"}


def _arn(org: Organization, kind: str, identifier: str) -> str:
    return f"arn:{org.partition}:organizations::{org.management_account_id}:{kind}/{org.id}/{identifier}"


def _account(org: Organization, account: Account) -> dict[str, Any]:
    above = "/".join([org.id, *reversed(path_of(org, account.id))])
    return {
        "Id": account.id,
        "Arn": _arn(org, "account", account.id),
        "Email": account.email,
        "Name": account.name,
        "State": account.state,
        **({} if org.options.account_status_retired else {"Status": STATUS_OF_STATE.get(account.state, account.state)}),
        **({"Paths": [f"{above}/"]} if org.options.account_paths else {}),
        "JoinedMethod": "INVITED" if account.id == org.management_account_id else "CREATED",
        "JoinedTimestamp": round(account.joined_at.timestamp(), 3),
    }


def _check_reader(call: Call) -> None:
    if not call.from_administrator:
        raise denied(call)


def _numbered(items: Iterable[Item]) -> Callable[[int], Iterator[tuple[int, Item]]]:
    """The items with their numbers, after a number."""
    return lambda number: islice(enumerate(items), number + 1, None)


def list_accounts(call: Call) -> Answer:
    _check_reader(call)
    org = call.org
    found, more = call.page(_numbered(org.account_by_id.values()), lambda row: row[0])
    return {"Accounts": [_account(org, account) for _, account in found], **more}


def describe_organization(call: Call) -> Answer:
    """Any member account may ask."""
    org, management = call.org, call.org.account_by_id[call.org.management_account_id]
    return {
        "Organization": {
            "Id": org.id,
            "Arn": f"arn:{org.partition}:organizations::{management.id}:organization/{org.id}",
            "FeatureSet": "ALL",
            "MasterAccountArn": _arn(org, "account", management.id),
            "MasterAccountId": management.id,
            "MasterAccountEmail": management.email,
            "AvailablePolicyTypes": POLICY_TYPES,
        }
    }


def list_delegated_administrators(call: Call) -> Answer:
    """Identity Center has one at most; no other service has any here."""
    _check_reader(call)
    org, asked = call.org, call.parameters.get("ServicePrincipal")
    administrator = org.account_by_id.get(org.delegated_admin_account_id or "")
    there = administrator is not None and asked in {None, "sso.amazonaws.com"}
    found, more = call.page([administrator] if there else [], lambda _account: 0)
    return {
        "DelegatedAdministrators": [
            {
                **{name: value for name, value in _account(org, account).items() if name != "Paths"},
                "DelegationEnabledDate": round(org.created_at.timestamp(), 3),
            }
            for account in found
            if account is not None
        ],
        **more,
    }


def list_roots(call: Call) -> Answer:
    _check_reader(call)
    org = call.org
    root = {"Id": org.root_id, "Arn": _arn(org, "root", org.root_id), "Name": "Root", "PolicyTypes": POLICY_TYPES}
    found, more = call.page([root], lambda _root: 0)
    return {"Roots": found, **more}


def list_parents(call: Call) -> Answer:
    _check_reader(call)
    org, child = call.org, call.parameters["ChildId"]
    known = org.account_by_id.get(child) or org.unit_by_id.get(child)
    if known is None:
        raise AwsError("ChildNotFoundException", "You specified a child that doesn't exist.")
    kind = "ROOT" if known.parent == org.root_id else "ORGANIZATIONAL_UNIT"
    found, more = call.page([{"Id": known.parent, "Type": kind}], lambda _parent: 0)
    return {"Parents": found, **more}


def _policy(call: Call) -> Policy:
    # Identity Center's delegation gives no rights on policies. (userguide, delegated-admin)
    if not call.from_management:
        raise denied(call)
    found = call.org.policy_by_id.get(call.parameters["PolicyId"])
    if found is None:
        raise AwsError("PolicyNotFoundException", "We can't find a policy with the PolicyId that you specified.")
    return found


def _policy_members(org: Organization, policy: Policy) -> dict[str, Any]:
    managed = f"arn:{org.partition}:organizations::aws:policy/service_control_policy/{policy.id}"
    return {
        "Policy": {
            "PolicySummary": {
                "Id": policy.id,
                "Arn": managed if policy.aws_managed else _arn(org, "policy", f"service_control_policy/{policy.id}"),
                "Name": policy.name,
                "Description": policy.description,
                "Type": "SERVICE_CONTROL_POLICY",
                "AwsManaged": policy.aws_managed,
            },
            "Content": policy.content,
        }
    }


def describe_policy(call: Call) -> Answer:
    return _policy_members(call.org, _policy(call))


def update_policy(call: Call) -> Answer:
    policy, parameters = _policy(call), call.parameters
    if policy.aws_managed:
        raise AwsError("InvalidInputException", "You can't modify an AWS managed policy.", Reason="IMMUTABLE_POLICY")
    name = parameters.get("Name", policy.name)
    if any(other.name == name for other in call.org.policy_by_id.values() if other is not policy):
        raise AwsError("DuplicatePolicyException", "A policy with the same name already exists.")
    content = parameters.get("Content", policy.content)
    check_policy(content)
    policy.name, policy.description = name, parameters.get("Description", policy.description)
    call.org.update_scp(policy.id, content)
    return _policy_members(call.org, policy)


def _target(org: Organization, target: str) -> dict[str, Any]:
    if target == org.root_id:
        kind, arn_kind, name = "ROOT", "root", "Root"
    elif target in org.unit_by_id:
        kind, arn_kind, name = "ORGANIZATIONAL_UNIT", "ou", org.unit_by_id[target].name
    else:
        kind, arn_kind, name = "ACCOUNT", "account", org.account_by_id[target].name
    return {"TargetId": target, "Arn": _arn(org, arn_kind, target), "Name": name, "Type": kind}


def list_targets_for_policy(call: Call) -> Answer:
    policy = _policy(call)
    found, more = call.page(_numbered(policy.targets), lambda row: row[0])
    return {"Targets": [_target(call.org, target) for _, target in found], **more}


OPERATIONS: dict[str, Operation] = {
    "ListAccounts": list_accounts,
    "DescribeOrganization": describe_organization,
    "ListDelegatedAdministrators": list_delegated_administrators,
    "ListRoots": list_roots,
    "ListParents": list_parents,
    "DescribePolicy": describe_policy,
    "UpdatePolicy": update_policy,
    "ListTargetsForPolicy": list_targets_for_policy,
}
