"""The events CloudTrail logs for people and for API calls, shaped as in AWS's documentation and samples.

Since 2025-07-14 Identity Center events identify the user by `userIdentity.onBehalfOf.userId` instead of by name;
`userIdentity.type` is IdentityCenterUser, or Unknown in AWS's sample of a sign-in. (singlesignon userguide,
sso-cloudtrail-use-cases)
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from bot.playground.identity_center.changes.callers import AssumedRole, caller_of
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.trail import Event

# Access portal events are logged where the instance is, whichever account they are about.
PORTAL = {"Authenticate", "Federate", "GetRoleCredentials", "ListAccounts", "ListAccountRoles", "CreateToken"}
WITH_TARGET = {"Federate", "GetRoleCredentials"}
SIGN_IN = {"UserAuthentication", "CredentialVerification", "CredentialChallenge"}
_READS = ("List", "Describe", "Get", "Head", "Lookup", "Search", "BatchGet")
SENDER = {"sourceIPAddress": "198.51.100.24", "userAgent": "Mozilla/5.0 (X11; Linux x86_64)"}
SOURCES = {
    "identitystore": "identitystore.amazonaws.com",
    "sso-admin": "sso.amazonaws.com",
    "organizations": "organizations.amazonaws.com",
    "account-access": "account-access.amazonaws.com",  # by the naming rule; no sample found
}


def home_region(org: Estate) -> str:
    """Where events of global services are logged."""
    return "us-east-1" if org.partition == "aws" else org.region


def _target(org: Estate, user_id: str, account_id: str | None, permission_set_arn: str | None) -> AssumedRole | None:
    """The role that is meant: from an open session, from a way in, or None."""

    def meant(place: tuple[str, str]) -> bool:
        return account_id in {None, place[0]} and permission_set_arn in {None, place[1]}

    for session in reversed(org.sessions):
        if session.user_id == user_id and meant((session.account_id, session.permission_set_arn)):
            return AssumedRole(session.account_id, session.permission_set_name, session.role_arn, session.role_id)
    groups = (("GROUP", group_id) for group_id in org.memberships_of.get(user_id, ()))
    for place in (place for holder in chain([("USER", user_id)], groups) for place in org.places_of.get(holder, ())):
        if meant(place):
            name, role_id = org.role_of[place]
            arn = org.ids.role_arn(place[0], name)
            return AssumedRole(place[0], org.permission_set_by_arn[place[1]].name, arn, role_id)
    return None


def _on_behalf_of(org: Estate, user_id: str) -> dict[str, Any]:
    store = f"arn:{org.partition}:identitystore::{org.management_account_id}:identitystore/{org.identity_store_id}"
    return {"onBehalfOf": {"userId": user_id, "identityStoreArn": store}}


def _portal(org: Estate, user_id: str, kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "accountId": org.management_account_id,
        **_on_behalf_of(org, user_id),
        "credentialId": org.later_ids.credential(),
    }


def _role_session(org: Estate, target: AssumedRole, session_name: str, at: datetime) -> dict[str, Any]:
    role = target.role_arn.rpartition("/")[2]
    return {
        "type": "AssumedRole",
        "principalId": f"{target.role_id}:{session_name}",
        "arn": f"arn:{org.partition}:sts::{target.account_id}:assumed-role/{role}/{session_name}",
        "accountId": target.account_id,
        "accessKeyId": org.later_ids.access_key(),
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": target.role_id,
                "arn": target.role_arn,
                "accountId": target.account_id,
                "userName": role,
            },
            "attributes": {
                "creationDate": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "mfaAuthenticated": "false",
            },
        },
    }


@dataclass(frozen=True, slots=True)
class UserActivity:
    """Something a user did, as `Organization.record_event` takes it."""

    user_id: str
    name: str
    at: datetime
    account_id: str | None = None
    permission_set_arn: str | None = None
    role_arn: str | None = None
    region: str | None = None
    source: str | None = None
    error_code: str | None = None

    def members(self, org: Estate, **response: Any) -> dict[str, Any]:
        failed = {"errorCode": self.error_code, "errorMessage": "The request was refused."} if self.error_code else {}
        return {
            **SENDER,
            **failed,
            "requestParameters": None,
            "responseElements": response or None,
            "requestID": org.trail.fresh_id(),
        }

    @property
    def outcome(self) -> str:
        return "Failure" if self.error_code else "Success"


def record_use(org: Estate, use: UserActivity) -> Event:
    """Log it where AWS would. Raises ValueError when there is no role to do it with."""
    target: AssumedRole | None
    if use.role_arn is not None:
        target = AssumedRole(use.role_arn.split(":")[4], "", use.role_arn, org.role_arns[use.role_arn])
    else:
        target = _target(org, use.user_id, use.account_id, use.permission_set_arn)
    if target is None and use.name not in (PORTAL | SIGN_IN) - WITH_TARGET:
        raise ValueError(f"{use.name} needs a role, and {use.user_id} has none")
    if target is None or use.name in PORTAL | SIGN_IN:
        return _record_portal(org, use, target)
    return _record_session(org, use, target)


def _record_portal(org: Estate, use: UserActivity, target: AssumedRole | None) -> Event:
    signs_in = use.name in SIGN_IN
    details: dict[str, str] = {use.name: use.outcome} if signs_in else {}
    if use.name in WITH_TARGET and target is not None:
        details = {"role_name": target.permission_set_name, "account_id": target.account_id}
    return org.trail.add(
        {
            "userIdentity": _portal(org, use.user_id, "Unknown" if signs_in else "IdentityCenterUser"),
            **use.members(org),
            **({"serviceEventDetails": details} if details else {}),
            "eventType": "AwsServiceEvent",
        },
        at=use.at,
        account_id=org.management_account_id,
        region=use.region or org.region,
        source=use.source or ("signin.amazonaws.com" if signs_in else "sso.amazonaws.com"),
        name=use.name,
        read_only=not signs_in,
    )


def _record_session(org: Estate, use: UserActivity, target: AssumedRole) -> Event:
    """Something done with a role. The session is named after the user, or their id if they have no name."""
    user = org.user_by_id.get(use.user_id)
    session_name = (user.user_name if user else None) or use.user_id
    identity = _role_session(org, target, session_name, use.at)
    console = use.name == "ConsoleLogin"
    if not console:
        # Seen in a real event from 2026. A console sign-in is assumed to lack it, which is the less helpful reading.
        identity |= _on_behalf_of(org, use.user_id)
    return org.trail.add(
        {
            "userIdentity": identity,
            **(use.members(org, ConsoleLogin=use.outcome) if console else use.members(org)),
            "eventType": "AwsConsoleSignIn" if console else "AwsApiCall",
        },
        at=use.at,
        account_id=target.account_id,
        region=use.region or (home_region(org) if console else org.region),
        source=use.source or ("signin.amazonaws.com" if console else "ec2.amazonaws.com"),
        name=use.name,
        read_only=not console and use.name.startswith(_READS),
        user_name=session_name,
        access_key=identity["accessKeyId"],
    )


def is_write(operation: str) -> bool:
    """Whether the trail logs the call: what is done with messages is no management event."""
    return not operation.startswith("sqs.") and not operation.partition(".")[2].startswith(_READS)


def record_call(
    org: Estate,
    operation: str,
    parameters: dict[str, Any],
    *,
    account_id: str,
    region: str,
    error: tuple[str, str] | None,
) -> None:
    """Log a call that changes something or was refused. Reads are left out; they would drown everything else."""
    service, _, name = operation.partition(".")
    caller = caller_of(org, account_id)
    identity = _role_session(org, caller.role, caller.session_name, org.now())
    org.trail.add(
        {
            "userIdentity": identity,
            **SENDER,
            **({"errorCode": error[0], "errorMessage": error[1]} if error else {}),
            "requestParameters": _as_logged(parameters),
            "responseElements": None,
            "requestID": org.trail.fresh_id(),
            "eventType": "AwsApiCall",
        },
        at=org.now(),
        account_id=account_id,
        region=home_region(org) if service == "organizations" else region,
        source=SOURCES[service],
        name=name,
        read_only=False,
        user_name=caller.session_name,
        access_key=identity["accessKeyId"],
    )


def _as_logged(value: Any) -> Any:
    """Members begin with a small letter in an event, at every depth."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _as_logged(held) for key, held in value.items()}
    return [_as_logged(one) for one in value] if isinstance(value, list) else value
