"""Presses by which an admin decides about many people, through the real app."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.models import User, UserStatus
from bot.core.rules.brake import BrakeLimits
from bot.core.rules.durations import parse
from bot.core.rules.rules import AutoRules
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.playground.slack_workspace import payloads
from bot.playground.slack_workspace.blockkit.inputs import find_control
from bot.services.rules.holds import look_at_rules, reach_now
from bot.slack.messages.rules.brake import ACCEPT_ID, RELEASE_ID
from tests.in_line import sync
from tests.slack.desk import Desk
from tests.world import buttons, words

RULES = AutoRules(revoke=parse("3d"), brake=BrakeLimits(count=3, percent=100))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.context = replace(made.context, auto_rules=RULES, carries_rules=True)
    yield made
    made.close()


def found(desk: Desk, count: int) -> None:
    """A scan that finds so many people disabled who were not before."""
    now = desk.context.clock.now() + timedelta(minutes=15)
    read = Coverage(ScanStatus.COMPLETE, now, now, users_read=900, leavers=count, leavers_read=count, calls={})
    people = [
        PersonRead(User(f"00000000-0000-4000-9000-{number:012}", f"user{number}", "", "", UserStatus.DISABLED))
        for number in range(count)
    ]
    stored = desk.store.begin_scan(desk.context.new_id(), "schedule", None, now)
    desk.store.save_scan(stored.id, Scan(read, tuple(people), {}), 20, desk.context.new_id, brake=RULES.brake)
    look_at_rules(desk.context, read)
    sync(desk.context)


def message(desk: Desk, about: str) -> Mapping[str, Any]:
    (one,) = (post for post in desk.workspace.messages(desk.channel) if about in words(post))
    return one


def press(desk: Desk, about: str, action_id: str, user: str = "") -> int:
    """Press the button of the message with these words, as it stands in Slack; the status of the answer."""
    post = desk.workspace.find_post(desk.channel, message(desk, about)["ts"])
    assert post
    control = find_control(post.all_blocks(), action_id, None)
    assert control
    pressed = payloads.press_on_message(desk.workspace, user or desk.alice, post, *control, None)
    status = desk.dispatch(pressed).status
    sync(desk.context)
    return status


def test_an_admin_releases_the_brake(desk: Desk) -> None:
    found(desk, 4)
    assert press(desk, "disabled at once", RELEASE_ID) == 200
    assert desk.store.brake() is None
    assert "The brake was released by" in words(message(desk, "4 people were disabled"))
    assert desk.told() == ""


def test_somebody_else_is_told_who_may(desk: Desk) -> None:
    found(desk, 4)
    assert press(desk, "disabled at once", RELEASE_ID, desk.bob) == 200
    assert desk.store.brake()
    assert f"Only admins may release the brake. Ask <@{desk.alice}>" in desk.told(desk.bob)


def test_a_button_drawn_before_more_people_came_is_refused(desk: Desk) -> None:
    found(desk, 4)
    old = message(desk, "disabled at once")
    (drawn,) = [block for block in old["blocks"] if block["type"] == "actions"]
    found(desk, 5)
    post = desk.workspace.find_post(desk.channel, old["ts"])
    assert post
    pressed = payloads.press_on_message(desk.workspace, desk.alice, post, drawn, drawn["elements"][0], None)
    assert desk.dispatch(pressed).status == 200
    assert desk.store.brake()
    assert "The message has changed since you looked: 5 people are still disabled now" in desk.told()


def test_an_admin_lets_rules_act(desk: Desk) -> None:
    found(desk, 3)
    assert buttons(message(desk, "Rules wait")) == ["Let rules act on these 4"]
    assert press(desk, "Rules wait", ACCEPT_ID) == 200
    assert desk.store.held() == frozenset()
    assert desk.store.looked_at_rules() == str(reach_now(desk.context))


def test_a_button_that_nobody_drew_does_nothing(desk: Desk) -> None:
    found(desk, 4)
    post = desk.workspace.find_post(desk.channel, message(desk, "disabled at once")["ts"])
    assert post
    control = find_control(post.all_blocks(), RELEASE_ID, None)
    assert control
    pressed = payloads.press_on_message(desk.workspace, desk.alice, post, *control, None)
    for value in ("", "{}", '{"v":1,"about":"b1"}', '{"v":1,"about":"b1","count":"4","version":1}', "[]"):
        pressed["actions"][0]["value"] = value
        assert desk.dispatch(pressed).status == 200
    assert desk.store.brake()
    assert "from an older version" in desk.told()
