"""What is true of a simulated organization beyond who may go where: names, sessions, how much a grant allows."""

import json
from typing import Any

from bot.playground.identity_center import Organization

SECONDS = {"PT1H": 3600, "PT2H": 7200, "PT4H": 14_400, "PT8H": 28_800, "PT12H": 43_200}
STRONG = {"AdministratorAccess": "administrator", "PowerUserAccess": "power_user"}
LIKE = {"administrator": True, "power_user": True, "other": False, None: None}


def full(org: Organization, grant: dict[str, Any]) -> dict[str, Any]:
    """A row of `Organization.truth` or `.orphans` with everything that `scan --json` says of a grant."""
    known: dict[str, Any] = {"application_name": None, "session_seconds": None, "privilege": None}
    if grant["kind"] == "application":
        known |= {"application_name": org.application_by_arn[grant["application_arn"]].name, "session_seconds": 1800}
    elif grant["kind"] == "entitlement":
        known |= {"session_seconds": 43_200, "privilege": STRONG.get(grant["role_arn"].rpartition("/")[2])}
    else:
        permission_set = org.permission_set_by_arn[grant["permission_set_arn"]]
        seconds = SECONDS[permission_set.session_duration]
        known |= {"session_seconds": seconds, "privilege": privilege(org, permission_set)}
    return {**grant, **known, "administrator_like": LIKE[known["privilege"]]}


def privilege(_org: Organization, permission_set: Any) -> str:
    """The strongest of what its name, its managed policies and its inline policy say."""
    names = {permission_set.name, *(arn.rpartition("/")[2] for arn in permission_set.managed)}
    allowed = [
        statement
        for statement in _list(json.loads(permission_set.inline_policy or "{}").get("Statement", []))
        if statement["Effect"] == "Allow"
    ]
    everything = any(action in {"*", "*:*"} for one in allowed for action in _list(one.get("Action", [])))
    if "AdministratorAccess" in names or everything:
        return "administrator"
    return "power_user" if "PowerUserAccess" in names or any("NotAction" in one for one in allowed) else "other"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
