"""What becomes of an operation, and what a read back says of it: only what was read is called done."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.person_read import PersonRead, Problem, merge_unread
from bot.core.models import GrantKind, Path
from bot.core.plans.operations import OPERATION_MOVES, OperationState, Outcome
from bot.core.plans.plan import plan_revoke, read_back
from tests.core import strategies as our

STATES = st.sampled_from(OperationState)
HIDDEN = st.builds(
    Problem,
    what=st.just("x"),
    why=st.just("y"),
    kind=st.none() | st.sampled_from(GrantKind),
    path=st.none() | st.sampled_from(Path),
)


def outcomes_of(read, state):
    return [Outcome(operation, state) for operation in plan_revoke(read).operations]


def test_every_state_has_its_moves_and_none_leads_away_from_done():
    assert set(OPERATION_MOVES) == set(OperationState)
    assert not OPERATION_MOVES[OperationState.DONE]
    assert all(after in OPERATION_MOVES for moves in OPERATION_MOVES.values() for after in moves)


def test_nothing_becomes_done_that_was_refused_or_never_begun():
    for state in (OperationState.REFUSED, OperationState.NOT_BEGUN):
        assert OPERATION_MOVES[state] == {state}


@given(our.person_reads(), STATES)
def test_what_a_complete_read_does_not_show_any_more_is_done_if_it_was_asked_for(read, state):
    gone = replace(read, grants=(), memberships=(), unread=())
    for outcome in outcomes_of(read, state):
        found = read_back(outcome, gone)
        asked = state.final and state.may_have_changed
        assert found.state is (OperationState.DONE if asked else state)


@given(our.person_reads(), STATES)
def test_what_a_read_still_shows_is_never_called_done(read, state):
    for outcome in outcomes_of(read, state):
        found = read_back(outcome, read).state
        assert found is not OperationState.DONE or state is OperationState.DONE
        assert found is not OperationState.ANSWERED


@given(our.person_reads(), HIDDEN)
def test_what_could_not_be_read_proves_nothing(read, problem):
    blind = PersonRead(read.user, unread=(problem,))
    for outcome in outcomes_of(read, OperationState.UNKNOWN):
        group = "group_id" in outcome.operation.args
        by_path = problem.path in {None, Path.GROUP if group else Path.DIRECT}
        kinds = {"account_id": GrantKind.ACCOUNT, "application_arn": GrantKind.APPLICATION}
        kind = next((kind for key, kind in kinds.items() if key in outcome.operation.args), GrantKind.ENTITLEMENT)
        hidden = by_path and (group or problem.kind in {None, kind})
        assert read_back(outcome, blind).state is (OperationState.UNKNOWN if hidden else OperationState.DONE)


@given(our.person_reads(), HIDDEN)
def test_a_grant_is_forgotten_only_where_it_could_have_been_read(read, problem):
    kept = set(merge_unread(read.grants, PersonRead(read.user, unread=(problem,))))
    for grant in read.grants:
        may_hide = problem.path in {None, grant.path} and problem.kind in {None, grant.kind}
        assert (grant.key in {one.key for one in kept}) == may_hide
