"""AWS Organizations: accounts and their place in the tree. One function per operation."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from bot.playground.identity_center.changes.accounts import path_above, path_of
from bot.playground.identity_center.operations.call import Answer, Call, Operation, denied
from bot.playground.identity_center.operations.organization_policies import POLICIES, arn_of
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import Account, Unit

Item = TypeVar("Item")
POLICY_TYPES = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
# The retired Status had three values; State splits them further.
STATUS_OF_STATE = {"PENDING_ACTIVATION": "SUSPENDED", "CLOSED": "SUSPENDED"}


def _account(org: Estate, account: Account) -> dict[str, Any]:
    above = "/".join([org.id, *reversed(path_of(org, account.id))])
    return {
        "Id": account.id,
        "Arn": arn_of(org, "account", account.id),
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
    """The items after a number, each with its own number."""
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
            "MasterAccountArn": arn_of(org, "account", management.id),
            "MasterAccountId": management.id,
            "MasterAccountEmail": management.email,
            "AvailablePolicyTypes": POLICY_TYPES,
        }
    }


def list_delegated_administrators(call: Call) -> Answer:
    """Identity Center has at most one; no other service has any here."""
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
    types = POLICY_TYPES if org.scps_enabled else []
    root = {"Id": org.root_id, "Arn": arn_of(org, "root", org.root_id), "Name": "Root", "PolicyTypes": types}
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


def list_organizational_units_for_parent(call: Call) -> Answer:
    """The OUs directly below a root or an OU."""
    _check_reader(call)
    org, parent = call.org, call.parameters["ParentId"]
    if parent != org.root_id and parent not in org.unit_by_id:
        raise AwsError("ParentNotFoundException", "We can't find a root or OU with the ParentId that you specified.")
    below = [(number, unit) for number, unit in enumerate(org.unit_by_id.values()) if unit.parent == parent]
    found, more = call.page(below, lambda row: row[0])
    return {"OrganizationalUnits": [_unit(org, unit) for _, unit in found], **more}


def _unit(org: Estate, unit: Unit) -> dict[str, Any]:
    path = "/".join([org.id, *reversed(path_above(org, unit.parent)), unit.id])
    return {
        "Id": unit.id,
        "Arn": arn_of(org, "ou", unit.id),
        "Name": unit.name,
        **({"Path": f"{path}/"} if org.options.account_paths else {}),
    }


OPERATIONS: dict[str, Operation] = {
    "ListAccounts": list_accounts,
    "DescribeOrganization": describe_organization,
    "ListDelegatedAdministrators": list_delegated_administrators,
    "ListRoots": list_roots,
    "ListParents": list_parents,
    "ListOrganizationalUnitsForParent": list_organizational_units_for_parent,
    **POLICIES,
}
