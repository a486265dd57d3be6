"""What an action's requests wait for is noted where they are sent."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.aws.requests.waits import Waits
from bot.core.errors import AwsDenied, AwsError
from bot.core.waiting import Trouble, Wait
from bot.playground.identity_center import Organization
from tests.services.scanning import Connected
from tests.stand_ins import StillClock

Reach = Callable[..., Connected]
PATIENCE = timedelta(minutes=15)


class Action:
    """An action that reads a user in each of its steps."""

    def __init__(self, reach: Reach) -> None:
        org = Organization(seed=2, throttle=False)
        self.dana = org.add_user("dana@example.com")
        self.here, self.clock = reach(org), StillClock()
        self.began, self.waits = self.clock.now(), Waits(self.clock.now)

    def fail(self, **fault: Any) -> None:
        self.here.server.faults.add("identitystore.DescribeUser", times=None, **fault)

    def ask(self) -> None:
        self.here.context.directory.user(self.dana)

    def step(self) -> None:
        """Reads, and stays unfinished."""
        with self.waits.step({"a": PATIENCE}) as unfinished:
            unfinished("a")
            self.ask()

    def wait(self) -> Wait:
        return self.waits.now()["a"]


@pytest.fixture
def action(reach: Reach) -> Action:
    return Action(reach)


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ({"kind": "drop"}, Trouble.SILENT),
        ({"kind": "lost_answer"}, Trouble.SILENT),
        ({"kind": "page"}, Trouble.STRANGER),
        ({"kind": "page", "status": 403}, Trouble.STRANGER),
        ({"kind": "page", "status": 200}, Trouble.STRANGER),
        ({"code": "ThrottlingException"}, Trouble.THROTTLED),
        ({"code": "InternalFailure"}, Trouble.BROKEN),
    ],
)
def test_what_does_not_answer_is_waited_for_since_the_last_answer_and_until_patience_ends(
    action: Action, fault: dict[str, Any], trouble: Trouble
) -> None:
    action.fail(**fault)
    for _ in range(2):
        with pytest.raises(AwsError):
            action.step()
        assert action.wait() == Wait(trouble, action.began, action.began + PATIENCE)
        action.clock.move(seconds=30)


def test_an_answer_ends_the_trouble(action: Action) -> None:
    action.fail(kind="page")
    with pytest.raises(AwsError):
        action.step()
    action.here.server.faults.clear()
    action.step()
    assert action.wait().trouble is None


def test_a_no_of_aws_ends_it_too(action: Action) -> None:
    action.fail(kind="page")
    with pytest.raises(AwsError):
        action.step()
    action.here.server.faults.clear()
    action.fail(code="AccessDeniedException")
    with pytest.raises(AwsDenied):
        action.step()
    assert action.wait().trouble is None


def test_each_answer_within_a_step_moves_the_time_that_is_waited_since(action: Action) -> None:
    moved = []
    with action.waits.step({"a": PATIENCE}):
        for _ in range(2):
            action.clock.move(seconds=30)
            action.ask()
            moved.append(action.wait().since - action.began)
    assert moved == [timedelta(seconds=30), timedelta(seconds=60)]


def test_a_request_that_hangs_is_waited_for_while_it_hangs(action: Action) -> None:
    asked, answer = threading.Event(), threading.Event()

    def hang() -> None:
        asked.set()
        answer.wait(10)

    action.here.server.before("identitystore.DescribeUser", hang)
    hanging = threading.Thread(target=action.step)
    hanging.start()
    assert asked.wait(10)
    action.clock.move(seconds=20)
    assert action.wait().since == action.began
    answer.set()
    hanging.join(10)
