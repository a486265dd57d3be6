"""Receive messages from the events queue: store their effect, and only then delete them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import structlog

from bot.core.errors import AwsError
from bot.core.events.records import read_event
from bot.core.events.subjects import Dropped, DropReason, Home, Unknown
from bot.ports import Delivery, EventsQueue, Heard
from bot.services.context import Context

log = structlog.get_logger(__name__)

# A list of accounts this old will do to know our own organization's, in seconds.
ACCOUNTS_AGE = 3600.0
# What comes from elsewhere is named once in this time, the first of it: somebody may have wired the wrong bus.
NAME_AGAIN = timedelta(days=1)
# What AWS is not known to send is logged once in this time; the metrics count all of it.
SAY_AGAIN = timedelta(minutes=1)
_POISON = "a message in the events queue is not an AWS event"
_ELSEWHERE = "events from elsewhere are dropped"
ELSEWHERE = frozenset({DropReason.OTHER_STORE, DropReason.OTHER_PARTITION, DropReason.OTHER_ACCOUNT})


def take_in(context: Context, queue: EventsQueue, deliveries: Sequence[Delivery]) -> None:
    """Store what these messages lead to, then delete them. Poison is left to the queue's dead-letter queue.

    Raises AwsError and StoreError; messages that were not deleted are delivered again, and then have no effect.
    """
    with context.background():
        home = _home(context)
    heard = [Heard(delivery.id, read_event(delivery.body, home)) for delivery in deliveries]
    new = context.store.take_events(heard, context.clock.now())
    _tell(context, new)
    taken = zip(deliveries, heard, strict=True)
    queue.delete([delivery.receipt for delivery, one in taken if not isinstance(one.event.subject, Unknown)])


def _home(context: Context) -> Home:
    instance = context.access.instance()
    try:
        accounts = frozenset(context.access.accounts(max_age=ACCOUNTS_AGE))
    except AwsError:
        # Then no event is dropped for its account.
        accounts = frozenset()
    return Home(instance.identity_store_id, instance.arn, accounts)


def _tell(context: Context, new: Iterable[Heard]) -> None:
    for one in new:
        subject = one.event.subject
        if isinstance(subject, Unknown):
            _say(context, "poison in the events queue", one.message_id, SAY_AGAIN, _POISON)
        elif isinstance(subject, Dropped) and subject.reason in ELSEWHERE:
            about = {"reason": str(subject.reason)}
            _say(context, f"events dropped: {subject.reason}", subject.what, NAME_AGAIN, _ELSEWHERE, **about)


def _say(context: Context, name: str, first: str, again: timedelta, sentence: str, **about: str) -> None:
    """Log it, unless it was logged within the time `again`. `name`: under which that is remembered."""
    now, before = context.clock.now(), context.store.recall(name)
    if before is None or not before[1] <= now < before[1] + again:
        context.store.remember(name, first, now)
        log.warning(sentence, first=first, **about)
