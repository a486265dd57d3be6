"""What rules will do, foreseen; and where people see what they announce."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.actions import Action, ActionState, Asker, Result
from bot.core.authorization import Rules
from bot.core.directory.source import ActiveThere, CouldNotLook, Looked, Unseen
from bot.core.kinds import DELETE, REVOKE, Kind, Role
from bot.core.rules.announcements import Announcement
from bot.core.rules.askers import RuleAsker
from bot.core.rules.decisions import Why
from bot.core.rules.durations import parse
from bot.core.rules.rules import AutoRules
from bot.services.context import Context
from bot.services.messages.case import case_view
from bot.services.messages.summary import summary
from bot.services.rules.foresee import on_person, report
from bot.services.rules.holds import look_at_rules
from bot.services.rules.notes import stop
from tests.in_line import sync
from tests.services.desk import Desk, person
from tests.world import buttons, words

RULE = "LEAVERBOT_AUTO_REVOKE_AFTER=3d"
ROLES = frozenset(Role)
DANA, EVE = person(1), PersonRead(person(2).user)


def ruled(desk: Desk) -> Context:
    """With rules, on which the newest scan has looked."""
    context = replace(desk.context, auto_rules=AutoRules(revoke=parse("3d"), delete=parse("30d")))
    newest = desk.store.last_scan()
    if newest:
        look_at_rules(replace(context, carries_rules=True), newest)
    return context


def announce(
    desk: Desk, kind: Kind = REVOKE, who: PersonRead = DANA, name: str = "r-1", replaces: str = ""
) -> Announcement:
    now = desk.clock.now()
    newest = desk.store.newest_case(who.user.id)
    case_id = newest.case.id if newest else ""
    one = Announcement(name, who.user, kind, RULE, now, now, now + timedelta(days=3), case_id=case_id)
    assert desk.store.announce(one, RuleAsker(RULE).stored, replaces=replaces)
    return one


def test_each_rule_is_foreseen_with_its_time_or_with_what_is_in_the_way(desk: Desk) -> None:
    desk.found(DANA, EVE)
    revoke, delete = on_person(ruled(desk), DANA.user.id).foreseen
    assert (revoke.rule, revoke.acts_at, revoke.never) == (RULE, desk.clock.now() + timedelta(days=3), False)
    assert not revoke.announced
    assert (delete.why, delete.never) == (Why.HAS_ACCESS, True)
    revoke, delete = on_person(ruled(desk), EVE.user.id).foreseen
    assert (revoke.why, revoke.never) == (Why.NO_ACCESS, True)
    assert delete.acts_at == desk.clock.now() + timedelta(days=30)


def test_without_rules_nothing_is_foreseen_and_a_stop_still_shows(desk: Desk) -> None:
    desk.found(DANA)
    assert on_person(desk.context, DANA.user.id).foreseen == ()
    stop(desk.context, DANA.user, desk.asker(), ROLES)
    shown = on_person(desk.context, DANA.user.id).stop
    assert shown
    assert shown.by == desk.alice


def test_a_command_whose_settings_lack_the_rule_shows_what_the_bot_announced_and_the_bot_does_not(desk: Desk) -> None:
    desk.found(DANA)
    one = announce(desk)
    (shown,) = on_person(desk.context, DANA.user.id).foreseen
    assert (shown.rule, shown.acts_at, shown.announced) == (RULE, one.acts_at, True)
    assert on_person(replace(desk.context, carries_rules=True), DANA.user.id).foreseen == ()
    stop(desk.context, DANA.user, desk.asker(), ROLES)
    assert on_person(desk.context, DANA.user.id).foreseen[0].why is Why.STOPPED


def test_where_nobody_could_stop_them_no_rule_is_foreseen(desk: Desk) -> None:
    desk.found(DANA)
    nobody = replace(ruled(desk), rules=Rules(), carries_rules=True)
    assert on_person(nobody, DANA.user.id).foreseen == ()
    found = report(nobody, desk.clock.now())
    assert found.watch_only
    assert (found.coming, found.waits) == ((), {})


def test_somebody_whom_no_read_showed_disabled_is_no_business_of_rules(desk: Desk) -> None:
    assert {one.why for one in on_person(ruled(desk), "nobody").foreseen} == {Why.NOT_DISABLED}


def test_somebody_disabled_whom_no_scan_has_read_yet_is_not_said_to_be_enabled(desk: Desk) -> None:
    found = on_person(ruled(desk), "nobody", disabled=True).foreseen
    assert {(one.why, one.never) for one in found} == {(Why.INCOMPLETE, False)}


@pytest.mark.parametrize(
    ("seen", "why"),
    [(CouldNotLook(Unseen.REFUSED), Why.SOURCE_UNREAD), (ActiveThere(), Why.ACTIVE_IN_SOURCE), (None, Why.NOT_DUE)],
)
def test_a_command_foresees_by_what_the_bot_saw_in_the_directory_behind(
    desk: Desk, seen: Looked | None, why: Why
) -> None:
    desk.found(DANA)
    if seen:
        desk.store.keep_source_looks({DANA.user.id: seen}, desk.clock.now())
    command = replace(ruled(desk), carries_rules=False, source=None)
    revoke, _ = on_person(command, DANA.user.id).foreseen
    assert revoke.why is why
    assert (Why.SOURCE_UNREAD in report(command, desk.clock.now()).waits) is (why is Why.SOURCE_UNREAD)


def test_the_report_says_what_comes_within_a_day_and_what_waits(desk: Desk) -> None:
    desk.found(DANA, EVE)
    now = desk.clock.now()
    assert report(ruled(desk), now).coming == ()
    for _ in range(5):
        desk.clock.move(hours=12)
        desk.found(DANA, EVE)
    found = report(ruled(desk), now)
    assert [(one.user.id, one.foreseen.kind) for one in found.coming] == [(DANA.user.id, REVOKE)]
    stop(desk.context, DANA.user, desk.asker(), ROLES)
    found = report(ruled(desk), now)
    assert [one.user.id for one in found.waits[Why.STOPPED]] == [DANA.user.id]
    assert [(user.label, by.by) for user, by in found.stopped] == [(DANA.user.label, desk.alice)]


def test_what_slack_does_not_take_waits_for_slack_and_promises_no_time(desk: Desk) -> None:
    desk.found(DANA)
    announce(desk)
    desk.clock.move(minutes=1)
    assert on_person(ruled(desk), DANA.user.id).foreseen[0].acts_at
    desk.clock.move(minutes=5)
    assert on_person(ruled(desk), DANA.user.id).foreseen[0].acts_at is None


def test_the_summary_counts_what_rules_did(desk: Desk) -> None:
    desk.found(DANA)
    act(desk, announce(desk), ActionState.DONE)
    assert summary(ruled(desk)).rules.did == {(REVOKE, ActionState.DONE): 1}
    sync(desk.context)
    desk.clock.move(days=1, seconds=1)
    assert summary(ruled(desk)).rules.did == {}


def act(desk: Desk, one: Announcement, state: ActionState | None = None) -> Action:
    """What the announcement says, begun, and with a state ended."""
    sync(desk.context)
    asker = Asker(RuleAsker(RULE).stored, "")
    action = Action(f"a-{one.id}", f"rule:{one.id}", one.kind, one.user, one.case_id or None, asker, desk.clock.now())
    stored = desk.store.add_announced_action(one.id, action)
    assert stored
    desk.store.begin_action(stored.id, (), desk.clock.now())
    if state:
        desk.store.end_action(stored.id, Result(state), desk.clock.now())
    return stored


def test_what_is_announced_stands_in_the_thread_of_the_case_and_the_alert_tells_of_it(desk: Desk) -> None:
    desk.found(DANA)
    sync(ruled(desk))
    announce(desk)
    sync(ruled(desk))
    (alert,) = desk.messages()
    (message,) = desk.thread(alert)
    assert "A rule will revoke the access of User 1" in words(message)
    assert "A rule will revoke the access of this user" in words(desk.messages()[0])


def test_a_case_of_a_digest_gets_a_message_of_its_own_for_it(desk: Desk) -> None:
    desk.found(*(person(number) for number in range(1, 6)), digest_after=4)
    sync(desk.context)
    announce(desk)
    sync(desk.context)
    sync(desk.context)
    alert = desk.messages()[-1]
    assert "User 1" in words(alert)
    assert "A rule will" in words(desk.thread(alert)[0])


def test_without_a_case_it_stands_in_the_thread_of_the_newest_summary_else_in_the_channel(desk: Desk) -> None:
    desk.found(EVE)
    announce(desk, DELETE, EVE)
    sync(desk.context)
    assert "A rule will delete User 2" in words(desk.messages()[0])
    desk.store.add_summary("s-1", desk.clock.now())
    sync(desk.context)
    announce(desk, DELETE, EVE, "r-2", replaces="r-1")
    sync(desk.context)
    newest = desk.messages()[-1]
    assert "A rule will delete User 2" in words(desk.thread(newest)[0])


def test_what_a_rule_did_without_a_case_is_reported_there_too(desk: Desk) -> None:
    desk.found(EVE)
    desk.store.add_summary("s-1", desk.clock.now())
    sync(desk.context)
    act(desk, announce(desk, DELETE, EVE), ActionState.DONE)
    sync(desk.context)
    (newest,) = desk.messages()
    told = [words(message) for message in desk.thread(newest)]
    assert len(told) == 2
    assert "was deleted from the directory" in told[1]


def test_it_is_drawn_again_when_stopped_asked_and_ended(desk: Desk) -> None:
    desk.found(DANA)
    one = announce(desk)
    sync(desk.context)
    sync(desk.context)

    def shown() -> str:
        sync(desk.context)
        return words(desk.thread(desk.messages()[0])[0])

    stop(desk.context, DANA.user, desk.asker(), ROLES)
    assert "Stopped: no rule will" in shown()
    desk.store.let_rules_run(DANA.user, desk.alice, desk.clock.now())
    assert "A rule will" in shown()
    asked = act(desk, one)
    assert "Revoke for User 1 is under way" in shown()
    stop(desk.context, DANA.user, desk.asker(), ROLES)
    assert "It ends after the change under way" in shown()
    desk.store.end_action(asked.id, Result(ActionState.INCOMPLETE, "Stopped."), desk.clock.now())
    assert "Revoke for User 1 is not complete" in shown()
    assert "Let it run" in buttons(desk.thread(desk.messages()[0])[0])


def test_over_it_says_why(desk: Desk) -> None:
    desk.found(DANA)
    one = announce(desk)
    sync(ruled(desk))
    desk.store.end_announcement(one.id, "protected", desk.clock.now(), RuleAsker(RULE).stored)
    protecting = replace(ruled(desk), rules=replace(desk.context.rules, protected=(DANA.user.id,)))
    sync(protecting)
    sync(protecting)
    assert "This user is protected" in words(desk.thread(desk.messages()[0])[0])


@pytest.mark.parametrize("closed", [False, True])
def test_only_an_open_case_shows_what_rules_will_do(desk: Desk, closed: bool) -> None:
    desk.found(DANA)
    announce(desk)
    if closed:
        desk.found(PersonRead(DANA.user))
    (case,) = desk.store.cases_since(desk.clock.now() - timedelta(days=1))
    assert bool(case_view(ruled(desk), case).rules.foreseen) is not closed


def test_stops_and_what_rules_did_are_counted_for_metrics(desk: Desk) -> None:
    desk.found(DANA, EVE)
    announce(desk)
    waiting = desk.store.rule_totals()
    assert waiting.announcements == {"waiting": 1}
    assert waiting.oldest_unposted == desk.clock.now()
    act(desk, desk.store.announcement("r-1"), ActionState.INCOMPLETE)
    stop(desk.context, EVE.user, desk.asker(), ROLES)
    totals = desk.store.rule_totals()
    assert (totals.announcements, totals.stops, totals.oldest_unposted) == ({"asked": 1}, 1, None)
    assert totals.actions == {("revoke", "incomplete"): 1}
