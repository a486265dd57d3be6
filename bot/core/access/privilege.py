"""How much a permission set or role allows, as far as leaverbot can tell without reading the account it is used in."""

import json
from collections.abc import Iterable
from typing import Any

from bot.core.models import Privilege

_BY_NAME = {"AdministratorAccess": Privilege.ADMINISTRATOR, "PowerUserAccess": Privilege.POWER_USER}
_EVERYTHING = frozenset({"*", "*:*"})


def privilege_of_name(name: str) -> Privilege | None:
    """What the name alone says: that of one of AWS's own policies, or of something named after one."""
    return _BY_NAME.get(name)


def privilege_of(name: str, managed: Iterable[str], inline: str) -> Privilege:
    """What a permission set allows, from its name, the names of its AWS managed policies and its inline policy.

    Conditions are ignored, which is the safer reading. What customer managed policies allow is not known here.
    """
    found = {_BY_NAME.get(one) for one in (name, *managed)} | set(_of_statements(inline))
    return next((level for level in (Privilege.ADMINISTRATOR, Privilege.POWER_USER) if level in found), Privilege.OTHER)


def _of_statements(inline: str) -> Iterable[Privilege]:
    try:
        document = json.loads(inline) if inline else {}
    except ValueError:
        return
    statements = _listed(document.get("Statement")) if isinstance(document, dict) else []
    for statement in statements:
        if not isinstance(statement, dict) or statement.get("Effect") != "Allow":
            continue
        if _EVERYTHING & {action for action in _listed(statement.get("Action")) if isinstance(action, str)}:
            yield Privilege.ADMINISTRATOR
        if "NotAction" in statement:
            yield Privilege.POWER_USER


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
