"""What happened to one person, in words: whoever did it and whatever it was called, and as much of it as there is."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.actions import LEAVERBOT, ActionState, Asker
from bot.core.cases import CaseState, CloseReason
from bot.core.history import AuditEntry, History, Notice, Records, in_order
from bot.core.kinds import DENY
from bot.core.terminal.askers import TerminalAsker
from bot.core.views import CaseChange
from bot.playground.slack_workspace.blockkit.check import check_message
from bot.slack.messages import history_message
from tests.slack.examples import AT, CASE, GRANTS, REVOKED, USED, USER, words_of
from tests.slack.examples import DENY as IN_FORCE
from tests.slack.test_block_kit_limits import HOSTILE

TERMINAL = TerminalAsker("arn:aws:sts::111111111111:assumed-role/Admin/alice", "alice", "laptop").stored


def lines(**records: object) -> list[str]:
    pages = history_message(History(USER, in_order(Records(**records))))  # type: ignore[arg-type]  # one of its fields
    told = "\n".join(map(words_of, pages)).splitlines()
    return [line.partition(" · ")[2] for line in told if line.startswith("• ")]


def test_a_case_is_told_from_its_opening_to_its_end_with_who_ended_it() -> None:
    closed = replace(
        CASE,
        state=CaseState.CLOSED,
        used=USED,
        reviewed_at=AT,
        reviewed_by="U0BOB",
        closed_at=AT + timedelta(hours=1),
        closed_reason=CloseReason.REVOKED,
        closed_by="U0BOB",
    )
    assert lines(cases=(closed,)) == [
        "Case opened, found by the scheduled scan",
        "Access used while disabled: signed in",
        "Access used while disabled was reviewed · <@U0BOB>",
        "Case closed: revoked by <@U0BOB>",
    ]


def test_an_action_is_told_with_who_asked_why_and_what_came_of_it() -> None:
    asked, ended = lines(actions=(replace(REVOKED, reason="left on Friday"),))
    assert asked.startswith("Revoke asked for. Reason: left on Friday. · <@")
    assert "is done: 5 assignments removed, taken out of 2 groups" in ended
    denied = replace(REVOKED, kind=DENY, state=ActionState.FAILED, message="AWS was away", operations=())
    assert lines(actions=(denied,))[1].endswith("failed. AWS was away")


@pytest.mark.parametrize(("by", "told"), [(LEAVERBOT, "leaverbot on its own"), (TERMINAL, "alice"), ("U1", "<@U1>")])
def test_people_in_slack_people_in_a_terminal_and_leaverbot_itself_are_told_apart(by: str, told: str) -> None:
    assert told in lines(actions=(replace(REVOKED, asker=Asker(by, "")),))[0]


def test_what_changed_who_was_refused_and_what_was_noticed_is_told() -> None:
    change = CaseChange(AT, added=GRANTS[:1], removed=GRANTS[1:3])
    refusal = AuditEntry(AT, "U1", "shut_out", USER.id, "refused", "only responders may")
    assert lines(changes=(change,))[0].startswith("1 new grant: *data-lake*")
    assert "; 2 grants gone: " in lines(changes=(change,))[0]
    assert lines(refusals=(refusal,)) == ["Shut out refused: only responders may · <@U1>"]
    assert lines(refusals=(replace(refusal, what="something new"),))[0].startswith("something new refused")
    assert lines(notices=(Notice(AT, "Somebody took the deny out."),)) == ["Somebody took the deny out."]


def test_of_somebody_without_records_that_is_said_and_a_deny_in_force_is_told_last() -> None:
    (page,) = history_message(History(USER, (), IN_FORCE, protected=True))
    assert words_of(page).startswith("*Nothing is stored about Dana Rossi*")
    assert "*Emergency deny in force*" in words_of(page)


@pytest.mark.parametrize("text", HOSTILE)
def test_slack_takes_any_history_however_long_and_whatever_names_are_in_it(text: str) -> None:
    user = replace(USER, display_name=text, user_name=text)
    action = replace(REVOKED, user=user, reason=text, message=text, asker=Asker(text, ""))
    records = Records((replace(CASE, user=user, found_by=text),), (), (action,) * 300, (), (Notice(AT, text),) * 50)
    for page in history_message(History(user, in_order(records))):
        assert check_message(page.blocks) is None
        assert not re.search(r"<!(?!date\^)|<(?![!@])", words_of(page))
