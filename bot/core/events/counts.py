"""Counts of events by outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.events.subjects import DropReason


class Counted(StrEnum):
    """What is counted. Dropped events are also counted by reason."""

    RECEIVED = "received"  # every copy of every message, poison apart
    DUPLICATE = "duplicate"  # received before
    POISON = "poison"  # nothing that AWS is known to send; left to the dead-letter queue
    OLD = "old"  # the user was read long enough after it
    WANTED = "wanted"  # somebody was to be read
    UNSHOWN = "unshown"  # read again and again, and AWS never showed it; left to the scans
    SCANS = "scans"  # scans asked for because of too many people
    TIMED = "timed"  # with a time that can be believed
    DELAY_SECONDS = "delay_seconds"  # from when they happened until they were taken in, all together
    LEAVERS_BY_EVENT = "leavers_by_event"  # people whose disabling an event told first
    LEAVERS_BY_SCAN = "leavers_by_scan"  # and a scan, though we were listening
    LATE = "late"  # of those by scan, how many events came later
    LATE_SECONDS = "late_seconds"  # and how much later, all together


@dataclass(frozen=True, slots=True)
class EventCounts:
    """Counts of events, which arrive some minutes late (docs/facts.md#event-delay).

    `listening_since`: None while there is no queue; `heard_at`: when the newest message was taken in, `newest_at`: when
    the newest event happened; None before the first. `waiting`: people to be read.
    `sources`: how many events of the watched names came from each of AWS's services; nobody documents some of them.
    """

    listening_since: datetime | None = None
    heard_at: datetime | None = None
    newest_at: datetime | None = None
    waiting: int = 0
    counts: Mapping[Counted, int] = field(default_factory=dict)
    dropped: Mapping[DropReason, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)

    def of(self, what: Counted) -> int:
        return self.counts.get(what, 0)

    @property
    def leavers(self) -> int:
        """How many people were seen as disabled while leaverbot listened."""
        return self.of(Counted.LEAVERS_BY_EVENT) + self.of(Counted.LEAVERS_BY_SCAN)

    @property
    def found_by_scan(self) -> int:
        return self.of(Counted.LEAVERS_BY_SCAN)

    @property
    def delay(self) -> timedelta | None:
        """How long events took to arrive, on average."""
        return _average(self.of(Counted.DELAY_SECONDS), self.of(Counted.TIMED))

    @property
    def late(self) -> timedelta | None:
        """How much later events arrived for leavers that a scan found first, on average; None if none did."""
        return _average(self.of(Counted.LATE_SECONDS), self.of(Counted.LATE))


def _average(seconds: int, number: int) -> timedelta | None:
    return timedelta(seconds=seconds / number) if number else None
