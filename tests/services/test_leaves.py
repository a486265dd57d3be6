"""A scheduled leave from the command to its end: at its time, once, for whom it was meant, and only while it is right."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.actions import Action, ActionState, Asker
from bot.core.authorization import Refused
from bot.core.deny.policy_document import denied_users
from bot.core.kinds import DELETE, DENY, LIFT, REVOKE, SHUT_OUT, Kind, Role
from bot.core.leaves.leave import Leave, LeaveState, Terms
from bot.core.leaves.views import Scheduled
from bot.core.reasons import Code
from bot.core.rules.rules import AutoRules
from bot.core.views import NoticeKind
from bot.playground.identity_center import Fault
from bot.ports import MessageKind
from bot.services.actions.carry_out import Progress
from bot.services.leaves.answers import schedule_for
from bot.services.leaves.carry import look_after
from bot.services.leaves.schedule import cancel, schedule
from bot.services.questions.history import history
from bot.slack.messages import history_message
from bot.store.database import leave_tables
from tests.fakes.chat import FakeChat
from tests.in_line import outdated, sync
from tests.services.denials import ASKER, Denials, denials
from tests.slack.examples import words_of
from tests.stand_ins import new_id
from tests.world import buttons, words

ADMIN = frozenset(Role)
# More than a whole leave takes calls to the store.
MOST_POINTS = 32
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield with_chat(made)


def with_chat(made: Denials) -> Denials:
    return replace(made, context=replace(made.context, chat=FakeChat()))


def chat(here: Denials) -> FakeChat:
    assert isinstance(here.context.chat, FakeChat)
    return here.context.chat


def employee(here: Denials, name: str = "eve") -> str:
    """Somebody who works here, with one way in."""
    shop, power = here.org.add_account(f"shop-{name}"), here.org.add_permission_set(f"PowerUserAccess-{name}")
    eve = here.leaver(name, (shop, power))
    here.org.set_status(eve, "ENABLED")
    return eve


def scheduled(here: Denials, user: str, ahead: timedelta = 2 * HOUR, *, revoke: bool = False, **more: Any) -> Leave:
    terms = Terms(here.clock.now() + ahead, revoke)
    asker, roles = more.pop("asker", ASKER), more.pop("roles", ADMIN)
    found = schedule(here.context, here.context.directory.user(user), terms, asker, roles, leave_id=new_id(), **more)
    assert isinstance(found, Scheduled), found
    return found.view.leave


def look(here: Denials, after: timedelta = timedelta()) -> None:
    """Move the clock, look after the leaves, and carry out what was asked for, until nothing moves."""
    here.clock.move(seconds=after.total_seconds())
    for _ in range(20):
        moved = look_after(here.context)
        asked = here.context.store.unfinished_actions()
        for action in asked:
            here.carry_on(action.id)
        if not (moved or asked):
            return
    raise AssertionError("the leaves do not come to rest")


def now(here: Denials, leave: Leave) -> Leave:
    return here.context.store.leave(leave.id)


def actions(here: Denials, user: str) -> list[Action]:
    return list(here.context.store.records(user).actions)


def is_denied(here: Denials, user: str) -> bool:
    return user in denied_users(here.text())


def channel(here: Denials) -> list[dict[str, Any]]:
    sync(here.context)
    sync(here.context)
    return chat(here).messages()


def message(here: Denials) -> str:
    """The one message of the leave, as it is now."""
    (found,) = [one for one in channel(here) if one["key"].startswith("leave:")]
    return words(found)


# An ordinary leave


def test_an_employee_is_denied_at_that_time_and_revoked_once_the_directory_has_disabled_them(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve, 6 * DAY, revoke=True)
    look(here, 6 * DAY - HOUR - timedelta(seconds=1))
    assert channel(here) == []
    look(here, timedelta(seconds=1))
    (announced,) = channel(here)
    assert "Eve leaves" in words(announced)
    assert "If that is wrong, press *Cancel*." in words(announced)
    assert buttons(announced) == ["Cancel"]
    look(here, HOUR - timedelta(seconds=1))
    assert actions(here, eve) == []
    assert not is_denied(here, eve)
    look(here, timedelta(seconds=1))
    assert is_denied(here, eve)
    (deny,) = actions(here, eve)
    assert (deny.kind, deny.state, deny.by, deny.not_disabled) == (DENY, ActionState.DONE, "U1", True)
    assert deny.reason == f"Scheduled leave, for {leave.at:%Y-%m-%d %H:%M} UTC."
    assert "Eve left and is denied, as scheduled" in message(here)
    assert "Access is revoked once your directory has disabled the account." in message(here)
    here.scan()
    look(here, HOUR)
    assert len(here.org.truth(eve)) == 1
    here.org.set_status(eve, "DISABLED")
    here.scan()
    look(here)
    assert here.org.truth(eve) == []
    assert [(one.kind, one.by) for one in actions(here, eve)] == [(DENY, "U1"), (REVOKE, "U1")]
    assert now(here, leave).state is LeaveState.DONE
    assert "The scheduled leave of Eve is done" in message(here)
    assert "Access was revoked" in message(here)


def test_without_revoke_it_is_done_when_the_directory_has_disabled_the_person(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    look(here, 2 * HOUR)
    here.org.set_status(eve, "DISABLED")
    here.scan()
    look(here, HOUR)
    assert now(here, leave).state is LeaveState.DONE
    assert [one.kind for one in actions(here, eve)] == [DENY]
    assert len(here.org.truth(eve)) == 1
    assert here.notices(NoticeKind.LEAVE) == []


def test_somebody_already_disabled_is_denied_as_any_leaver_is(here: Denials) -> None:
    dana = here.leaver("dana", (here.org.add_account("shop"), here.org.add_permission_set("PowerUserAccess")))
    here.scan()
    leave = scheduled(here, dana, revoke=True)
    look(here, 2 * HOUR)
    deny, revoke = actions(here, dana)
    assert (deny.not_disabled, revoke.kind, revoke.state) == (False, REVOKE, ActionState.DONE)
    assert now(here, leave).state is LeaveState.DONE


def test_within_the_hour_it_is_announced_at_once(here: Denials) -> None:
    leave = scheduled(here, employee(here), timedelta(minutes=20))
    look(here)
    assert "leaves" in message(here)
    assert now(here, leave).state is LeaveState.PLANNED


def test_a_time_missed_in_an_outage_is_done_at_once_and_said(here: Denials) -> None:
    eve = employee(here)
    scheduled(here, eve)
    look(here, 9 * HOUR)
    assert is_denied(here, eve)
    assert "It began late" in message(here)
    assert "leaverbot was not running at its time, or could not read AWS." in message(here)


def test_while_aws_is_away_it_waits_and_can_still_be_cancelled(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    here.aws.faults.add(Fault("identitystore.DescribeUser", kind="drop", times=None))
    look(here, 2 * HOUR)
    assert now(here, leave).state is LeaveState.PLANNED
    here.aws.faults.clear()
    look(here, HOUR)
    assert is_denied(here, eve)
    assert "It began late" in message(here)


def test_after_a_day_without_the_directory_the_channel_is_asked_once_and_the_deny_stays(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    look(here, 2 * HOUR)
    look(here, DAY - timedelta(seconds=1))
    assert here.notices(NoticeKind.LEAVE) == []
    look(here, timedelta(seconds=1))
    (asked,) = here.notices(NoticeKind.LEAVE)
    assert "your directory has not disabled the account" in asked
    assert now(here, leave).state is LeaveState.DONE
    (question,) = [one for one in channel(here) if one["key"].startswith("leave-asked:")]
    assert buttons(question) == ["Lift deny"]
    for _ in range(30):
        look(here, DAY)
        here.scan()
        here.work()
    assert is_denied(here, eve)
    assert here.notices(NoticeKind.ENABLED) == []
    assert here.notices(NoticeKind.STAYS) == []
    assert len([one for one in channel(here) if one["key"].startswith("leave-asked:")]) == 1


def test_with_revoke_it_still_waits_for_the_directory_after_it_has_asked(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve, revoke=True)
    look(here, 2 * HOUR)
    look(here, 9 * DAY)
    assert now(here, leave).state is LeaveState.DENIED
    here.org.set_status(eve, "DISABLED")
    here.scan()
    look(here)
    assert now(here, leave).state is LeaveState.DONE
    assert here.org.truth(eve) == []


def test_who_is_disabled_by_then_is_not_asked_about_though_no_scan_has_told_yet(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve, revoke=True)
    look(here, 2 * HOUR)
    here.org.set_status(eve, "DISABLED")
    look(here, DAY)
    assert here.notices(NoticeKind.LEAVE) == []
    assert now(here, leave).state is LeaveState.DONE
    assert here.org.truth(eve) == []


def test_whoever_lifts_the_deny_ends_the_leave_and_nothing_is_revoked(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve, revoke=True)
    look(here, 2 * HOUR)
    here.carry_out(eve, LIFT, reason="stays after all")
    here.org.set_status(eve, "DISABLED")
    here.scan()
    look(here, DAY)
    assert now(here, leave).state is LeaveState.DONE
    assert "The deny was lifted." in message(here)
    assert len(here.org.truth(eve)) == 1
    assert here.notices(NoticeKind.LEAVE) == []


def test_where_somebody_else_has_taken_all_access_by_then_the_leave_is_done_and_not_failed(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve, revoke=True)
    look(here, 2 * HOUR)
    here.org.set_status(eve, "DISABLED")
    here.scan()
    here.carry_on(here.ask(eve, REVOKE, case_id=here.case(eve)))
    look(here, HOUR)
    assert now(here, leave).state is LeaveState.DONE
    assert "Eve had no way in left, so there was nothing to revoke." in message(here)
    assert [one.state for one in actions(here, eve)] == [ActionState.DONE, ActionState.DONE]


def test_whoever_never_had_a_way_in_is_denied_and_has_nothing_to_be_revoked(here: Denials) -> None:
    eve = here.leaver("eve")
    here.org.set_status(eve, "ENABLED")
    leave = scheduled(here, eve, revoke=True)
    look(here, 2 * HOUR)
    here.org.set_status(eve, "DISABLED")
    here.scan()
    look(here, HOUR)
    assert now(here, leave).state is LeaveState.DONE
    assert "so there was nothing to revoke" in message(here)


def test_of_whoever_is_gone_after_the_deny_it_does_not_say_that_nobody_was_denied(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve, revoke=True)
    look(here, 2 * HOUR)
    here.org.delete_user(eve)
    look(here, DAY)
    assert now(here, leave).state is LeaveState.DONE
    assert "Eve is no longer in the directory, so nothing is left to do." in message(here)
    assert here.notices(NoticeKind.LEAVE) == []


# What time does not end


def test_no_time_ends_the_deny_of_somebody_who_works_here_even_without_any_way_in(here: Denials) -> None:
    eve = here.leaver("eve")
    here.org.set_status(eve, "ENABLED")
    scheduled(here, eve)
    look(here, 2 * HOUR)
    for _ in range(4):
        here.scan()
        here.work()
        here.clock.move(hours=13)
    assert is_denied(here, eve)
    deny = here.context.store.deny(eve)
    assert deny
    assert deny.clear_since is None
    here.org.set_status(eve, "DISABLED")
    here.scan()
    here.clock.move(hours=13)
    here.scan()
    here.work()
    assert not is_denied(here, eve)


def test_a_lift_that_claims_to_be_for_its_time_does_not_free_somebody_who_works_here(here: Denials) -> None:
    eve = here.leaver("eve")
    here.org.set_status(eve, "ENABLED")
    here.carry_out(eve, not_disabled=True, reason="x")
    deny = here.context.store.deny(eve)
    assert deny
    here.context.store.set_deny(replace(deny, clear_since=here.clock.now() - 99 * DAY))
    here.carry_out(eve, LIFT, asker=Asker("leaverbot", ""))
    assert is_denied(here, eve)


# Looked at again when it begins


def test_whoever_is_no_admin_any_more_has_nobody_denied(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    fewer = replace(here.context.rules, admins=frozenset({"U2"}))
    demoted = replace(here, context=replace(here.context, rules=fewer))
    look(demoted, 2 * HOUR)
    assert not is_denied(here, eve)
    assert now(here, leave).state is LeaveState.FAILED
    assert "the person who asked for it is not an admin" in message(here)
    assert "To deny now: `/leavers deny`." in message(here)


@pytest.mark.parametrize("revoke", [False, True])
def test_that_an_admin_is_only_a_responder_now_stops_it_also_for_somebody_disabled(here: Denials, revoke: bool) -> None:
    dana = here.leaver("dana", (here.org.add_account("shop"), here.org.add_permission_set("PowerUserAccess")))
    here.scan()
    leave = scheduled(here, dana, revoke=True)
    if revoke:
        here.clock.move(hours=2)
        look_after(here.context)
        here.carry_on(leave.action_id(DENY))
    rules = replace(here.context.rules, admins=frozenset({"U2"}))
    look(replace(here, context=replace(here.context, rules=rules)), 2 * HOUR)
    assert is_denied(here, dana) == revoke
    assert len(here.org.truth(dana)) == 1
    assert now(here, leave).state is LeaveState.FAILED


def test_who_was_enabled_again_after_the_read_is_not_revoked(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve, revoke=True)
    look(here, 2 * HOUR)
    here.org.set_status(eve, "DISABLED")
    here.scan()
    here.org.set_status(eve, "ENABLED")
    look(here, HOUR)
    assert len(here.org.truth(eve)) == 1
    assert now(here, leave).state is LeaveState.DENIED
    here.org.set_status(eve, "DISABLED")
    look(here, HOUR)
    assert now(here, leave).state is LeaveState.DONE


def test_whoever_was_protected_since_is_not_denied(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    look(here.with_protected("eve@example.com"), 2 * HOUR)
    assert not is_denied(here, eve)
    assert (now(here, leave).state, actions(here, eve)) == (LeaveState.FAILED, [])
    assert "is protected" in message(here)


def test_whoever_is_gone_by_then_is_not_denied(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    here.org.delete_user(eve)
    look(here, 2 * HOUR)
    assert now(here, leave).state is LeaveState.FAILED
    assert "no longer in the directory" in message(here)


def test_where_leaverbot_only_watches_nobody_is_denied(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    watching = replace(here.context.rules, admins=frozenset(), responders=frozenset())
    look(replace(here, context=replace(here.context, rules=watching)), 2 * HOUR)
    assert not is_denied(here, eve)
    assert "leaverbot only watches here" in now(here, leave).why


def test_a_dry_run_changes_nothing_and_ends_there(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve, dry_run=True, revoke=True)
    look(here, 2 * HOUR)
    assert not is_denied(here, eve)
    assert now(here, leave).state is LeaveState.DONE
    assert "Dry run" in message(here)


def test_while_something_else_is_done_about_the_same_deny_it_waits(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    here.clock.move(hours=2)
    other = here.ask(eve, DENY, not_disabled=True, reason="stolen laptop")
    look_after(here.context)
    assert now(here, leave).state is LeaveState.PLANNED
    here.carry_on(other)
    look(here)
    assert now(here, leave).state is LeaveState.DENIED
    assert [one.state for one in actions(here, eve)] == [ActionState.DONE] * 2


def test_a_leave_that_breaks_holds_up_no_other_one(here: Denials, monkeypatch: pytest.MonkeyPatch) -> None:
    eve, finn = employee(here), employee(here, "finn")
    broken, whole = scheduled(here, eve), scheduled(here, finn)
    known = here.context.directory.user

    def user(user_id: str) -> Any:
        if user_id == eve:
            raise ValueError("nobody foresaw this")
        return known(user_id)

    monkeypatch.setattr(here.context.directory, "user", user)
    here.clock.move(hours=2)
    look_after(here.context)
    assert (now(here, broken).state, now(here, whole).state) == (LeaveState.PLANNED, LeaveState.DENYING)


def test_a_deny_that_fails_is_told_and_not_tried_again_unseen(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    here.aws.faults.add(Fault("organizations.UpdatePolicy", code="AccessDeniedException", times=None))
    look(here, 2 * HOUR)
    assert now(here, leave).state is LeaveState.FAILED
    assert "was not carried out" in message(here)


# A kill at any point


def test_a_kill_at_any_point_leaves_exactly_one_deny_one_revoke_and_one_message(here: Denials) -> None:
    place = (here.org.add_account("shop"), here.org.add_permission_set("PowerUserAccess"))
    leavers = [here.leaver(f"dana{number}", place) for number in range(MOST_POINTS)]
    here.scan()
    killed = [dana for point, dana in enumerate(leavers) if killed_at(here, dana, point)]
    # The last ones were through before the kill.
    assert MOST_POINTS // 2 < len(killed) < MOST_POINTS
    sync(here.context)
    shown = [one["key"] for one in channel(here) if one["key"].startswith("leave:")]
    assert len(shown) == len(set(shown)) == MOST_POINTS


def killed_at(here: Denials, user: str, point: int) -> bool:
    """A leave whose process is killed after so many calls to its store, and carried on by another one; whether there
    were as many.
    """
    leave, left = scheduled(here, user, revoke=True), [point]
    here.clock.move(hours=2)
    kill_after(here, left)
    look(here)
    assert now(here, leave).state is LeaveState.DONE
    ended = [(one.kind, one.state) for one in actions(here, user)]
    assert ended == [(DENY, ActionState.DONE), (REVOKE, ActionState.DONE)]
    return left[0] < 0


class Killed(BaseException):
    """The process ended here."""


def kill_after(here: Denials, left: list[int]) -> None:
    """Look after the leaves in a process that ends after so many calls to its store, counted down beyond this look."""

    class Dying:
        def __getattr__(self, name: str) -> Any:
            method = getattr(here.context.store, name)

            def call(*given: Any, **more: Any) -> Any:
                left[0] -= 1
                if left[0] == -1:
                    raise Killed
                return method(*given, **more)

            return call

    with suppress(Killed):
        for _ in range(4):
            look_after(replace(here.context, store=Dying()))  # type: ignore[arg-type]  # it is the store, for a while
            for action in here.context.store.unfinished_actions():
                here.carry_on(action.id)


# Scheduling and cancelling


def refusal(found: object) -> Code:
    assert isinstance(found, Refused), found
    return found.reason.code


def test_scheduling_again_replaces_it_and_says_the_old_time(here: Denials) -> None:
    eve = employee(here)
    first = scheduled(here, eve, 3 * DAY)
    again = schedule(here.context, here.user(eve), Terms(here.clock.now() + 2 * HOUR), ASKER, ADMIN, leave_id="leave-2")
    assert isinstance(again, Scheduled)
    assert again.replaced == f"{first.at:%Y-%m-%d %H:%M} UTC"
    assert now(here, first).state is LeaveState.REPLACED
    look(here, 4 * DAY)
    assert len(actions(here, eve)) == 1


def test_the_same_request_delivered_twice_is_one_leave(here: Denials) -> None:
    eve = employee(here)
    terms = Terms(here.clock.now() + 2 * HOUR)
    for _ in range(2):
        answered = schedule(here.context, here.user(eve), terms, ASKER, ADMIN, leave_id="leave-1")
        assert isinstance(answered, Scheduled)
        assert answered.replaced == ""
    assert [leave.id for leave in here.context.store.open_leaves()] == ["leave-1"]


@pytest.mark.parametrize("roles", [frozenset(), frozenset({Role.RESPONDER})], ids=["nobody", "a responder"])
def test_only_admins_schedule_and_a_refusal_is_recorded(here: Denials, roles: frozenset[Role]) -> None:
    eve = employee(here)
    terms = Terms(here.clock.now() + 2 * HOUR)
    found = schedule(here.context, here.user(eve), terms, Asker("U9", "C1"), roles, leave_id="x")
    assert refusal(found) is Code.LEAVE_FOR_ADMINS
    (entry,) = here.context.store.records(eve).refusals
    assert (entry.who, entry.what) == ("U9", "schedule")
    assert here.context.store.open_leaves() == []


def test_nobody_who_is_protected_or_whose_session_leaverbot_has_is_scheduled(here: Denials) -> None:
    eve = employee(here)
    terms = Terms(here.clock.now() + 2 * HOUR)
    user = replace(here.user(eve), user_name="eve@example.com")
    protected = here.with_protected("eve@*").context
    assert refusal(schedule(protected, user, terms, ASKER, ADMIN, leave_id="x")) is Code.PROTECTED
    watching = replace(here.context, rules=replace(here.context.rules, admins=frozenset(), responders=frozenset()))
    assert refusal(schedule(watching, user, terms, ASKER, ADMIN, leave_id="x")) is Code.WATCH_ONLY
    over = Terms(here.clock.now())
    assert refusal(schedule(here.context, user, over, ASKER, ADMIN, leave_id="x")) is Code.TIME_OVER_ALREADY


def test_a_responder_cancels_with_one_press_and_nothing_happens_then(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    look(here, HOUR)
    found = cancel(here.context, leave.id, Asker("U2", "C1"), frozenset({Role.RESPONDER}))
    assert isinstance(found, Leave)
    assert "was cancelled by <@U2>" in message(here)
    (shown,) = channel(here)
    assert buttons(shown) == []
    look(here, 2 * HOUR)
    assert (actions(here, eve), now(here, leave).state) == ([], LeaveState.CANCELLED)


def test_a_second_press_of_the_same_person_is_no_refusal_and_one_of_another_is(here: Denials) -> None:
    leave = scheduled(here, employee(here))
    for _ in range(2):
        assert isinstance(cancel(here.context, leave.id, ASKER, ADMIN), Leave)
    assert refusal(cancel(here.context, leave.id, Asker("U2", "C1"), ADMIN)) is Code.LEAVE_OVER
    assert refusal(cancel(here.context, leave.id, Asker("U9", "C1"), frozenset())) is Code.LEAVE_CANCEL_FOR_RESPONDERS


def test_what_is_being_carried_out_is_neither_cancelled_nor_replaced(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    here.clock.move(hours=2)
    look_after(here.context)
    assert now(here, leave).state is LeaveState.DENYING
    assert refusal(cancel(here.context, leave.id, ASKER, ADMIN)) is Code.LEAVE_RUNS
    terms = Terms(here.clock.now() + HOUR)
    assert refusal(schedule(here.context, here.user(eve), terms, ASKER, ADMIN, leave_id="x")) is Code.LEAVE_RUNS


def test_a_revoke_that_waits_for_the_directory_can_be_cancelled_and_the_deny_stays(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve, revoke=True)
    look(here, 2 * HOUR)
    assert isinstance(cancel(here.context, leave.id, ASKER, ADMIN), Leave)
    here.org.set_status(eve, "DISABLED")
    here.scan()
    look(here, DAY)
    assert is_denied(here, eve)
    assert len(here.org.truth(eve)) == 1
    assert "Access is not revoked. The deny stays until it is lifted." in message(here)


# Forged rows


def forge(here: Denials, leave: Leave, kind: Kind = DENY, **more: Any) -> Action:
    """An action as somebody who can write the database would put it there, in the name of the leave."""
    made = Action(
        id=leave.action_id(kind),
        key=leave.key(kind),
        kind=kind,
        user=here.user(leave.user.id),
        case_id=None,
        asker=Asker(leave.by, ""),
        asked_at=here.clock.now(),
        not_disabled=kind is DENY,
        reason="x",
    )
    return here.context.store.add_action(replace(made, **more))


def change(here: Denials, **values: Any) -> None:
    with here.context.store._db.transaction() as connection:
        connection.execute(leave_tables.leaves.update().values(**values))


@pytest.mark.parametrize("kind", [DENY, REVOKE, DELETE, SHUT_OUT], ids=str)
@pytest.mark.parametrize("state", LeaveState)
def test_a_leave_begins_no_action_but_its_own_in_its_own_state(here: Denials, kind: Kind, state: LeaveState) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    here.clock.move(hours=2)
    change(here, state=state)
    if kind is not DENY:
        here.org.set_status(eve, "DISABLED")
    ended = here.carry_on(forge(here, leave, kind).id)
    allowed = (kind, state) == (DENY, LeaveState.DENYING)
    assert ended.state is (ActionState.DONE if allowed else ActionState.REFUSED)
    assert is_denied(here, eve) == allowed


def test_an_action_in_the_name_of_no_leave_is_refused_whoever_is_said_to_have_asked(here: Denials) -> None:
    eve = employee(here)
    nothing = Leave("nothing", here.user(eve), here.clock.now(), "U1", "C1", here.clock.now())
    assert here.carry_on(forge(here, nothing).id).state is ActionState.REFUSED
    assert not is_denied(here, eve)


def test_no_leave_begins_before_its_time_whatever_its_state_says(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    change(here, state=LeaveState.DENYING)
    assert here.carry_on(forge(here, leave).id).state is ActionState.REFUSED


def test_a_leave_covers_nobody_else(here: Denials) -> None:
    eve, finn = employee(here), employee(here, "finn")
    leave = scheduled(here, eve)
    here.clock.move(hours=2)
    change(here, state=LeaveState.DENYING)
    assert here.carry_on(forge(here, leave, user=here.user(finn)).id).state is ActionState.REFUSED
    assert not is_denied(here, finn)


# What is shown


def test_the_history_tells_who_scheduled_what_and_how_it_ended(here: Denials) -> None:
    eve = employee(here)
    scheduled(here, eve, revoke=True)
    look(here, 2 * HOUR)
    scheduled(here, eve)
    shown = " ".join(words_of(page) for page in history_message(history(here.context, here.user(eve))))
    assert "Leave scheduled: to be denied" in shown
    assert "and to be revoked once disabled · <@U1>" in shown
    assert "Emergency deny asked for. Reason: Scheduled leave, for" in shown
    assert "Scheduled leave scheduled again · <@U1>" in shown


def test_the_answer_says_the_time_with_its_zone_and_what_it_replaces(here: Denials) -> None:
    eve = employee(here)
    scheduled(here, eve, 3 * DAY)
    at = here.clock.now() + 6 * DAY + 3 * HOUR
    schedule_for(here.context, ASKER, "leave-2", "eve@example.com", Terms(at, revoke=True).stored)
    (told,) = chat(here).told("U1")
    assert f"leaves {at:%Y-%m-%d %H:%M} UTC, in 6 days 3 hours" in words(told)
    assert "It replaces the earlier time" in words(told)
    assert buttons(told) == ["Cancel"]


def test_whom_nobody_is_called_is_asked_for_and_nothing_is_scheduled(here: Denials) -> None:
    employee(here)
    schedule_for(here.context, ASKER, "x", "nobody", Terms(here.clock.now() + HOUR).stored)
    (told,) = chat(here).told("U1")
    assert "nobody" in words(told)
    assert here.context.store.open_leaves() == []


def test_without_buttons_the_message_shows_the_command(here: Denials) -> None:
    scheduled(here, employee(here), timedelta(minutes=20))
    here = replace(here, context=replace(here.context, rules=replace(here.context.rules, buttons=False)))
    look_after(here.context)
    (announced,) = channel(here)
    assert buttons(announced) == []
    assert "leaverbot schedule --cancel eve@example.com" in words(announced)


def test_it_is_announced_whatever_kind_of_message_waits(here: Denials) -> None:
    scheduled(here, employee(here), timedelta(minutes=20))
    look_after(here.context)
    assert [one.kind for one in outdated(here.context.store)] == [MessageKind.LEAVE]


def test_a_deny_that_waits_for_the_hourly_limit_says_so_on_the_message_of_its_leave(
    here: Denials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.core.rules.limits.DENIES", 1)
    here = replace(here, context=replace(here.context, auto_rules=AutoRules(changes_per_hour=1)))
    here.carry_out(here.leaver("other", (here.org.add_account("a"), here.org.add_permission_set("S"))))
    leave = scheduled(here, employee(here), timedelta(minutes=5))
    here.clock.move(minutes=5)
    look_after(here.context)
    channel(here)
    assert here.step(leave.action_id(DENY)) is Progress.PARKED
    assert "It is waiting: leaverbot has changed as many people within an hour as it may." in message(here)
    assert "&lt;!date" not in message(here)
    assert "An admin can let it go on now: `/leavers go-on`" in message(here)
    look(here, HOUR)
    assert "left and is denied, as scheduled" in message(here)
