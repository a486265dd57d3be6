"""Stop and Let it run, pressed and typed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.kinds import REVOKE
from bot.core.models import GrantKind, User, UserStatus
from bot.core.rules.announcements import Announcement
from bot.core.rules.askers import RuleAsker
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.playground.slack_workspace import payloads
from bot.playground.slack_workspace.blockkit.inputs import find_control
from tests.in_line import sync
from tests.slack.desk import LEAVER, Desk
from tests.world import words

RULE = "LEAVERBOT_AUTO_REVOKE_AFTER=3d"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    (case,) = made.store.open_cases().values()
    now = made.context.clock.now()
    one = Announcement("r-1", case.user, REVOKE, RULE, now, now, now + timedelta(days=3), case_id=case.id)
    made.store.announce(one, RuleAsker(RULE).stored)
    sync(made.context)
    yield made
    made.close()


def announced(desk: Desk) -> dict[str, Any]:
    """The announcement, in the thread of the case."""
    (message,) = desk.workspace.messages(desk.channel, desk.alert["ts"])
    return dict(message)


def pressed(desk: Desk, action_id: str, user: str) -> dict[str, Any]:
    """What Slack sends when a button of the announcement is pressed as it is drawn now."""
    post = desk.workspace.find_post(desk.channel, announced(desk)["ts"])
    assert post
    found = find_control(post.all_blocks(), action_id, None)
    assert found
    return payloads.press_on_message(desk.workspace, user, post, *found, None)


def press(desk: Desk, action_id: str, user: str) -> None:
    assert desk.dispatch(pressed(desk, action_id, user)).status == 200
    sync(desk.context)


def typed(desk: Desk, text: str, user: str = "") -> str:
    channel = desk.workspace.channels[desk.channel]
    return str(desk.dispatch(payloads.slash_command(desk.workspace, user or desk.alice, channel, text)).body)


def stopper(desk: Desk) -> str:
    stop = desk.store.rule_stop(LEAVER)
    return stop.by if stop else ""


def test_a_press_stops_rules_and_the_message_says_who_did(desk: Desk) -> None:
    press(desk, "rule_stop", desk.alice)
    assert stopper(desk) == desk.alice
    assert f"Stopped by <@{desk.alice}>" in words(announced(desk))
    assert "Let it run" in json.dumps(announced(desk))
    assert desk.told() == ""


def test_the_alert_says_so_too(desk: Desk) -> None:
    press(desk, "rule_stop", desk.alice)
    alert = desk.workspace.find_post(desk.channel, desk.alert["ts"])
    assert alert
    assert "Rules leave this user alone" in json.dumps(alert.all_blocks())


def test_a_press_lets_rules_run_again(desk: Desk) -> None:
    press(desk, "rule_stop", desk.alice)
    press(desk, "rule_let_run", desk.alice)
    assert stopper(desk) == ""
    assert "A rule will revoke the access" in words(announced(desk))


def test_who_is_no_responder_changes_nothing_and_is_told_whom_to_ask(desk: Desk) -> None:
    press(desk, "rule_stop", desk.bob)
    assert stopper(desk) == ""
    assert f"<@{desk.alice}>" in desk.told(desk.bob)
    assert desk.told() == ""


def test_the_same_press_twice_is_taken_in_silence(desk: Desk) -> None:
    payload = pressed(desk, "rule_stop", desk.alice)
    assert [desk.dispatch(payload).status for _ in range(2)] == [200, 200]
    assert (stopper(desk), desk.told()) == (desk.alice, "")


def test_who_presses_after_somebody_else_is_told_who_stopped_it(desk: Desk) -> None:
    carol = desk.workspace.add_user("carol")
    object.__setattr__(desk.context.rules, "admins", frozenset({desk.alice, carol}))
    late = pressed(desk, "rule_stop", carol)
    press(desk, "rule_stop", desk.alice)
    desk.dispatch(late)
    assert stopper(desk) == desk.alice
    assert f"Stopped by <@{desk.alice}>" in desk.told(carol)


def test_an_old_button_lets_nothing_run_that_was_stopped_again_since(desk: Desk) -> None:
    press(desk, "rule_stop", desk.alice)
    old = pressed(desk, "rule_let_run", desk.alice)
    press(desk, "rule_let_run", desk.alice)
    desk.context.clock.sleep(1)
    press(desk, "rule_stop", desk.alice)
    desk.dispatch(old)
    assert stopper(desk) == desk.alice
    assert "stopped again" in desk.told()


def test_the_same_let_it_run_twice_is_taken_in_silence(desk: Desk) -> None:
    press(desk, "rule_stop", desk.alice)
    payload = pressed(desk, "rule_let_run", desk.alice)
    assert [desk.dispatch(payload).status for _ in range(2)] == [200, 200]
    assert (stopper(desk), desk.told()) == ("", "")


def test_an_old_stop_still_stops_rules_and_says_so_where_its_message_shows_nothing_to_stop(desk: Desk) -> None:
    old = pressed(desk, "rule_stop", desk.alice)
    desk.store.end_announcement("r-1", "not_disabled", desk.context.clock.now(), RuleAsker(RULE).stored)
    sync(desk.context)
    assert "after all" in words(announced(desk))
    assert "rule_stop" not in json.dumps(announced(desk))
    desk.dispatch(old)
    assert stopper(desk) == desk.alice
    assert "Rules are stopped for" in desk.told()


@pytest.mark.parametrize("value", ["", "x", "{}", '{"v":1}', '{"v":2,"announcement":"r-1","stopped":null}'])
def test_a_button_of_another_version_says_what_to_do_instead(desk: Desk, value: str) -> None:
    payload = pressed(desk, "rule_stop", desk.alice)
    payload["actions"][0]["value"] = value
    desk.dispatch(payload)
    assert stopper(desk) == ""
    assert "/leavers stop" in desk.told()


def test_rules_are_stopped_and_let_run_by_command_for_somebody_by_any_unique_part_of_a_name(desk: Desk) -> None:
    assert "Rules are stopped for *Dana Rossi*" in typed(desk, "stop dana")
    assert stopper(desk) == desk.alice
    assert "already stopped" in typed(desk, "stop dana")
    assert "Rules may act on *Dana Rossi* again" in typed(desk, "let run dana")
    assert stopper(desk) == ""
    assert "not stopped" in typed(desk, "let-run dana")


def test_a_command_about_nobody_known_says_so_and_one_by_nobody_who_may_is_refused(desk: Desk) -> None:
    assert "no records of anybody by that name" in typed(desk, "stop zoe")
    # Nor of somebody who is only called nearly like that; the directory was not asked.
    assert "no records of anybody by that name" in typed(desk, "stop dana.rosso")
    assert "Who? For example: /leavers stop" in typed(desk, "stop")
    assert f"<@{desk.alice}>" in typed(desk, "stop dana", desk.bob)
    assert stopper(desk) == ""


def test_somebody_without_a_case_is_known_as_soon_as_a_read_showed_them_disabled(desk: Desk) -> None:
    now = desk.context.clock.now()
    eve = User("00000000-0000-4000-8000-000000000002", "eve@example.com", "Eve Ito", "", UserStatus.DISABLED)
    coverage = Coverage(ScanStatus.COMPLETE, now, now, tuple(GrantKind), users_read=2, leavers=2, leavers_read=2)
    desk.store.begin_scan("scan-2", "schedule", None, now)
    desk.store.save_scan("scan-2", Scan(coverage, (PersonRead(eve, ()),), {}, "999999999999"), 20, desk.context.new_id)
    assert desk.store.newest_case(eve.id) is None
    assert "Rules are stopped for *Eve Ito*" in typed(desk, "stop eve")
    assert eve.id in desk.store.rule_stops()
