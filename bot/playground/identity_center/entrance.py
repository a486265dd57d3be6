"""Who can get in where: live ways in, open sessions, and what the service control policies leave of them."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.playground.identity_center.evaluator import Context, denies_everything, named_users
from bot.playground.identity_center.records import ACTIVE, Job, Place, Policy, RoleSession

if TYPE_CHECKING:
    from bot.playground.identity_center.organization import Organization

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_USER_ID = re.compile(r"([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SUSPENDED = "Account {} is not active: {}"


def seconds_of(duration: str) -> int:
    """Seconds of a session duration such as PT4H; AWS allows one to twelve hours."""
    found = _DURATION.fullmatch(duration)
    seconds = (
        sum(int(part or 0) * unit for part, unit in zip(found.groups(), (3600, 60, 1), strict=True)) if found else 0
    )
    if not 3600 <= seconds <= 43_200:
        raise ValueError("a session lasts from PT1H to PT12H")
    return seconds


def obstacle(org: "Organization", job: Job) -> str | None:
    """Why this job can not succeed now, or None."""
    account = org.account_by_id.get(job.place[0])
    if account is None or account.state != ACTIVE:
        return SUSPENDED.format(job.place[0], account.state if account else "UNKNOWN")
    if job.kind == "CREATION":
        known = org.user_by_id if job.principal[0] == "USER" else org.group_by_id
        return None if job.principal[1] in known else "Received a 404 status error: Principal not found."
    present = job.place in org.places_of.get(job.principal, {})
    if present or org.options.absent_assignment == "job_succeeded":
        return None
    return "Received a 404 status error: Assignment not found."


def ways(org: "Organization", user_id: str) -> Iterator[tuple[Place, str | None]]:
    """Each place the user may enter, with the group that lets them in (None: a direct assignment)."""
    if user_id not in org.user_by_id:
        return
    for place in org.places_of.get(("USER", user_id), ()):
        yield place, None
    for group_id in org.memberships_of.get(user_id, ()):
        for place in org.places_of.get(("GROUP", group_id), ()):
            yield place, group_id


def truth(org: "Organization", user_id: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": "account",
            "path": "direct" if group_id is None else "group",
            "group_id": group_id,
            "group_name": None if group_id is None else org.group_by_id[group_id].name,
            "account_id": account_id,
            "account_name": org.account_by_id[account_id].name,
            "account_status": org.account_by_id[account_id].state,
            "permission_set_arn": arn,
            "permission_set_name": org.permission_set_by_arn[arn].name,
            "application_arn": None,
            "entitlement_id": None,
            "role_arn": None,
        }
        for (account_id, arn), group_id in ways(org, user_id)
    ]


def open_session(
    org: "Organization", user_id: str, account_id: str, permission_set_arn: str, started_at: datetime
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


def path_of(org: "Organization", account_id: str) -> list[str]:
    """The account and everything above it, the root last."""
    path, at = [account_id], org.account_by_id[account_id].parent
    while at != org.root_id:
        path.append(at)
        at = org.unit_by_id[at].parent
    return [*path, org.root_id]


def policies_in_force(org: "Organization", account_id: str) -> list[tuple[Policy, str]]:
    """The policies on the account's path, each with where it is attached. None reaches the management account."""
    if account_id == org.management_account_id:
        return []
    path = path_of(org, account_id)
    return [
        (policy, target)
        for policy in org.policy_by_id.values()
        for target in policy.targets
        if target in path and not policy.aws_managed
    ]


def _context(org: "Organization", session: RoleSession) -> Context:
    """The condition keys of a request from a permission-set session, names in lower case."""
    return {
        "identitystore:userid": session.user_id,
        "identitystore:identitystorearn": f"arn:{org.partition}:identitystore::{org.management_account_id}:"
        f"identitystore/{org.identity_store_id}",
        "aws:userid": f"{session.role_id}:{session.session_name}",
        "aws:principalarn": session.role_arn,
        "aws:principalaccount": session.account_id,
        "aws:principalorgid": org.id,
        "aws:principaltype": "AssumedRole",
        "aws:principalisawsservice": "false",
        "aws:viaawsservice": "false",
        "aws:requestedregion": org.region,
        "aws:currenttime": org.now().isoformat(),
        "aws:tokenissuetime": session.started_at.isoformat(),
    }


def _denied_session(org: "Organization", session: RoleSession) -> str | None:
    context = _context(org, session)
    for policy, target in policies_in_force(org, session.account_id):
        if denies_everything(policy.content, context):
            return f"SCP {policy.name} at {target}"
    return None


def _imagined(org: "Organization", user_id: str, session_name: str, place: Place) -> RoleSession:
    """The session the user would get at this place; of a role that is not provisioned, one of the usual form."""
    account_id, arn = place
    name = org.permission_set_by_arn[arn].name if arn else "any"
    role = org.role_of.get(place, (f"AWSReservedSSO_{name}_0123456789abcdef", "AROA0123456789ABCDEFG"))
    now = org.now()
    return RoleSession(
        user_id, session_name, account_id, arn, name, org.ids.role_arn(account_id, role[0]), role[1], now, now
    )


def denied(org: "Organization", user_id: str, account_id: str) -> str | None:
    user = org.user_by_id.get(user_id)
    session_name = (user.user_name if user else None) or user_id
    return _denied_session(org, _imagined(org, user_id, session_name, (account_id, "")))


def bystanders(org: "Organization", meant: set[str]) -> list[tuple[str, str, str]]:
    return [
        (user_id, account_id, by)
        for account_id in org.account_by_id
        if policies_in_force(org, account_id)
        for user_id in org.user_by_id
        if user_id not in meant and (by := denied(org, user_id, account_id)) is not None
    ]


def denies(org: "Organization") -> list[str]:
    return [
        policy.content
        for policy in org.policy_by_id.values()
        if any(_USER_ID.fullmatch(name) or "@" in name or ":" in name for name in named_users(policy.content))
    ]


def _verdict(allowed: bool, by: str) -> dict[str, Any]:
    return {"allowed": allowed, "by": by}


def _new_session(org: "Organization", user_id: str, place: Place, through: list[str | None]) -> dict[str, Any]:
    user, account = org.user_by_id.get(user_id), org.account_by_id[place[0]]
    if user is None:
        return _verdict(False, "the user is deleted")
    if not through:
        return _verdict(False, "no grant")
    if account.state != ACTIVE:
        return _verdict(False, f"the account is {account.state}")
    policy = _denied_session(org, _imagined(org, user_id, user.user_name or user_id, place))
    if policy:
        return _verdict(False, policy)
    # A disabled user with an open portal session "can continue to assume new roles until you remove their access"
    # (userguide, revoke-user-permissions); another page says the opposite, so the unsafe reading stands.
    names = ["direct assignment" if group is None else f"group {org.group_by_id[group].name}" for group in through]
    return _verdict(True, ", ".join(names))


def _open_session(org: "Organization", sessions: list[RoleSession]) -> dict[str, Any] | None:
    """Whether one of these sessions still works. Only its end, a policy or a closed account stops it."""
    verdict = None
    for session in sessions:
        account = org.account_by_id[session.account_id]
        policy = _denied_session(org, session)
        if account.state != ACTIVE:
            verdict = _verdict(False, f"the account is {account.state}")
        elif policy:
            verdict = _verdict(False, policy)
        else:
            return _verdict(True, f"session until {session.expires_at:%Y-%m-%dT%H:%M:%SZ}")
    return verdict


def try_to_get_in(org: "Organization", user_id: str) -> list[dict[str, Any]]:
    now = org.now()
    through: dict[Place, list[str | None]] = {}
    for place, group_id in ways(org, user_id):
        through.setdefault(place, []).append(group_id)
    held: dict[Place, list[RoleSession]] = {}
    for session in org.sessions:
        if session.user_id == user_id and session.started_at <= now < session.expires_at:
            held.setdefault((session.account_id, session.permission_set_arn), []).append(session)
    return [
        {
            "account_id": place[0],
            "account_name": org.account_by_id[place[0]].name,
            "permission_set_name": org.permission_set_by_arn[place[1]].name,
            "new_session": _new_session(org, user_id, place, through.get(place, [])),
            "open_session": _open_session(org, held.get(place, [])),
        }
        for place in [*through, *(place for place in held if place not in through)]
    ]
