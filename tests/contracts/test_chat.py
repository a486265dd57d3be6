"""The contract of `ports.Chat`: the real client against the simulated workspace, and the fake."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.access.severity import Severity
from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.belonging import Standing
from bot.core.cases import CaseState
from bot.core.errors import ChatDialogGone, ChatError, ChatUnavailable
from bot.core.kinds import REVOKE
from bot.core.leaves.leave import Leave, LeaveState
from bot.core.leaves.views import LeaveView, Scheduled
from bot.core.lists.digests import Digest
from bot.core.reasons import Code, Reason
from bot.core.rules.announcements import Announcement, AnnouncementState
from bot.core.rules.brake import Brake, BrakeState, BrakeView
from bot.core.rules.durations import parse
from bot.core.rules.holds import Hold, HoldView, WhyHeld
from bot.core.rules.rules import AutoRules
from bot.core.rules.views import RuleView
from bot.core.scan.coverage import ScanRun
from bot.core.views import (
    CaseChange,
    DialogState,
    DialogView,
    LoudDeny,
    Matches,
    Notice,
    NoticeKind,
)
from bot.playground.slack_workspace import SlackServer, Workspace
from bot.ports import Chat, Posted
from bot.slack.connection.client import SlackChat
from tests.fakes.chat import FakeChat
from tests.slack.examples import AT, CASE, COMPLETE, DENY, GRANTS, REVOKED, SUMMARY, USER, VIEW
from tests.world import words

NOTICE = Notice(NoticeKind.NEARLY_FULL, "The policies are 80 % full.")
DIGEST = Digest("s", 6, 6, {Severity.HIGH: 6}, (CASE,), AT)
LOUD = LoudDeny(USER, DENY)
LEAVE = LeaveView(Leave("leave-1", USER, AT, "U1", "C1", AT), "2026-03-02 10:42 Europe/Berlin")
RULE = RuleView(Announcement("a-1", USER, REVOKE, "LEAVERBOT_AUTO_REVOKE_AFTER=3d", AT, AT, AT))
BRAKE = BrakeView(Brake("b1", BrakeState.ENGAGED, AT, AT, AT, users=900), total=40, left=40, by_severity={})
HOLD = HoldView(Hold("h1", WhyHeld.FIRST_SCAN, AT, frozenset({"u1"})), 1, {}, rules=AutoRules(revoke=parse("3d")).rules)


class Wire:
    """A workspace behind the real client."""

    def __init__(self) -> None:
        self._workspace = Workspace()
        self.alice = self._workspace.add_user("alice")
        self.channel = self._workspace.add_channel("alerts", members=[self.alice])
        self._slack = SlackServer(self._workspace, rate_limits=False).start()
        self.chat: Chat = self._new()

    def anew(self) -> None:
        """As after a restart of the process, which remembers nothing."""
        self.chat = self._new()

    def messages(self, thread: str | None = None) -> list[dict[str, Any]]:
        return self._workspace.messages(self.channel, thread_ts=thread)

    def told(self) -> list[dict[str, Any]]:
        return self._workspace.ephemerals(self.alice)

    def delete(self, ts: str) -> None:
        self._workspace.delete_message(self.channel, ts)

    def group(self) -> str:
        return self._workspace.add_user_group("security", [self.alice])

    def crowd(self) -> tuple[str, set[str]]:
        """A private channel with so many people that Slack tells them page after page."""
        people = {self._workspace.add_user(f"person{number}") for number in range(5)}
        self._workspace.members_page = 2
        channel = self._workspace.add_channel("crowd", members=sorted(people), private=True)
        return channel, people | {self._workspace.bot_user}

    def person(self, standing: Standing) -> str:
        if standing is Standing.STRANGER:
            # Slack does not call them that while a channel is shared with them.
            sue = self._workspace.add_user("sue", team_id="T0OTHER", enterprise_id="E0OTHER")
            self._workspace.share_channel(self.channel)
            self._workspace.invite(self.channel, sue)
            return sue
        pat = self._workspace.add_user("pat", guest="multi" if standing is Standing.GUEST else "")
        if standing is Standing.GONE:
            self._workspace.deactivate(pat)
        return pat

    def refuse(self) -> None:
        self._slack.faults.add("chat.postMessage", "error", error="restricted_action")

    def break_off(self) -> None:
        self._slack.faults.add("chat.postMessage", "lost_answer")

    def close(self) -> None:
        self._slack.stop()
        assert not self._slack.complaints

    def _new(self) -> SlackChat:
        return SlackChat(self._workspace.bot_token, self._slack.api_url, self.channel)


class Fake:
    """The same over the fake."""

    alice = "U1"

    def __init__(self) -> None:
        self.chat = FakeChat()
        self.channel, self.messages, self.delete = self.chat.channel, self.chat.messages, self.chat.delete

    def anew(self) -> None:
        """Nothing to forget: it only has what was posted."""

    def told(self) -> list[dict[str, Any]]:
        return self.chat.told(self.alice)

    def group(self) -> str:
        self.chat.groups["S1"] = {self.alice}
        return "S1"

    def crowd(self) -> tuple[str, set[str]]:
        self.chat.members["C2"] = {"U1", "U2", "UBOT"}
        return "C2", {"U1", "U2", "UBOT"}

    def person(self, standing: Standing) -> str:
        self.chat.standings["U2"] = standing
        return "U2"

    def refuse(self) -> None:
        self.chat.failures.append((ChatError("Not allowed."), False))

    def break_off(self) -> None:
        self.chat.failures.append((ChatUnavailable("Slack did not answer."), True))

    def close(self) -> None:
        assert not self.chat.complaints


@pytest.fixture(params=[Wire, Fake], ids=["wire", "fake"])
def here(request: pytest.FixtureRequest) -> Iterator[Wire | Fake]:
    made = request.param()
    yield made
    made.close()


Draw = Callable[[Chat, Posted | None, str], Posted]
DRAWN: dict[str, Draw] = {
    "case": lambda chat, at, key: chat.show_case(VIEW, at, key),
    "digest": lambda chat, at, key: chat.show_digest(DIGEST, at, key),
    "deny": lambda chat, at, key: chat.show_deny(LOUD, at, key),
    "scan": lambda chat, at, key: chat.show_scan(ScanRun("s", AT, COMPLETE, askers=("U1",)), at, key),
    "leave": lambda chat, at, key: chat.show_leave(LEAVE, at, key),
    "rule": lambda chat, at, key: chat.show_rule(RULE, at, None, key),
    "brake": lambda chat, at, key: chat.show_brake(BRAKE, at, key),
    "hold": lambda chat, at, key: chat.show_hold(HOLD, at, key),
}
drawn = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)


@drawn
def test_it_is_posted_once_and_edited_from_then_on(here: Wire | Fake, draw: Draw) -> None:
    first = draw(here.chat, None, "k")
    assert draw(here.chat, first, "k") == first
    (message,) = here.messages()
    assert (first.channel, first.ts) == (here.channel, message["ts"])
    assert message["blocks"]


def test_an_edit_shows_what_is_now(here: Wire | Fake) -> None:
    at = here.chat.show_digest(DIGEST, None, "k")
    here.chat.show_digest(replace(DIGEST, open_now=2), at, "k")
    (message,) = here.messages()
    assert "2 disabled people" in words(message)


@drawn
def test_what_an_earlier_attempt_posted_is_taken_over(here: Wire | Fake, draw: Draw) -> None:
    here.break_off()
    with pytest.raises(ChatUnavailable):
        draw(here.chat, None, "k")
    here.anew()
    at = draw(here.chat, None, "k")
    assert [message["ts"] for message in here.messages()] == [at.ts]
    other = draw(here.chat, None, "another key")
    assert other != at


@pytest.mark.parametrize(
    ("kind", "anew"),
    [
        ("case", True),
        ("digest", False),
        ("deny", True),
        ("scan", False),
        ("leave", True),
        ("rule", True),
        ("brake", True),
        ("hold", True),
    ],
)
def test_what_somebody_deleted_is_posted_anew_where_it_is_needed(here: Wire | Fake, kind: str, anew: bool) -> None:
    at = DRAWN[kind](here.chat, None, "k")
    here.delete(at.ts)
    for _ in range(2):
        at = DRAWN[kind](here.chat, at, "k")
    assert [message["ts"] for message in here.messages()] == ([at.ts] if anew else [])


def test_a_deleted_message_about_what_a_rule_will_do_is_posted_anew_in_its_thread_while_it_waits(
    here: Wire | Fake,
) -> None:
    thread = here.chat.show_case(VIEW, None, "k")
    at = here.chat.show_rule(RULE, None, thread, "rule")
    here.delete(at.ts)
    for _ in range(2):
        at = here.chat.show_rule(RULE, at, thread, "rule")
    assert [message["ts"] for message in here.messages(thread.ts)] == [at.ts]
    here.delete(at.ts)
    over = replace(RULE, announcement=replace(RULE.announcement, state=AnnouncementState.OVER))
    here.chat.show_rule(over, at, thread, "rule")
    assert here.messages(thread.ts) == []


@pytest.mark.parametrize("kind", ["brake", "hold"])
def test_a_deleted_message_about_what_is_decided_stays_away(here: Wire | Fake, kind: str) -> None:
    at = DRAWN[kind](here.chat, None, "k")
    here.delete(at.ts)
    if kind == "brake":
        here.chat.show_brake(replace(BRAKE, brake=replace(BRAKE.brake, state=BrakeState.ENDED, ended_at=AT)), at, "k")
    else:
        here.chat.show_hold(replace(HOLD, hold=replace(HOLD.hold, accepted_at=AT, accepted_by="U1")), at, "k")
    assert here.messages() == []


def test_a_deleted_message_about_a_lifted_deny_stays_away(here: Wire | Fake) -> None:
    at = here.chat.show_deny(LOUD, None, "k")
    here.delete(at.ts)
    here.chat.show_deny(replace(LOUD, lifted_at=AT), at, "k")
    assert here.messages() == []


def test_a_deleted_message_about_a_leave_that_is_over_stays_away(here: Wire | Fake) -> None:
    at = here.chat.show_leave(LEAVE, None, "k")
    here.delete(at.ts)
    here.chat.show_leave(replace(LEAVE, leave=replace(LEAVE.leave, state=LeaveState.DONE)), at, "k")
    assert here.messages() == []


def test_reports_changes_and_notices_go_into_the_thread(here: Wire | Fake) -> None:
    at = here.chat.show_case(VIEW, None, "k")
    for _ in range(2):
        here.chat.post_report(REVOKED, at, "report")
        here.chat.post_change(CaseChange(AT, added=GRANTS[:1]), at, "change")
        here.chat.post_notice(NOTICE, at, "notice")
    assert len(here.messages()) == 1
    assert len(here.messages(at.ts)) == 4
    assert "80 % full" in words(here.messages(at.ts)[-1])


def test_what_a_rule_will_do_stands_in_its_thread_once(here: Wire | Fake) -> None:
    thread = here.chat.show_case(VIEW, None, "k")
    at = here.chat.show_rule(RULE, None, thread, "rule")
    assert here.chat.show_rule(RULE, at, thread, "rule") == at
    assert [message["ts"] for message in here.messages(thread.ts)] == [at.ts]
    assert len(here.messages()) == 1


def test_a_summary_is_posted_once(here: Wire | Fake) -> None:
    here.break_off()
    with pytest.raises(ChatUnavailable):
        here.chat.post_summary(SUMMARY, "today")
    here.anew()
    at = here.chat.post_summary(SUMMARY, "today")
    assert here.chat.post_summary(SUMMARY, "today") == at
    (message,) = here.messages()
    assert "Dana Rossi" in words(message)
    assert here.chat.post_summary(SUMMARY, "tomorrow") != at


def test_without_a_thread_they_go_to_the_channel_and_the_commands_below_the_report(here: Wire | Fake) -> None:
    report = here.chat.post_report(REVOKED, None, "report")
    here.chat.post_notice(NOTICE, None, "notice")
    assert len(here.messages()) == 2
    (commands,) = here.messages(report.ts)
    assert "To undo a mistake" in words(commands)


def test_what_is_said_to_one_person_only_they_see(here: Wire | Fake) -> None:
    asker = Asker(here.alice, here.channel)
    here.chat.tell(asker, "Refused, because.")
    here.chat.answer_matches(asker, Matches("dana"))
    here.chat.answer_schedule(asker, Scheduled(LEAVE, timedelta(days=6)))
    here.chat.answer_schedule(asker, Refused(Reason(Code.LEAVE_FOR_ADMINS)))
    here.chat.answer_scan(asker, ScanRun("s", AT, COMPLETE, askers=(here.alice,)))
    assert here.messages() == []
    assert [bool(message["blocks"]) for message in here.told()] == [True] * 5
    assert "in 6 days" in words(here.told()[2])
    assert "Refused, because." in words(here.told()[0])


def test_what_slack_does_not_take_is_an_error_and_the_next_is_posted(here: Wire | Fake) -> None:
    here.refuse()
    with pytest.raises(ChatError):
        here.chat.post_notice(NOTICE, None, "one")
    here.chat.post_notice(NOTICE, None, "two")
    assert len(here.messages()) == 1


def test_a_closed_dialog_is_gone(here: Wire | Fake) -> None:
    with pytest.raises(ChatDialogGone):
        here.chat.show_dialog(DialogView("d-1", REVOKE, DialogState.READING, USER), "V0000000000")


def test_a_user_group_has_its_members_and_one_that_is_not_there_has_none(here: Wire | Fake) -> None:
    assert here.chat.group_members(here.group()) == {here.alice}
    assert here.chat.group_members("S00000000") == frozenset()


def test_a_case_that_is_closed_is_edited_where_it_stands(here: Wire | Fake) -> None:
    at = here.chat.show_case(VIEW, None, "k")
    closed = replace(VIEW, case=replace(CASE, state=CaseState.CLOSED), controls=())
    assert here.chat.show_case(closed, at, "k") == at
    assert len(here.messages()) == 1


def test_a_channel_has_all_its_members_and_of_one_that_is_not_there_nothing_is_known(here: Wire | Fake) -> None:
    channel, people = here.crowd()
    assert here.chat.channel_members(channel) == people
    with pytest.raises(ChatError):
        here.chat.channel_members("C00000000")


@pytest.mark.parametrize("standing", Standing)
def test_somebody_is_a_member_a_guest_a_stranger_or_gone(here: Wire | Fake, standing: Standing) -> None:
    assert here.chat.standing(here.person(standing)) is standing
