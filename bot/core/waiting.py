"""What leaverbot waits for, and for how long."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Trouble(StrEnum):
    """What keeps AWS's answer from leaverbot for a while."""

    SILENT = "silent"  # no connection, no answer, or an answer that broke off
    THROTTLED = "throttled"  # AWS wants fewer requests
    BROKEN = "broken"  # AWS answered with an internal error, or contradicts itself
    STRANGER = "stranger"  # something else answered, such as a proxy's page
    CREDENTIALS = "credentials"  # AWS credentials could not be fetched
    BUSY = "busy"  # AWS is still carrying out an earlier change
    LIMIT = "limit"  # not AWS: as many people as may be were changed within the hour
    SLACK = "slack"  # not AWS: Slack does not say who is in a user group


@dataclass(frozen=True, slots=True)
class Wait:
    """An action that is stuck: since when, and how long it keeps trying, or until about when it has to wait. `trouble`
    None: AWS is just not done yet.
    """

    trouble: Trouble | None
    since: datetime
    until: datetime


def longer(pause: float, first: float, longest: float) -> float:
    """The pause after this one: doubled each time, from `first` up to `longest`. 0.0 stands for no pause yet."""
    return min(2 * pause, longest) or first
