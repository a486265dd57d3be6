"""No more people are changed in an hour than may be: what is beyond that is parked, and goes on later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.actions import ActionState, Asker, Result
from bot.core.authorization import Refused
from bot.core.kinds import DELETE, DENY, LIFT, REVOKE, SHUT_OUT, Kind, Role
from bot.core.reasons import Code
from bot.core.rules.limits import HOUR, HourUse, Pool
from bot.core.rules.rules import AutoRules
from bot.core.views import DialogState
from bot.core.waiting import Trouble, Wait
from bot.ports import StoredDialog
from bot.services.actions.carry_out import Progress
from bot.services.actions.dialog_views import view_of
from bot.services.rules import limits
from tests.fakes.aws import FakeAws
from tests.in_line import outdated
from tests.services.denials import ASKER, Denials, denials

ADMIN, RESPONDER = frozenset({Role.ADMIN, Role.RESPONDER}), frozenset({Role.RESPONDER})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Denials]:
    """At most two people in an hour."""
    with denials(tmp_path) as made:
        yield at_most(made, 2)


def at_most(world: Denials, changes: int) -> Denials:
    return replace(world, context=replace(world.context, auto_rules=AutoRules(changes_per_hour=changes)))


def leavers(world: Denials, count: int) -> list[str]:
    """So many more disabled people, each with one way in."""
    found = []
    for _ in range(count):
        number = len(world.org.users())
        place = (world.org.add_account(f"a{number}"), world.org.add_permission_set(f"S{number}"))
        found.append(world.leaver(f"u{number}", place))
    return found


def asked(world: Denials, count: int, kind: Kind = REVOKE) -> list[str]:
    """Actions on so many people, one after the other."""
    found = []
    for user in leavers(world, count):
        found.append(world.ask(user, kind))
        world.clock.move(seconds=1)
    return found


def states(world: Denials, names: list[str]) -> list[ActionState]:
    return [world.context.store.action(name).state for name in names]


def test_beyond_the_limit_an_action_is_parked_and_nothing_is_read_or_changed_for_it(world: Denials) -> None:
    *first, third = asked(world, 3)
    for name in first:
        assert world.carry_on(name).state is ActionState.DONE
    calls = dict(world.aws.calls)
    assert world.step(third) is Progress.PARKED
    assert dict(world.aws.calls) == calls
    parked = world.context.store.action(third)
    assert (parked.state, parked.parked) == (ActionState.QUEUED, True)
    assert parked.waiting
    begun = world.context.store.action(first[0]).started_at
    assert begun
    assert parked.waiting.until == begun + HOUR
    assert limits.use_of_hour(world.context)[0] == HourUse(Pool.CHANGES, 2, 2, 1)


def test_of_two_that_begin_at_the_same_moment_for_the_last_place_one_waits(world: Denials) -> None:
    first, second, third = asked(world, 3)
    world.carry_on(first)
    assert isinstance(world.aws, FakeAws)
    world.aws.after("identitystore.DescribeUser", lambda: world.step(third))
    assert world.step(second) is Progress.PARKED
    assert states(world, [second, third]) == [ActionState.QUEUED, ActionState.RUNNING]


def test_it_goes_on_when_a_place_gets_free_in_the_order_asked_however_long_that_takes(world: Denials) -> None:
    names = asked(world, 5)
    for name in names[:2]:
        world.carry_on(name)
    for name in reversed(names[2:]):
        assert world.step(name, idle=3600.0) is Progress.PARKED
    world.clock.move(hours=1, seconds=1)
    store = world.context.store
    assert limits.not_now(world.context, store.unfinished_actions()) == {names[4]}
    assert world.step(names[4]) is Progress.PARKED
    assert [world.carry_on(name).state for name in names[2:4]] == [ActionState.DONE] * 2


def test_another_action_on_a_person_who_was_changed_and_what_frees_or_is_dry_begin_all_the_same(world: Denials) -> None:
    first, second, third = leavers(world, 3)
    for user in (first, second):
        assert world.carry_out(user).state is ActionState.DONE
        assert world.carry_on(world.ask(user, REVOKE)).state is ActionState.DONE
    assert world.carry_on(world.ask(third, REVOKE, dry_run=True)).state is ActionState.DONE
    again = world.ask(first, REVOKE)
    assert world.step(again) is Progress.ENDED
    assert world.carry_out(first, LIFT).state is ActionState.DONE


def test_denies_have_a_limit_of_their_own_and_shut_outs_that_began_are_finished(world: Denials) -> None:
    *first, third = leavers(world, 3)
    whole = [world.ask(user, SHUT_OUT, digest="") for user in first]
    for name in whole:
        world.step(name)
    assert world.step(world.ask(third, SHUT_OUT)) is Progress.PARKED
    assert [world.carry_on(name).state for name in whole] == [ActionState.DONE] * 2
    assert world.carry_out(third).state is ActionState.DONE


def test_a_forged_step_of_another_action_is_parked_like_any_other(world: Denials) -> None:
    for name in asked(world, 2):
        world.carry_on(name)
    forged = world.ask(leavers(world, 1)[0], REVOKE, parent="nothing")
    assert world.step(forged) is Progress.PARKED


def test_denies_beyond_their_limit_leave_the_line_and_the_others_end(
    world: Denials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.core.rules.limits.DENIES", 2)
    names = asked(world, 4, DENY)
    left = world.round()
    assert [left.get(name) for name in names[2:]] == [Progress.PARKED] * 2
    while any(progress is not Progress.PARKED for progress in world.round().values()):
        pass
    assert states(world, names) == [ActionState.DONE] * 2 + [ActionState.QUEUED] * 2


def test_somebody_who_may_not_ask_any_more_is_refused_and_not_parked(world: Denials) -> None:
    for name in asked(world, 2):
        world.carry_on(name)
    action_id = world.ask(leavers(world, 1)[0], REVOKE, asker=Asker("U9", "C1"))
    assert world.step(action_id) is Progress.ENDED
    assert world.context.store.action(action_id).state is ActionState.REFUSED


def test_while_it_is_parked_patience_does_not_run_out(world: Denials) -> None:
    *first, third = asked(world, 3)
    for name in first:
        world.carry_on(name)
    for _ in range(3):
        assert world.step(third, idle=100_000.0) is Progress.PARKED
    world.clock.move(hours=2)
    world.aws.faults.add("identitystore.DescribeUser", kind="page")
    assert world.step(third, idle=0.0) is Progress.WAITING
    assert world.carry_on(third).state is ActionState.DONE


def test_whoever_asked_without_a_case_is_told_once(world: Denials) -> None:
    *first, third = asked(world, 3)
    for name in first:
        world.carry_on(name)
    for _ in range(2):
        world.step(third)
    told = [one.text for one in outdated(world.context.store) if one.key == f"parked:{third}"]
    assert len(told) == 1
    assert "as many people within an hour as it may" in told[0]


def test_go_on_now_is_for_admins_and_lets_as_many_through_again(world: Denials) -> None:
    names = asked(world, 6)
    for name in names[:2]:
        world.carry_on(name)
    for name in names[2:]:
        world.step(name)
    refused = limits.go_on(world.context, ASKER, RESPONDER)
    assert isinstance(refused, Refused)
    assert refused.reason.code is Code.GO_ON_FOR_ADMINS
    assert limits.not_now(world.context, world.context.store.actions(names))
    world.clock.move(seconds=1)
    assert limits.go_on(world.context, ASKER, ADMIN) is None
    assert world.context.work.actions == names[2:4]  # type: ignore[attr-defined]  # of Noted
    for name in names[2:]:
        world.step(name)
    assert [state is ActionState.QUEUED for state in states(world, names)] == [False] * 4 + [True] * 2
    waiting = world.context.store.action(names[4]).waiting
    assert waiting
    assert waiting.until - world.clock.now() > timedelta(minutes=59)


def test_go_on_now_also_helps_after_a_clock_that_was_ahead(world: Denials) -> None:
    *first, third, fourth, fifth = asked(world, 5)
    world.clock.move(hours=5)
    for name in first:
        world.carry_on(name)
    world.clock.move(hours=-5)
    assert world.step(third) is Progress.PARKED
    assert limits.go_on(world.context, ASKER, ADMIN) is None
    assert [world.carry_on(name).state for name in (third, fourth)] == [ActionState.DONE] * 2
    assert world.step(fifth) is Progress.PARKED


def test_with_nothing_parked_there_is_nothing_to_let_go_on(world: Denials) -> None:
    refused = limits.go_on(world.context, ASKER, ADMIN)
    assert isinstance(refused, Refused)
    assert refused.reason.code is Code.NOTHING_PARKED


def test_a_dialog_warns_once_the_limit_is_used_up(world: Denials) -> None:
    *first, third = leavers(world, 3)

    def warnings(user: str, kind: Kind = REVOKE) -> tuple[str, ...]:
        view = view_of(world.context, StoredDialog("d", kind, DialogState.READING, ASKER, user_id=user, admin=True))
        assert view.state is DialogState.READY
        return view.warnings

    assert warnings(third) == ()
    for user in first:
        world.step(world.ask(user, REVOKE))
    assert ["This will wait" in text for text in warnings(third)] == [True]
    assert warnings(third, DENY) == warnings(first[0], DENY) == ()


def test_rules_may_begin_as_long_as_four_fifths_are_free_after_all_that_is_asked_for(world: Denials) -> None:
    world = at_most(world, 5)
    names = asked(world, 4)
    assert limits.rules_may_begin(world.context, REVOKE, "nobody")
    for name in names[:3]:
        world.carry_on(name)
    world.context.store.end_action(names[3], Result(ActionState.REFUSED), world.clock.now())
    assert limits.rules_may_begin(world.context, REVOKE, "nobody") is None
    done = world.context.store.action(names[0]).user.id
    world.carry_on(asked(world, 1)[0])
    assert limits.rules_may_begin(world.context, REVOKE, "nobody")
    assert limits.rules_may_begin(world.context, REVOKE, done) is None
    assert limits.rules_may_begin(world.context, DENY, "nobody") is None


def test_the_time_on_the_message_follows_what_has_changed(world: Denials) -> None:
    store = world.context.store
    *first, third = asked(world, 3)
    for name in first:
        world.carry_on(name)
    world.step(third)
    before = store.action(third).waiting
    limits.look_again(world.context, store.actions([third]))
    assert before
    assert store.action(third).waiting == before
    store.begin_action(world.ask(store.action(first[0]).user.id, DELETE), (), world.clock.now() + timedelta(minutes=10))
    limits.look_again(world.context, store.actions([third]))
    second = store.action(first[1]).started_at
    assert second
    assert store.action(third).waiting == Wait(Trouble.LIMIT, before.since, before.until)
    assert second + HOUR - before.until < limits.ABOUT
    store.begin_action(world.ask(store.action(first[1]).user.id, DELETE), (), world.clock.now() + timedelta(minutes=20))
    limits.look_again(world.context, store.actions([third]))
    assert store.action(third).waiting == Wait(Trouble.LIMIT, before.since, world.clock.now() + timedelta(minutes=70))
