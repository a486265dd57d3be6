"""How people and programs are told that a rule asked, and nobody."""

from dataclasses import replace
from datetime import timedelta

from bot.cli.questions.documents import history_json
from bot.core.actions import Action, ActionState, Asker
from bot.core.cases import CaseState, CloseReason
from bot.core.history import History, Records, in_order
from bot.core.kinds import REVOKE
from bot.core.rules.askers import RuleAsker
from bot.slack.messages import case_message, history_message, report_message
from bot.slack.wording.text import mention
from tests.slack.examples import AT, CASE, USER, VIEW, words_of

BY_RULE = RuleAsker("LEAVERBOT_AUTO_REVOKE_AFTER=critical=0m,high=4h").stored
NAMED = "rule `LEAVERBOT_AUTO_REVOKE_AFTER=critical=0m,high=4h`"
DONE = Action(
    "a-1",
    "rule:a-1",
    REVOKE,
    USER,
    None,
    Asker(BY_RULE, ""),
    AT,
    state=ActionState.DONE,
    finished_at=AT + timedelta(seconds=9),
)


def test_a_rule_is_named_by_its_setting() -> None:
    assert mention(BY_RULE) == NAMED
    assert mention(["U1", BY_RULE]) == f"<@U1> and {NAMED}"


def test_alert_report_and_history_name_it() -> None:
    closed = replace(CASE, state=CaseState.CLOSED, closed_at=AT, closed_reason=CloseReason.REVOKED, closed_by=BY_RULE)
    alert = words_of(case_message(replace(VIEW, case=closed, latest=DONE, revoke=DONE)))
    assert f"Revoked by {NAMED} in 9 s" in alert
    assert f": revoked by {NAMED}" in alert
    (report,) = report_message(DONE)
    assert f"\nBy {NAMED} in 9 s" in words_of(report)
    (history,) = history_message(History(USER, in_order(Records(actions=(DONE,)))))
    assert f"Revoke asked for · {NAMED}" in words_of(history)


def test_programs_get_the_rule_apart_from_people() -> None:
    by_somebody = replace(DONE, id="a-2", asker=Asker("U0ALICE", "C1"))
    entries = history_json(History(USER, in_order(Records(actions=(DONE, by_somebody)))))["entries"]
    assert [entry["rule"] for entry in entries] == ["LEAVERBOT_AUTO_REVOKE_AFTER=critical=0m,high=4h", None] * 2


def test_nobody_in_slack_waits_for_the_answer_to_a_rule() -> None:
    assert not DONE.asker.in_slack
    assert Asker("U0ALICE", "C1").in_slack
