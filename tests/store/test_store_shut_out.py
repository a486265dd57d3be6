"""The contract of `ports.Store` about shut-outs and their steps, held by every database we support."""

import contextlib
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.actions import Action, ActionState, Result
from bot.core.cases import CaseState, CloseReason
from bot.core.errors import AlreadyUnderWay
from bot.core.kinds import DELETE, DENY, LIFT, REVOKE, SHUT_OUT, Kind
from bot.core.plans.operations import OperationState
from bot.core.plans.plan import plan_revoke
from bot.ports import MessageKind
from bot.store.store import SqlStore
from tests.in_line import outdated
from tests.store.records import T0, action, deny_operations, grant, open_case, save, scan_of, user

STEPS = (DENY, REVOKE, DELETE)
OTHERS = (REVOKE, DELETE, DENY, LIFT)
DONE = Result(ActionState.DONE)


def begun(store: SqlStore, case_id: str | None = None) -> str:
    """A shut-out that runs."""
    asked = store.add_action(action(case_id, SHUT_OUT))
    store.begin_action(asked.id, (), T0)
    return asked.id


def step(store: SqlStore, parent: str, kind: Kind, case_id: str | None = None) -> Action:
    return store.add_action(action(case_id, kind, parent=parent))


@pytest.mark.parametrize("kind", [*OTHERS, SHUT_OUT])
def test_beside_a_shut_out_no_other_action_on_the_user_begins(store: SqlStore, kind: Kind) -> None:
    name = begun(store)
    with pytest.raises(AlreadyUnderWay, match="A shut out of User 1 is already running") as caught:
        store.add_action(action(None, kind))
    assert caught.value.action_id == name
    assert store.add_action(action(None, kind, number=2)).user == user(2)
    store.end_action(name, DONE, T0)
    store.add_action(action(None, kind))


@pytest.mark.parametrize("kind", OTHERS)
def test_a_shut_out_does_not_begin_beside_another_action_on_the_user(store: SqlStore, kind: Kind) -> None:
    other = store.add_action(action(None, kind))
    with pytest.raises(AlreadyUnderWay) as caught:
        store.add_action(action(None, SHUT_OUT))
    assert caught.value.action_id == other.id
    store.end_action(other.id, DONE, T0)
    store.add_action(action(None, SHUT_OUT))


def test_of_a_shut_out_and_others_pressed_at_once_only_what_may_run_together_begins(store: SqlStore) -> None:
    won: list[Kind] = []

    def press(kind: Kind) -> None:
        with contextlib.suppress(AlreadyUnderWay):
            won.append(store.add_action(action(None, kind)).kind)

    threads = [threading.Thread(target=press, args=(kind,)) for kind in (SHUT_OUT, *OTHERS) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lanes = [{REVOKE, DELETE}, {DENY, LIFT}]
    assert won == [SHUT_OUT] or [len([kind for kind in won if kind in lane]) for lane in lanes] == [1, 1]
    assert SHUT_OUT not in won or len(won) == 1


def test_the_steps_of_a_shut_out_begin_beside_it_and_no_other_action_beside_them(store: SqlStore) -> None:
    name = begun(store)
    for kind in STEPS:
        found = step(store, name, kind)
        assert (found.parent, found.state) == (name, ActionState.QUEUED)
        for other in (*OTHERS, SHUT_OUT):
            with pytest.raises(AlreadyUnderWay):
                store.add_action(action(None, other))
        store.end_action(found.id, DONE, T0)


def test_a_step_waits_for_what_is_under_way_in_its_own_lane(store: SqlStore) -> None:
    name = begun(store)
    first = step(store, name, REVOKE)
    with pytest.raises(AlreadyUnderWay) as caught:
        step(store, name, DELETE)
    assert caught.value.action_id == first.id
    step(store, name, DENY)


def test_a_step_of_another_shut_out_is_kept_out(store: SqlStore) -> None:
    begun(store)
    with pytest.raises(AlreadyUnderWay):
        step(store, "another", DENY)


def test_the_view_of_a_shut_out_has_its_steps_in_order_with_their_outcomes(store: SqlStore) -> None:
    name = begun(store)
    # The last one first, and at one moment: a clock may stand still or be set back.
    revoke = step(store, name, REVOKE).id
    deny = step(store, name, DENY).id
    revokes = plan_revoke(PersonRead(user(), (grant(), grant("222222222222")))).operations
    store.begin_action(deny, deny_operations(), T0)
    store.begin_action(revoke, revokes, T0, undo=("undo 1", "undo 2"))
    store.set_operation(deny, 0, OperationState.DONE, T0 + timedelta(seconds=1))
    store.set_operation(revoke, 1, OperationState.REFUSED, T0 + timedelta(seconds=2), detail="no")
    store.end_action(deny, Result(ActionState.DONE, "denied"), T0)
    found = store.action(name)
    assert found.steps == (store.action(deny), store.action(revoke))
    assert [(one.operation, one.state, one.detail) for one in found.outcomes] == [
        (deny_operations()[0], OperationState.DONE, ""),
        (revokes[0], OperationState.WAITING, ""),
        (revokes[1], OperationState.REFUSED, "no"),
    ]
    assert [one.at for one in found.outcomes] == [T0 + timedelta(seconds=1), None, T0 + timedelta(seconds=2)]
    assert found.done == 1
    assert store.action(deny).steps == ()


def test_a_shut_out_without_steps_shows_none_and_keeps_whether_it_deletes(store: SqlStore) -> None:
    found = store.add_action(replace(action(None, SHUT_OUT), with_delete=True, digest="abc", revision="7"))
    assert (found.steps, found.outcomes) == ((), ())
    assert (found.with_delete, found.digest, found.revision, found.parent) == (True, "abc", "7", "")


def test_the_newest_actions_of_a_case_are_one_of_each_kind_and_the_newest_comes_first(store: SqlStore) -> None:
    case_id = open_case(store)
    asked = store.add_action(action(case_id, SHUT_OUT))
    late = replace(action(case_id, DENY, parent=asked.id), asked_at=T0 + timedelta(seconds=1))
    deny = store.add_action(late)
    newest = store.around(store.case(case_id).case).newest
    assert [(kind, found.id) for kind, found in newest.items()] == [(DENY, deny.id), (SHUT_OUT, asked.id)]
    assert [one.id for one in newest[SHUT_OUT].steps] == [deny.id]


@pytest.mark.parametrize("state", [ActionState.DONE, ActionState.INCOMPLETE, ActionState.FAILED, ActionState.REFUSED])
def test_steps_tell_nobody_and_report_nothing_and_the_shut_out_does(store: SqlStore, state: ActionState) -> None:
    case_id = open_case(store)
    name = begun(store, case_id)
    for kind in STEPS:
        found = step(store, name, kind, case_id)
        store.end_action(found.id, Result(state, "words", tell="words"), T0)
    assert outdated(store) == []
    store.end_action(name, Result(ActionState.INCOMPLETE, "words", tell="Stopped."), T0)
    assert [(item.kind, item.ref, item.case_id, item.text) for item in outdated(store)] == [
        (MessageKind.REPORT, name, case_id, ""),
        (MessageKind.TELL, "", None, "Stopped."),
    ]


def test_a_shut_out_occupies_both_lanes_until_it_ends_whatever_its_steps_do(store: SqlStore) -> None:
    name = store.add_action(action(None, SHUT_OUT)).id
    assert store.unfinished_lanes(user().id) == {"access", "deny", "play"}
    store.begin_action(name, (), T0)
    found = step(store, name, DENY)
    store.end_action(found.id, DONE, T0)
    assert store.unfinished_lanes(user().id) == {"access", "deny", "play"}
    assert store.unfinished_lanes(user(2).id) == frozenset()
    store.end_action(name, DONE, T0)
    assert store.unfinished_lanes(user().id) == frozenset()


def test_a_step_updates_and_closes_the_case_and_each_move_draws_it_again(store: SqlStore) -> None:
    case_id = open_case(store)
    name = begun(store, case_id)
    version = store.case(case_id).case.version
    revoke = step(store, name, REVOKE, case_id)
    assert store.case(case_id).case.version > version
    result = Result(ActionState.DONE, read=PersonRead(user()), verified_at=T0, close=CloseReason.REVOKED)
    store.end_action(revoke.id, result, T0)
    case = store.case(case_id).case
    assert (case.state, case.closed_reason, case.closed_by, case.grants) == (
        CaseState.CLOSED,
        CloseReason.REVOKED,
        "UALICE",
        (),
    )
    store.end_action(name, DONE, T0)
    assert store.case(case_id).case.version > case.version


def test_a_scan_does_not_undo_a_step_that_ended_after_it_began(store: SqlStore) -> None:
    case_id = open_case(store)
    name = begun(store, case_id)
    revoke = step(store, name, REVOKE, case_id)
    ended = T0 + timedelta(minutes=1)
    result = Result(ActionState.DONE, read=PersonRead(user()), verified_at=ended, close=CloseReason.REVOKED)
    store.end_action(revoke.id, result, ended)
    assert save(store, scan_of(PersonRead(user(), (grant(),)), at=T0 + timedelta(seconds=30))) == []
    assert store.open_cases() == {}


def test_a_revoke_step_that_could_not_be_read_back_is_credited_when_the_scan_closes_the_case(store: SqlStore) -> None:
    case_id = open_case(store)
    name = begun(store, case_id)
    revoke = step(store, name, REVOKE, case_id)
    store.end_action(revoke.id, Result(ActionState.INCOMPLETE, "not read back"), T0)
    store.end_action(name, Result(ActionState.INCOMPLETE, "not read back"), T0)
    save(store, scan_of(PersonRead(user()), at=T0 + timedelta(minutes=1)))
    case = store.case(case_id).case
    assert (case.closed_reason, case.closed_by) == (CloseReason.REVOKED, "UALICE")
