"""Rules at work: announced, stopped, let run, carried out; and what keeps them from acting, looked at again and again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.core.actions import ActionState, Asker
from bot.core.authorization import Refused
from bot.core.errors import ChatUnavailable
from bot.core.kinds import LIFT, REVOKE, Role
from bot.core.reasons import Code
from bot.core.rules.announcements import Announcement, AnnouncementState
from bot.core.rules.brake import BrakeLimits
from bot.core.rules.decisions import Why
from bot.core.rules.durations import parse
from bot.core.rules.facts import Person
from bot.core.rules.rules import AutoRules, DenyScope
from bot.services.rules.holds import accept
from bot.services.rules.notes import let_run, stop
from bot.store.store import SqlStore
from tests.services.ruling import BY, REVOKE_RULE, ROLES, U1, Ruled, asked, ruled, user
from tests.world import words

WAITING, ASKED, OVER = AnnouncementState.WAITING, AnnouncementState.ASKED, AnnouncementState.OVER


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Ruled]:
    with ruled(tmp_path, REVOKE_RULE) as made:
        yield made


# From announcement to outcome


def test_it_is_announced_in_the_thread_and_acts_when_its_time_and_that_of_its_announcement_are_over(
    here: Ruled,
) -> None:
    dana = here.leaver()
    here.scan()
    here.carry()
    (one,) = here.announcements()
    assert one.acts_at == here.world.clock.now() + timedelta(hours=1)
    (alert,) = here.chat.messages()
    (told,) = here.chat.messages(alert["ts"])
    assert "LEAVERBOT_AUTO_REVOKE_AFTER=1h" in words(told)
    here.wait(minutes=59, seconds=59)
    assert here.carry() == 0
    here.wait(seconds=1)
    assert here.carry() == 1
    (action,) = here.act()
    assert (action.state, action.by, action.kind) == (ActionState.DONE, BY, REVOKE)
    assert here.left(dana) == 0
    assert here.states() == [ASKED]
    wanted = [(BY, "revoke", "announced"), (BY, "revoke", "asked"), (BY, "revoke", "done")]
    assert [entry for entry in here.audit() if entry[0] == BY] == wanted


def test_from_disabled_to_deleted_with_two_settings(tmp_path: Path) -> None:
    with ruled(tmp_path, AutoRules(revoke=parse("1d"), delete=parse("30d"))) as here:
        dana, idle = here.leaver(), here.idle("ivy")
        acted: list[tuple[int, str]] = []
        for day in range(33):
            here.scan()
            here.carry()
            acted += [(day, f"{action.kind} {action.user.user_name}") for action in here.act()]
            here.wait(days=1)
        assert not here.exists(dana)
        assert not here.exists(idle)
        where = {(str(one.kind), one.user.id): one.case_id for one in here.announcements()}
        case_id = here.world.case(dana)
        assert where == {("revoke", dana): case_id, ("delete", dana): case_id, ("delete", idle): ""}
        assert acted == [
            (1, "revoke dana@example.com"),
            (30, "delete dana@example.com"),
            (30, "delete ivy@example.com"),
        ]


def test_somebody_without_a_case_is_announced_in_the_thread_of_the_newest_summary(tmp_path: Path) -> None:
    with ruled(tmp_path, AutoRules(delete=parse("1h"))) as here:
        here.idle()
        here.context.store.add_summary("summary-1", here.world.clock.now())
        here.carry()
        here.scan()
        (summary,) = here.chat.messages()
        assert "LEAVERBOT_AUTO_DELETE_AFTER" in words(here.chat.messages(summary["ts"])[0])


def test_without_a_summary_it_is_announced_in_the_channel(tmp_path: Path) -> None:
    with ruled(tmp_path, AutoRules(delete=parse("1h"))) as here:
        here.idle()
        here.scan()
        here.carry()
        (told,) = here.chat.messages()
        assert "LEAVERBOT_AUTO_DELETE_AFTER" in words(told)


def test_nobody_is_deleted_before_their_access_is_gone_nor_while_they_are_denied(tmp_path: Path) -> None:
    with ruled(tmp_path, AutoRules(delete=parse("1h"))) as here:
        dana = here.leaver()
        here.scan()
        here.wait(days=1)
        here.carry()
        assert here.announcements() == []
        denied = here.world.carry_out(dana)
        here.world.carry_on(here.world.ask(dana, REVOKE, case_id=here.world.case(dana)))
        here.wait(seconds=1)
        here.scan()
        here.carry()
        assert here.announcements() == []
        here.world.carry_out(dana, LIFT, reason="looked into")
        here.carry()
        here.wait(hours=1)
        here.carry()
        (action,) = here.act()
        assert denied.state is ActionState.DONE
        assert (action.state, here.exists(dana)) == (ActionState.DONE, False)


def test_a_deny_is_placed_by_rule_a_minute_after_its_announcement(tmp_path: Path) -> None:
    with ruled(tmp_path, AutoRules(deny=DenyScope.ALL)) as here:
        dana = here.leaver()
        here.scan()
        here.carry()
        here.wait(seconds=59)
        assert here.carry() == 0
        here.wait(seconds=1)
        here.carry()
        (action,) = here.act()
        assert action.state is ActionState.DONE
        assert dana in here.world.text()
        here.wait(days=1)
        here.carry()
        assert here.states() == [ASKED]


def test_the_worst_are_asked_for_first(tmp_path: Path) -> None:
    with ruled(tmp_path, REVOKE_RULE) as here:
        org = here.world.org
        names = ["ann", "bob", "cleo"]
        for name in names:
            here.leaver(name)
        worst = here.world.leaver("zoe", (org.management_account_id, org.add_permission_set("ReadOnlyAccess")))
        here.scan()
        here.carry()
        here.wait(hours=1)
        here.carry()
        order = here.context.work.actions  # type: ignore[attr-defined]  # tests only note work
        assert here.context.store.action(order[0]).user.id == worst


def test_an_announcement_that_somebody_deleted_stands_again_before_it_acts(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    here.carry()
    (message,) = here.chat.messages(here.chat.messages()[0]["ts"])
    here.chat.delete(message["ts"])
    here.wait(minutes=50)
    stop(here.context, user(here, dana), U1, ROLES)
    here.carry()
    let_run(here.context, user(here, dana), U1, ROLES)
    here.wait(minutes=50)
    here.carry()
    assert here.states() == [WAITING]
    here.wait(minutes=10)
    here.carry()
    assert here.states() == [ASKED]


def test_what_was_announced_as_a_dry_run_is_announced_anew_before_it_changes_anything(here: Ruled) -> None:
    dry = here.under(dry_run=True)
    dana = here.leaver()
    dry.scan()
    dry.carry()
    dry.wait(minutes=59)
    here.scan()
    here.carry()
    here.wait(minutes=2)
    here.carry()
    assert here.states() == [OVER, WAITING]
    assert here.left(dana) == 1
    here.wait(hours=1)
    here.carry()
    here.act()
    assert here.left(dana) == 0


def test_a_dry_run_announces_and_changes_nothing_and_is_no_reason_not_to_act_later(here: Ruled) -> None:
    dry = here.under(dry_run=True)
    dana, _ = asked(dry)
    (action,) = dry.act()
    assert (action.state, action.dry_run, here.left(dana)) == (ActionState.DONE, True, 1)
    dry.wait(hours=2)
    assert dry.carry() == 0
    here.scan()
    here.carry()
    here.wait(hours=1)
    here.carry()
    (action,) = here.act()
    assert (action.dry_run, here.left(dana)) == (False, 0)


def test_where_nobody_may_act_rules_do_nothing_and_call_off_what_they_announced(here: Ruled) -> None:
    here.leaver()
    here.scan()
    here.carry()
    watching = here.under(responders=frozenset(), admins=frozenset())
    watching.carry()
    assert here.states() == [OVER]
    here.wait(hours=2)
    assert watching.carry() == 0


def test_without_rules_and_announcements_a_pass_reads_nobody(here: Ruled, monkeypatch: pytest.MonkeyPatch) -> None:
    here.leaver()
    here.under(AutoRules()).scan()
    monkeypatch.setattr(type(here.context.store), "disabled_people", None)
    assert here.under(AutoRules()).carry() == 0


def test_one_person_with_whom_something_goes_wrong_holds_up_nobody_else(
    here: Ruled, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.leaver("ann")
    here.leaver("bob")
    here.under(AutoRules()).scan()
    announce = SqlStore.announce

    def broken(store: SqlStore, one: Announcement, by: str, *, replaces: str = "") -> bool:
        if one.user.user_name.startswith("ann"):
            raise RuntimeError
        return announce(store, one, by, replaces=replaces)

    monkeypatch.setattr(SqlStore, "announce", broken)
    here.scan()
    assert [one.user.user_name for one in here.announcements()] == ["bob@example.com"]


# What makes it wait, or ends it


def test_what_is_not_in_slack_waits_however_long_that_takes(here: Ruled) -> None:
    dana = here.leaver()
    here.world.scan()
    for _ in range(5):
        here.carry(show=False)
        here.wait(hours=6)
        here.world.scan()
    here.chat.failures = [(ChatUnavailable("down"), False)] * 40
    here.carry()
    assert here.states() == [WAITING]
    here.chat.failures = []
    here.carry()
    here.wait(minutes=59)
    here.carry()
    assert here.left(dana) == 1
    assert here.states() == [WAITING]
    here.wait(minutes=1)
    here.carry()
    assert here.states() == [ASKED]


def test_the_message_says_the_time_that_counts_once_it_was_posted_late(here: Ruled) -> None:
    here.leaver()
    here.world.scan()
    here.wait(hours=2)
    here.carry()
    here.carry()
    (one,) = here.announcements()
    assert one.posted_at == here.world.clock.now()
    assert one.acts_at == here.world.clock.now() + timedelta(hours=1)


def test_enabled_again_is_the_end_of_an_announcement(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    here.carry()
    here.world.org.set_status(dana, "ENABLED")
    here.scan()
    here.carry()
    assert here.states() == [OVER]
    assert (BY, "revoke", "over") in here.audit()


@pytest.mark.parametrize("auto", [AutoRules(), AutoRules(revoke=parse("2h")), AutoRules(deny=DenyScope.ALL)])
def test_a_rule_that_is_off_or_changed_no_longer_acts_on_its_announcement(here: Ruled, auto: AutoRules) -> None:
    here.leaver()
    here.scan()
    here.carry()
    changed = here.under(auto)
    here.wait(hours=2)
    changed.carry()
    assert [one.rule for one in here.announcements() if one.state is ASKED] == []
    assert here.states()[0] is OVER


def test_somebody_protected_since_is_left_alone(here: Ruled) -> None:
    here.leaver()
    here.scan()
    here.carry()
    here.under(protected=("dana@*",)).carry()
    assert here.states() == [OVER]


def test_a_stop_holds_until_somebody_lets_it_run_and_that_again_is_no_sooner(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    here.carry()
    assert stop(here.context, user(here, dana), U1, ROLES) is True
    assert stop(here.context, user(here, dana), Asker("U2", "C1"), ROLES) is False
    here.wait(hours=9)
    here.carry()
    assert here.states() == [WAITING]
    assert let_run(here.context, user(here, dana), U1, ROLES) is True
    here.carry()
    assert here.states() == [ASKED]


def test_an_announcement_whose_time_counts_from_another_read_is_over_even_while_it_is_stopped(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    stop(here.context, user(here, dana), U1, ROLES)
    here.wait(hours=26)
    here.scan()
    assert here.states() == [OVER]
    let_run(here.context, user(here, dana), U1, ROLES)
    here.carry()
    assert here.states() == [OVER, WAITING]


def test_who_is_no_responder_stops_nothing_and_that_is_recorded(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    for note in (stop, let_run):
        found = note(here.context, user(here, dana), Asker("U7", "C1"), frozenset())
        assert isinstance(found, Refused)
        assert (found.reason.code, found.ask) == (Code.STOP_FOR_RESPONDERS, ("U1",))
    assert here.context.store.rule_stops() == {}
    assert here.audit()[-2:] == [("U7", "stop", "refused"), ("U7", "let_run", "refused")]


def test_after_a_refusal_a_day_passes_before_it_is_announced_again(here: Ruled) -> None:
    _, action = asked(here)
    here.under(protected=("dana@*",)).step(action.id)
    here.wait(hours=23)
    here.scan()
    here.carry()
    assert here.states() == [ASKED]
    here.wait(hours=1)
    here.carry()
    assert here.states() == [ASKED, WAITING]


def test_somebody_who_presses_during_a_pass_is_first_and_that_is_no_failure(
    here: Ruled, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = here.leaver()
    here.scan()
    here.wait(hours=1)
    read = SqlStore.disabled_people

    def pressed(store: SqlStore, user_id: str = "") -> list[Person]:
        people = read(store, user_id)
        here.world.ask(dana, REVOKE)
        return people

    monkeypatch.setattr(SqlStore, "disabled_people", pressed)
    with capture_logs() as said:
        assert here.carry() == 0
    assert here.states() == [WAITING]
    assert not [entry for entry in said if entry["log_level"] == "error"]


def test_an_action_of_a_person_goes_first_and_the_announcement_waits(here: Ruled) -> None:
    dana = here.leaver()
    here.scan()
    here.carry()
    here.world.ask(dana, REVOKE, case_id=here.world.case(dana))
    here.wait(hours=1)
    here.carry()
    assert here.states() == [WAITING]
    here.act()
    here.scan()
    here.carry()
    assert here.states() == [OVER]


def shown(here: Ruled, user_id: str) -> tuple[str, str]:
    """The alert about this user, and the message of the newest announcement about them."""
    posted = here.context.store.case(here.world.case(user_id)).posted
    assert posted
    return words(here.chat.message(posted.ts)), words(here.chat.messages(thread=posted.ts)[-1])


def test_its_message_and_the_alert_say_what_is_in_its_way_and_when_that_is_over(tmp_path: Path) -> None:
    will, waits = "A rule will revoke the access of", "A rule would revoke the access of"
    with ruled(tmp_path, replace(REVOKE_RULE, brake=BrakeLimits(count=3, percent=100))) as here:
        here.scan()
        dana = here.leaver()
        here.scan()
        here.carry()
        assert [will in text for text in shown(here, dana)] == [True, True]
        others = [here.idle(f"other{number}") for number in range(3)]
        here.scan()
        here.carry()
        alert, announcement = shown(here, dana)
        assert will not in alert
        assert waits in announcement
        assert here.announcements()[0].waits_for == Why.BRAKE
        for one in others:
            here.world.org.set_status(one, "ENABLED")
        here.scan()
        here.carry()
        # Those left are held until an admin lets rules act.
        assert waits in shown(here, dana)[1]
        assert here.announcements()[0].waits_for == Why.HELD
        (hold,) = here.context.store.holds()
        accept(here.context, hold.id, 1, hold.version, U1, frozenset(Role))
        here.carry()
        assert [will in text for text in shown(here, dana)] == [True, True]


def test_one_for_whom_there_is_no_place_in_the_hour_says_so(tmp_path: Path) -> None:
    with ruled(tmp_path, replace(REVOKE_RULE, changes_per_hour=1)) as here:
        people = [here.leaver("dana"), here.leaver("erin")]
        here.scan()
        here.carry()
        here.wait(hours=1)
        here.carry()
        assert sorted(one.waits_for for one in here.announcements()) == ["", Why.LIMIT]
        assert sum("LEAVERBOT_MAX_CHANGES_PER_HOUR" in shown(here, one)[1] for one in people) == 1
        here.act()
        here.wait(hours=1, seconds=1)
        here.scan()
        here.carry()
        assert here.states() == [ASKED, ASKED]
