"""A press is stored, or told as not stored, or left to Slack's own error; what was stored is never told as an error."""

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.core.errors import StoreError
from tests.slack.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def breaks(error: Exception) -> None:
    raise error


@contextmanager
def no_file_descriptors() -> Iterator[None]:
    """Nothing more can be opened: no file, no connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def lose_database(desk: Desk) -> None:
    """The tables are gone, so nothing can be read or stored."""
    with sqlite3.connect(desk.folder / "desk.db") as connection:
        for table in ("actions", "cases", "dialogs", "audit"):
            connection.execute(f"ALTER TABLE {table} RENAME TO {table}_gone")


# A17


def test_a_press_that_takes_longer_than_three_seconds_to_store_is_not_told_as_an_error(desk: Desk) -> None:
    other = sqlite3.connect(desk.folder / "desk.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(3.3, lambda: other.execute("ROLLBACK")).start()
    answer = desk.dispatch(desk.payload())
    assert (answer.status, desk.stored(), desk.told()) == (200, 1, "")


@pytest.mark.parametrize("error", [StoreError("The database cannot be used now."), OSError("busy"), KeyError("x")])
def test_a_press_that_was_stored_but_could_not_be_started_is_not_told_as_an_error(desk: Desk, error: Exception) -> None:
    desk.work.broken = lambda: breaks(error)
    answer = desk.dispatch(desk.payload())
    assert (answer.status, desk.stored(), desk.told()) == (200, 1, "")


def test_a_press_delivered_again_while_it_can_not_be_started_is_taken_in_silence(desk: Desk) -> None:
    desk.work.broken = lambda: breaks(OSError("busy"))
    payload = desk.payload()
    assert [desk.dispatch(payload).status for _ in range(2)] == [200, 200]
    assert (desk.stored(), desk.told()) == (1, "")


# B4


def test_without_file_descriptors_a_press_that_is_not_stored_is_left_to_slacks_own_error(desk: Desk) -> None:
    lose_database(desk)
    payload = desk.payload()
    # The simulator shares this process and its limit.
    desk.slack.stop()
    with no_file_descriptors():
        answer = desk.dispatch(payload)
    assert answer.status != 200


@pytest.mark.parametrize("action_id", ["case_deny", "case_revoke", "case_details"])
def test_with_database_and_slack_out_of_reach_no_press_is_acknowledged(desk: Desk, action_id: str) -> None:
    lose_database(desk)
    desk.slack.faults.add("*", "drop", times=99)
    desk.slack.faults.add("response_url", "drop", times=99)
    assert desk.dispatch(desk.payload(action_id)).status != 200


def test_a_refusal_that_can_not_be_told_is_not_acknowledged(desk: Desk) -> None:
    desk.slack.faults.add("*", "drop", times=99)
    assert desk.dispatch(desk.payload(user=desk.bob)).status != 200


def test_a_dialog_that_could_not_be_opened_nor_that_be_told_is_not_acknowledged(desk: Desk) -> None:
    desk.slack.faults.add("*", "drop", times=99)
    assert desk.dispatch(desk.payload("case_revoke")).status != 200


def test_a_press_that_is_not_stored_is_told_where_slack_can_be_reached(desk: Desk) -> None:
    lose_database(desk)
    answer = desk.dispatch(desk.payload())
    assert answer.status == 200
    assert "The database cannot be used now" in desk.told()


def test_a_press_that_is_stored_is_acknowledged_though_slack_is_out_of_reach(desk: Desk) -> None:
    desk.slack.faults.add("*", "drop", times=99)
    assert desk.dispatch(desk.payload()).status == 200
    assert desk.stored() == 1


def test_an_error_of_a_command_is_told_in_its_acknowledgement(desk: Desk) -> None:
    lose_database(desk)
    desk.slack.faults.add("*", "drop", times=99)
    answer = desk.dispatch(
        {
            "command": "/leavers",
            "text": "",
            "team_id": desk.workspace.team_id,
            "user_id": desk.alice,
            "channel_id": desk.channel,
            "response_url": "",
            "trigger_id": "1.2.3",
        }
    )
    assert answer.status == 200
    assert "The database cannot be used now" in answer.body


# C10


@pytest.mark.parametrize("kind", ["status", "drop", "error"])
def test_the_very_first_press_is_stored_while_slacks_web_api_is_down(desk: Desk, kind: str) -> None:
    desk.slack.faults.add("*", kind, times=99)
    asked = desk.slack.calls.total()
    answer = desk.dispatch(desk.payload())
    assert (answer.status, desk.stored(), desk.slack.calls.total() - asked) == (200, 1, 0)


def test_the_first_press_is_acknowledged_at_once_while_slack_hangs(desk: Desk) -> None:
    desk.slack.faults.add("*", "latency", seconds=3, times=99)
    began = time.monotonic()
    assert desk.dispatch(desk.payload()).status == 200
    assert time.monotonic() - began < 1.5


# The menu


def test_a_choice_in_the_menu_opens_the_dialog_of_its_button(desk: Desk) -> None:
    assert desk.dispatch(desk.payload("case_details")).status == 200
    view = desk.workspace.view(desk.alice)
    assert view
    assert view["callback_id"] == "dialog_details"


@pytest.mark.parametrize(
    ("action_id", "dialog"), [("case_details", "dialog_details"), ("case_delete", "dialog_delete")]
)
def test_a_button_of_an_older_message_still_works_where_its_place_is_in_the_menu_now(
    desk: Desk, action_id: str, dialog: str
) -> None:
    payload = desk.payload("case_revoke")
    payload["actions"][0]["action_id"] = action_id
    assert desk.dispatch(payload).status == 200
    view = desk.workspace.view(desk.alice)
    assert view
    assert view["callback_id"] == dialog


@pytest.mark.parametrize("value", ["", "{}", '{"v":1,"do":"snooze","case":"c","version":1}'])
def test_a_choice_that_this_version_does_not_know_is_told_kindly(desk: Desk, value: str) -> None:
    payload = desk.payload("case_details")
    payload["actions"][0]["selected_option"]["value"] = value
    assert desk.dispatch(payload).status == 200
    assert "/leavers show <user> for a fresh one" in desk.told().replace("&lt;", "<").replace("&gt;", ">")
