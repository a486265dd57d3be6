"""Scheduled leaves in Slack: the command, the one button, and how they read."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.actions import ActionState
from bot.core.errors import NotFound
from bot.core.kinds import DENY
from bot.core.leaves.leave import Leave, LeaveState, Terms
from bot.core.leaves.views import LeaveList, LeaveView, Scheduled
from bot.core.models import User
from bot.playground.identity_center import Organization
from bot.playground.slack_workspace import payloads as slack
from bot.playground.slack_workspace.blockkit.check import check_message
from bot.playground.slack_workspace.blockkit.inputs import find_control
from bot.services.leaves.carry import look_after
from bot.services.leaves.schedule import schedule
from bot.slack import messages, payloads, requests
from bot.slack.messages.leaves import until, upcoming
from bot.slack.terminal_words import without_slack
from tests.core import strategies as our
from tests.fakes.aws import FakeAws
from tests.in_line import sync
from tests.slack.desk import Desk
from tests.slack.examples import AT, REVOKED, USER, buttons, words_of
from tests.world import words

LEAVE = Leave("leave-1", USER, AT + timedelta(days=3), "UALICE", "C1", AT, revoke=True)
DENIED = replace(REVOKED, kind=DENY, operations=())
VIEW = LeaveView(LEAVE, "2026-03-05 10:42 Europe/Berlin")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, zone=ZoneInfo("Europe/Berlin"), aws=FakeAws(Organization(seed=1)))
    yield made
    made.close()


def typed(desk: Desk, text: str, user: str = "") -> Any:
    channel = desk.workspace.channels[desk.channel]
    command = slack.slash_command(desk.workspace, user or desk.alice, channel, f"schedule {text}".strip())
    return desk.dispatch(command).body


def press(desk: Desk, ts: str, user: str) -> None:
    post = desk.workspace.find_post(desk.channel, ts)
    assert post
    found = find_control(post.all_blocks(), payloads.CANCEL_LEAVE, None)
    assert found
    desk.dispatch(slack.press_on_message(desk.workspace, user, post, *found, None))


# The command


def test_an_admin_schedules_in_the_zone_of_the_settings_and_slack_is_answered_before_aws_is_asked(desk: Desk) -> None:
    answer = typed(desk, "Dana Rossi 2026-11-30 18:00 revoke")
    assert "Looking for “Dana Rossi” in the directory" in json.loads(answer)["text"]
    ((asker, leave_id, query, terms),) = desk.work.leaves
    assert (asker.user, asker.channel, query) == (desk.alice, desk.channel, "Dana Rossi")
    assert terms == Terms(datetime(2026, 11, 30, 17, 0, tzinfo=UTC), revoke=True)
    assert leave_id


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dana", "When? Type the time after the user: dana.rossi 2026-11-30 18:00."),
        ("dana tomorrow", "When?"),
        ("dana 2026-11-30", "At what time on 2026-11-30?"),
        ("dana 2026-11-30 6pm", "is not a time"),
        ("dana 2026-11-23 18:00", "is in the past"),
        ("dana 2062-11-30 18:00", "more than a year ahead"),
        ("2026-11-30 18:00", "Who? Type the user before the time: dana.rossi 2026-11-30 18:00."),
    ],
)
def test_what_cannot_be_understood_is_answered_at_once_and_starts_nothing(desk: Desk, text: str, told: str) -> None:
    assert told in typed(desk, text)
    assert desk.work.leaves == []


def test_who_is_no_admin_is_refused_whatever_the_time_and_it_is_recorded(desk: Desk) -> None:
    assert "Only admins may schedule a leave." in typed(desk, "dana 2026-11-30 18:00", desk.bob)
    assert desk.work.leaves == []
    (entry,) = desk.store.records("dana").refusals
    assert (entry.who, entry.what) == (desk.bob, "schedule")


def test_alone_it_lists_what_is_scheduled_for_everybody(desk: Desk) -> None:
    assert "No leave is scheduled" in typed(desk, "", desk.bob)
    scheduled(desk, hours=30)
    for text in ("", "list", "LIST"):
        shown = typed(desk, text, desk.bob)
        assert "1 scheduled leave" in shown
        assert "in 1 day 6 hours" in shown


def scheduled(desk: Desk, *, hours: float) -> Leave:
    user = User("00000000-0000-4000-8000-000000000002", "finn@example.com", "Finn Berg")
    asker = requests.presser({"user": {"id": desk.alice}, "channel": {"id": desk.channel}})
    terms = Terms(desk.context.clock.now() + timedelta(hours=hours))
    roles = desk.context.rules.roles([desk.alice])
    found = schedule(desk.context, user, terms, asker, roles, leave_id=desk.context.new_id())
    assert isinstance(found, Scheduled)
    return found.view.leave


# The button


def announced(desk: Desk) -> str:
    look_after(desk.context)
    sync(desk.context)
    return str(desk.workspace.messages(desk.channel)[-1]["ts"])


def test_one_press_on_the_message_cancels_it_and_the_message_says_who(desk: Desk) -> None:
    leave, ts = scheduled(desk, hours=0.5), announced(desk)
    press(desk, ts, desk.alice)
    assert desk.store.leave(leave.id).state is LeaveState.CANCELLED
    assert "is cancelled. Nothing happens at that time." in desk.told()
    sync(desk.context)
    shown = desk.workspace.messages(desk.channel)[-1]
    assert shown["ts"] == ts
    assert f"was cancelled by <@{desk.alice}>" in words(shown)
    assert payloads.CANCEL_LEAVE not in str(shown["blocks"])


def test_a_press_of_nobody_special_is_refused_and_recorded(desk: Desk) -> None:
    leave, ts = scheduled(desk, hours=0.5), announced(desk)
    press(desk, ts, desk.bob)
    assert desk.store.leave(leave.id).state is LeaveState.PLANNED
    assert "Only responders and admins may cancel a scheduled leave." in desk.told(desk.bob)
    assert [entry.what for entry in desk.store.records(leave.user.id).refusals] == ["unschedule"]


def test_a_button_that_leads_nowhere_is_answered(desk: Desk) -> None:
    leave, ts = scheduled(desk, hours=0.5), announced(desk)
    post = desk.workspace.find_post(desk.channel, ts)
    assert post
    element = find_control(post.all_blocks(), payloads.CANCEL_LEAVE, None)
    assert element
    body = slack.press_on_message(desk.workspace, desk.alice, post, *element, None)
    body["actions"][0]["value"] = "{}"
    desk.dispatch(body)
    assert "Use /leavers schedule for a fresh one." in desk.told()
    assert desk.store.leave(leave.id).state is LeaveState.PLANNED


@given(st.text())
def test_no_value_but_our_own_is_a_leave(text: str) -> None:
    with pytest.raises(NotFound):
        payloads.decode_leave(text)


def test_a_button_carries_the_id_of_its_leave() -> None:
    assert payloads.decode_leave(payloads.encode_leave("leave-1")) == "leave-1"


# How they read


states = st.sampled_from(LeaveState)
maybe = st.none() | our.moments
VIEWS = st.builds(
    LeaveView,
    st.builds(
        replace,
        st.just(LEAVE),
        user=our.users(),
        state=states,
        revoke=st.booleans(),
        dry_run=st.booleans(),
        began_at=maybe,
        denied_at=maybe,
        ended_by=st.sampled_from(["", "UBOB", "terminal arn:x alice@host"]),
        why=our.names,
    ),
    st.just("2026-03-05 10:42 UTC"),
    st.none() | st.just(DENIED),
    st.none() | st.just(DENIED),
    st.sampled_from(["", "https://acme.slack.com/archives/C1/p1772444520000100"]),
    st.booleans(),
)


@given(VIEWS)
def test_slack_takes_every_message_and_it_is_cancelled_only_where_that_does_something(view: LeaveView) -> None:
    shown = messages.leave_message(view)
    assert check_message(shown.blocks) is None
    useful = view.leave.state is LeaveState.PLANNED or (view.leave.state is LeaveState.DENIED and view.leave.revoke)
    drawn = [button["action_id"] for button in buttons(shown)]
    assert drawn == ([payloads.CANCEL_LEAVE] if useful and view.buttons else [])
    assert ("schedule --cancel" in words_of(shown)) == (useful and not view.buttons)


@given(
    st.lists(VIEWS.filter(lambda view: view.leave.state.open), max_size=3), st.sampled_from([1, 20, 25]), our.moments
)
def test_slack_takes_a_list_of_any_length(views: list[LeaveView], times: int, now: datetime) -> None:
    shown = messages.leaves_message(LeaveList(tuple(views * times), now, "Europe/Berlin"))
    assert check_message(shown.blocks) is None
    without_slack(shown)


@pytest.mark.parametrize("name", ["&" * 300, "Maximiliane-Theresia von Hohenzollern-Sigmaringen, Example Holding"])
def test_slack_takes_a_long_list_of_people_with_long_names_scheduled_in_a_terminal(name: str) -> None:
    by = f"terminal arn:aws:sts::123456789012:assumed-role/{'r' * 64}/{'s' * 64} {'o' * 32}@{'h' * 64}"
    leave = replace(LEAVE, user=replace(USER, display_name=name), by=by, state=LeaveState.DENIED)
    shown = messages.leaves_message(LeaveList((LeaveView(leave, "2026-11-30 18:00 UTC"),) * 100, AT, "UTC"))
    assert check_message(shown.blocks) is None
    assert len(buttons(shown)) > 10
    assert f"{100 - len(buttons(shown))} more" in words_of(shown)


def test_the_message_of_an_ordinary_leave_reads_well() -> None:
    shown = words_of(messages.leave_message(VIEW))
    assert "Dana Rossi leaves" in shown
    assert "and is denied then" in shown
    assert "From then on, AWS refuses everything they do in AWS accounts, in open sessions too" in shown
    assert "Access is revoked once it has." in shown
    assert "Scheduled by <@UALICE>" in shown


def test_a_deny_that_does_not_hold_everywhere_says_so() -> None:
    denied = replace(LEAVE, state=LeaveState.DENIED, began_at=LEAVE.at, denied_at=LEAVE.at)
    partly = replace(DENIED, state=ActionState.INCOMPLETE, message="The deny does not hold in acme-root.")
    shown = words_of(messages.leave_message(replace(VIEW, leave=denied, deny=partly)))
    assert "but not everywhere. The deny does not hold in acme-root." in shown


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(days=6, hours=3, minutes=2), "6 days 3 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=2, minutes=5, seconds=20), "2 hours 5 minutes"),
        (timedelta(minutes=59, seconds=40), "1 hour"),
        (timedelta(minutes=40), "40 minutes"),
        (timedelta(seconds=5), "1 minute"),
        (timedelta(seconds=-5), "1 minute"),
    ],
)
def test_how_long_until_then_is_said_in_two_units(ahead: timedelta, said: str) -> None:
    assert until(ahead) == said


def test_status_and_summary_have_one_line_for_all_of_them() -> None:
    assert upcoming([]) == ""
    planned, denied = VIEW, replace(VIEW, leave=replace(LEAVE, state=LeaveState.DENIED))
    line = upcoming([planned, planned, denied])
    assert line.startswith("*Scheduled leaves*: 2 people to leave, next Dana Rossi, ")
    assert line.endswith("; 1 begun and not finished.")
    assert "\n" not in line
    assert upcoming([denied]) == "*Scheduled leaves*: 1 begun and not finished."
