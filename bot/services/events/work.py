"""Empty the events queue: events that arrive together are gathered first, so that people are read together."""

import time
from collections.abc import Callable

from bot.ports import MOST_AT_ONCE, EventsQueue
from bot.services.context import Context
from bot.services.events.take_in import take_in

# How long to wait for more after a message, and how long to gather at most, in seconds: what happens to many people at
# once arrives within seconds, and is read and told together.
SETTLE_SECONDS, GATHER_SECONDS = 1, 2.0
# While the queue hands out full batches, there is a backlog: then it gathers for this long, so that a user whom many
# events are about is read once, and so that it shows when a scan is cheaper.
BACKLOG_SECONDS = 30.0
# How long a run that is about to end keeps receiving, in seconds.
TAKE_SECONDS = 30.0


def gather(
    context: Context,
    queue: EventsQueue,
    wait_seconds: int,
    *,
    settle_seconds: int = SETTLE_SECONDS,
    backlog_seconds: float = BACKLOG_SECONDS,
    stopwatch: Callable[[], float] = time.monotonic,
) -> int:
    """Take in what comes within `wait_seconds`, and what follows it closely; how many messages. It ends after
    `backlog_seconds` even if the queue is still full.

    Raises AwsError and StoreError.
    """
    taken, began = 0, None
    while deliveries := queue.receive(wait_seconds if began is None else settle_seconds):
        began = stopwatch() if began is None else began
        take_in(context, queue, deliveries)
        taken += len(deliveries)
        longest = backlog_seconds if len(deliveries) >= MOST_AT_ONCE else GATHER_SECONDS
        if stopwatch() - began > longest:
            break
    return taken


def take_all(
    context: Context,
    queue: EventsQueue,
    stop: Callable[[], bool],
    *,
    settle_seconds: int = SETTLE_SECONDS,
    stopwatch: Callable[[], float] = time.monotonic,
) -> int:
    """Take in everything that waits now, until the queue is empty, `stop` says so, or it has taken half a minute,
    because more may always come; how many messages.

    Nobody is read: a scan that begins after this answers all of it. Raises AwsError and StoreError.
    """
    taken, until = 0, stopwatch() + TAKE_SECONDS
    while not stop() and stopwatch() < until:
        more = gather(context, queue, settle_seconds, settle_seconds=settle_seconds, backlog_seconds=GATHER_SECONDS)
        taken += more
        if not more:
            break
    return taken
