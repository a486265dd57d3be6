"""Who asked when a rule did: stored as one text wherever a person's Slack id is, which no Slack id can be."""

import re
from dataclasses import dataclass

_STORED = re.compile(r"rule (LEAVERBOT_AUTO_[A-Z_]+)=(\S+)")


@dataclass(frozen=True, slots=True)
class RuleAsker:
    """`rule`: as people write it, LEAVERBOT_AUTO_REVOKE_AFTER=3d."""

    rule: str

    @property
    def stored(self) -> str:
        """As it is stored in place of a Slack id."""
        return f"rule {self.rule}"


def rule_asker(stored: str) -> RuleAsker | None:
    """The rule, if it is one."""
    return RuleAsker(stored.removeprefix("rule ")) if _STORED.fullmatch(stored) else None
