"""What the start needs from outside: everything wrong is reported at once, everything else is tried again."""

import threading
from collections.abc import Callable, Iterator

import pytest

from bot.core.errors import AwsUnavailable, ChatUnavailable, LeaverbotError, SettingsError, StoreUnavailable
from bot.processes.startup import Need, first_look


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.processes.startup.FIRST_PAUSE", 0.05)


@pytest.fixture
def stopping() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def failing(*errors: Exception) -> Callable[[], str]:
    """Raises these, one per call, then gives an answer."""
    left = list(errors)

    def look() -> str:
        if left:
            raise left.pop(0)
        return "found"

    return look


@pytest.mark.parametrize(
    "error", [ChatUnavailable("Slack is out of order."), AwsUnavailable("AWS did not answer."), KeyError("unforeseen")]
)
def test_what_may_pass_is_tried_again_and_its_reason_is_known(stopping: threading.Event, error: Exception) -> None:
    need = Need("something", failing(error))
    first_look([need], stopping)
    if isinstance(error, LeaverbotError):
        assert need.missing == str(error)
    else:
        assert "reference" in need.missing
    assert need.wait(stopping) == "found"
    assert need.missing == ""


def test_all_that_a_person_must_change_is_told_together_and_what_may_pass_is_not_among_it(
    stopping: threading.Event,
) -> None:
    needs = [
        Need("slack", failing(SettingsError(["a token", "a channel"]))),
        Need("aws", failing(AwsUnavailable("throttled"))),
        Need("database", failing(SettingsError(["a file"]))),
    ]
    with pytest.raises(SettingsError) as caught:
        first_look(needs, stopping)
    assert caught.value.problems == ["a token", "a channel", "a file"]


def test_what_is_done_with_it_is_done_once_and_tried_again_too(stopping: threading.Event) -> None:
    done = []
    again = failing(StoreUnavailable("The database did not answer."))

    def then(found: str) -> None:
        again()
        done.append(found)

    need = Need("something", failing(), then)
    need.begin(stopping)
    assert need.wait(stopping) == "found"
    assert done == ["found"]


def test_a_stop_ends_the_wait(stopping: threading.Event) -> None:
    free = threading.Event()
    need = Need("something", lambda: free.wait(60))
    threading.Timer(0.1, stopping.set).start()
    first_look([need], stopping)
    assert need.wait(stopping) is None
    free.set()
