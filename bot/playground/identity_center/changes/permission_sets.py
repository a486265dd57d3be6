"""Permission sets and the roles they become in accounts. A role keeps the inline policy it was last provisioned with.

"If the permission set is subsequently updated, the corresponding IAM policies attached to roles in your accounts will
not be updated automatically" (botocore, CreateAccountAssignment).
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.playground.identity_center.changes.policy_texts import check_inline_policy
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import ACTIVE, Job, PermissionSet, RolePlace

# Managed and customer managed policies together. (singlesignon userguide, limits)
MOST_MANAGED = 25
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
SUSPENDED = "Account {} is not active: {}"
NOWHERE = {
    "assignment_not_found": "Received a 404 status error: Assignment not found.",
    "provision_not_found": "Permission set provision not found in AWS account {}",
}


def seconds_of(duration: str) -> int:
    """Seconds of a session duration such as PT4H; AWS allows one to twelve hours."""
    found = _DURATION.fullmatch(duration)
    seconds = (
        sum(int(part or 0) * unit for part, unit in zip(found.groups(), (3600, 60, 1), strict=True)) if found else 0
    )
    if not 3600 <= seconds <= 43_200:
        raise ValueError("a session lasts from PT1H to PT12H")
    return seconds


def add_permission_set(
    org: Estate,
    name: str,
    session_duration: str = "PT1H",
    description: str | None = None,
    *,
    inline_policy: str | None = None,
    managed: Iterable[str] = (),
) -> str:
    """A new permission set; `managed` names AWS managed policies ("AdministratorAccess", "job-function/Billing").

    Returns its ARN. Raises ValueError if the instance has no permission sets, or if AWS would reject the duration or
    a policy.
    """
    with org.edit():
        if not org.options.permission_sets_enabled:
            raise ValueError("the instance was created without permission sets")
        seconds_of(session_duration)
        if inline_policy is not None:
            check_inline_policy(inline_policy)
        attached = tuple(
            name if name.startswith("arn:") else f"arn:{org.partition}:iam::aws:policy/{name}" for name in managed
        )
        if len(attached) > MOST_MANAGED:
            raise ValueError(f"a permission set has at most {MOST_MANAGED} managed policies")
        arn = f"arn:{org.partition}:sso:::permissionSet/{org.instance_id}/{org.ids.permission_set()}"
        org.permission_set_by_arn[arn] = PermissionSet(
            next(org.numbers), arn, name, session_duration, description, org.now(), inline_policy, attached
        )
        return arn


def put_inline_policy(org: Estate, permission_set_arn: str, content: str | None) -> None:
    """Replace the inline policy (None: remove it). No role changes until the permission set is provisioned.

    Raises ValueError as `add_permission_set` does.
    """
    if content is not None:
        check_inline_policy(content)
    with org.edit():
        found = org.permission_set_by_arn[permission_set_arn]
        org.permission_set_by_arn[permission_set_arn] = replace(found, inline_policy=content)


def inline_policy(org: Estate, permission_set_arn: str) -> str | None:
    """The inline policy as stored in the permission set."""
    with org.lock:
        return org.permission_set_by_arn[permission_set_arn].inline_policy


def provisioned_policy(org: Estate, account_id: str, permission_set_arn: str) -> str | None:
    """The inline policy that the role in this account has. Raises KeyError when there is no role."""
    with org.lock:
        return org.role_policy_of[account_id, permission_set_arn]


def provision(org: Estate, permission_set_arn: str, account_id: str | None = None) -> None:
    """Give a permission set's roles its current inline policy immediately, in one account (None: everywhere)."""
    with org.edit():
        text = org.permission_set_by_arn[permission_set_arn].inline_policy
        for place in places_provisioned(org, permission_set_arn):
            if account_id in {None, place[0]}:
                org.role_policy_of[place] = text


def places_provisioned(org: Estate, permission_set_arn: str) -> list[RolePlace]:
    """Where this permission set has a role, in the order of the accounts."""
    return [place for account_id in org.account_by_id if (place := (account_id, permission_set_arn)) in org.role_of]


def outdated(org: Estate, place: RolePlace) -> bool:
    """Whether the role's inline policy differs from what its permission set has now."""
    return org.role_policy_of[place] != org.permission_set_by_arn[place[1]].inline_policy


def delete_permission_set(org: Estate, permission_set_arn: str) -> None:
    """Raises ValueError while it is provisioned anywhere."""
    with org.edit():
        if places_provisioned(org, permission_set_arn):
            raise ValueError("the permission set is provisioned")
        del org.permission_set_by_arn[permission_set_arn]
        org.deprovisioned_at.pop(permission_set_arn, None)


def make_role(org: Estate, place: RolePlace) -> None:
    """Provision the role for a first assignment; an existing role keeps its policy."""
    if place not in org.role_of:  # a role that is created again gets a new suffix
        found = org.permission_set_by_arn[place[1]]
        org.role_of[place] = (f"AWSReservedSSO_{found.name}_{org.ids.suffix()}", org.ids.role())
        org.role_policy_of[place] = found.inline_policy


def drop_role(org: Estate, place: RolePlace) -> None:
    """The last assignment of this permission set in this account is gone."""
    del org.role_of[place], org.role_policy_of[place]
    org.deprovisioned_at[place[1]] = org.options.stopwatch()


def update_roles(org: Estate, job: Job) -> str | None:
    """Carry out a provisioning job: update every role that can be. Returns the first reason one could not, or None."""
    reasons = []
    for place in job.places:
        account = org.account_by_id[place[0]]
        if account.state != ACTIVE:
            reasons.append(SUSPENDED.format(account.id, account.state))
        elif place not in org.role_of:
            reasons.append(NOWHERE[org.options.provision_nowhere].format(account.id))
        else:
            org.role_policy_of[place] = job.text
    return next(iter(reasons), None)
