"""The contract of `ports.EventsQueue`."""

import pytest

from bot.core.errors import AwsUnavailable
from tests.fakes.events import FakeEvents


@pytest.fixture
def queue() -> FakeEvents:
    return FakeEvents()


def test_a_message_is_handed_out_once_until_its_time_is_over(queue: FakeEvents) -> None:
    (name,) = queue.put({"a": 1})
    (first,) = queue.receive(0)
    assert (first.id, first.body, first.received) == (name, {"a": 1}, 1)
    assert queue.receive(0) == []
    queue.time_out()
    (again,) = queue.receive(0)
    assert (again.id, again.received, again.receipt == first.receipt) == (name, 2, False)


def test_at_most_ten_come_at_once(queue: FakeEvents) -> None:
    queue.put(*({"n": n} for n in range(12)))
    assert [len(queue.receive(0)), len(queue.receive(0)), len(queue.receive(0))] == [10, 2, 0]


def test_what_is_no_json_object_has_no_body(queue: FakeEvents) -> None:
    queue.put(None)
    (delivery,) = queue.receive(0)
    assert delivery.body is None


def test_a_deleted_message_does_not_come_again_and_deleting_it_twice_is_success(queue: FakeEvents) -> None:
    queue.put({})
    (delivery,) = queue.receive(0)
    queue.delete([delivery.receipt])
    queue.delete([delivery.receipt])
    queue.time_out()
    assert queue.receive(0) == []


def test_a_receipt_that_is_too_old_deletes_nothing(queue: FakeEvents) -> None:
    queue.put({})
    (first,) = queue.receive(0)
    queue.time_out()
    queue.receive(0)
    queue.delete([first.receipt])
    queue.time_out()
    assert len(queue.receive(0)) == 1


def test_a_queue_that_cannot_be_asked_never_looks_empty(queue: FakeEvents) -> None:
    queue.fail(AwsUnavailable("away"))
    with pytest.raises(AwsUnavailable):
        queue.receive(0)
    with pytest.raises(AwsUnavailable):
        queue.delete(["r"])
