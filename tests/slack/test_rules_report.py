"""What rules did, will do and wait for, as the summary, the status and `leaverbot rules` say it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cli.questions.rule_documents import on_person_json, rules_json
from bot.core.actions import Action, ActionState, Asker
from bot.core.kinds import DELETE, REVOKE
from bot.core.models import User
from bot.core.rules.askers import RuleAsker
from bot.core.rules.decisions import Why
from bot.core.rules.facts import Stop
from bot.core.rules.report import Awaited, RulesReport, sorted_out
from bot.core.rules.views import Foreseen, OnPerson
from bot.core.waiting import Trouble, Wait
from bot.playground.slack_workspace.blockkit.check import check_message
from bot.slack.messages import rules_message, summary_message
from bot.slack.messages.rules.report import rules_in_short, rules_status
from tests.slack.examples import AT, SUMMARY, USER, words_of

RULE = "LEAVERBOT_AUTO_REVOKE_AFTER=3d"
BO, CY, DI = (User(str(number), name, name) for number, name in enumerate(("Bo Li", "Cy Ng", "Di Oz"), 2))
ALICE = Stop("U0ALICE", AT)
SOON = Foreseen(REVOKE, RULE, AT + timedelta(hours=3), Why.NOT_DUE, announced=True)
HELD = Foreseen(REVOKE, RULE, None, Why.HELD)
ASKED = Action("a-1", "rule:r-1", REVOKE, USER, None, Asker(RuleAsker(RULE).stored, ""), AT)
COMING, WAITS = sorted_out(
    [
        Awaited(BO, SOON),
        Awaited(CY, replace(SOON, kind=DELETE)),
        *(Awaited(user, HELD) for user in (USER, BO, CY, DI)),
        Awaited(DI, replace(HELD, why=Why.STOPPED)),
        Awaited(CY, replace(HELD, why=Why.INCOMPLETE)),
    ],
    AT,
)
REPORT = RulesReport(
    rules=(RULE,),
    did={(REVOKE, ActionState.DONE): 3, (REVOKE, ActionState.INCOMPLETE): 1, (DELETE, ActionState.DONE): 1},
    coming=COMING,
    waits=WAITS,
    asked=(ASKED,),
    stopped=((DI, ALICE),),
)


def test_what_is_further_than_a_day_or_never_is_not_told() -> None:
    later = replace(SOON, acts_at=AT + timedelta(hours=25))
    never = replace(HELD, why=Why.PROTECTED, never=True)
    assert sorted_out([Awaited(BO, later), Awaited(CY, never)], AT) == ((), {})


def test_the_soonest_comes_first() -> None:
    sooner = replace(SOON, acts_at=AT + timedelta(hours=1))
    assert [one.user for one in sorted_out([Awaited(BO, SOON), Awaited(CY, sooner)], AT)[0]] == [CY, BO]


def test_the_summary_counts_what_they_did_will_do_and_wait_for() -> None:
    assert rules_in_short(REPORT) == [
        "*By rule*: Revoke: 3 done, 1 not complete; Delete user: 1 done.",
        "In the next 24 hours: Revoke: 1 (*Bo Li*) and Delete user: 1 (*Cy Ng*).",
        "Waiting: 2 (*Dana Rossi* and *Cy Ng*), see `/leavers status`.",
        "Stopped by <@U0ALICE>: 1 (*Di Oz*).",
    ]
    assert rules_status(REPORT).endswith(
        "• Revoke is waiting: 1 (*Dana Rossi*)\n• Not completely read: 1 (*Cy Ng*)\n• Stopped by <@U0ALICE>: 1 (*Di Oz*)"
    )
    assert "*By rule*: Revoke: 3 done" in words_of(summary_message(replace(SUMMARY, rules=REPORT)))


def test_without_rules_the_summary_says_nothing_of_them() -> None:
    assert rules_in_short(RulesReport()) == []
    assert "rule" not in words_of(summary_message(SUMMARY))


@pytest.mark.parametrize("name", ["Bo Li", "&" * 300])
def test_however_many_are_to_come_the_answer_says_how_many_more_and_leaves_no_part_out(name: str) -> None:
    many = [replace(BO, id=str(number), display_name=name) for number in range(300)]
    report = replace(
        REPORT,
        coming=tuple(Awaited(user, SOON) for user in many),
        stopped=tuple((user, ALICE) for user in many),
    )
    shown = rules_message(report)
    told = words_of(shown)
    assert check_message(shown.blocks) is None
    assert told.count("more: `leaverbot rules --json` lists all") == 2
    assert "*Waiting*" in told
    assert "*Stopped by people*" in told


def test_what_waits_for_the_limit_says_so() -> None:
    parked = replace(ASKED, waiting=Wait(Trouble.LIMIT, AT, AT + timedelta(hours=1)))
    lines = rules_status(replace(REPORT, asked=(parked,))).splitlines()
    line = next(line for line in lines if line.startswith("• Revoke is waiting"))
    assert line.startswith("• Revoke is waiting: leaverbot has changed as many people within an hour as it may")


def test_the_status_says_which_are_on() -> None:
    assert rules_status(REPORT).startswith(f"*Rules*: `{RULE}`.\n• Revoke in the next 24 hours: 1 (*Bo Li*)\n")
    assert rules_status(RulesReport()) == "*Rules*: none is on."


def test_where_nobody_could_stop_them_they_do_not_start_and_that_is_said() -> None:
    watching = RulesReport((RULE,), watch_only=True)
    for told in (rules_status(watching), "\n".join(rules_in_short(watching)), words_of(rules_message(watching))):
        assert "Rules do not start: nobody who could stop them is named" in told
        assert "24 hours" not in told


def test_the_whole_report_lists_everybody_with_their_time() -> None:
    told = words_of(rules_message(REPORT))
    assert told.startswith(f"*1 rule is on*\n• `{RULE}`\n*In the next 24 hours*\n• Revoke: *Bo Li*, ")
    assert "• Waiting for an admin to let rules act: 4 (*Dana Rossi*, *Bo Li*, *Cy Ng* and 1 more)" in told
    assert "*Stopped by people*\n• *Di Oz*, by <@U0ALICE>, " in told
    nothing = words_of(rules_message(RulesReport((RULE,))))
    assert "*In the next 24 hours*: nothing\n*Waiting*: nothing" in nothing
    assert words_of(rules_message(RulesReport())).startswith("*No rule is on: leaverbot takes nothing from anybody")


def test_the_document_has_all_of_it() -> None:
    found = rules_json(REPORT)
    assert (found["rules"], found["start"]) == ([RULE], True)
    assert {"kind": "revoke", "state": "incomplete", "count": 1} in found["did"]
    assert [(one["user"]["id"], one["kind"]) for one in found["next_24_hours"]] == [("2", "revoke"), ("3", "delete")]
    assert {one["why"] for one in found["waits"]} == {"held", "incomplete", "stopped"}
    assert [one["by"] for one in found["stopped"]] == ["U0ALICE"]
    of_dana = on_person_json(OnPerson((SOON, HELD), ALICE))
    assert (of_dana["stopped_by"], [one["why_not_now"] for one in of_dana["rules"]]) == ("U0ALICE", ["not_due", "held"])
