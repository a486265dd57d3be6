"""For how long people had been disabled when they lost their last way in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

# What the summary compares: this week with four weeks.
WEEK, FOUR_WEEKS = timedelta(days=7), timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Exposure:
    """From when somebody was certainly disabled, to when their case closed because no way in was left."""

    disabled_by: datetime
    ended_at: datetime

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.disabled_by).total_seconds()


@dataclass(frozen=True, slots=True)
class Lengths:
    """Of `ended` exposures, in seconds; None where none ended."""

    ended: int = 0
    median_seconds: float | None = None
    worst_seconds: float | None = None


def lengths(exposures: Iterable[Exposure], since: datetime, until: datetime) -> Lengths:
    """Of those that ended after `since`, up to and including `until`."""
    seconds = [one.seconds for one in exposures if since < one.ended_at <= until]
    return Lengths(len(seconds), median(seconds), max(seconds)) if seconds else Lengths()
