"""What the store keeps of events and of the reads they lead to, as services see it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.cases import Change
from bot.core.events.counts import EventCounts
from bot.core.events.reads import UserRead, WantedRead
from bot.core.events.subjects import Event
from bot.core.rules.brake import BrakeLimits
from bot.core.scan.coverage import Scan


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as it came. `message_id`: the queue's, which stands for an event that has no id of its own."""

    message_id: str
    event: Event

    @property
    def id(self) -> str:
        # Queues other than SQS may have longer ids than are stored.
        return self.event.id or self.message_id[:128]


class EventStore(Protocol):
    """Events that were taken in, and who is to be read because of them: one row a user, however many events came."""

    def listen(self, at: datetime | None) -> None:
        """From now on there is an events queue; None: there is none, so scans are not compared with events."""
        ...

    def take_events(self, heard: Sequence[Heard], at: datetime) -> list[Heard]:
        """Store what these events lead to, and count them; returns the ones not seen before.

        An event counts once, however often it comes. It leads to a read of its user, unless a read that was complete
        began at least a minute after it; of a group, to reads of the leavers last seen in it; of anybody, to one read
        of all open leavers, at most once a minute.
        """
        ...

    def due_reads(self, at: datetime) -> list[WantedRead]:
        """The users whose reads are due; ANYBODY may be among them."""
        ...

    def next_read(self) -> datetime | None:
        """When the next one is due."""
        ...

    def spread(self, most: int, at: datetime) -> bool:
        """Replace ANYBODY with the users of all open cases; False, and no change, if there are more than `most`."""
        ...

    def leave_to_scan(self, user_ids: Collection[str], at: datetime) -> bool:
        """They are due again in a minute, unless a scan that begins now or later has read them until then. Whether to
        ask for that scan: at most once a minute, and after one that events asked for only once as much time has passed
        as it took; until then they are not due.
        """
        ...

    def save_reads(
        self,
        scan: Scan,
        wanted: Sequence[WantedRead],
        digest_after: int,
        new_id: Callable[[], str],
        *,
        brake: BrakeLimits | None = None,
    ) -> list[Change]:
        """Apply what this read of some users changes, as `save_scan` does, and settle the reads that were wanted.

        One that does not show what the event says, or was not complete, is due again after 2, 10 and 60 seconds.
        Cases that events opened within a minute count as those of one scan: more than `digest_after` are one message.
        """
        ...

    def user_read(self, user_id: str) -> UserRead | None:
        """The newest read of this user: kept for everybody who was seen disabled, with or without access, and for
        everybody an event was about.
        """
        ...

    def disabled_users(self) -> frozenset[str]:
        """Everybody who was disabled in their newest read."""
        ...

    def event_counts(self, since: datetime | None = None) -> EventCounts:
        """Counts of events since that day; None: of all."""
        ...
