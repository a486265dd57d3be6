"""The way of a scheduled leave, by its states alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.actions import Action, ActionState, Asker
from bot.core.authorization import Allowed, Refused, Rules
from bot.core.kinds import DENY, KINDS, LIFT, REVOKE, Kind, Role
from bot.core.leaves.leave import MOVES, Leave, LeaveState, Terms, leave_of, may_cancel, may_schedule, seal_of
from bot.core.leaves.next_step import ANNOUNCED, DIRECTORY_TAKES, Next, Seen, next_of
from bot.core.models import User
from tests.core import strategies as our

AT = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
LEAVE = Leave("leave-1", User("u-1", "dana"), AT, "UALICE", "C1", AT - timedelta(days=6))
# What a service does about each step: the state that follows, and what is noted.
FOLLOWS = {
    Next.DENY: LeaveState.DENYING,
    Next.DENIED: LeaveState.DENIED,
    Next.REVOKE: LeaveState.REVOKING,
    Next.LIFTED: LeaveState.DONE,
    Next.DONE: LeaveState.DONE,
    Next.FAILED: LeaveState.FAILED,
}
moments = st.timedeltas(timedelta(days=-7), timedelta(days=40)).map(lambda ahead: AT + ahead)
states = st.sampled_from(LeaveState)
leaves = st.builds(
    replace,
    st.just(LEAVE),
    state=states,
    revoke=st.booleans(),
    announced_at=st.none() | moments,
    asked_at=st.none() | moments,
)


def action(kind: Kind, state: ActionState = ActionState.QUEUED, *, dry_run: bool = False) -> Action:
    key, name = LEAVE.key(kind), LEAVE.action_id(kind)
    return Action(name, key, kind, LEAVE.user, None, Asker("UALICE", "C1"), AT, state=state, dry_run=dry_run)


def actions(kind: Kind) -> st.SearchStrategy[Action | None]:
    return st.none() | st.builds(action, st.just(kind), st.sampled_from(ActionState), dry_run=st.booleans())


seen = st.builds(Seen, moments, actions(DENY), actions(REVOKE), st.booleans(), st.booleans())


@given(leaves, seen)
def test_every_next_step_is_a_legal_move(leave: Leave, now: Seen) -> None:
    step = next_of(leave, now)
    if step in FOLLOWS and not (step in {Next.DENY, Next.REVOKE} and leave.state is FOLLOWS[step]):
        assert FOLLOWS[step] in MOVES[leave.state]
    if not leave.state.open:
        assert step is None


@given(leaves, seen)
def test_nothing_is_asked_for_before_its_time_nor_before_it_was_announced(leave: Leave, now: Seen) -> None:
    step = next_of(leave, now)
    if leave.state is LeaveState.PLANNED and step is Next.DENY:
        assert now.now >= leave.at
        assert leave.announced_at is not None
    if step is Next.ANNOUNCE:
        assert now.now >= leave.at - ANNOUNCED
        assert leave.announced_at is None


@pytest.mark.parametrize("revoke", [True, False])
@pytest.mark.parametrize("denied", [True, False])
@pytest.mark.parametrize("disabled", [True, False])
def test_nobody_is_revoked_unless_that_was_asked_for_and_the_directory_has_disabled_them(
    revoke: bool, denied: bool, disabled: bool
) -> None:
    leave = replace(LEAVE, state=LeaveState.DENIED, revoke=revoke)
    step = next_of(leave, Seen(AT, denied=denied, disabled=disabled))
    assert (step is Next.REVOKE) == (revoke and denied and disabled)


@given(leaves, seen)
def test_the_channel_is_asked_once_and_only_about_somebody_denied_and_not_disabled_for_a_day(
    leave: Leave, now: Seen
) -> None:
    if next_of(leave, now) is Next.ASK:
        assert now.now >= leave.at + DIRECTORY_TAKES
        assert now.denied
        assert not now.disabled
        assert leave.asked_at is None


@given(st.booleans(), st.lists(seen, max_size=30))
def test_whatever_happens_it_denies_once_and_revokes_once(revoke: bool, looks: list[Seen]) -> None:
    leave, asked, done = replace(LEAVE, revoke=revoke), [], []
    for now in looks:
        step = next_of(leave, now)
        if step is Next.ANNOUNCE:
            leave = replace(leave, announced_at=now.now)
        elif step is Next.ASK:
            leave, asked = replace(leave, asked_at=now.now), [*asked, step]
        elif step:
            if leave.state is not FOLLOWS[step]:
                done.append(step)
            leave = replace(leave, state=FOLLOWS[step])
    assert done.count(Next.DENY) <= 1
    assert done.count(Next.REVOKE) <= 1
    assert len(asked) <= 1


def test_an_ordinary_leave_from_beginning_to_end() -> None:
    leave, way = replace(LEAVE, revoke=True), []
    denied = {"deny": action(DENY, ActionState.DONE), "denied": True}
    for now in (
        Seen(AT - timedelta(days=2)),
        Seen(AT - timedelta(hours=1)),
        Seen(AT - timedelta(seconds=1)),
        Seen(AT),
        Seen(AT, deny=action(DENY, ActionState.RUNNING)),
        Seen(AT, **denied),
        Seen(AT + timedelta(hours=2), **denied),
        Seen(AT + timedelta(hours=25), **denied),
        Seen(AT + timedelta(hours=26), **denied),
        Seen(AT + timedelta(days=9), disabled=True, **denied),
        Seen(AT + timedelta(days=9), disabled=True, revoke=action(REVOKE, ActionState.DONE), **denied),
    ):
        step = next_of(leave, now)
        way.append(step)
        if step is Next.ANNOUNCE:
            leave = replace(leave, announced_at=now.now)
        elif step is Next.ASK:
            leave = replace(leave, asked_at=now.now)
        elif step:
            leave = replace(leave, state=FOLLOWS[step])
    assert way == [
        *(None, Next.ANNOUNCE, None, Next.DENY, None, Next.DENIED, None, Next.ASK, None, Next.REVOKE, Next.DONE),
    ]


def test_without_revoke_it_is_over_when_the_channel_was_asked() -> None:
    leave = replace(LEAVE, state=LeaveState.DENIED, asked_at=AT + DIRECTORY_TAKES)
    assert next_of(leave, Seen(AT + DIRECTORY_TAKES, denied=True)) is Next.DONE


def test_a_dry_run_ends_with_the_deny_that_was_not_placed() -> None:
    leave = replace(LEAVE, state=LeaveState.DENYING, revoke=True)
    assert next_of(leave, Seen(AT, deny=action(DENY, ActionState.DONE, dry_run=True))) is Next.DONE


# What belongs to a leave


@pytest.mark.parametrize(
    "change",
    [
        {"id": "another"},
        {"key": "leave:another:deny"},
        {"kind": LIFT},
        {"user": User("u-2", "dana")},
        {"asker": Asker("UMALLORY", "C1")},
        {"with_delete": True},
        {"parent": "shut-out"},
        {"digest": "x"},
    ],
    ids=str,
)
def test_an_action_that_differs_in_anything_is_not_the_one_of_the_leave(change: dict[str, object]) -> None:
    leave = replace(LEAVE, state=LeaveState.DENYING)
    assert leave.means(action(DENY))
    assert not leave.means(replace(action(DENY), **change))


@pytest.mark.parametrize("state", LeaveState)
@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
@pytest.mark.parametrize("revoke", [True, False])
def test_it_asks_for_its_deny_and_its_revoke_only_when_their_time_has_come(
    state: LeaveState, kind: Kind, revoke: bool
) -> None:
    leave = replace(LEAVE, state=state, revoke=revoke)
    wanted = (state, kind) in {(LeaveState.DENYING, DENY)} | ({(LeaveState.REVOKING, REVOKE)} if revoke else set())
    assert leave.means(action(kind)) == wanted


def test_a_leave_for_a_dry_run_means_no_real_action() -> None:
    leave = replace(LEAVE, state=LeaveState.DENYING, dry_run=True)
    assert not leave.means(action(DENY))
    assert leave.means(action(DENY, dry_run=True))


def test_the_key_of_an_action_names_its_leave() -> None:
    assert leave_of(LEAVE.key(DENY)) == "leave-1"
    assert [leave_of(key) for key in ("wish:1", "leave", "", "press:U1:x:1")] == [""] * 4


@pytest.mark.parametrize(
    "change",
    [
        {"id": "another"},
        {"user": User("u-2", "dana")},
        {"at": AT + timedelta(microseconds=1)},
        {"revoke": True},
        {"dry_run": True},
        {"by": "UBOB"},
    ],
    ids=str,
)
def test_what_is_sealed_tells_everything_that_was_asked_for_apart(change: dict[str, object]) -> None:
    assert replace(LEAVE, **change).sealed != LEAVE.sealed
    assert seal_of(replace(LEAVE, **change).sealed, "token") != seal_of(LEAVE.sealed, "token")


def test_how_far_it_is_and_how_it_is_called_is_not_sealed() -> None:
    moved = replace(LEAVE, state=LeaveState.DENIED, began_at=AT, announced_at=AT, user=User("u-1", "dana.new"))
    assert moved.sealed == LEAVE.sealed


def test_without_a_secret_there_is_no_seal_and_another_secret_makes_another_one() -> None:
    assert seal_of("text", "") == ""
    assert len({seal_of("text", "a"), seal_of("text", "b"), seal_of("other", "a")}) == 3


@given(our.moments, st.booleans())
def test_terms_are_read_back_as_they_were_stored(at: datetime, revoke: bool) -> None:
    assert Terms.of(Terms(at, revoke).stored) == Terms(at, revoke)
    assert len(Terms(at, revoke).stored) <= 64


@given(st.text())
def test_terms_are_nothing_but_what_was_stored(text: str) -> None:
    found = Terms.of(text)
    assert found is None or found.stored == text


# Who may


@pytest.mark.parametrize(
    ("roles", "schedules", "cancels"),
    [((), False, False), ((Role.RESPONDER,), False, True), ((Role.RESPONDER, Role.ADMIN), True, True)],
    ids=str,
)
def test_admins_schedule_and_responders_cancel(roles: tuple[Role, ...], schedules: bool, cancels: bool) -> None:
    rules = Rules(responders=frozenset({"U1"}))
    assert isinstance(may_schedule(rules, frozenset(roles)), Allowed) == schedules
    assert isinstance(may_cancel(rules, frozenset(roles)), Allowed) == cancels


def test_where_nobody_in_slack_may_act_only_a_proven_identity_in_a_terminal_schedules() -> None:
    assert isinstance(may_schedule(Rules(), frozenset(Role)), Refused)
    assert isinstance(may_cancel(Rules(), frozenset(Role)), Refused)
    assert isinstance(may_schedule(Rules(), frozenset(Role), terminal=True), Allowed)
