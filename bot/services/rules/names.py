"""The people of the brake and of holds, as their messages name them."""

from collections import Counter
from collections.abc import Iterable

from bot.core.access.severity import Severity
from bot.core.cases import Case
from bot.core.lists.order import most_urgent_first
from bot.core.models import User

# How many people a message names.
NAMES = 5


def severities(cases: Iterable[Case]) -> dict[Severity, int]:
    counted = Counter(case.severity for case in cases)
    return {level: counted[level] for level in Severity}


def worst_named(cases: Iterable[Case]) -> tuple[User, ...]:
    """Whose access is worst: the first few."""
    return tuple(case.user for case in most_urgent_first(cases)[:NAMES])
