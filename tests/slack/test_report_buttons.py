"""Details of a report, through the real app and the simulated workspace."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.actions import Action, ActionState, Asker, Result
from bot.core.deny.placed import PlacedDeny
from bot.core.kinds import REVOKE
from bot.core.plans.operations import OperationState
from bot.playground.slack_workspace import payloads as from_slack
from bot.playground.slack_workspace.blockkit.inputs import find_control
from bot.slack import payloads
from tests.in_line import sync
from tests.slack.desk import LEAVER, Desk
from tests.slack.examples import COVER, removal
from tests.world import words

COMMAND = "aws sso-admin create-account-assignment --target-id 111111111111"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def reported(desk: Desk) -> str:
    """A revoke ended and was reported in the thread: the report's place there."""
    case, now = desk.store.open_cases()[LEAVER], desk.context.clock.now()
    asked = Action("a-1", "key", REVOKE, case.user, case.id, Asker(desk.alice, desk.channel), now)
    desk.store.add_action(asked)
    desk.store.begin_action("a-1", (removal().operation,), now, undo=(COMMAND,))
    desk.store.set_operation("a-1", 0, OperationState.DONE, now)
    desk.store.end_action("a-1", Result(ActionState.DONE, verified_at=now), now)
    sync(desk.context)
    report, commands = desk.workspace.messages(desk.channel, desk.alert["ts"])[-2:]
    assert COMMAND in words(commands)
    return str(report["ts"])


def press(desk: Desk, ts: str, user: str, value: str | None = None) -> int:
    post = desk.workspace.find_post(desk.channel, ts)
    assert post
    found = find_control(post.all_blocks(), payloads.REPORT_DETAILS, None)
    assert found
    body = from_slack.press_on_message(desk.workspace, user, post, *found, None)
    if value is not None:
        body["actions"][0]["value"] = value
    return desk.dispatch(body).status


def test_whoever_may_look_sees_every_operation_and_command_at_once(desk: Desk) -> None:
    assert press(desk, reported(desk), desk.bob) == 200
    shown = words(desk.workspace.view(desk.bob) or {})
    assert "Removed AdministratorAccess in *prod-payments*" in shown
    assert COMMAND in shown
    assert "`a-1`" in shown


def test_a_deny_in_force_by_now_is_said_with_every_account(desk: Desk) -> None:
    ts, user = reported(desk), desk.store.action("a-1").user
    desk.store.place_denies([PlacedDeny(user, "p-1", desk.context.clock.now(), desk.alice, COVER)])
    assert press(desk, ts, desk.alice) == 200
    shown = words(desk.workspace.view(desk.alice) or {})
    assert "The emergency deny in force stops them where it holds." in shown
    assert all(f"*{cover.account.name}*: " in shown for cover in COVER)


def test_nobody_else_does(desk: Desk) -> None:
    olga = desk.workspace.add_user("olga")
    ts = reported(desk)
    assert press(desk, ts, olga) == 200
    assert desk.workspace.view(olga) is None
    assert "leaverbot shows this only to" in desk.told(olga)


@pytest.mark.parametrize("value", ["", "{}", '{"v":1,"action":""}', '{"v":1,"action":7}', '{"v":1,"action":"gone"}'])
def test_a_button_that_leads_nowhere_says_so(desk: Desk, value: str) -> None:
    press(desk, reported(desk), desk.bob, value)
    assert desk.workspace.view(desk.bob) is None
    assert "older version" in desk.told(desk.bob) or "not in the database" in desk.told(desk.bob)
