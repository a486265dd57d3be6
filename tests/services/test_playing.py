"""Shut out: deny, revoke and delete as one, continued after a crash, stopped where a person is needed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.actions import Action, ActionState
from bot.core.authorization import DenyStrategy
from bot.core.deny.policy_document import denied_users
from bot.core.errors import AlreadyUnderWay
from bot.core.kinds import DELETE, DENY, LIFT, PRUNE, REVOKE, SHUT_OUT, Kind
from bot.core.plans.plan import subject_of
from bot.playground.identity_center import Fault
from bot.ports import MessageKind
from bot.services.actions.planning import read_person
from bot.services.kinds.revoke import plan_of
from bot.slack.messages.case.whole_reports import whole_report
from tests.in_line import outdated
from tests.services.denials import ASKER, Denials, denials


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def furnish(here: Denials) -> str:
    account, permission_set = here.org.add_account("prod"), here.org.add_permission_set("PowerUserAccess")
    group = here.org.add_group("engineers")
    here.org.assign(account, permission_set, "GROUP", group)
    dana = here.leaver("dana", (account, permission_set))
    here.org.add_member(group, dana)
    here.scan()
    return dana


def shown(here: Denials, user: str) -> dict[str, Any]:
    """What the dialog of a shut-out keeps: the revoke's digest and the user's revision."""
    people, read = read_person(here.context, here.context.directory.user(user))
    return {"digest": plan_of(people, read).digest, "revision": read.user.revision, "case_id": here.case(user)}


def kinds(action: Action) -> list[Kind]:
    return [step.kind for step in action.steps]


def test_the_steps_run_in_order_and_all_of_them_end_well(here: Denials) -> None:
    dana = furnish(here)
    name = here.ask(dana, SHUT_OUT, with_delete=True, **shown(here, dana))
    action = here.carry_on(name)
    assert action.state is ActionState.DONE, action.message
    assert kinds(action) == [DENY, REVOKE, DELETE]
    assert denied_users(here.text()) == {dana}
    assert here.org.truth(dana) == []
    assert dana not in {user.id for user in here.org.users()}


def test_after_the_delete_nothing_that_was_taken_away_has_a_command_to_put_it_back(here: Denials) -> None:
    dana = furnish(here)
    revoke = here.carry_on(here.ask(dana, REVOKE, case_id=here.case(dana)))
    assert len(revoke.undo) == 2
    here.org.assign(here.org.add_account("stage"), here.org.add_permission_set("ReadOnlyAccess"), "USER", dana)
    here.scan()
    play = here.carry_on(here.ask(dana, SHUT_OUT, with_delete=True, **shown(here, dana)))
    for action in (play, here.context.store.action(revoke.id)):
        said = "".join(str(block) for message in whole_report(action) for block in message.blocks)
        assert "aws " not in said, said
        for taken in ("engineers", "PowerUserAccess", "ReadOnlyAccess"):
            assert f"{taken}" in said.partition("a new account of this person needs")[2]


def test_a_user_deleted_elsewhere_leaves_no_undo_commands_either(here: Denials) -> None:
    dana = furnish(here)
    revoke = here.carry_on(here.ask(dana, REVOKE, case_id=here.case(dana)))
    here.clock.move(minutes=5)
    here.org.assign(here.org.add_account("stage"), here.org.add_permission_set("ReadOnlyAccess"), "USER", dana)
    here.scan()
    here.clock.move(minutes=5)
    here.org.delete_user(dana)
    here.scan()
    view = here.context.store.action(revoke.id)
    assert (view.undo, view.user_gone, len(view.taken)) == ((), True, 2)


def test_an_assignment_of_a_permission_set_that_was_deleted_since_has_no_undo_command(here: Denials) -> None:
    permission_set = here.org.add_permission_set("LegacyAccess")
    dana = here.leaver("dana", (here.org.add_account("prod"), permission_set))
    here.org.assign(here.org.add_account("stage"), here.org.add_permission_set("ReadOnlyAccess"), "USER", dana)
    here.scan()
    revoke = here.carry_on(here.ask(dana, REVOKE, case_id=here.case(dana)))
    assert len(revoke.undo) == 2
    here.org.settle()
    found = subject_of(here.context.access.permission_set(permission_set))
    prune = Action("prune", "prune", PRUNE, found, None, ASKER, here.clock.now())
    assert here.carry_on(here.context.store.add_action(prune).id).state is ActionState.DONE
    (left,) = here.context.store.action(revoke.id).undo
    assert permission_set not in left


def test_without_delete_the_user_stays(here: Denials) -> None:
    dana = furnish(here)
    action = here.carry_on(here.ask(dana, SHUT_OUT, **shown(here, dana)))
    assert kinds(action) == [DENY, REVOKE]
    assert dana in {user.id for user in here.org.users()}


def test_it_tells_of_itself_and_not_of_each_step(here: Denials) -> None:
    dana = furnish(here)
    name = here.ask(dana, SHUT_OUT, **shown(here, dana))
    here.carry_on(name)
    reports = [one.ref for one in outdated(here.context.store) if one.kind is MessageKind.REPORT]
    assert reports == [name]


def test_after_a_crash_it_goes_on_from_where_it_was(here: Denials) -> None:
    dana = furnish(here)
    name = here.ask(dana, SHUT_OUT, with_delete=True, **shown(here, dana))
    for _ in range(4):
        here.step(name)
    action = here.again().carry_on(name)
    assert action.state is ActionState.DONE
    assert kinds(action) == [DENY, REVOKE, DELETE]
    assert here.aws.calls["organizations.UpdatePolicy"] == 1


def test_a_plan_that_changed_stops_it_after_the_deny(here: Denials) -> None:
    dana = furnish(here)
    before = shown(here, dana)
    here.org.assign(here.org.add_account("more"), here.org.add_permission_set("More"), "USER", dana)
    action = here.carry_on(here.ask(dana, SHUT_OUT, **before))
    assert action.state is ActionState.INCOMPLETE
    assert action.message.startswith("Stopped at the revoke")
    assert "changed since the plan was shown" in action.message
    assert denied_users(here.text()) == {dana}
    assert len(here.org.truth(dana)) == 3


def test_a_deny_that_fails_stops_it_before_anything_is_taken_away(here: Denials) -> None:
    dana = furnish(here)
    before = shown(here, dana)
    here.aws.faults.add(Fault("organizations.UpdatePolicy", code="AccessDeniedException", times=None))
    action = here.carry_on(here.ask(dana, SHUT_OUT, **before))
    assert action.state is ActionState.FAILED
    assert "Stopped at the emergency deny" in action.message
    assert len(here.org.truth(dana)) == 2


def test_a_deny_that_does_not_hold_everywhere_is_no_reason_to_stop(here: Denials) -> None:
    place = here.org.management_account_id, here.org.add_permission_set("OrgAdmin")
    dana = here.leaver("dana", place)
    here.scan()
    only_scp = here.with_rules(strategy=DenyStrategy.SCP)
    action = only_scp.carry_on(only_scp.ask(dana, SHUT_OUT, **shown(only_scp, dana)))
    assert kinds(action) == [DENY, REVOKE]
    assert action.state is ActionState.INCOMPLETE
    assert "does not hold" in action.message
    assert here.org.truth(dana) == []


def test_somebody_enabled_in_the_meantime_is_left_alone(here: Denials) -> None:
    dana = furnish(here)
    before = shown(here, dana)
    here.org.set_status(dana, "ENABLED")
    action = here.carry_on(here.ask(dana, SHUT_OUT, **before))
    assert action.state is ActionState.FAILED
    assert denied_users(here.text()) == frozenset()
    assert len(here.org.truth(dana)) == 2


def test_without_any_way_to_deny_it_begins_with_the_revoke(here: Denials) -> None:
    dana = furnish(here)
    none = here.with_rules(policy_ids=(), strategy=DenyStrategy.SCP)
    action = none.carry_on(none.ask(dana, SHUT_OUT, **shown(none, dana)))
    assert action.state is ActionState.DONE
    assert kinds(action) == [REVOKE]


def test_while_it_runs_no_other_action_on_the_user_begins(here: Denials) -> None:
    dana = furnish(here)
    name = here.ask(dana, SHUT_OUT, **shown(here, dana))
    here.step(name)
    for kind in (REVOKE, DENY, LIFT, DELETE, SHUT_OUT):
        with pytest.raises(AlreadyUnderWay):
            here.ask(dana, kind)


def test_its_case_is_closed_as_revoked_by_who_pressed(here: Denials) -> None:
    dana = furnish(here)
    here.carry_on(here.ask(dana, SHUT_OUT, **shown(here, dana)))
    case = here.context.store.case(here.case(dana)).case
    assert (str(case.closed_reason), case.closed_by) == ("revoked", "U1")
