"""What leaverbot waits for, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


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

    def to_json(self) -> dict[str, Any]:
        trouble = str(self.trouble) if self.trouble else None
        return {"trouble": trouble, "since": self.since.isoformat(), "until": self.until.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        trouble = Trouble(data["trouble"]) if data["trouble"] else None
        return cls(trouble, datetime.fromisoformat(data["since"]), datetime.fromisoformat(data["until"]))


def longer(pause: float, first: float, longest: float) -> float:
    """The pause after this one: doubled each time, from the first up to the longest; 0.0 is before the first."""
    return min(2 * pause, longest) or first
