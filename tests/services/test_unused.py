"""Permission sets that nobody is assigned: found, known since when, deleted only when still unused."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.actions import Action, ActionState
from bot.core.kinds import PRUNE, REVOKE, SHUT_OUT
from bot.core.models import PermissionSet
from bot.core.plans.plan import subject_of
from bot.playground.identity_center import Fault, Organization
from bot.services.actions.carry_out import Progress
from bot.services.permission_sets import read_unused
from tests.services.denials import ASKER, Denials, denials
from tests.services.test_playing import shown
from tests.stand_ins import ticking


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def prune(here: Denials, arn: str, **more: object) -> str:
    action = Action(
        id=here.context.new_id(),
        key=here.context.new_id(),
        kind=PRUNE,
        user=subject_of(PermissionSet(arn, "Old")),
        case_id=None,
        asker=ASKER,
        asked_at=here.clock.now(),
    )
    return here.context.store.add_action(action).id


def test_only_permission_sets_without_any_assignment_are_listed(here: Denials) -> None:
    used, old = here.org.add_permission_set("Used"), here.org.add_permission_set("Old")
    here.leaver("dana", (here.org.add_account("prod"), used))
    found = read_unused(here.context)
    assert [one.permission_set.arn for one in found.sets] == [old]
    assert found.total == 2


def test_since_when_is_remembered_from_the_first_time_it_was_seen_unused(here: Denials) -> None:
    old = here.org.add_permission_set("Old")
    first = here.clock.now()
    read_unused(here.context)
    here.clock.move(days=30)
    (again,) = read_unused(here.context).sets
    assert (again.permission_set.arn, again.since) == (old, first)


def test_a_scan_that_goes_through_every_account_notes_them_too(here: Denials) -> None:
    old, used = here.org.add_permission_set("Old"), here.org.add_permission_set("Used")
    here.leaver("dana", (here.org.add_account("prod"), used))
    walking = replace(here, context=replace(here.context, find_orphans=True))
    walking.scan()
    assert here.context.store.unused_since(old) == here.clock.now()
    assert here.context.store.unused_since(used) is None


def test_an_unused_permission_set_is_deleted_and_read_back(here: Denials) -> None:
    old = here.org.add_permission_set("Old")
    action = here.carry_on(prune(here, old))
    assert action.state is ActionState.DONE
    assert old not in here.org.permission_set_by_arn


def test_one_that_is_assigned_by_now_is_refused(here: Denials) -> None:
    old = here.org.add_permission_set("Old")
    name = prune(here, old)
    here.leaver("dana", (here.org.add_account("prod"), old))
    action = here.carry_on(name)
    assert action.state is ActionState.REFUSED
    assert "assigned in 1 account" in action.message
    assert old in here.org.permission_set_by_arn


def test_one_that_is_gone_by_now_is_refused_with_that(here: Denials) -> None:
    old = here.org.add_permission_set("Old")
    name = prune(here, old)
    here.org.delete_permission_set(old)
    assert "does not exist any more" in here.carry_on(name).message


def test_the_conflict_after_the_last_deprovisioning_is_waited_for(tmp_path: Path) -> None:
    org = Organization(seed=1, job_seconds=(0.0, 0.05), deprovision_seconds=1.0, stopwatch=ticking())
    with denials(tmp_path, org) as here:
        place = here.org.add_account("prod"), here.org.add_permission_set("Old")
        dana = here.leaver("dana", place)
        here.scan()
        revoke = here.carry_on(here.ask(dana, REVOKE, case_id=here.case(dana)))
        assert [found.name for found in revoke.emptied] == ["Old"]
        action = here.carry_on(prune(here, place[1]), steps=2000)
        assert action.state is ActionState.DONE, action.message
        assert place[1] not in here.org.permission_set_by_arn


def test_a_conflict_that_does_not_end_fails_in_time_with_what_aws_said(here: Denials) -> None:
    old = here.org.add_permission_set("Old")
    name = prune(here, old)
    here.aws.faults.add(Fault("sso-admin.DeletePermissionSet", code="AccessDeniedException", times=None))
    action = here.carry_on(name)
    assert action.state is ActionState.FAILED
    assert "DeletePermissionSet" in action.message


def test_a_revoke_that_leaves_others_assigned_offers_nothing(here: Denials) -> None:
    place = here.org.add_account("prod"), here.org.add_permission_set("Shared")
    dana = here.leaver("dana", place)
    eve = here.org.add_user("eve@example.com", display_name="Eve")
    here.org.assign(*place, "USER", eve)
    here.scan()
    revoke = here.carry_on(here.ask(dana, REVOKE, case_id=here.case(dana)))
    assert revoke.emptied == ()


def test_a_lost_answer_to_the_deletion_is_success_when_it_is_gone(here: Denials) -> None:
    old = here.org.add_permission_set("Old")
    name = prune(here, old)
    here.aws.faults.add(Fault("sso-admin.DeletePermissionSet", kind="lost_answer"))
    assert here.carry_on(name).state is ActionState.DONE
    assert here.step(name) is Progress.ENDED


def test_a_shut_out_that_emptied_one_offers_it_as_well(here: Denials) -> None:
    place = here.org.add_account("prod"), here.org.add_permission_set("Old")
    dana = here.leaver("dana", place)
    here.scan()
    action = here.carry_on(here.ask(dana, SHUT_OUT, **shown(here, dana)))
    assert [found.name for found in action.emptied] == ["Old"]
