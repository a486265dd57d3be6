"""What passes is waited for, up to the action's own patience; a real answer of AWS is not."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.core.actions import ActionState, Result
from bot.core.authorization import DenyStrategy
from bot.core.kinds import DELETE, DENY, REVOKE, SHUT_OUT, Kind
from bot.core.plans.operations import OperationState
from bot.core.plans.plan import Plan
from bot.core.waiting import Trouble
from bot.services.actions import carry_out
from bot.services.actions.carry_out import LINE_LATE, LINE_PATIENCE, Progress
from bot.services.actions.waiting import TELL_AFTER, Teller
from bot.services.kinds import revoke
from tests.in_line import outdated
from tests.services.denials import Denials, denials
from tests.world import eventually

PASSING = [
    pytest.param({"kind": "page", "status": 403}, id="a proxy's 403 page"),
    pytest.param({"kind": "page", "status": 502}, id="a proxy's 502 page"),
    pytest.param({"kind": "page", "status": 200}, id="a login page with status 200"),
    pytest.param({"kind": "drop"}, id="a reset"),
    pytest.param({"code": "InternalFailure"}, id="an internal error"),
]
FEW = [PASSING[0], PASSING[3]]
PATIENCE = timedelta(minutes=15)
LATE = PATIENCE.total_seconds() + 1


@pytest.fixture(scope="module")
def one_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Denials]:
    with denials(tmp_path_factory.mktemp("patience")) as made:
        yield made


@pytest.fixture
def world(one_world: Denials) -> Iterator[Denials]:
    yield one_world
    one_world.aws.faults.clear()
    for action in one_world.context.store.unfinished_actions():
        one_world.context.store.end_action(action.id, Result(ActionState.FAILED), one_world.clock.now())


@pytest.fixture
def leaver(world: Denials) -> str:
    number = len(world.org.users())
    places = [(world.org.add_account(f"a-{number}-{n}"), world.org.add_permission_set(f"S{number}-{n}")) for n in "12"]
    return world.leaver(f"dana{number}", *places)


def always(world: Denials, operation: str, fault: dict[str, Any]) -> None:
    world.aws.faults.add(operation, times=None, **fault)


@pytest.mark.parametrize("fault", FEW)
def test_a_deny_waits_for_what_passes(world: Denials, leaver: str, fault: dict[str, Any]) -> None:
    action_id = world.ask(leaver)
    for operation in ("identitystore.DescribeUser", "organizations.UpdatePolicy"):
        always(world, operation, fault)
        world.round()
        world.aws.faults.clear()
    assert not world.context.store.action(action_id).state.final
    world.work()
    assert world.context.store.action(action_id).state is ActionState.DONE


@pytest.mark.parametrize("fault", PASSING)
def test_in_the_middle_of_a_revoke_nothing_is_given_up_for_what_passes(
    world: Denials, leaver: str, fault: dict[str, Any]
) -> None:
    action_id = world.ask(leaver, REVOKE)
    assert world.step(action_id) is Progress.MOVED
    always(world, "*", fault)
    for _ in range(2):
        world.step(action_id)
    given_up = {OperationState.REFUSED, OperationState.NOT_BEGUN, OperationState.UNKNOWN}
    assert not given_up & {op.state for op in world.context.store.action(action_id).operations}
    world.aws.faults.clear()
    assert world.carry_on(action_id).state is ActionState.DONE


@pytest.mark.parametrize("fault", FEW)
def test_a_change_that_is_asked_for_again_and_again_gets_nowhere(
    world: Denials, leaver: str, fault: dict[str, Any]
) -> None:
    """Only so it is said what is waited for, and given up in the end."""
    action_id = world.ask(leaver, REVOKE)
    always(world, "sso-admin.DeleteAccountAssignment", fault)
    assert world.step(action_id) is Progress.MOVED
    for _ in range(2):
        world.clock.move(seconds=5)
        assert world.step(action_id) is Progress.WAITING


@pytest.mark.parametrize("in_policy", [True, False])
def test_a_deny_that_is_asked_for_again_and_again_gets_nowhere(world: Denials, leaver: str, in_policy: bool) -> None:
    world = world if in_policy else world.with_rules(policy_ids=(), strategy=DenyStrategy.INLINE)
    action_id = world.ask(leaver)
    for operation in ("organizations.UpdatePolicy", "sso-admin.PutInlinePolicyToPermissionSet"):
        always(world, operation, {"kind": "page"})
    world.round()
    for _ in range(2):
        world.clock.move(seconds=5)
        assert world.round() == {action_id: Progress.WAITING}
    world.round(idle=LINE_LATE.total_seconds() + 1)
    assert world.context.store.action(action_id).outcomes[0].state is OperationState.UNKNOWN


@pytest.mark.parametrize("fault", FEW)
def test_a_read_back_waits_for_what_passes_and_ends_when_it_is_late(
    world: Denials, leaver: str, fault: dict[str, Any]
) -> None:
    action_id = begun(world, leaver)
    for operation in ("identitystore.DescribeUser", "identitystore.ListGroupMembershipsForMember"):
        always(world, operation, fault)
        while (progress := world.step(action_id)) is Progress.MOVED:
            pass
        action = world.context.store.action(action_id)
        assert (progress, action.through, action.state) == (Progress.WAITING, True, ActionState.RUNNING)
        world.aws.faults.clear()
    always(world, "identitystore.DescribeUser", fault)
    assert world.step(action_id, LATE) is Progress.ENDED
    assert world.context.store.action(action_id).state is ActionState.INCOMPLETE


@pytest.mark.parametrize("operation", ["identitystore.ListGroupMembershipsForMember", "organizations.DescribePolicy"])
def test_the_proof_of_a_deny_waits_for_what_passes(world: Denials, leaver: str, operation: str) -> None:
    action_id = world.ask(leaver)
    world.aws.after("organizations.UpdatePolicy", lambda: always(world, operation, {"kind": "page"}))
    for _ in range(2):
        world.round()
        assert world.context.store.action(action_id).state is ActionState.RUNNING
    world.aws.faults.clear()
    world.work()
    assert world.context.store.action(action_id).state is ActionState.DONE


def test_nowhere_to_deny_is_not_said_of_what_could_not_be_read(world: Denials, leaver: str) -> None:
    inline = world.with_rules(policy_ids=(), strategy=DenyStrategy.INLINE)
    action_id = inline.ask(leaver)
    always(world, "sso-admin.ListAccountAssignmentsForPrincipal", {"kind": "page"})
    assert inline.step(action_id) is Progress.WAITING
    world.aws.faults.clear()
    assert inline.step(action_id) is Progress.MOVED


def test_a_read_back_that_aws_refuses_ends_at_once(world: Denials, leaver: str) -> None:
    action_id = world.ask(leaver, DELETE)
    world.context.store.begin_action(action_id, (), world.clock.now())
    always(world, "identitystore.DescribeUser", {"code": "AccessDeniedException"})
    assert world.step(action_id) is Progress.ENDED
    assert world.context.store.action(action_id).state is ActionState.INCOMPLETE


@pytest.mark.parametrize("kind", [REVOKE, DELETE])
@pytest.mark.parametrize("fault", FEW)
def test_an_action_begins_late_rather_than_not_at_all(
    world: Denials, leaver: str, kind: Kind, fault: dict[str, Any]
) -> None:
    action_id = world.ask(leaver, kind)
    always(world, "identitystore.DescribeUser", fault)
    assert world.step(action_id, PATIENCE.total_seconds() - 1) is Progress.WAITING
    assert world.step(action_id, PATIENCE.total_seconds()) is Progress.ENDED
    assert "html" not in world.context.store.action(action_id).message


@pytest.mark.parametrize(("kind", "waited"), [(REVOKE, PATIENCE), (DENY, LINE_PATIENCE)])
def test_an_action_that_waited_long_to_begin_is_not_given_up_in_the_step_in_which_it_begins(
    world: Denials, leaver: str, kind: Kind, waited: timedelta
) -> None:
    """Slack may be away for days: the wait before the beginning is no wait for what was asked for."""
    action_id = world.ask(leaver, kind)
    assert world.step(action_id, waited.total_seconds() + 60) is not Progress.WAITING
    outcomes = world.context.store.action(action_id).outcomes
    assert outcomes
    assert not {OperationState.NOT_BEGUN, OperationState.UNKNOWN} & {one.state for one in outcomes}
    assert world.carry_on(action_id).state is ActionState.DONE


def begun(world: Denials, leaver: str, **more: Any) -> str:
    """A revoke whose plan is stored, and of which nothing was asked for yet."""
    action_id = world.ask(leaver, REVOKE, **more)
    plan = revoke.plan(world.context, world.context.store.action(action_id))
    assert isinstance(plan, Plan)
    world.context.store.begin_action(action_id, plan.operations, world.clock.now())
    return action_id


def test_a_dry_run_that_was_cut_off_when_it_began_changes_nothing_either(world: Denials, leaver: str) -> None:
    """Also when LEAVERBOT_DRY_RUN was taken out before the next start."""
    action_id = begun(world, leaver, dry_run=True)
    assert world.step(action_id) is Progress.ENDED
    assert world.context.store.action(action_id).message.startswith("Dry run: 2 operations would be carried out")
    assert len(world.org.truth(leaver)) == 2


@pytest.mark.parametrize(("late", "goes_on"), [(False, False), (True, True)])
def test_an_interrupted_action_waits_for_the_look_whether_it_is_still_right_but_not_for_ever(
    world: Denials, leaver: str, late: bool, goes_on: bool
) -> None:
    action_id = begun(world, leaver)
    always(world, "identitystore.DescribeUser", {"kind": "page"})
    assert carry_out.recheck(world.context, action_id, late=late) is goes_on
    states = {op.state for op in world.context.store.action(action_id).operations}
    assert states == {OperationState.NOT_BEGUN if late else OperationState.WAITING}


def test_an_interrupted_action_whose_user_aws_will_not_show_is_not_gone_on_with(world: Denials, leaver: str) -> None:
    action_id = begun(world, leaver)
    always(world, "identitystore.DescribeUser", {"code": "AccessDeniedException"})
    assert carry_out.recheck(world.context, action_id, late=False)
    assert {op.state for op in world.context.store.action(action_id).operations} == {OperationState.NOT_BEGUN}


# what is said while an action waits


def waiting(world: Denials, action_id: str) -> Any:
    return world.context.store.action(action_id).waiting


def step(world: Denials, action_id: str) -> Progress:
    """One step, as the engine makes it."""
    with world.context.waits.step({action_id: PATIENCE}) as waits:
        progress = world.step(action_id)
        if progress is Progress.WAITING:
            waits(action_id)
    return progress


TROUBLES = [
    pytest.param({"kind": "page"}, Trouble.STRANGER, id="a proxy's page"),
    pytest.param({"kind": "drop"}, Trouble.SILENT, id="a reset"),
    pytest.param({"code": "InternalFailure"}, Trouble.BROKEN, id="an internal error"),
]


@pytest.mark.parametrize(("fault", "trouble"), TROUBLES)
def test_what_is_waited_for_is_stored_after_20_seconds_with_since_and_until_and_cleared_when_it_is_over(
    world: Denials, leaver: str, fault: dict[str, Any], trouble: Trouble
) -> None:
    world.scan()
    teller, began = Teller(world.context), world.clock.now()
    action_id = world.ask(leaver, REVOKE, case_id=world.case(leaver))
    always(world, "identitystore.DescribeUser", fault)
    assert step(world, action_id) is Progress.WAITING
    world.clock.at = began + TELL_AFTER - timedelta(seconds=1)
    teller.look()
    assert waiting(world, action_id) is None
    world.clock.move(seconds=1)
    version = world.context.store.newest_case(leaver).case.version
    teller.look()
    told = waiting(world, action_id)
    assert (told.trouble, told.since, told.until) == (trouble, began, began + PATIENCE)
    assert world.context.store.newest_case(leaver).case.version > version
    assert step(world, action_id) is Progress.WAITING
    world.clock.move(seconds=40)
    teller.look()
    assert waiting(world, action_id) == told
    world.aws.faults.clear()
    assert step(world, action_id) is Progress.MOVED
    teller.look()
    assert waiting(world, action_id) is None


def test_a_call_that_hangs_is_told_while_it_hangs(world: Denials, leaver: str) -> None:
    teller, began = Teller(world.context), world.clock.now()
    action_id = world.ask(leaver, REVOKE)
    answered = threading.Event()
    world.aws.before("identitystore.DescribeUser", answered.wait)
    hanging = threading.Thread(target=step, args=(world, action_id))
    hanging.start()
    eventually(world.context.waits.now)
    world.clock.move(seconds=20)
    teller.look()
    assert waiting(world, action_id).since == began
    answered.set()
    hanging.join()
    teller.look()
    assert waiting(world, action_id) is None


def test_answers_that_come_are_no_waiting_however_long_a_step_takes(world: Denials, leaver: str) -> None:
    teller = Teller(world.context)
    action_id = world.ask(leaver, REVOKE)
    with world.context.waits.step({action_id: PATIENCE}):
        for _ in range(5):
            world.clock.move(seconds=15)
            world.context.directory.user(leaver)
            teller.look()
            assert waiting(world, action_id) is None


def test_the_log_tells_once_a_minute(world: Denials, leaver: str) -> None:
    teller = Teller(world.context)
    action_id = world.ask(leaver, REVOKE)
    always(world, "identitystore.DescribeUser", {"kind": "page"})
    step(world, action_id)
    with capture_logs() as logs:
        for _ in range(100):
            world.clock.move(seconds=2)
            teller.look()
    told = [entry for entry in logs if entry["event"] == "an action waits for AWS"]
    assert 3 <= len(told) <= 4
    assert {(entry["action"], entry["why"]) for entry in told} == {(action_id, "stranger")}


def test_what_an_earlier_process_left_there_is_cleared(world: Denials, leaver: str) -> None:
    action_id = world.ask(leaver, REVOKE)
    always(world, "identitystore.DescribeUser", {"kind": "page"})
    step(world, action_id)
    world.clock.move(seconds=30)
    Teller(world.context).look()
    assert waiting(world, action_id)
    world.aws.faults.clear()
    step(world, action_id)
    Teller(world.context).look()
    assert waiting(world, action_id) is None


def test_a_deny_without_a_case_is_told_to_whoever_asked_once(world: Denials) -> None:
    user = world.org.add_user("erin@example.com", display_name="Erin", email="erin@example.com", status="ENABLED")
    action_id = world.ask(user, not_disabled=True)
    always(world, "identitystore.DescribeUser", {"kind": "page"})
    teller = Teller(world.context)
    for _ in range(3):
        step(world, action_id)
        world.clock.move(seconds=30)
        teller.look()
    told = [one.text for one in outdated(world.context.store) if one.key == f"waits:{action_id}"]
    assert len(told) == 1
    assert "deny of erin@example.com has waited for AWS since" in told[0]


def test_a_shut_out_shows_what_its_step_waits_for(world: Denials, leaver: str) -> None:
    shut_out = world.ask(leaver, SHUT_OUT, digest="x")
    always(world, "identitystore.DescribeUser", {"kind": "page"})
    world.step(shut_out)
    [begun] = world.context.store.action(shut_out).steps
    step(world, begun.id)
    world.clock.move(seconds=30)
    Teller(world.context).look()
    assert waiting(world, shut_out).trouble is Trouble.STRANGER
