"""How Slack names somebody in a terminal: by role and session, never as a mention, and nothing in it acts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.actions import Action, ActionState, Asker
from bot.core.kinds import REVOKE
from bot.core.terminal.askers import TerminalAsker
from bot.slack.messages import case_message, report_message
from bot.slack.wording.text import mention
from tests.slack.examples import AT, USER, VIEW, words_of

ALICE = TerminalAsker("arn:aws:sts::111111111111:assumed-role/Admin/alice", "alice", "host7")
DONE = Action(
    "a-1",
    "wish:a-1",
    REVOKE,
    USER,
    None,
    Asker(ALICE.stored, ""),
    AT,
    state=ActionState.DONE,
    finished_at=AT + timedelta(seconds=9),
)


def test_somebody_in_a_terminal_is_named_by_role_session_user_and_host() -> None:
    assert mention(ALICE.stored) == "Admin/alice from a terminal (alice on host7)"
    assert mention(["U1", ALICE.stored]) == "<@U1> and Admin/alice from a terminal (alice on host7)"


def test_who_proved_nothing_is_named_as_such() -> None:
    assert mention(replace(ALICE, arn="").stored) == "somebody unproven from a terminal (alice on host7)"


def test_alert_and_report_name_them() -> None:
    refused = replace(DONE, state=ActionState.REFUSED)
    assert "by Admin/alice from a terminal (alice on host7) was refused" in words_of(
        case_message(replace(VIEW, latest=refused))
    )
    (report,) = report_message(DONE)
    assert "\nBy Admin/alice from a terminal (alice on host7)" in words_of(report)


@pytest.mark.parametrize("evil", ["<!channel>", "<@U1>", "*bold*", "`code`", "a\u202eb", ":wave:"])
def test_nothing_in_a_name_pings_or_formats(evil: str) -> None:
    shown = mention(TerminalAsker(ALICE.arn, evil, evil).stored)
    assert "<" not in shown
    assert not set(shown) & set("*`\u202e")
    assert ":wave:" not in shown
