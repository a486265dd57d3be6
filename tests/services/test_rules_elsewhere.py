"""Rules and what is read elsewhere: the directory behind, and the identity that leaverbot runs as."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.actions import ActionState
from bot.core.directory.source import ActiveThere, CouldNotLook, Looked, Off, OffThere, Unseen
from bot.core.errors import AwsUnavailable
from bot.core.models import User
from bot.core.rules.announcements import AnnouncementState
from tests.fakes.access import FakeAccess
from tests.services.ruling import REVOKE_RULE, Ruled, asked, ruled

WAITING, OVER = AnnouncementState.WAITING, AnnouncementState.OVER


@dataclass
class Behind:
    """Implements `ports.SourceDirectory`: says the same of everybody."""

    answer: Looked = field(default_factory=lambda: OffThere(Off.DISABLED))

    def look(self, users: Sequence[User], within: timedelta) -> Mapping[str, Looked]:  # noqa: ARG002 - the port's
        return {user.id: self.answer for user in users}

    def close(self) -> None: ...


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def here(tmp_path: Path, behind: Behind) -> Iterator[Ruled]:
    with ruled(tmp_path, REVOKE_RULE) as made:
        yield replace(made, world=replace(made.world, context=replace(made.context, source=behind)))


def test_whoever_is_disabled_there_too_is_acted_on(here: Ruled) -> None:
    dana, _ = asked(here)
    here.act()
    assert here.left(dana) == 0


@pytest.mark.parametrize("answer", [ActiveThere(), CouldNotLook(Unseen.NOT_FOUND), CouldNotLook(Unseen.SEVERAL)])
def test_whoever_is_active_there_or_could_not_be_looked_up_is_left_alone(
    here: Ruled, behind: Behind, answer: Looked
) -> None:
    behind.answer = answer
    here.leaver()
    here.scan()
    here.carry()
    assert here.announcements() == []


def test_active_there_ends_an_announcement_and_could_not_look_only_holds_it_up(here: Ruled, behind: Behind) -> None:
    here.leaver()
    here.scan()
    behind.answer = CouldNotLook(Unseen.UNAVAILABLE)
    here.wait(hours=2)
    here.scan()
    assert here.states() == [WAITING]
    behind.answer = ActiveThere()
    here.scan()
    assert here.states() == [OVER]


def test_a_look_that_is_older_than_a_read_may_be_is_none(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    long_ago = here.world.clock.now() - timedelta(hours=25, seconds=1)
    here.context.store.keep_source_looks({dana: OffThere(Off.DISABLED)}, long_ago)
    here.wait(hours=1)
    here.carry()
    assert here.states() == [WAITING]


@pytest.mark.parametrize("answer", [ActiveThere(), CouldNotLook(Unseen.THROTTLED)])
def test_it_is_asked_again_when_work_starts(here: Ruled, behind: Behind, answer: Looked) -> None:
    dana, action = asked(here)
    behind.answer = answer
    ended = here.step(action.id)
    assert (ended.state, here.left(dana)) == (ActionState.REFUSED, 1)
    assert "Entra ID" in ended.message


def test_the_user_whose_session_leaverbot_runs_as_is_left_alone_and_everybody_while_that_is_not_known(
    here: Ruled, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.leaver("dana")
    here.leaver("erin")

    def away(_: FakeAccess) -> str:
        raise AwsUnavailable("down")

    monkeypatch.setattr(FakeAccess, "caller_user_name", away)
    here.scan()
    assert here.announcements() == []
    monkeypatch.setattr(FakeAccess, "caller_user_name", lambda _: "DANA@example.com")
    here.carry()
    assert [one.user.user_name for one in here.announcements()] == ["erin@example.com"]
