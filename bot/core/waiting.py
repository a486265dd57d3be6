"""What leaverbot waits for, and for how long."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Trouble(StrEnum):
    """What stands between leaverbot and an answer of AWS for a while."""

    SILENT = "silent"  # no connection, no answer, or one that broke off
    THROTTLED = "throttled"  # AWS wants fewer requests
    BROKEN = "broken"  # AWS answered with an internal error, or contradicts itself
    STRANGER = "stranger"  # something else answered: a proxy's page, say
    CREDENTIALS = "credentials"  # AWS credentials could not be fetched
    BUSY = "busy"  # AWS is still carrying out an earlier change
    SLACK = "slack"  # no trouble of AWS: Slack does not say who is in a user group


@dataclass(frozen=True, slots=True)
class Wait:
    """An action that does not get on: since when, and until when it is tried. `trouble` None: AWS is just not done."""

    trouble: Trouble | None
    since: datetime
    until: datetime


def longer(pause: float, first: float, longest: float) -> float:
    """The pause after this one: doubled each time, from the first up to the longest; 0.0 is before the first."""
    return min(2 * pause, longest) or first
