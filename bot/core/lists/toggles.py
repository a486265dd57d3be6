"""The buttons that narrow a list: what a press makes of its filter."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.core.access.severity import Severity
from bot.core.lists.filters import CaseFilter

OLDER = timedelta(days=2)


class Toggle(StrEnum):
    """What a button of a list switches on, and off again."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    INCIDENT = "incident"
    DENIED = "denied"
    OLDER = "older"
    CLOSED = "closed"


_SEVERITIES = {Toggle(severity): severity for severity in Severity}


def is_on(wanted: CaseFilter, toggle: Toggle) -> bool:
    """Whether the filter asks for what the button says."""
    if toggle in _SEVERITIES:
        return wanted.severity is _SEVERITIES[toggle]
    if toggle is Toggle.OLDER:
        return wanted.older is not None
    return bool(getattr(wanted, toggle))


def switched(wanted: CaseFilter, toggle: Toggle, *, on: bool) -> CaseFilter:
    """The filter with the button on or off. Whoever has no way in any more is another list, so that begins anew."""
    if toggle is Toggle.CLOSED:
        return CaseFilter(closed=on)
    if toggle in _SEVERITIES:
        return replace(wanted, severity=_SEVERITIES[toggle] if on else None)
    if toggle is Toggle.OLDER:
        return replace(wanted, older=OLDER if on else None)
    if toggle is Toggle.INCIDENT:
        return replace(wanted, incident=on)
    return replace(wanted, denied=on)
