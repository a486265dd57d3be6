"""Account access manager: users and groups entitled to ordinary IAM roles. One function per operation.

A second way into accounts, with no permission set and no AWSReservedSSO role. At most one application per instance,
in the instance's account and primary region. It speaks REST: see `wire.rest`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.playground.identity_center.changes.grants import withdraw
from bot.playground.identity_center.operations.call import Answer, Call, Operation, denied
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.ordered import Sequenced
from bot.playground.identity_center.state.records import Entitlement, Principal


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_there(call: Call) -> bool:
    """Whether this caller can see an application. Raises AwsError where the service is missing or refuses."""
    option = call.org.options.account_access
    if option == "absent":
        raise AwsError("UnknownOperationException", "The service is not available in this Region.")
    if option == "denied":
        raise denied(call)
    return option is True and call.region == call.org.region and call.from_administrator


def list_applications(call: Call) -> Answer:
    """Lists "the applications in your account": other member accounts have none."""
    org = call.org
    moment = _moment(org.created_at)
    application = {
        "applicationArn": org.account_access_arn,
        "tenantId": org.instance_id,
        "createdAt": moment,
        "updatedAt": moment,
    }
    found, more = call.page([application] if _is_there(call) else [], lambda _application: 0)
    return {"applications": found, **_token(more)}


def _token(more: dict[str, str]) -> dict[str, str]:
    return {"nextToken": more["NextToken"]} if more else {}


def _check_application(call: Call) -> None:
    there = _is_there(call)
    if not call.from_administrator:
        raise denied(call)
    if not there or call.parameters["applicationArn"] != call.org.account_access_arn:
        raise AwsError("ResourceNotFoundException", f"Application {call.parameters['applicationArn']} not found.")


def _members(org: Estate, entitlement: Entitlement) -> dict[str, Any]:
    kind, principal_id = entitlement.principal
    return {
        "entitlementId": entitlement.id,
        "entitlement": {
            "principalRole": {
                "principal": {"identityCenter": {"userId" if kind == "USER" else "groupId": principal_id}},
                "roleArn": entitlement.role_arn,
                "account": entitlement.account_id,
                "accountName": org.account_by_id[entitlement.account_id].name,
            }
        },
        "createdAt": _moment(entitlement.created_at),
    }


def list_entitlements(call: Call) -> Answer:
    """The filter is required; an empty one lists everything. A user's list does not include their groups' rows."""
    _check_application(call)
    org, asked = call.org, call.parameters["filter"].get("principalRole", {})
    wanted = asked.get("principal", {}).get("identityCenter", {})
    keys: list[Principal | str | None] = [None, asked.get("roleArn"), asked.get("account")]
    if wanted:
        keys.append(("USER", wanted["userId"]) if "userId" in wanted else ("GROUP", wanted["groupId"]))
    shortest = min((org.entitlements_by.get(key, Sequenced()) for key in keys), key=len)

    def matching(number: int) -> Iterator[Entitlement]:
        return (
            row
            for row in shortest.after(number)
            if asked.get("roleArn") in {None, row.role_arn}
            and asked.get("account") in {None, row.account_id}
            and (not wanted or row.principal == keys[-1])
        )

    found, more = call.page(matching, lambda row: row.sequence)
    return {"entitlements": [_members(org, row) for row in found], **_token(more)}


def delete_entitlement(call: Call) -> Answer:
    """Harmless if it is gone: "deleting an entitlement that has already been deleted does not return an error"."""
    _check_application(call)
    entitlement = call.org.entitlement_by_id.get(call.parameters["entitlementId"])
    if entitlement is None:
        return {}
    if entitlement.account_id == call.org.management_account_id and not call.from_management:
        raise denied(call)  # assumed: as with permission sets, a delegated administrator cannot change it
    withdraw(call.org, entitlement.id)
    return {}


OPERATIONS: dict[str, Operation] = {
    "ListApplications": list_applications,
    "ListEntitlements": list_entitlements,
    "DeleteEntitlement": delete_entitlement,
}
