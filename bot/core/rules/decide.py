"""Whether a rule acts on somebody now: what its guards say."""

from bot.core.rules.decisions import Act, Decision
from bot.core.rules.facts import Facts
from bot.core.rules.guards import GUARDS
from bot.core.rules.rules import Rule


def decide(rule: Rule, facts: Facts) -> Decision:
    """What the rule does about this person now."""
    for guard in GUARDS:
        found = guard(rule, facts)
        if found:
            return found
    return Act()
