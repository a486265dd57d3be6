"""The queue to which EventBridge sends AWS's events, as services see it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

# The most that one request receives or deletes (docs/facts.md#queue).
MOST_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, as the queue handed it out this time.

    `id` stays the same when the message is delivered again; `receipt` is new each time, and only the newest one deletes
    the message for certain. `parse` gives its `body`. `received`: how often it was handed out so far, this time
    included, as far as the queue knows (ApproximateReceiveCount); 1 or more.
    """

    id: str
    receipt: str
    parse: Callable[[], Mapping[str, Any] | None]
    received: int = 1

    @property
    def body(self) -> Mapping[str, Any] | None:
        """The JSON object that it holds; None when it holds anything else. It is parsed each time and not kept: a
        megabyte of JSON can take twenty in memory, and ten messages come at once.
        """
        return self.parse()


class EventsQueue(Protocol):
    """A queue that delivers at least once, in no order, and again whatever was not deleted in time
    (docs/facts.md#event-delivery).

    Raises AwsUnavailable, AwsDenied, AwsCredentials or AwsRejected (a queue that is not there included) when the queue
    cannot be asked or says no. It never answers "nothing" when it could not look. Nobody else gets a message that was
    handed out, until its visibility time-out is over.
    """

    def receive(self, wait_seconds: int) -> Sequence[Delivery]:
        """Up to ten messages, as soon as there is one; none when none came within `wait_seconds` (0 to 20)."""
        ...

    def delete(self, receipts: Sequence[str]) -> None:
        """Delete these messages: at most ten, and nothing is asked for none of them.

        A message that is already gone counts as deleted. So does one whose receipt is too old: it is delivered again.
        Raises if others could not be deleted; they are delivered again, too.
        """
        ...

    def close(self) -> None:
        """End a `receive` that waits, on whatever thread: it and every later one find nothing.

        Messages that a request under way still receives are not lost: they are delivered again after the time-out.
        """
        ...
