"""Whether an event matches an EventBridge pattern, as eb-event-patterns of its user guide describes them.

A pattern names fields and what they may hold: a list of alternatives for a value, an object for an object. Everything
it names must match; what it does not name does not matter.
"""

from collections.abc import Mapping
from typing import Any

_NOTHING = object()


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Raises ValueError for a pattern that EventBridge would not accept, or that is not modelled here."""
    return all(_field(wanted, event.get(name, _NOTHING)) for name, wanted in pattern.items())


def _field(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, Mapping):
        if not wanted:
            raise ValueError("a pattern has no empty object")
        return matches(wanted, value if isinstance(value, Mapping) else {})
    if not isinstance(wanted, list) or not wanted:
        raise ValueError(f"a pattern has a list of alternatives for a value, not {wanted!r}")
    values = value if isinstance(value, list) else [value]
    return any(_alternative(one, held) for one in wanted for held in values)


def _alternative(wanted: Any, value: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return value is not _NOTHING and type(wanted) is type(value) and bool(wanted == value)
    if set(wanted) == {"exists"}:
        return (value is not _NOTHING) is wanted["exists"]
    if set(wanted) == {"prefix"}:
        return isinstance(value, str) and value.startswith(wanted["prefix"])
    raise ValueError(f"not modelled in a pattern: {wanted!r}")
