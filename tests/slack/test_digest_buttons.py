"""Presses on a digest, through the real app."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.models import User, UserStatus
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.playground.slack_workspace import payloads
from bot.playground.slack_workspace.blockkit.inputs import find_control
from bot.slack.messages.lists.digest import REVIEW_ID
from tests.in_line import sync
from tests.slack.desk import Desk
from tests.store.records import grant
from tests.world import buttons

MANAGEMENT = "999999999999"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def leaver(number: int, account: str) -> PersonRead:
    user = User(f"00000000-0000-4000-9000-{number:012}", f"user{number}", f"User {number}", "", UserStatus.DISABLED)
    return PersonRead(user, (grant(account),))


def found(desk: Desk, *people: PersonRead) -> None:
    """A scan of which every new case is in the digest."""
    now = desk.context.clock.now()
    read = Coverage(ScanStatus.COMPLETE, now, now, users_read=900, leavers=9, leavers_read=9, calls={})
    stored = desk.store.begin_scan(desk.context.new_id(), "schedule", None, now)
    desk.store.save_scan(stored.id, Scan(read, people, {}, MANAGEMENT), 0, desk.context.new_id)
    assert sync(desk.context)


def press(desk: Desk, action_id: str) -> str:
    """Alice presses the button of the digest; what only she sees then."""
    (ts,) = [post["ts"] for post in desk.workspace.messages(desk.channel) if "Review" in buttons(post)]
    post = desk.workspace.find_post(desk.channel, ts)
    assert post
    control = find_control(post.all_blocks(), action_id, None)
    assert control
    pressed = payloads.press_on_message(desk.workspace, desk.alice, post, *control, None)
    assert desk.dispatch(pressed).status == 200
    return desk.told()


def test_review_opens_the_list_of_the_cases_of_this_digest(desk: Desk) -> None:
    found(desk, leaver(1, "111111111111"), leaver(2, "222222222222"))
    shown = press(desk, REVIEW_ID)
    assert "User 1" in shown
    assert "User 2" in shown
    assert "Dana" not in shown
    assert "2 of 3 people who left and still have access" in shown


def test_the_list_that_it_opens_is_one_to_work_with(desk: Desk) -> None:
    found(desk, leaver(1, "111111111111"), leaver(2, MANAGEMENT))
    shown = press(desk, REVIEW_ID)
    assert "Shown: found by one scan" in shown
    assert "Select several" in shown
