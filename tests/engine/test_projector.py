"""The loop that keeps Slack in line: nothing that hangs, is refused or is limited holds up anything else."""

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.actions import Action, ActionState, Result
from bot.core.errors import ChatError
from bot.core.kinds import DENY
from bot.engine.projector import Projector
from bot.engine.upkeep import Upkeep
from bot.playground.slack_workspace import SlackServer, Workspace
from bot.ports import MessageKind
from bot.services.messages.projection import Road, Task, due, show
from bot.slack.connection.client import SlackChat
from tests.services.desk import Desk, person
from tests.world import eventually, words

numbers = itertools.count(1)


class Running:
    """A store, the simulated workspace with its limits, and the loop between them."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace()
        alice = self.workspace.add_user("alice")
        channel = self.workspace.add_channel("security-alerts", members=[alice])
        self.slack = SlackServer(self.workspace).start()
        chat = SlackChat(self.workspace.bot_token, self.slack.api_url, channel)
        self.desk = Desk(folder, chat, alice=alice, channel=channel)
        parts = self.desk.context
        self.loop = Projector(lambda: due(parts), lambda task: show(parts, task))
        self.loop.start()

    def case_id(self, number: int) -> str:
        return self.desk.store.open_cases()[person(number).user.id].id

    def alert(self, number: int) -> str:
        posted = self.desk.store.case(self.case_id(number)).posted
        message = posted and self.workspace.message(posted.channel, posted.ts)
        return words(message) if message else ""

    def press(self, number: int) -> str:
        """A deny of this person was stored, as a press does it."""
        desk, name = self.desk, f"deny-{next(numbers)}"
        case = desk.store.case(self.case_id(number)).case
        action = Action(name, name, DENY, case.user, case.id, desk.asker(), desk.clock.now())
        desk.store.add_action(action)
        self.loop.wake()
        return name

    def end(self, name: str) -> None:
        self.desk.store.end_action(name, Result(ActionState.FAILED, "It failed."), self.desk.clock.now())
        self.loop.wake()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path)
    yield made
    # First, so that nothing waits for an answer any more.
    made.slack.stop()
    made.loop.stop()
    made.desk.store.close()


def test_with_400_alerts_waiting_a_press_shows_its_result_on_its_alert_and_reports_within_5_seconds(
    running: Running,
) -> None:
    running.desk.found(*(person(number) for number in range(1, 402)), digest_after=1000)
    running.loop.wake()
    first = eventually(lambda: next(iter(running.desk.store.places()), ""), seconds=5)
    number = int(running.desk.store.case(first).case.user.label.removeprefix("User "))
    running.end(running.press(number))
    eventually(lambda: "It failed." in running.alert(number), seconds=5)
    posted = running.desk.store.places()[first]
    eventually(lambda: running.workspace.messages(posted.channel, thread_ts=posted.ts), seconds=5)
    assert len(running.workspace.messages(posted.channel)) < 20
    assert running.slack.rate_limited == {}


def test_a_limit_on_reading_a_thread_holds_up_that_report_only_and_is_told(running: Running) -> None:
    running.desk.found(person(1), person(2))
    running.loop.wake()
    eventually(lambda: running.alert(1) and running.alert(2) and not running.loop.behind)
    running.slack.faults.add("conversations.replies", "ratelimited", retry_after=60)
    running.end(running.press(1))
    eventually(lambda: running.loop.behind, seconds=5)
    running.press(2)
    eventually(lambda: "started by" in running.alert(2), seconds=5, what=lambda: running.alert(2))
    running.desk.found(person(1), person(2), person(3))
    running.loop.wake()
    eventually(lambda: running.alert(3), seconds=5)
    assert running.loop.behind
    assert (
        running.loop.progress.trouble
        == "Slack is limiting requests right now (conversations.replies). Try again in a minute."
    )


@pytest.mark.parametrize("kind", ["latency", "ratelimited", "error"])
def test_one_alert_that_hangs_or_is_refused_delays_no_other_ones_result(running: Running, kind: str) -> None:
    running.desk.found(person(1), person(2))
    running.loop.wake()
    eventually(lambda: running.alert(1) and running.alert(2))
    method = "chat.postMessage" if kind == "ratelimited" else "chat.update"
    fault = running.slack.faults.add(method, kind, error="fatal_error", seconds=7.0, retry_after=60)  # type: ignore[arg-type]
    running.end(running.press(1))
    eventually(lambda: fault.hits)
    running.end(running.press(2))
    eventually(lambda: "It failed." in running.alert(2), seconds=5)


# The loop itself


def task(key: str, version: int = 1) -> Task:
    return Task(key, MessageKind.CASE, key, version, Road.EDIT, key, 0, rest=0.0)


def test_the_loop_outlives_errors_in_looking_and_in_showing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.engine.projector.FAILED_PAUSE", 0.01)
    looks, shown = itertools.count(1), []

    def look() -> list[Task]:
        if next(looks) == 1:
            raise ZeroDivisionError
        return [task("broken"), task("refused"), task("fine")]

    def show_one(one: Task) -> bool:
        if one.key == "broken":
            raise ZeroDivisionError
        if one.key == "refused":
            raise ChatError("No.", code="restricted_action")
        shown.append(one.key)
        return True

    loop = Projector(look, show_one)
    assert loop.behind
    loop.start()
    eventually(lambda: "fine" in shown)
    eventually(lambda: loop.progress.waiting >= 2)
    assert loop.alive
    assert loop.behind
    loop.stop()
    assert not loop.alive


def test_the_last_state_is_shown_before_the_loop_ends() -> None:
    newest, shown = [1], []
    loop = Projector(lambda: [task("a", newest[0])], lambda one: bool(shown.append(one.version)) or True)
    loop.start()
    eventually(lambda: shown)
    newest[0] = 2
    loop.stop()
    assert shown[-1] == 2


def test_what_nothing_waits_for_is_not_behind_and_says_when_it_looked() -> None:
    loop = Projector(list, lambda _: True)
    assert loop.progress.looked is None
    loop.start()
    eventually(lambda: loop.progress.looked is not None)
    assert not loop.behind
    assert (loop.progress.waiting, loop.progress.longest, loop.progress.trouble) == (0, 0.0, "")
    loop.stop()


def test_upkeep_goes_on_while_drawing_hangs_and_after_an_error() -> None:
    hanging, done = threading.Event(), []

    def hang(_: Task) -> bool:
        return hanging.wait(30)

    def run() -> None:
        done.append(time.monotonic())
        raise ZeroDivisionError

    loop, upkeep = Projector(lambda: [task("a")], hang), Upkeep("test", run, 0.01)
    loop.start()
    upkeep.start()
    eventually(lambda: len(done) > 3)
    assert upkeep.alive
    upkeep.stop()
    eventually(lambda: not upkeep.alive)
    hanging.set()
    loop.stop()
