"""Lanes: so many at once, first come first served, nothing twice."""

import threading
from collections.abc import Iterator

import pytest

from bot.core.errors import StoreUnavailable
from bot.engine.lanes import Lane
from tests.world import eventually


class Worker:
    """Begins what a lane gives it, and works on it until it is told to end it."""

    def __init__(self, size: int) -> None:
        self.lane = Lane("test", size, self.begin)
        self.begun: list[str] = []
        self.most = 0
        self._working: dict[str, threading.Event] = {}

    def begin(self, key: str) -> bool:
        if key == "nothing":
            return False
        if key == "away":
            raise StoreUnavailable
        if key == "broken":
            raise ZeroDivisionError
        self._working[key] = threading.Event()
        threading.Thread(target=self._work, args=(key,), daemon=True).start()
        return True

    def _work(self, key: str) -> None:
        with self.lane.working(key):
            self.begun.append(key)
            self.most = max(self.most, sum(not event.is_set() for event in self._working.values()))
            self._working[key].wait(10)

    def end(self, key: str) -> None:
        self._working[key].set()


@pytest.fixture(params=[1, 2, 8])
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    worker = Worker(request.param)
    worker.lane.start()
    yield worker
    worker.lane.stop()


def test_never_more_than_its_size_work_at_once_in_the_order_of_arrival(worker: Worker) -> None:
    keys = [str(number) for number in range(20)]
    for key in keys:
        worker.lane.add(key)
    for key in keys:
        eventually(lambda key=key: key in worker.begun)
        worker.end(key)
    assert worker.most <= worker.lane._size
    assert sorted(worker.begun, key=int) == keys
    if worker.lane._size == 1:
        assert worker.begun == keys


def test_what_waits_already_waits_once(worker: Worker) -> None:
    for _ in range(5):
        worker.lane.add("a")
    eventually(lambda: worker.begun)
    worker.end("a")
    worker.lane.add("b")
    eventually(lambda: "b" in worker.begun)
    worker.end("b")
    assert worker.begun.count("b") == 1
    assert worker.begun.count("a") <= 2


@pytest.mark.parametrize("key", ["nothing", "away", "broken"])
def test_what_can_not_be_begun_holds_no_place(worker: Worker, key: str) -> None:
    for number in range(10):
        worker.lane.add(key)
        worker.lane.add(f"{number}")
        eventually(lambda number=number: f"{number}" in worker.begun)
        worker.end(f"{number}")


def test_what_a_recovery_began_holds_a_place_too() -> None:
    worker = Worker(1)
    worker.lane.start()
    with worker.lane.working("recovered"):
        worker.lane.add("a")
        threading.Event().wait(0.2)
        assert worker.begun == []
    eventually(lambda: worker.begun == ["a"])
    worker.end("a")
    worker.lane.stop()


def test_one_that_works_is_begun_again_only_once_it_ended_where_one_works_at_a_time() -> None:
    worker = Worker(1)
    worker.lane.start()
    worker.lane.add("denies")
    eventually(lambda: worker.begun == ["denies"])
    worker.lane.add("denies")
    threading.Event().wait(0.2)
    assert worker.begun == ["denies"]
    worker.end("denies")
    eventually(lambda: worker.begun == ["denies", "denies"])
    worker.end("denies")
    worker.lane.stop()


def test_a_stopped_lane_begins_nothing_more() -> None:
    worker = Worker(1)
    worker.lane.start()
    worker.lane.stop()
    worker.lane.add("a")
    threading.Event().wait(0.2)
    assert worker.begun == []
