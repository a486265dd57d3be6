"""Presses on a digest, through the real app."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.models import User, UserStatus
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.playground.slack_workspace import payloads
from bot.playground.slack_workspace.blockkit.inputs import find_control
from bot.slack.messages.lists.digest import CRITICAL_ID, REVIEW_ID
from tests.in_line import sync
from tests.slack.desk import Desk
from tests.store.records import grant
from tests.world import buttons, words

MANAGEMENT, MEMBER = "999999999999", "111111111111"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Its own leaver, Dana, is in no digest."""
    made = Desk(tmp_path)
    yield made
    made.close()


class FirstDay(Desk):
    """The first scan ever found more than one message each is good for; one of them is critical."""

    def _found(self) -> None:
        found(self, leaver(1, MEMBER), leaver(2, MANAGEMENT), drawn=False)


def leaver(number: int, account: str) -> PersonRead:
    user = User(f"00000000-0000-4000-9000-{number:012}", f"user{number}", f"User {number}", "", UserStatus.DISABLED)
    return PersonRead(user, (grant(account),))


def found(desk: Desk, *people: PersonRead, drawn: bool = True) -> None:
    """A scan of which every new case is in the digest."""
    now = desk.context.clock.now()
    read = Coverage(ScanStatus.COMPLETE, now, now, users_read=900, leavers=9, leavers_read=9, calls={})
    stored = desk.store.begin_scan(desk.context.new_id(), "schedule", None, now)
    desk.store.save_scan(stored.id, Scan(read, people, {}, MANAGEMENT), 0, desk.context.new_id)
    assert sync(desk.context) or not drawn


def press(desk: Desk, action_id: str, user: str = "") -> str:
    """A button of the newest digest is pressed; what only the presser sees then."""
    *_, ts = [post["ts"] for post in desk.workspace.messages(desk.channel) if "Review" in buttons(post)]
    post = desk.workspace.find_post(desk.channel, ts)
    assert post
    control = find_control(post.all_blocks(), action_id, None)
    assert control
    pressed = payloads.press_on_message(desk.workspace, user or desk.alice, post, *control, None)
    assert desk.dispatch(pressed).status == 200
    return words(desk.workspace.ephemerals(user or desk.alice)[-1])


def test_review_shows_the_presser_alone_the_cases_of_this_digest(desk: Desk) -> None:
    found(desk, leaver(1, MEMBER))
    found(desk, leaver(2, MEMBER), leaver(3, MANAGEMENT))
    shown = press(desk, REVIEW_ID)
    assert ("User 2" in shown, "User 3" in shown) == (True, True)
    assert ("User 1" in shown, "Dana Rossi" in shown) == (False, False)
    assert "2 of 4 disabled people with access" in shown
    assert desk.workspace.ephemerals(desk.bob) == []


def test_start_with_critical_shows_only_the_critical_ones(tmp_path: Path) -> None:
    desk = FirstDay(tmp_path)
    shown = press(desk, CRITICAL_ID)
    desk.close()
    assert ("User 2" in shown, "User 1" in shown) == (True, False)


def test_who_may_not_look_gets_a_sentence_and_no_name(tmp_path: Path) -> None:
    desk = FirstDay(tmp_path, viewers=["U0NOBODY"])
    shown = press(desk, REVIEW_ID, desk.bob)
    desk.close()
    assert "User" not in shown
