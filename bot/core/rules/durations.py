"""How long a rule waits: one time for everybody, or one for each severity."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.access.severity import Severity

_UNITS: Mapping[str, timedelta] = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_TIME = re.compile(r"(\d{1,6})\s*([mhd])", re.ASCII | re.IGNORECASE)
# Longer is a mistake: AWS has kept events for less.
LONGEST = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Durations:
    """A time by severity; a severity that is missing has none."""

    by_severity: Mapping[Severity, timedelta] = field(default_factory=dict)

    def after(self, severity: Severity) -> timedelta | None:
        return self.by_severity.get(severity)

    def __bool__(self) -> bool:
        return bool(self.by_severity)

    def __str__(self) -> str:
        """As it is written in a setting; equal times of all severities are one."""
        if set(self.by_severity) == set(Severity) and len(set(self.by_severity.values())) == 1:
            return text_of(next(iter(self.by_severity.values())))
        times = ((severity, self.after(severity)) for severity in Severity)
        return ",".join(f"{severity}={text_of(time)}" for severity, time in times if time is not None)


def parse(text: str) -> Durations:
    """`30m`, `4h` or `30d`; or by severity, `critical=0m,high=4h,normal=3d`. "" is none. Raises ValueError."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if text.strip() and not parts:
        raise ValueError("no time is named")
    if len(parts) == 1 and "=" not in parts[0]:
        return Durations(dict.fromkeys(Severity, time_of(parts[0])))
    found: dict[Severity, timedelta] = {}
    for part in parts:
        name, equals, time = (one.strip() for one in part.partition("="))
        if not equals:
            raise ValueError("give one time for all severities, or one for each that you name")
        severity = next((one for one in Severity if one == name.lower()), None)
        if severity is None:
            raise ValueError("the severities are critical, high and normal")
        if severity in found:
            raise ValueError(f"{severity} is there twice")
        found[severity] = time_of(time)
    return Durations(found)


def text_of(time: timedelta) -> str:
    """The time in the largest unit that it is a whole number of."""
    for unit in ("d", "h"):
        if time and not time % _UNITS[unit]:
            return f"{time // _UNITS[unit]}{unit}"
    return f"{time // _UNITS['m']}m"


def time_of(text: str) -> timedelta:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("a time is a whole number of minutes, hours or days")
    time = int(found[1]) * _UNITS[found[2].lower()]
    if time > LONGEST:
        raise ValueError("longer than ten years")
    return time
