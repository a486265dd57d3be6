"""An upgrade or a rollback in the middle of an action: the other version finishes it."""

import sqlite3

import pytest

from bot.playground.identity_center import Fault
from tests.e2e.test_bad_days import many_grants, press_revoke
from tests.world import PLACEHOLDER_POLICY, World, buttons, eventually, words


def rename_workflows(here: World, name: str) -> int:
    """Make the unfinished workflow one that another leaverbot started, under a name this one does not know."""
    with sqlite3.connect(here.folder / "leaverbot.db") as database:
        changed = database.execute(
            "UPDATE workflow_status SET name = ? WHERE name IN ('act_v1', 'denies_v2') AND status IN ('PENDING', 'ENQUEUED')",
            (name,),
        )
        return changed.rowcount


def carried_on(here: World) -> int:
    """How many workflows over denies are under way."""
    with sqlite3.connect(here.folder / "leaverbot.db") as database:
        return int(
            database.execute(
                "SELECT count(*) FROM workflow_status WHERE name = 'denies_v2' AND status = 'PENDING'"
            ).fetchone()[0]
        )


@pytest.mark.real_pauses
def test_an_action_that_a_newer_version_began_is_finished_after_a_rollback(here: World) -> None:
    user = many_grants(here, 8)
    here.start()
    press_revoke(here)
    eventually(lambda: 2 <= len(here.org.truth(user)) <= 6, seconds=40)
    here.kill()
    assert rename_workflows(here, "act_v9") == 1
    here.start_bot()
    here.alert("dana", "no way in any more", seconds=60)
    assert here.org.truth(user) == []
    assert len([message for message in here.messages() if "dana" in words(message).lower()]) == 1


def test_a_deny_that_a_newer_version_began_does_not_hold_up_the_lane_after_a_rollback(here: World) -> None:
    user = many_grants(here, 2)
    here.start()
    alert = here.alert("dana")
    here.aws.faults.add(Fault(operation="organizations.DescribePolicy", kind="latency", seconds=20, times=1))
    here.press(here.bob, alert, "case_deny")
    eventually(lambda: carried_on(here))
    here.kill()
    here.aws.faults.clear()
    assert rename_workflows(here, "act_v9") == 1
    here.start_bot()
    here.alert("dana", "Emergency deny* by", seconds=40)
    assert user in here.org.policy_text(here.policy_id)


@pytest.mark.real_pauses
def test_somebody_enabled_again_while_the_bot_was_down_keeps_what_was_left(here: World) -> None:
    user = many_grants(here, 25)
    here.start()
    press_revoke(here)
    eventually(lambda: len(here.org.truth(user)) <= 23, seconds=40)
    here.kill()
    here.org.set_status(user, "ENABLED")
    here.start_bot()
    here.told(here.alice, "is enabled in Identity Center", seconds=40)
    assert len(here.org.truth(user)) >= 3


def test_a_deny_is_lifted_from_the_policy_it_was_placed_in(here: World) -> None:
    user = many_grants(here, 1)
    here.start()
    here.press(here.bob, here.alert("dana"), "case_deny")
    here.alert("dana", "Emergency deny* by")
    assert here.terminate() == 0
    old = here.policy_id
    here.settings["LEAVERBOT_DENY_SCP_ID"] = here.org.add_scp("another", PLACEHOLDER_POLICY, targets=[here.org.root_id])
    here.start_bot()
    eventually(lambda: "Lift deny" in buttons(here.alert("dana")))
    here.press(here.bob, here.alert("dana"), "case_lift")
    here.dialog(here.bob, "Lift deny")
    here.workspace.submit(here.bob, {"why": "another policy is used now"})
    eventually(lambda: user not in here.org.policy_text(old))


@pytest.mark.real_pauses
def test_an_action_whose_workflow_was_lost_is_taken_up_by_the_next_start(here: World) -> None:
    user = many_grants(here, 4)
    here.start()
    press_revoke(here)
    eventually(lambda: len(here.org.truth(user)) <= 3, seconds=40)
    here.kill()
    with sqlite3.connect(here.folder / "leaverbot.db") as database:
        database.execute("DELETE FROM workflow_status WHERE name = 'act_v1'")
    here.start_bot()
    here.alert("dana", "no way in any more", seconds=60)
    assert here.org.truth(user) == []
