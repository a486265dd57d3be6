"""The rules: what leaverbot does by itself, as the settings say."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.core.access.severity import Severity
from bot.core.kinds import DELETE, DENY, REVOKE, Kind
from bot.core.rules.brake import BrakeLimits
from bot.core.rules.durations import Durations

AUTO_DENY = "LEAVERBOT_AUTO_DENY"
AUTO_REVOKE = "LEAVERBOT_AUTO_REVOKE_AFTER"
AUTO_DELETE = "LEAVERBOT_AUTO_DELETE_AFTER"


class DenyScope(StrEnum):
    """Whom a rule denies (LEAVERBOT_AUTO_DENY); each includes those before it."""

    INCIDENT = "incident"  # access was used after the user was disabled
    CRITICAL = "critical"
    HIGH = "high"
    ALL = "all"

    def covers(self, severity: Severity, *, incident: bool) -> bool:
        if incident or self is DenyScope.ALL:
            return True
        worst = {DenyScope.CRITICAL: Severity.CRITICAL, DenyScope.HIGH: Severity.HIGH}.get(self)
        return worst is not None and severity.rank <= worst.rank


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it does, and the setting that says so. Exactly one of `scope` and `durations` is set."""

    kind: Kind
    setting: str
    scope: DenyScope | None = None
    durations: Durations = field(default_factory=Durations)

    def after(self, severity: Severity, *, incident: bool = False) -> timedelta | None:
        """How long after the user was first seen disabled it acts; None: never on somebody like this."""
        if self.scope:
            return timedelta(0) if self.scope.covers(severity, incident=incident) else None
        return self.durations.after(severity)

    def __str__(self) -> str:
        """As people write it: LEAVERBOT_AUTO_REVOKE_AFTER=3d."""
        return f"{self.setting}={self.scope or self.durations}"


@dataclass(frozen=True, slots=True)
class AutoRules:
    """Everything that leaverbot may do by itself, and how much of it."""

    deny: DenyScope | None = None
    revoke: Durations = field(default_factory=Durations)
    delete: Durations = field(default_factory=Durations)
    brake: BrakeLimits = field(default_factory=BrakeLimits)
    changes_per_hour: int = 100

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Those that are on, in the order in which they act."""
        return tuple(self._on())

    def rule(self, kind: Kind) -> Rule | None:
        """The rule that does this, if it is on."""
        return next((rule for rule in self.rules if rule.kind is kind), None)

    def _on(self) -> Iterable[Rule]:
        if self.deny:
            yield Rule(DENY, AUTO_DENY, scope=self.deny)
        if self.revoke:
            yield Rule(REVOKE, AUTO_REVOKE, durations=self.revoke)
        if self.delete:
            yield Rule(DELETE, AUTO_DELETE, durations=self.delete)
