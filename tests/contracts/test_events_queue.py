"""The contract of `ports.EventsQueue`, over the fake and over the real edge on a socket."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.aws.events_queue import SqsQueue
from bot.aws.requests.client import Aws
from bot.core.errors import AwsUnavailable
from bot.playground.identity_center import AwsServer, Organization
from bot.ports import EventsQueue
from tests.fakes.events import FakeEvents
from tests.playground.identity_center.simulated_aws import Stopwatch
from tests.services.scanning import served


class FakeQueue:
    """The fake, and what happens around it."""

    def __init__(self) -> None:
        self.port: EventsQueue = FakeEvents()
        assert isinstance(self.port, FakeEvents)
        self.put, self.time_out, self.fake = self.port.put, self.port.time_out, self.port

    def go_away(self) -> None:
        self.fake.fail(AwsUnavailable("away"))


class RealQueue:
    """The real edge over a socket, and what happens around it."""

    def __init__(self, server: AwsServer, watch: Stopwatch) -> None:
        self._server, self._watch = server, watch
        self.queue = server.org.add_queue("leaverbot-events", short_polls="complete")
        self.aws = Aws(deadline=0.05)
        self.aws._retrying.sleep = lambda _seconds: None
        self.port: EventsQueue = SqsQueue(self.aws, self.queue.url, shortest_wait=0)

    def put(self, *bodies: Mapping[str, Any] | None) -> list[str]:
        with self._server.org.hold():
            return [self.queue.send("no JSON" if body is None else json.dumps(body), "test").id for body in bodies]

    def time_out(self) -> None:
        self._watch.pass_(31)

    def go_away(self) -> None:
        self._server.faults.add("sqs.*", kind="drop", times=None)


@pytest.fixture(scope="module")
def simulated() -> Iterator[tuple[AwsServer, Stopwatch]]:
    watch = Stopwatch()
    with served(Organization(seed=3, throttle=False, stopwatch=watch)) as server:
        yield server, watch


@pytest.fixture(params=["fake", "real"])
def queue(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "fake":
        yield FakeQueue()
        return
    server, watch = request.getfixturevalue("simulated")
    here = RealQueue(server, watch)
    yield here
    server.org.delete_queue(here.queue)
    server.faults.clear()
    for client in here.aws._clients.values():
        client.close()
    assert not server.complaints


def test_a_message_is_handed_out_once_until_its_time_is_over(queue: Any) -> None:
    (name,) = queue.put({"a": 1})
    (first,) = queue.port.receive(0)
    assert (first.id, first.body, first.received) == (name, {"a": 1}, 1)
    assert queue.port.receive(0) == []
    queue.time_out()
    (again,) = queue.port.receive(0)
    assert (again.id, again.received, again.receipt == first.receipt) == (name, 2, False)


def test_at_most_ten_come_at_once(queue: Any) -> None:
    queue.put(*({"n": n} for n in range(12)))
    assert [len(queue.port.receive(0)) for _ in range(3)] == [10, 2, 0]


def test_what_is_no_json_object_has_no_body(queue: Any) -> None:
    queue.put(None)
    (delivery,) = queue.port.receive(0)
    assert delivery.body is None


def test_a_deleted_message_does_not_come_again_and_deleting_it_twice_is_success(queue: Any) -> None:
    queue.put({})
    (delivery,) = queue.port.receive(0)
    queue.port.delete([delivery.receipt])
    queue.port.delete([delivery.receipt])
    queue.time_out()
    assert queue.port.receive(0) == []


def test_ten_are_deleted_at_once_and_none_asks_nothing(queue: Any) -> None:
    queue.put(*({"n": n} for n in range(10)))
    queue.port.delete([delivery.receipt for delivery in queue.port.receive(0)])
    queue.time_out()
    assert queue.port.receive(0) == []
    queue.go_away()
    queue.port.delete([])


def test_a_receipt_that_is_too_old_deletes_nothing(queue: Any) -> None:
    queue.put({})
    (first,) = queue.port.receive(0)
    queue.time_out()
    queue.port.receive(0)
    queue.port.delete([first.receipt])
    queue.time_out()
    assert len(queue.port.receive(0)) == 1


def test_a_queue_that_cannot_be_asked_never_looks_empty(queue: Any) -> None:
    queue.go_away()
    with pytest.raises(AwsUnavailable):
        queue.port.receive(0)
    with pytest.raises(AwsUnavailable):
        queue.port.delete(["r"])


def test_a_receive_returns_as_soon_as_something_comes(queue: Any) -> None:
    found: list[Any] = []
    waiting = threading.Thread(target=lambda: found.extend(queue.port.receive(20)))
    waiting.start()
    time.sleep(0.05)
    queue.put({"a": 1})
    waiting.join(timeout=5)
    assert [delivery.body for delivery in found] == [{"a": 1}]


def test_a_receive_that_waits_ends_when_the_queue_is_closed_and_so_does_every_later_one(queue: Any) -> None:
    found: list[Any] = []
    waiting = threading.Thread(target=lambda: found.append(queue.port.receive(20)))
    waiting.start()
    time.sleep(0.05)
    assert waiting.is_alive()
    queue.port.close()
    waiting.join(timeout=2)
    assert [list(deliveries) for deliveries in found] == [[]]
    queue.put({})
    assert list(queue.port.receive(20)) == []
