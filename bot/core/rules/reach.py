"""How far the rules reach, and whether they reach further than before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from urllib.parse import quote, unquote

from bot.core.access.severity import Severity
from bot.core.rules.durations import Durations, parse
from bot.core.rules.rules import AUTO_DELETE, AUTO_DENY, AUTO_REVOKE, AutoRules, DenyScope, Rule
from bot.core.typed_names import fold


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything that decides on whom a rule acts, and when. `protected`: whom it never acts on; `asks_entra`: whoever
    is active in Entra is left alone; `dry_run`: nothing is changed.
    """

    deny: DenyScope | None = None
    revoke: Durations = field(default_factory=Durations)
    delete: Durations = field(default_factory=Durations)
    protected: frozenset[str] = frozenset()
    asks_entra: bool = False
    dry_run: bool = False

    @classmethod
    def of(
        cls, rules: AutoRules, protected: Iterable[str], *, asks_entra: bool = False, dry_run: bool = False
    ) -> "Reach":
        """That of these settings."""
        return cls(rules.deny, rules.revoke, rules.delete, frozenset(map(fold, protected)), asks_entra, dry_run)

    @property
    def rules(self) -> AutoRules:
        return AutoRules(self.deny, self.revoke, self.delete)

    @property
    def acts(self) -> bool:
        """Whether any rule is on."""
        return bool(self.rules.rules)

    def wider_than(self, before: "Reach") -> bool:
        """Whether a rule may act on somebody on whom none did before, or earlier."""
        if not self.acts:
            return False
        unprotected = before.protected - self.protected
        unchecked = (before.asks_entra and not self.asks_entra) or (before.dry_run and not self.dry_run)
        return bool(unprotected) or unchecked or any(_wider(rule, before.rules) for rule in self.rules.rules)

    def __str__(self) -> str:
        """As it is stored: a line for each rule, name or fact."""
        lines = [str(rule) for rule in self.rules.rules]
        lines += [f"protected={quote(name)}" for name in sorted(self.protected)]
        lines += [name for name, set_ in (("entra", self.asks_entra), ("dry-run", self.dry_run)) if set_]
        return "\n".join(lines)


def _wider(rule: Rule, before: AutoRules) -> bool:
    """Whether it acts on anybody sooner than the rule of its kind did, or on anybody at all where there was none."""
    former = before.rule(rule.kind)
    for severity, incident in product(Severity, (False, True)):
        now = rule.after(severity, incident=incident)
        then = former.after(severity, incident=incident) if former else None
        if now is not None and (then is None or now < then):
            return True
    return False


def stored_reach(text: str) -> Reach | None:
    """What was stored; None if this version cannot read it."""
    lines = [line.partition("=") for line in text.splitlines()]
    told = {name: value for name, _, value in lines if name != "protected"}
    protected = frozenset(unquote(value) for name, _, value in lines if name == "protected")
    if not set(told) <= {AUTO_DENY, AUTO_REVOKE, AUTO_DELETE, "entra", "dry-run"}:
        return None
    try:
        deny = DenyScope(told[AUTO_DENY]) if AUTO_DENY in told else None
        revoke, delete = parse(told.get(AUTO_REVOKE, "")), parse(told.get(AUTO_DELETE, ""))
    except ValueError:
        return None
    return Reach(deny, revoke, delete, protected, "entra" in told, "dry-run" in told)
