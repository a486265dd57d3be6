"""Who can get in where: current ways in and open sessions. Whether policies deny them is up to `verdicts`."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.playground.identity_center.changes.permission_sets import seconds_of
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import Principal, RolePlace, RoleSession
from bot.playground.identity_center.truth import privilege

# How long a session lives on: at most 30 minutes for an application (userguide, authconcept); for account access
# manager one page says an hour and another up to twelve, so we take the longer.
SESSION_SECONDS = {"application": 1800, "entitlement": 43_200}


def ways(org: Estate, user_id: str) -> Iterator[tuple[RolePlace, str | None]]:
    """Each place the user may enter, with the group that lets them in (None: a direct assignment)."""
    for holder, group_id in _holders(org, user_id):
        for place in org.places_of.get(holder, ()):
            yield place, group_id


def application_ways(org: Estate, user_id: str) -> Iterator[tuple[str, str | None]]:
    """Each application the user may use, with the group that gives it (None: a direct assignment)."""
    for holder, group_id in _holders(org, user_id):
        for arn in org.applications_of.get(holder, ()):
            yield arn, group_id


def entitlement_ways(org: Estate, user_id: str) -> Iterator[tuple[str, str | None]]:
    """The id of each of the user's entitlements, with the group that has it (None: their own)."""
    for holder, group_id in _holders(org, user_id):
        for entitlement_id in org.entitlements_of.get(holder, ()):
            yield entitlement_id, group_id


def _holders(org: Estate, user_id: str) -> Iterator[tuple[Principal, str | None]]:
    if user_id in org.user_by_id:
        yield ("USER", user_id), None
        for group_id in org.memberships_of.get(user_id, ()):
            yield ("GROUP", group_id), group_id


def grant(
    org: Estate,
    *,
    place: RolePlace | None = None,
    application_arn: str | None = None,
    entitlement_id: str | None = None,
) -> dict[str, Any]:
    """What is granted, whichever of the three it is; every key is always present.

    A disabled application still counts as granted: it lets people in again once it is enabled.
    """
    kind = "account" if place else "application" if application_arn else "entitlement"
    role_arn = org.entitlement_by_id[entitlement_id].role_arn if entitlement_id else None
    account_id = place[0] if place else org.entitlement_by_id[entitlement_id].account_id if entitlement_id else None
    account = org.account_by_id[account_id] if account_id else None
    permission_set = org.permission_set_by_arn[place[1]] if place else None
    level = privilege.of_permission_set(permission_set) if permission_set else privilege.of_role(role_arn or "")
    return {
        "kind": kind,
        "account_id": account_id,
        "account_name": account.name if account else None,
        "account_status": account.state if account else None,
        "permission_set_arn": place[1] if place else None,
        "permission_set_name": permission_set.name if permission_set else None,
        "application_arn": application_arn,
        "application_name": org.application_by_arn[application_arn].name if application_arn else None,
        "entitlement_id": entitlement_id,
        "role_arn": role_arn,
        "session_seconds": seconds_of(permission_set.session_duration) if permission_set else SESSION_SECONDS[kind],
        "privilege": level,
        "administrator_like": privilege.like_administrator(level),
    }


def truth(org: Estate, user_id: str) -> list[dict[str, Any]]:
    found = [
        *((group_id, grant(org, place=place)) for place, group_id in ways(org, user_id)),
        *((group_id, grant(org, application_arn=arn)) for arn, group_id in application_ways(org, user_id)),
        *((group_id, grant(org, entitlement_id=held)) for held, group_id in entitlement_ways(org, user_id)),
    ]
    return [
        {
            **granted,
            "path": "direct" if group_id is None else "group",
            "group_id": group_id,
            "group_name": None if group_id is None else org.group_by_id[group_id].name,
        }
        for group_id, granted in found
    ]


def open_session(
    org: Estate, user_id: str, account_id: str, permission_set_arn: str, started_at: datetime
) -> RoleSession:
    user, permission_set = org.user_by_id[user_id], org.permission_set_by_arn[permission_set_arn]
    role = org.role_of.get((account_id, permission_set_arn))
    if role is None:
        raise ValueError("nobody is assigned this permission set in this account, so there is no role to assume")
    return RoleSession(
        user_id=user_id,
        session_name=user.user_name or user_id,
        account_id=account_id,
        permission_set_arn=permission_set_arn,
        permission_set_name=permission_set.name,
        role_arn=org.ids.role_arn(account_id, role[0]),
        role_id=role[1],
        started_at=started_at,
        expires_at=started_at + timedelta(seconds=seconds_of(permission_set.session_duration)),
    )
