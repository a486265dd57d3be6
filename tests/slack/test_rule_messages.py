"""The message of an announcement: what a rule will do to whom and when, and what to press against it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.actions import Action, ActionState, Asker
from bot.core.history import AuditEntry, History, Records, in_order
from bot.core.kinds import DELETE, DENY, REVOKE, Kind
from bot.core.rules.announcements import Announcement, AnnouncementState
from bot.core.rules.askers import RuleAsker
from bot.core.rules.decisions import Why
from bot.core.rules.facts import Stop
from bot.core.rules.views import Foreseen, OnPerson, RuleView
from bot.slack.messages import Message, case_message, history_message, rule_message
from bot.slack.payloads import decode_note
from bot.slack.terminal_words import without_slack
from bot.slack.wording.rules.reasons import clause, sentence
from bot.slack.wording.rules.rules import person_lines
from tests.slack.examples import AT, USER, buttons, words_of
from tests.slack.examples import VIEW as CASE_VIEW

RULE = "LEAVERBOT_AUTO_REVOKE_AFTER=3d"
ONE = Announcement("r-1", USER, REVOKE, RULE, AT, AT, AT + timedelta(days=3), case_id="case-1", posted_at=AT)
VIEW = RuleView(ONE, rule_now=RULE)
ALICE = Stop("U0ALICE", AT + timedelta(hours=1))
ACTION = Action("a-1", "rule:r-1", REVOKE, USER, "case-1", Asker(RuleAsker(RULE).stored, ""), AT)


def asked(state: ActionState, **more: object) -> RuleView:
    ended = AT + timedelta(minutes=2) if state.final else None
    action = replace(ACTION, state=state, finished_at=ended, **more)  # type: ignore[arg-type]
    return RuleView(replace(ONE, state=AnnouncementState.ASKED, action_id="a-1"), action=action)


OVER = replace(ONE, state=AnnouncementState.OVER)
SOON = Foreseen(REVOKE, RULE, ONE.acts_at, Why.NOT_DUE, announced=True)
LATER = Foreseen(DELETE, "LEAVERBOT_AUTO_DELETE_AFTER=30d", AT + timedelta(days=30), Why.NOT_DUE)
EVERY = [
    VIEW,
    replace(VIEW, announcement=replace(ONE, kind=DENY)),
    replace(VIEW, announcement=replace(ONE, kind=DELETE, case_id="")),
    replace(VIEW, why=Why.HELD),
    replace(VIEW, stop=ALICE),
    asked(ActionState.QUEUED),
    replace(asked(ActionState.RUNNING), stop=ALICE),
    asked(ActionState.DONE),
    asked(ActionState.INCOMPLETE),
    asked(ActionState.REFUSED, message="Dana Rossi was enabled again."),
    replace(asked(ActionState.INCOMPLETE), stop=ALICE),
    RuleView(OVER, rule_now=RULE, why=Why.NOT_DISABLED),
    RuleView(OVER, rule_now=RULE),
    RuleView(OVER, rule_now="LEAVERBOT_AUTO_REVOKE_AFTER=4d"),
    RuleView(OVER),
]


def said(drawn: Message) -> str:
    """What it shows, times in UTC."""
    return re.sub(r"<!date\^\d+\^[^|]+\|([^>]+)>", r"\1", words_of(drawn))


def labels(drawn: Message) -> list[str]:
    return [button["text"]["text"] for button in buttons(drawn)]


@pytest.mark.parametrize(
    ("kind", "does"),
    [
        (DENY, "place an emergency deny on Dana Rossi"),
        (REVOKE, "revoke the access of Dana Rossi"),
        (DELETE, "delete Dana Rossi from Identity Center"),
    ],
)
def test_it_says_first_what_will_happen_to_whom_and_when(kind: Kind, does: str) -> None:
    drawn = rule_message(replace(VIEW, announcement=replace(ONE, kind=kind)))
    assert said(drawn).startswith(f"*A rule will {does}, 2026-03-05 09:42 UTC, about*\n")
    assert drawn.text.startswith(f"A rule will {does}, ")


def test_it_says_why_and_how_to_stop_it() -> None:
    drawn = rule_message(VIEW)
    assert f"Because of `{RULE}`, counted from 2026-03-02 09:42 UTC." in said(drawn)
    assert "If this is wrong, press *Stop*" in said(drawn)
    assert labels(drawn) == ["Stop"]


def test_a_deny_at_once_counts_from_nothing() -> None:
    drawn = rule_message(replace(VIEW, announcement=replace(ONE, kind=DENY, rule="LEAVERBOT_AUTO_DENY=critical")))
    assert "Because of `LEAVERBOT_AUTO_DENY=critical`.\n" in said(drawn)


def test_outside_the_thread_of_a_case_it_says_who_that_is() -> None:
    assert "dana.rossi@example.com" not in said(rule_message(VIEW))
    assert "dana.rossi · dana.rossi@example.com" in said(
        rule_message(replace(VIEW, announcement=replace(ONE, case_id="")))
    )


def test_it_does_not_promise_a_time_while_something_is_in_the_way() -> None:
    drawn = rule_message(replace(VIEW, why=Why.INCOMPLETE))
    assert said(drawn).startswith("*A rule would revoke the access of Dana Rossi, but it waits*\n")
    assert sentence(Why.INCOMPLETE) in said(drawn)
    assert labels(drawn) == ["Stop"]


@pytest.mark.parametrize("why", [Why.NOT_DUE, Why.STANDS, Why.UNPOSTED, Why.FIRST_MINUTE])
def test_only_taking_its_time_is_not_in_the_way(why: Why) -> None:
    assert said(rule_message(replace(VIEW, why=why))) == said(rule_message(VIEW))


def test_stopped_it_says_by_whom_and_when_and_how_to_let_it_run() -> None:
    drawn = rule_message(replace(VIEW, stop=ALICE))
    assert said(drawn).startswith("*Stopped: no rule will revoke the access of Dana Rossi*\n")
    assert "Stopped by <@U0ALICE>, 2026-03-02 10:42 UTC." in said(drawn)
    assert labels(drawn) == ["Let it run"]
    assert decode_note(buttons(drawn)[0]["value"]).stopped_at == ALICE.at


def test_it_speaks_of_a_change_under_way_only_once_it_has_begun() -> None:
    assert "change under way" in said(rule_message(asked(ActionState.RUNNING)))
    assert "change under way" not in said(rule_message(asked(ActionState.QUEUED)))
    assert "Nothing is changed in AWS." in said(rule_message(replace(asked(ActionState.QUEUED), stop=ALICE)))


def test_what_has_begun_can_still_be_stopped() -> None:
    drawn = rule_message(asked(ActionState.RUNNING))
    assert said(drawn).startswith("*Revoke for Dana Rossi is under way*\n")
    assert f"by rule `{RULE}`" in said(drawn)
    assert labels(drawn) == ["Stop"]
    assert labels(rule_message(replace(asked(ActionState.RUNNING), stop=ALICE))) == ["Let it run"]


@pytest.mark.parametrize(
    ("state", "title"),
    [
        (ActionState.DONE, "Access of Dana Rossi was revoked"),
        (ActionState.INCOMPLETE, "Revoke for Dana Rossi is not complete"),
        (ActionState.REFUSED, "Revoke for Dana Rossi was refused"),
        (ActionState.FAILED, "Revoke for Dana Rossi failed"),
    ],
)
def test_ended_it_says_how_and_has_nothing_to_press(state: ActionState, title: str) -> None:
    drawn = rule_message(asked(state, message="Because."))
    assert said(drawn).startswith(f"*{title}*\n")
    assert "ended 2026-03-02 09:44 UTC. Because." in said(drawn)
    assert ("for 24 hours" in said(drawn)) is (state is not ActionState.DONE)
    assert labels(drawn) == []


@pytest.mark.parametrize(
    ("view", "ends", "why"),
    [
        (RuleView(OVER, rule_now=RULE, why=Why.NOT_DISABLED), "after all", sentence(Why.NOT_DISABLED)),
        (RuleView(OVER, rule_now=RULE), "as announced", "What it would do, or when, has changed."),
        (RuleView(OVER, rule_now="LEAVERBOT_AUTO_REVOKE_AFTER=4d"), "as announced", "The setting is now"),
        (RuleView(OVER), "after all", "That rule is off now."),
    ],
)
def test_over_it_says_why_and_has_nothing_to_press(view: RuleView, ends: str, why: str) -> None:
    drawn = rule_message(view)
    assert said(drawn).startswith(f"*A rule will not revoke the access of Dana Rossi {ends}*\n")
    assert why in said(drawn)
    assert labels(drawn) == []


def test_without_buttons_it_shows_the_command_to_copy() -> None:
    plain = replace(VIEW, buttons=False)
    assert "```leaverbot stop dana.rossi```" in words_of(rule_message(plain))
    assert "```leaverbot let-run dana.rossi```" in words_of(rule_message(replace(plain, stop=ALICE)))
    assert "If this is wrong, run `leaverbot stop`" in said(without_slack(rule_message(plain)))
    assert "until somebody runs `leaverbot let-run`" in said(without_slack(rule_message(replace(plain, stop=ALICE))))
    assert labels(rule_message(plain)) == []


@pytest.mark.parametrize("view", EVERY)
def test_it_is_never_longer_than_a_phone_shows(view: RuleView) -> None:
    assert len(said(rule_message(view)).splitlines()) <= 6


def test_every_reason_has_a_sentence_of_its_own() -> None:
    assert len({sentence(why) for why in Why}) == len(Why)
    assert all(sentence(why).endswith(".") for why in Why)


def test_the_same_words_go_on_behind_a_colon_and_name_the_person() -> None:
    assert sentence(Why.STOPPED) == "Rules are stopped for this user."
    assert clause(Why.STOPPED, "Dana") == "rules are stopped for Dana"
    assert sentence(Why.OWN_IDENTITY, "Dana") == "leaverbot itself runs as Dana."


def test_an_alert_says_what_a_rule_will_do_and_who_stopped_it() -> None:
    view = replace(CASE_VIEW, rules=OnPerson((SOON, LATER)))
    assert f"A rule will revoke the access of this user, 2026-03-05 09:42 UTC, about (`{RULE}`)." in said(
        case_message(view)
    )
    assert "press *Stop* in the thread" in said(case_message(view))
    assert "delete this user" not in said(case_message(view))
    stopped = said(case_message(replace(CASE_VIEW, rules=OnPerson((SOON,), ALICE))))
    assert "Rules leave this user alone. Stopped by <@U0ALICE>" in stopped
    assert "A rule" not in said(case_message(CASE_VIEW))


def test_show_says_of_each_rule_what_it_will_do_or_why_not() -> None:
    never = replace(LATER, acts_at=None, why=Why.HAS_ACCESS, never=True)
    held = replace(SOON, why=Why.HELD)
    shown = person_lines(OnPerson((SOON, LATER, never, held)))
    assert f"`{RULE}` will revoke the access of this user, " in shown
    assert ", and announces it first." in shown
    assert "does not delete this user from Identity Center: there is still a way in." in shown
    assert f"`{RULE}` would revoke the access of this user, but waits: rules wait for an admin" in shown
    assert person_lines(OnPerson()) == ""


def test_a_history_says_what_was_announced_stopped_let_run_and_over() -> None:
    by = RuleAsker(RULE).stored
    told = (
        AuditEntry(AT, by, "revoke", USER.id, "announced", RULE),
        AuditEntry(AT, "U0ALICE", "stop", USER.id, "done", ""),
        AuditEntry(AT, "U0ALICE", "let_run", USER.id, "done", ""),
        AuditEntry(AT, by, "revoke", USER.id, "over", "not_disabled"),
    )
    (drawn,) = history_message(History(USER, in_order(Records(rules=told))))
    lines = said(drawn).splitlines()[2:6]
    assert [line.split(" · ", 1)[1] for line in lines] == [
        f"Announced: a rule will revoke the access of this user · rule `{RULE}`",
        "Rules stopped for this user · <@U0ALICE>",
        "Rules may act on this user again · <@U0ALICE>",
        f"A rule will not revoke the access of this user after all. {sentence(Why.NOT_DISABLED)} · rule `{RULE}`",
    ]
