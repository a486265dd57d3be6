"""The contract of `ports.LeaveStore`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import AlreadyUnderWay, NotFound
from bot.core.leaves.leave import MOVES, Leave, LeaveState
from bot.ports import MessageKind, Posted
from bot.store.store import SqlStore
from tests.in_line import outdated
from tests.store.elsewhere import elsewhere
from tests.store.records import T0, open_case, user

HOUR = timedelta(hours=1)
LEAVE = Leave(
    "leave-1",
    user(1),
    T0 + 6 * HOUR,
    "UALICE",
    "C1",
    T0,
    revoke=True,
    dry_run=True,
    seal="5ea1",
)


def drawn(store: SqlStore) -> list[tuple[MessageKind, str]]:
    """What waits to be drawn; it counts as drawn after this."""
    found = outdated(store)
    for message in found:
        store.posted(message.seq, None, T0, message.version)
    return [(message.kind, message.ref) for message in found]


def through(store: SqlStore, *states: LeaveState) -> None:
    before = LeaveState.PLANNED
    for state in states:
        assert store.move_leave("leave-1", before, state, T0 + HOUR)
        before = state


def test_its_message_is_drawn_again_when_its_person_has_an_alert_to_link_to(store: SqlStore) -> None:
    store.add_leave(LEAVE)
    store.announce_leave(LEAVE.id, T0)
    assert drawn(store) == [(MessageKind.LEAVE, LEAVE.id)]
    case_id = open_case(store)
    assert drawn(store) == []
    store.shown(case_id, 1, Posted("C1", "1.1"))
    assert drawn(store) == [(MessageKind.LEAVE, LEAVE.id)]


def test_a_leave_is_read_back_whole_so_that_its_seal_still_fits(store: SqlStore) -> None:
    assert store.add_leave(LEAVE) is None
    assert store.leave("leave-1") == LEAVE
    assert store.leave("leave-1").sealed == LEAVE.sealed
    assert store.open_leave(LEAVE.user.id) == LEAVE
    with pytest.raises(NotFound):
        store.leave("another")


def test_open_leaves_come_in_the_order_of_their_times(store: SqlStore) -> None:
    for number, hours in ((1, 3), (2, 1), (3, 2), (4, 0)):
        store.add_leave(replace(LEAVE, id=f"leave-{number}", user=user(number), at=T0 + hours * HOUR))
    store.move_leave("leave-4", LeaveState.PLANNED, LeaveState.CANCELLED, T0, by="UBOB")
    assert [leave.id for leave in store.open_leaves()] == ["leave-2", "leave-3", "leave-1"]
    assert (store.leave("leave-4").ended_by, store.leave("leave-4").ended_at) == ("UBOB", T0)
    assert store.open_leave(user(4).id) is None


def test_scheduling_again_replaces_the_one_before_and_the_same_once_more_changes_nothing(store: SqlStore) -> None:
    store.add_leave(LEAVE)
    again = replace(LEAVE, id="leave-2", by="UBOB", at=LEAVE.at + HOUR, scheduled_at=T0 + HOUR)
    assert store.add_leave(again) == LEAVE
    assert store.add_leave(again) is None
    before = store.leave("leave-1")
    assert (before.state, before.ended_by, before.ended_at) == (LeaveState.REPLACED, "UBOB", T0 + HOUR)
    assert store.open_leaves() == [again]
    assert store.add_leave(LEAVE) is None
    assert store.open_leaves() == [again]


@pytest.mark.parametrize("state", [state for state in LeaveState if state.open])
def test_one_that_is_being_carried_out_is_not_replaced(store: SqlStore, state: LeaveState) -> None:
    store.add_leave(LEAVE)
    on = (LeaveState.DENYING, LeaveState.DENIED, LeaveState.REVOKING)
    through(store, *on[: on.index(state) + 1 if state in on else 0])
    again = replace(LEAVE, id="leave-2")
    if state in {LeaveState.DENYING, LeaveState.REVOKING}:
        with pytest.raises(AlreadyUnderWay):
            store.add_leave(again)
        assert [leave.id for leave in store.open_leaves()] == ["leave-1"]
    else:
        replaced = store.add_leave(again)
        assert replaced
        assert replaced.state is state


@pytest.mark.parametrize("before", LeaveState)
@pytest.mark.parametrize("state", LeaveState)
def test_only_legal_moves_are_made_and_only_from_where_it_is(
    store: SqlStore, before: LeaveState, state: LeaveState
) -> None:
    store.add_leave(LEAVE)
    legal = state in MOVES[before]
    assert store.move_leave("leave-1", before, state, T0) == (legal and before is LeaveState.PLANNED)
    assert store.leave("leave-1").state is (state if legal and before is LeaveState.PLANNED else LeaveState.PLANNED)


def test_the_times_of_its_way_are_kept(store: SqlStore) -> None:
    store.add_leave(LEAVE)
    store.announce_leave("leave-1", T0)
    for hours, before, state in (
        (1, LeaveState.PLANNED, LeaveState.DENYING),
        (2, LeaveState.DENYING, LeaveState.DENIED),
        (3, LeaveState.DENIED, LeaveState.REVOKING),
        (4, LeaveState.REVOKING, LeaveState.FAILED),
    ):
        assert store.move_leave("leave-1", before, state, T0 + hours * HOUR, why="nothing left")
    found = store.leave("leave-1")
    assert (found.announced_at, found.began_at, found.denied_at, found.ended_at) == (
        T0,
        T0 + HOUR,
        T0 + 2 * HOUR,
        T0 + 4 * HOUR,
    )
    assert (found.why, found.ended_by) == ("nothing left", "")


def test_it_is_announced_once_and_drawn_again_with_every_change(store: SqlStore) -> None:
    store.add_leave(LEAVE)
    assert drawn(store) == []
    store.announce_leave("leave-1", T0)
    store.announce_leave("leave-1", T0 + HOUR)
    assert store.leave("leave-1").announced_at == T0
    assert drawn(store) == [(MessageKind.LEAVE, "leave-1")]
    through(store, LeaveState.DENYING)
    assert drawn(store) == [(MessageKind.LEAVE, "leave-1")]
    store.move_leave("leave-1", LeaveState.PLANNED, LeaveState.CANCELLED, T0)
    assert drawn(store) == []


def test_the_channel_is_asked_once(store: SqlStore) -> None:
    store.add_leave(LEAVE)
    for hours in (1, 2):
        store.note_leave_asked("leave-1", "Still enabled.", T0 + hours * HOUR)
    assert store.leave("leave-1").asked_at == T0 + HOUR
    (asked,) = outdated(store)
    assert (asked.kind, asked.text, asked.case_id) == (MessageKind.NOTICE, "Still enabled.", None)
    assert asked.ref == f"leave:{LEAVE.user.id}"


def schedule(url: str, name: str) -> None:
    opened = SqlStore.open(url)
    opened.add_leave(replace(LEAVE, id=name))
    opened.close()


def test_of_two_that_are_scheduled_at_once_one_is_open(url: str) -> None:
    SqlStore.open(url).close()
    started = [elsewhere(schedule, url, f"leave-{number}") for number in range(4)]
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * 4
    opened = SqlStore.open(url)
    states = sorted(str(opened.leave(f"leave-{number}").state) for number in range(4))
    opened.close()
    assert states == ["planned", "replaced", "replaced", "replaced"]
