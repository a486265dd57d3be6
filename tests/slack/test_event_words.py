"""How well events arrive, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.events.counts import Counted, EventCounts
from bot.slack.wording.events import how_alive

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def counts(newest: datetime | None = NOW - 3 * MINUTE, **counted: int) -> EventCounts:
    return EventCounts(NOW - 60 * MINUTE, newest, newest, counts={Counted(name): n for name, n in counted.items()})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (EventCounts(), "not used; scans find everything."),
        (counts(None), "alive, none came yet."),
        (counts(), "alive, newest 3 min ago; nobody was disabled since."),
        (
            counts(leavers_by_scan=2, leavers_by_event=39),
            "alive, newest 3 min ago; 2 of 41 leavers were found by the scan first.",
        ),
        (
            counts(leavers_by_scan=1, leavers_by_event=0, late=1, late_seconds=40, timed=2, delay_seconds=600),
            (
                "alive, newest 3 min ago; 1 of 1 leaver was found by the scan first; "
                "1 event came 40 s after it on average. Events take 5 min to get here on average."
            ),
        ),
    ],
)
def test_the_sentence_says_what_is_known(given: EventCounts, said: str) -> None:
    assert how_alive(given, NOW) == said


def test_a_queue_that_cannot_be_read_is_said_first() -> None:
    assert how_alive(counts(), NOW, "SQS does not answer.") == (
        "the queue cannot be read: SQS does not answer. Scans go on."
    )
