"""The worker at the events queue: nothing that fails ends it, and it ends at once when it is told to."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.errors import AwsUnavailable, StoreUnavailable
from bot.engine import event_worker
from bot.engine.event_worker import EventWorker
from bot.health_checks import stalled
from bot.services.events.trouble import known_trouble
from tests.services.eventing import Hearing
from tests.world import eventually


@pytest.fixture
def hearing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hearing]:
    monkeypatch.setattr(event_worker, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(event_worker, "LONGEST_PAUSE", 0.04)
    made = Hearing(tmp_path)
    made.store.listen(made.clock.now())
    yield made
    made.store.close()


@pytest.fixture
def worker(hearing: Hearing) -> Iterator[EventWorker]:
    made = EventWorker(hearing.context, hearing.queue, settle_seconds=0)
    made.start()
    yield made
    made.stop()
    assert not made.alive


def test_what_comes_is_read_at_once(hearing: Hearing, worker: EventWorker) -> None:
    dana = hearing.user()
    hearing.disable(dana)
    hearing.put(hearing.says("DisableUser", dana))
    eventually(lambda: dana in hearing.cases)
    assert (worker.trouble, stalled(worker)) == ("", "")


def test_it_waits_as_long_as_sqs_allows_while_nobody_is_due(hearing: Hearing, worker: EventWorker) -> None:
    eventually(lambda: hearing.queue.waits)
    assert hearing.queue.waits == [20]


def test_it_wakes_to_read_somebody_again(hearing: Hearing, worker: EventWorker) -> None:
    hearing.put(hearing.says("DisableUser", hearing.user()))
    # The user is not disabled, so they are read again after two seconds.
    eventually(lambda: len(hearing.queue.waits) >= 3)
    assert hearing.queue.waits[-1] <= 2


def test_a_stop_ends_a_long_poll(hearing: Hearing, worker: EventWorker) -> None:
    eventually(lambda: hearing.queue.waits)
    began = time.monotonic()
    worker.stop()
    assert not worker.alive
    assert time.monotonic() - began < 1


def test_a_queue_out_of_reach_is_told_and_logged_once_and_left_behind_when_it_answers(
    hearing: Hearing, worker: EventWorker, capsys: pytest.CaptureFixture[str]
) -> None:
    eventually(lambda: hearing.queue.waits)
    hearing.queue.fail(AwsUnavailable("SQS does not answer."))
    eventually(lambda: len(hearing.queue.waits) > 4)
    assert worker.trouble == "SQS does not answer."
    assert worker.alive
    assert capsys.readouterr().out.count("the events queue cannot be read") == 1
    eventually(lambda: known_trouble(hearing.context).startswith("SQS does not answer. (since "))
    hearing.queue.fail(None)
    eventually(lambda: not worker.trouble)
    eventually(lambda: not known_trouble(hearing.context))


def test_while_the_queue_is_out_of_reach_who_is_due_is_read_all_the_same(hearing: Hearing, worker: EventWorker) -> None:
    dana = hearing.user()
    hearing.put(hearing.says("DisableUser", dana))
    eventually(lambda: hearing.store.next_read() and hearing.store.next_read() > hearing.clock.now())
    hearing.queue.fail(AwsUnavailable("SQS does not answer."))
    hearing.disable(dana)
    hearing.clock.move(seconds=2)
    eventually(lambda: dana in hearing.cases)


def test_whatever_goes_wrong_it_goes_on(hearing: Hearing, worker: EventWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    eventually(lambda: hearing.queue.waits)
    with monkeypatch.context() as patch:
        patch.setattr(type(hearing.store), "due_reads", broken)
        hearing.put(hearing.says("DisableUser", hearing.user()))
        eventually(lambda: "unexpected error" in worker.trouble)
    eventually(lambda: not worker.trouble)


def test_a_database_that_is_away_is_waited_for(
    hearing: Hearing, worker: EventWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def away(*_arguments: object) -> None:
        asked.set()
        raise StoreUnavailable

    eventually(lambda: hearing.queue.waits)
    dana = hearing.user()
    hearing.disable(dana)
    with monkeypatch.context() as patch:
        patch.setattr(type(hearing.store), "take_events", away)
        hearing.put(hearing.says("DisableUser", dana))
        assert asked.wait(20)
    hearing.queue.time_out()
    eventually(lambda: dana in hearing.cases)


def test_while_the_database_is_away_no_message_is_received_again_and_again(
    hearing: Hearing, worker: EventWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = threading.Semaphore(0)

    def away(*_arguments: object) -> None:
        # SQS hands out again what was not deleted in time.
        hearing.queue.time_out()
        tried.release()
        raise StoreUnavailable

    eventually(lambda: hearing.queue.waits)
    dana = hearing.user()
    hearing.disable(dana)
    with monkeypatch.context() as patch:
        for method in ("take_events", "remember", "due_reads"):
            patch.setattr(type(hearing.store), method, away)
        (message,) = hearing.put(hearing.says("DisableUser", dana)) or hearing.queue.left
        for _ in range(12):
            assert tried.acquire(timeout=20)
        assert worker.trouble
        assert hearing.queue.received[message] <= 2
    eventually(lambda: dana in hearing.cases)


def test_the_pauses_grow_to_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    patience, pauses = event_worker._Patience("nothing works", threading.Event()), []
    for _ in range(8):
        patience._fail("no")
        pauses.append(round(patience.pause))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
