"""True time, and the clock of the machine that the bot runs on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# AWS refuses every request of a machine whose clock is further off (docs/facts.md#clock-skew).
MOST_OFF = timedelta(minutes=5)


@dataclass
class MachineClock:
    """Implements `ports.Clock`: `off` from the true time, which stands still until somebody moves it or sleeps."""

    true: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    off: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.true + self.off

    def sleep(self, seconds: float) -> None:
        self.true += timedelta(seconds=seconds)

    @property
    def wrong(self) -> bool:
        return abs(self.off) > MOST_OFF
