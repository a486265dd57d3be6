"""How much a way in allows, as far as names and policies tell.

The safer reading: limits that a condition or a resource puts on a statement are ignored.
"""

import json
from functools import lru_cache
from typing import Any

from bot.playground.identity_center.state.records import PermissionSet

ADMINISTRATOR, POWER_USER, OTHER = "administrator", "power_user", "other"
BY_NAME = {"AdministratorAccess": ADMINISTRATOR, "PowerUserAccess": POWER_USER}
EVERYTHING = {"*", "*:*"}
_STRONGEST_FIRST = (ADMINISTRATOR, POWER_USER)


@lru_cache(maxsize=1024)
def of_permission_set(permission_set: PermissionSet) -> str:
    """administrator, power_user or other: the strongest its name, managed policies and inline policy suggest."""
    found = {BY_NAME.get(permission_set.name)}
    # arn:aws:iam::aws:policy/AdministratorAccess: AWS's own, without a path before the name
    for arn in permission_set.managed:
        place, _, name = arn.partition(":policy/")
        found.add(BY_NAME.get(name) if place.endswith(":iam::aws") else None)
    found |= {_of_statement(statement) for statement in _statements(permission_set.inline_policy)}
    return next((privilege for privilege in _STRONGEST_FIRST if privilege in found), OTHER)


def of_role(role_arn: str) -> str | None:
    """What an ordinary role's name suggests, or None: its policies are in its account and unknown here."""
    return BY_NAME.get(role_arn.rpartition("/")[2])


def like_administrator(privilege: str | None) -> bool | None:
    """None: not known."""
    return None if privilege is None else privilege != OTHER


def _statements(inline_policy: str | None) -> list[Any]:
    """A single statement may stand without a list."""
    found = json.loads(inline_policy).get("Statement", []) if inline_policy else []
    return found if isinstance(found, list) else [found]


def _of_statement(statement: Any) -> str | None:
    """None for a statement that denies, is malformed, or allows only some named actions."""
    if not isinstance(statement, dict) or statement.get("Effect") != "Allow":
        return None
    actions, others = _texts(statement.get("Action")), _texts(statement.get("NotAction"))
    if EVERYTHING & set(actions):
        return ADMINISTRATOR
    return POWER_USER if others else None


def _texts(value: Any) -> list[str]:
    """One string or a list of them, as a list; malformed parts are dropped."""
    items = value if isinstance(value, list) else [value]
    return items if all(isinstance(item, str) for item in items) else []
