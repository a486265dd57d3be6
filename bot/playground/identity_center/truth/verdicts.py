"""Whether policies deny a session: service control policies, and the inline policy its role was provisioned with.

An explicit deny in either is enough (IAM userguide, reference_policies_evaluation-logic). Service control policies do
not apply to the management account; a role's policy does.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.playground.identity_center.changes.accounts import path_of
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import Policy, RolePlace, RoleSession
from bot.playground.identity_center.truth.evaluator import (
    Context,
    allows_something,
    denies_everything,
    has_full_denies,
    named_users,
)
from bot.playground.identity_center.truth.ways_in import entitlement_ways, ways

_USER_ID = re.compile(r"([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SSO_ROLE = ":role/aws-reserved/sso.amazonaws.com/"


def policies_in_force(org: Estate, account_id: str) -> list[tuple[Policy, str]]:
    """The policies on the account's path, each with where it is attached. None applies to the management account."""
    if account_id == org.management_account_id:
        return []
    path = path_of(org, account_id)
    return [(policy, at) for policy in org.policy_by_id.values() for at in path if at in policy.targets]


def _level_without_allow(org: Estate, account_id: str) -> str | None:
    """The level on the account's path that allows nothing, so that nothing is allowed in the account, or None.

    "There must be an explicit Allow statement at every level from the root through each OU in the direct path to the
    account." (organizations userguide, orgs_manage_policies_scps_evaluation)
    """
    if account_id == org.management_account_id or not org.scps_enabled:
        return None
    in_force = policies_in_force(org, account_id)
    open_levels = {at for policy, at in in_force if allows_something(policy.content)}
    return next((at for at in path_of(org, account_id) if at not in open_levels), None)


def _context(org: Estate, session: RoleSession) -> Context:
    """The condition keys of a request from a session, names in lower case."""
    owner = {
        "identitystore:userid": session.user_id,
        "identitystore:identitystorearn": f"arn:{org.partition}:identitystore::{org.management_account_id}:"
        f"identitystore/{org.identity_store_id}",
    }
    return {
        **({} if _SSO_ROLE in session.role_arn and not org.options.user_id_key else owner),
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


def denied_session(org: Estate, session: RoleSession) -> str | None:
    """What denies this session everything, or None."""
    context = _context(org, session)
    for policy, target in policies_in_force(org, session.account_id):
        if denies_everything(policy.content, context):
            return f"SCP {policy.name} at {target}"
    level = _level_without_allow(org, session.account_id)
    if level is not None:
        return f"no SCP at {level} allows anything"
    place = (session.account_id, session.permission_set_arn)
    # The policy of the role there now does not affect sessions of a role that is gone or was created again.
    same_role = org.role_of.get(place, ("", ""))[1] == session.role_id
    policy_text = org.role_policy_of[place] if same_role else None
    if policy_text is not None and denies_everything(policy_text, context):
        return f"inline policy of {session.permission_set_name}"
    return None


def imagined(org: Estate, user_id: str, session_name: str, place: RolePlace) -> RoleSession:
    """The session the user would get here; if no role is provisioned, one that looks like the usual."""
    account_id, arn = place
    name = org.permission_set_by_arn[arn].name if arn else "any"
    role = org.role_of.get(place, (f"AWSReservedSSO_{name}_0123456789abcdef", "AROA0123456789ABCDEFG"))
    now = org.now()
    return RoleSession(
        user_id, session_name, account_id, arn, name, org.ids.role_arn(account_id, role[0]), role[1], now, now
    )


def entitled(org: Estate, user_id: str, session_name: str, entitlement_id: str) -> RoleSession:
    """The session the user would get for this entitlement's ordinary role."""
    entitlement = org.entitlement_by_id[entitlement_id]
    session = imagined(org, user_id, session_name, (entitlement.account_id, ""))
    return replace(session, role_arn=entitlement.role_arn, role_id=org.role_arns[entitlement.role_arn])


def in_background(org: Estate, user_id: str, application_arn: str) -> RoleSession:
    """A background session of this application."""
    account_id = org.application_by_arn[application_arn].account_id
    session = imagined(org, user_id, "job-0123456789", (account_id, ""))
    return replace(session, role_arn=f"arn:{org.partition}:iam::{account_id}:role/application-jobs")


def session_name_of(org: Estate, user_id: str) -> str:
    user = org.user_by_id.get(user_id)
    return (user.user_name if user else None) or user_id


def _sessions(org: Estate, user_id: str, account_id: str) -> Iterator[RoleSession]:
    """The sessions the user would get in this account: one per permission set and ordinary role."""
    name = session_name_of(org, user_id)
    for place in dict.fromkeys(place for place, _ in ways(org, user_id) if place[0] == account_id):
        yield imagined(org, user_id, name, place)
    for held in dict.fromkeys(held for held, _ in entitlement_ways(org, user_id)):
        if org.entitlement_by_id[held].account_id == account_id:
            yield entitled(org, user_id, name, held)


def _verdicts(org: Estate, user_id: str, account_id: str) -> list[str | None]:
    """What denies each of the user's ways into this account; without any, one verdict from the SCPs alone."""
    found = [denied_session(org, session) for session in _sessions(org, user_id, account_id)]
    return found or [denied_session(org, imagined(org, user_id, session_name_of(org, user_id), (account_id, "")))]


def denied(org: Estate, user_id: str, account_id: str) -> str | None:
    verdicts = _verdicts(org, user_id, account_id)
    reasons = [verdict for verdict in dict.fromkeys(verdicts) if verdict is not None]
    return ", ".join(reasons) if None not in verdicts else None


def _may_deny(org: Estate, account_id: str) -> bool:
    """Whether any policy there could deny anybody everything."""
    texts = [policy.content for policy, _ in policies_in_force(org, account_id)]
    texts += [text for place, text in org.role_policy_of.items() if place[0] == account_id and text is not None]
    return any(map(has_full_denies, texts)) or _level_without_allow(org, account_id) is not None


def bystanders(org: Estate, meant: set[str]) -> list[tuple[str, str, str]]:
    return [
        (user_id, account_id, by)
        for account_id in org.account_by_id
        if _may_deny(org, account_id)
        for user_id in org.user_by_id
        if user_id not in meant
        for by in dict.fromkeys(_verdicts(org, user_id, account_id))
        if by is not None
    ]


def denied_ids(org: Estate) -> set[str]:
    return {name for text in denies(org) for name in named_users(text) if _USER_ID.fullmatch(name)}


def denies(org: Estate) -> list[str]:
    texts = [policy.content for policy in org.policy_by_id.values()]
    texts += dict.fromkeys(text for text in org.role_policy_of.values() if text is not None)
    return [
        text
        for text in texts
        if any(_USER_ID.fullmatch(name) or "@" in name or ":" in name for name in named_users(text))
    ]
