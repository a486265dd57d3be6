"""By event: from the message in the queue to the message in Slack; one by one, and many at once.

The real bot as a process, with its real pauses and limits, against both simulators over sockets. AWS and Slack keep to
their rates. The time that AWS takes until its event is in the queue is not in these figures, and AWS promises none.
"""

import math
import re
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.benchmarks.table import show

if TYPE_CHECKING:
    from bot.playground.identity_center.queues.queue import Queue
    from tests.world import World

ONE_BY_ONE, EVERY_SECONDS, WITHIN_SECONDS, AT_ONCE = 200, 2.0, 10.0, 200
# The bounds of issue 11, in seconds.
MOST_P99, MOST_BURST = 5.0, 15.0
# How long to wait for what does not come.
PATIENCE = 60.0


def measure_events() -> list[str]:
    """Measure, print, and give what is broken."""
    waited, taken_twice = _one_by_one()
    burst, messages = _at_once()
    show(
        "From the message in the queue to the message in Slack",
        ["events", "how many", "p50", "p99", "most", "messages in Slack"],
        [
            _row("one every 2 s, each twice and out of order within 10 s", waited, len(waited)),
            ["all at once", AT_ONCE, "", "", f"{burst:.1f} s", messages],
        ],
    )
    found = {
        f"a p99 of {_p99(waited):.2f} s": _p99(waited) > MOST_P99,
        f"{ONE_BY_ONE - len(waited)} leavers had no alert": len(waited) < ONE_BY_ONE,
        f"{taken_twice} leavers had a second alert": taken_twice > 0,
        f"a burst was told after {burst:.1f} s": burst > MOST_BURST,
        f"a burst made {messages} messages": messages != 1,
    }
    return [problem for problem, is_true in found.items() if is_true]


def _row(name: str, waited: list[float], messages: int) -> list[object]:
    figures = (statistics.median(waited), _p99(waited), max(waited))
    return [name, len(waited), *(f"{value:.2f} s" for value in figures), messages]


def _p99(waited: list[float]) -> float:
    """The longest wait but for one in a hundred."""
    return sorted(waited)[math.ceil(0.99 * len(waited)) - 1]


def _one_by_one() -> tuple[list[float], int]:
    """How long each alert took, and how many leavers had a second one.

    Thirty new cases a minute are more than go one by one as it stands, so here more may.
    """
    with _company(ONE_BY_ONE, LEAVERBOT_DIGEST_AFTER="1000") as (here, queue, people):
        (rule,) = here.org.bus.rules
        rule.double, rule.jitter_seconds = None, WITHIN_SECONDS
        arrived: dict[str, float] = {}
        began = time.monotonic()
        for number, (name, user) in enumerate(people.items()):
            time.sleep(max(0.0, began + number * EVERY_SECONDS - time.monotonic()))
            arrived[name] = min(sent.timestamp() for sent in _sent(here, queue, user))
        told = _alerts(here, arrived)
        assert not here.aws.complaints
    waited = [float(found[0]["ts"]) - arrived[name] for name, found in told.items() if found]
    return waited, sum(len(found) > 1 for found in told.values())


def _sent(here: "World", queue: "Queue", user: str) -> list[Any]:
    """Disable this user; when each copy of the event arrives."""
    with here.org.hold():
        before = set(queue.messages)
        here.org.set_status(user, "DISABLED")
        return [message.sent_at for name, message in queue.messages.items() if name not in before]


def _alerts(here: "World", names: Any) -> dict[str, list[dict[str, Any]]]:
    """The messages about each of them, once everybody has one, or it takes too long."""
    from tests.world import words

    deadline = time.monotonic() + WITHIN_SECONDS + PATIENCE
    while True:
        texts = [(message, words(message)) for message in here.messages()]
        told = {name: [message for message, text in texts if name in text] for name in names}
        if all(told.values()) or time.monotonic() > deadline:
            return told
        time.sleep(0.5)


def _at_once() -> tuple[float, int]:
    """How long the digest took from the first message in the queue, and how many messages there were in all."""
    from tests.world import words

    whole = re.compile(rf"\b{AT_ONCE}\b")
    with _company(AT_ONCE) as (here, _queue, people):
        began = time.time()
        with here.org.hold():
            for user in people.values():
                here.org.set_status(user, "DISABLED")
        deadline = time.monotonic() + PATIENCE
        digest = None
        while digest is None and time.monotonic() < deadline:
            digest = next((one for one in here.messages() if whole.search(words(one))), None)
            time.sleep(0.1)
        took = float(digest.get("edited", {}).get("ts") or digest["ts"]) - began if digest else math.inf
        time.sleep(5)
        assert not here.aws.complaints
        return took, len(here.messages())


@contextmanager
def _company(people: int, **settings: str) -> "Iterator[tuple[World, Queue, dict[str, str]]]":
    """A company in which nobody has left: a running bot that has read it once, its queue, and user ids by name."""
    # Imported here: the process that measures the scan's memory has to stay small.
    from bot.core.events.watched import event_pattern
    from bot.playground.identity_center import Organization
    from tests.world import eventually, world

    org = Organization(seed=1)
    queue = org.add_queue("leaverbot-events")
    # Everybody is disabled within minutes, and each alert is measured.
    no_brake = {"LEAVERBOT_BRAKE_COUNT": "1000000", "LEAVERBOT_BRAKE_PERCENT": "100"}
    with world(org, quick=False, LEAVERBOT_EVENTS_QUEUE_URL=queue.url, **no_brake, **settings) as here:
        accounts, role = [org.add_account(f"prod-{one}") for one in range(5)], org.add_permission_set("PowerUserAccess")
        teams = [org.add_group(f"team-{one}") for one in range(20)]
        for number, team in enumerate(teams):
            org.assign(accounts[number % 5], role, "GROUP", team)
        texts = [f"person-{number:03}@example.com" for number in range(people)]
        names = {text: org.add_user(text, display_name=text.partition("@")[0]) for text in texts}
        for number, user in enumerate(names.values()):
            org.assign(accounts[number % 5], role, "USER", user)
            org.add_member(teams[number % 20], user)
        org.add_rule(event_pattern(), queue)
        here.start()
        eventually(lambda: _scans(here) > 0, seconds=60, what="the scan at the start ends")
        yield here, queue, names
        here.terminate()


def _scans(here: "World") -> int:
    with sqlite3.connect(here.folder / "leaverbot.db", timeout=30) as connection:
        return int(connection.execute("SELECT count(*) FROM scans WHERE ended_at IS NOT NULL").fetchone()[0])
