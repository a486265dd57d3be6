"""The events CloudTrail logs for changes that an identity provider (SCIM) or a person in the console makes.

Identity provider and console use different services, and neither says everything: values are hidden, and a patch of a
group names nobody. (singlesignon userguide, sso-info-in-cloudtrail and scim-logging-using-cloudtrail)
"""

from datetime import datetime
from typing import Any

from bot.playground.identity_center.changes.events import SENDER, SOURCES
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import Group, User
from bot.playground.identity_center.state.trail import Event

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
_CONSOLE, _SCIM = "sso-directory.amazonaws.com", "identitystore-scim.amazonaws.com"


def record_directory(org: Estate, user: User, name: str, at: datetime) -> Event:
    """Log a change to a user: by the identity provider (SCIM), or in the console for users of AWS's own directory."""
    if not user.scim:
        parameters = {"identityStoreId": org.identity_store_id, "userId": user.id}
        return _record(org, _CONSOLE, name, "Unknown", parameters, at=at)
    change: dict[str, Any] = {"tenantId": org.instance_id, "id": user.id}
    if name in {"DisableUser", "EnableUser"}:
        # AWS does not document whether `active` is readable in an event, so here it is hidden.
        name = "PatchUser"
        change["httpBody"] = {"operations": [{"op": "replace", "path": "active", "value": HIDDEN}]}
    return _record(org, _SCIM, name, "WebIdentityUser", change, at=at, response={"id": user.id})


def record_request(org: Estate, name: str, at: datetime | None = None, error_code: str | None = None) -> str:
    """Log a request of the identity provider, refused by `error_code`, at `at` (None: now). Returns the event's id."""
    change = {"tenantId": org.instance_id}
    with org.edit():
        return _record(org, _SCIM, name, "WebIdentityUser", change, at=at, error_code=error_code).id


def record_membership(org: Estate, group: Group, user_id: str, name: str) -> None:
    """Log that somebody joined (AddMemberToGroup) or left (RemoveMemberFromGroup), if direct changes are logged.

    The console names both, as in a real event of 2023. SCIM patches the group and names nobody.
    """
    if not org.options.change_events:
        return
    if group.scim:
        patch = {"op": "add" if name.startswith("Add") else "remove", "path": "members", "value": HIDDEN}
        change = {"tenantId": org.instance_id, "id": group.id, "httpBody": {"operations": [patch]}}
        _record(org, _SCIM, "PatchGroup", "WebIdentityUser", change)
    else:
        change = {"identityStoreId": org.identity_store_id, "groupId": group.id, "member": {"memberId": user_id}}
        _record(org, _CONSOLE, name, "Unknown", change)


def record_grant(org: Estate, operation: str, **parameters: Any) -> None:
    """Log an assignment or entitlement that somebody made in the console, if direct changes are logged."""
    if org.options.change_events:
        service, _, name = operation.partition(".")
        _record(org, SOURCES[service], name, "IdentityCenterUser", parameters)


def _record(
    org: Estate,
    source: str,
    name: str,
    kind: str,
    parameters: dict[str, Any],
    *,
    at: datetime | None = None,
    response: dict[str, Any] | None = None,
    error_code: str | None = None,
) -> Event:
    refusal = {"errorCode": error_code, "errorMessage": "The request was refused."} if error_code else {}
    return org.trail.add(
        {
            "userIdentity": {"type": kind, "accountId": org.management_account_id, "accessKeyId": ""},
            **SENDER,
            "requestID": org.trail.fresh_id(),
            "eventType": "AwsApiCall",
            "requestParameters": parameters,
            "responseElements": response,
            **refusal,
        },
        at=at or org.now(),
        account_id=org.management_account_id,
        region=org.region,
        source=source,
        name=name,
        read_only=False,
    )
