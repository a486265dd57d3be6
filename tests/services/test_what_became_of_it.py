"""What a revoke says became of each operation, when its status, its credentials or the list of grants cannot be read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.actions import Action, ActionState
from bot.core.kinds import REVOKE
from bot.core.plans.operations import OperationKind, OperationState
from bot.playground.identity_center import Organization
from bot.slack.wording.operations import tally
from tests.services.denials import Denials, denials
from tests.stand_ins import StillClock

STATUS = "sso-admin.DescribeAccountAssignmentDeletionStatus"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    clock = StillClock(datetime.now(UTC))
    org = Organization(seed=1, job_seconds=(1, 9), stopwatch=lambda: clock.now().timestamp())
    with denials(tmp_path, org, clock=clock) as made:
        yield made


def furnish(here: Denials, accounts: int = 1) -> str:
    permission_set = here.org.add_permission_set("ReadOnlyAccess")
    dana = here.leaver("dana", *((here.org.add_account(f"a{number}"), permission_set) for number in range(accounts)))
    here.scan()
    return dana


def revoke(here: Denials, user: str) -> str:
    return here.ask(user, REVOKE, case_id=here.case(user))


def states(action: Action) -> list[OperationState]:
    return [outcome.state for outcome in action.outcomes]


def run(here: Denials, action_id: str, *, seconds: float = 5, steps: int = 400) -> Action:
    """Carry it out while time goes by."""
    for _ in range(steps):
        action = here.context.store.action(action_id)
        if action.state.final:
            return action
        here.step(action_id)
        here.clock.move(seconds=seconds)
    raise AssertionError("it does not come to an end")


@pytest.mark.parametrize("operation", [STATUS, "sso-admin.ListAccountAssignmentDeletionStatus"])
def test_a_deletion_whose_status_may_not_be_read_is_done_once_the_list_shows_it_gone(
    here: Denials, operation: str
) -> None:
    dana = furnish(here)
    here.aws.faults.add(operation, code="AccessDeniedException", times=None)
    action = run(here, revoke(here, dana))
    assert here.org.truth(dana) == []
    assert action.state is ActionState.DONE
    assert states(action) == [OperationState.DONE]
    assert len(action.undo) == 1


def test_a_deletion_that_stays_unreadable_is_neither_done_nor_not_done(here: Denials) -> None:
    dana = furnish(here)
    here.aws.faults.add("sso-admin.DeleteAccountAssignment", kind="job_slow", seconds=86_400)
    here.aws.faults.add(STATUS, code="AccessDeniedException", times=None)
    action = run(here, revoke(here, dana))
    assert action.state is ActionState.INCOMPLETE
    assert states(action) == [OperationState.UNKNOWN]
    assert "DescribeAccountAssignmentDeletionStatus" in action.outcomes[0].detail
    # AWS may still do it.
    assert len(action.undo) == 1


def test_what_aws_refused_is_not_done_and_has_no_undo(here: Denials) -> None:
    dana = furnish(here)
    here.aws.faults.add("sso-admin.DeleteAccountAssignment", code="AccessDeniedException")
    action = run(here, revoke(here, dana))
    assert states(action) == [OperationState.REFUSED]
    assert (action.state, action.undo) == (ActionState.INCOMPLETE, ())


def test_credentials_that_expire_in_the_middle_leave_each_operation_as_it_is_known(here: Denials) -> None:
    dana = furnish(here, accounts=14)
    action_id = revoke(here, dana)
    here.step(action_id)
    assert states(here.context.store.action(action_id)).count(OperationState.WAITING) == 4
    expired = here.aws.faults.add("*", code="ExpiredTokenException", times=None)
    action = run(here, action_id, seconds=61)
    came_to = states(action)
    assert action.state is ActionState.INCOMPLETE
    assert (came_to.count(OperationState.UNKNOWN), came_to.count(OperationState.NOT_BEGUN)) == (10, 4)
    assert len(action.undo) == 10
    assert "carried out" not in action.message
    assert tally(action.outcomes) == ("0 of 14 done, 10 asked for, outcome not known yet, 4 not started")
    # With credentials again, the next scan reads what became of the ten.
    here.aws.faults.remove(expired)
    here.org.settle()
    here.scan()
    after = here.context.store.action(action_id)
    assert states(after).count(OperationState.DONE) == 10
    assert states(after).count(OperationState.NOT_BEGUN) == 4
    assert after.verified_at is not None
    assert len(after.left) == 4


def test_credentials_that_come_back_in_time_are_no_trouble(here: Denials) -> None:
    dana = furnish(here, accounts=12)
    action_id = revoke(here, dana)
    here.step(action_id)
    here.aws.faults.add(STATUS, code="ExpiredTokenException", times=10)
    action = run(here, action_id)
    assert action.state is ActionState.DONE
    assert set(states(action)) == {OperationState.DONE}


def test_nothing_is_called_done_that_aws_only_says_and_that_could_not_be_read_back(here: Denials) -> None:
    dana = furnish(here)
    action_id = revoke(here, dana)
    # Once to plan, then never again.
    here.aws.faults.add("identitystore.DescribeUser", code="AccessDeniedException", nth=2, times=None)
    action = run(here, action_id)
    assert here.org.truth(dana) == []
    assert (action.state, states(action)) == (ActionState.INCOMPLETE, [OperationState.ANSWERED])
    assert len(action.undo) == 1


def test_a_group_is_left_once_the_read_back_shows_it(here: Denials) -> None:
    group = here.org.add_group("engineers")
    here.org.assign(here.org.add_account("prod"), here.org.add_permission_set("ReadOnlyAccess"), "GROUP", group)
    dana = here.leaver("dana")
    here.org.add_member(group, dana)
    here.scan()
    here.aws.faults.add("identitystore.DeleteGroupMembership", kind="lost_answer")
    action = run(here, revoke(here, dana))
    (outcome,) = action.outcomes
    assert (outcome.operation.kind, outcome.state) == (OperationKind.LEAVE_GROUP, OperationState.DONE)
