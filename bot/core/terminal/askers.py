"""Who asked from a terminal: the AWS identity that was proven, and the user of the operating system.

Everywhere a person's Slack id is stored, such a person is stored as one text, which no Slack id can be.
"""

import re
from dataclasses import dataclass

from bot.core.text import clean

_STORED = re.compile(r"terminal (\S+) ([^\s@]*)@(\S*)")
# What IAM Identity Center calls the role of a permission set.
_PERMISSION_SET = re.compile(r"AWSReservedSSO_(.+)_[0-9a-f]{16}")
# The identity of somebody who has not proven one.
_UNPROVEN = "-"
# Longer names of users and hosts are cut off.
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class TerminalAsker:
    """`arn`: the AWS identity, "" when it is not proven. `os_user`, `host`: as the command itself said."""

    arn: str
    os_user: str
    host: str

    @property
    def stored(self) -> str:
        """As it is stored in place of a Slack id."""
        os_user = _word(self.os_user).replace("@", "_")
        return f"terminal {_word(self.arn, 2048) or _UNPROVEN} {os_user}@{_word(self.host)}"

    @property
    def identity(self) -> str:
        """The AWS identity as people call it: role and session, or the user; "" when it is not proven.

        arn:aws:sts::123456789012:assumed-role/Admin/alice is Admin/alice, and a role of a permission set goes by the
        name of that (docs/facts.md#role-names).
        """
        kind, _, rest = self.arn.rpartition(":")[2].partition("/")
        if kind == "assumed-role":
            role, _, session = rest.partition("/")
            of_set = _PERMISSION_SET.fullmatch(role)
            return f"{of_set[1] if of_set else role}/{session}"
        return rest.rpartition("/")[2] or kind


def terminal_asker(stored: str) -> TerminalAsker | None:
    """The person, if it is somebody in a terminal."""
    found = _STORED.fullmatch(stored)
    if found is None:
        return None
    arn, os_user, host = found.groups()
    return TerminalAsker("" if arn == _UNPROVEN else arn, os_user, host)


def _word(text: str, limit: int = _LONGEST) -> str:
    return clean(text).replace(" ", "_")[:limit]
