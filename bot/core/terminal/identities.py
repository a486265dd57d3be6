"""Whose terminal commands a process carries out with its own AWS rights: those of its own AWS identity, and of the
identities that its settings name.
"""

import re
from collections.abc import Iterable

# A role or a user, with its path (IAM user guide, reference_identifiers).
NAMED = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(?:role|user)/(?:[!-~]{1,510}/)?[\w+=,.@-]{1,64}", re.ASCII)
_SESSION = re.compile(r"arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([^/]+)/[^/]+")
_ROLE = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/(?:[!-~]*/)?([^/]+)")


def may_ask_here(arn: str, own: str, named: Iterable[str]) -> bool:
    """Whether `arn`, an identity as STS names it, is `own` or one of those `named`.

    Two sessions of one role are the same identity: whoever assumes a role chooses the session name. STS leaves out a
    role's path, and role names are unique in an account, so the path does not count.
    """
    return bool(arn) and any(_identity(arn) == _identity(other) for other in (own, *named))


def _identity(arn: str) -> tuple[str, ...]:
    """Partition, account and name of a role or of the role of a session; anything else is itself."""
    found = _SESSION.fullmatch(arn) or _ROLE.fullmatch(arn)
    return found.groups() if found else (arn,)
