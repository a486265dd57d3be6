"""Where something can never be read (AD Sync, a missing right), what is known is shown, planned and taken away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core import kinds
from bot.core.actions import ActionState
from bot.core.cases import CaseState
from bot.core.kinds import DELETE, REVOKE
from bot.core.models import GrantKind
from bot.core.plans.operations import OperationKind, OperationState
from bot.core.scan.coverage import ScanStatus
from bot.core.views import DialogState
from bot.playground.identity_center import Organization
from bot.ports import StoredDialog
from bot.services.actions.dialog_views import view_of
from tests.services.denials import ASKER, Denials, denials


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path, Organization(seed=1, job_seconds=(0.0, 0.05), ad_sync=True)) as made:
        yield made


def furnish(here: Denials, name: str = "dana") -> str:
    return here.leaver(name, (here.org.add_account(f"prod-{name}"), here.org.add_permission_set(f"ReadOnly-{name}")))


def planned(here: Denials, user: str) -> tuple[DialogState, str]:
    dialog = StoredDialog("d", kinds.REVOKE, DialogState.READING, ASKER, user_id=user)
    view = view_of(here.context, dialog)
    return view.state, view.message


def test_with_ad_sync_what_is_known_is_revoked_and_the_case_stays_open(here: Denials) -> None:
    dana = furnish(here)
    here.scan()
    case_id = here.case(dana)
    state, message = planned(here, dana)
    assert state is DialogState.READY
    assert message.startswith("Not everything could be read: group memberships of")
    assert "AD Sync" in message
    assert "Try again" not in message
    action = here.carry_on(here.ask(dana, REVOKE, case_id=case_id))
    assert here.org.truth(dana) == []
    assert [outcome.state for outcome in action.outcomes] == [OperationState.DONE]
    assert (action.state, len(action.undo)) == (ActionState.INCOMPLETE, 1)
    assert "AD Sync" in action.message
    case = here.context.store.case(case_id).case
    assert (case.state, case.grants, case.read_complete) == (CaseState.OPEN, (), False)


def test_from_another_account_what_only_the_management_account_can_change_is_not_said_to_be_all(tmp_path: Path) -> None:
    org = Organization(seed=1, ad_sync=True)
    org.delegated_admin_account_id = security = org.add_account("security")
    with denials(tmp_path, org, account_id=security) as here:
        dana = here.leaver("dana", (org.management_account_id, org.add_permission_set("OrgAdmin")))
        refused = here.carry_on(here.ask(dana, REVOKE))
        assert refused.state is ActionState.REFUSED
        assert "What could be read of Dana is in the management account" in refused.message
        assert "Not everything could be read: account access manager: " in refused.message


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Denials]:
    """leaverbot in the delegated administrator's account, where AWS lists access by account and application only."""
    org = Organization(seed=1, job_seconds=(0.0, 0.05), ad_sync=True, account_access="absent")
    org.delegated_admin_account_id = security = org.add_account("security")
    with denials(tmp_path, org, account_id=security) as made:
        yield made


def test_a_revoke_is_read_back_as_the_scan_read_it(outside: Denials) -> None:
    """Nobody's groups can be asked for. That is no gap where no group gives any access, and both know that."""
    dana = furnish(outside)
    outside.scan()
    case_id = outside.case(dana)
    assert outside.context.store.case(case_id).case.read_complete
    assert planned(outside, dana) == (DialogState.READY, "")
    action = outside.carry_on(outside.ask(dana, REVOKE, case_id=case_id))
    assert action.state is ActionState.DONE
    assert outside.context.store.case(case_id).case.state is CaseState.CLOSED


def test_who_is_in_a_group_that_gives_access_is_read_from_the_group(tmp_path: Path) -> None:
    org = Organization(seed=1, job_seconds=(0.0, 0.05), account_access="absent")
    org.delegated_admin_account_id = security = org.add_account("security")
    with denials(tmp_path, org, account_id=security) as here:
        dana, group = here.leaver("dana"), org.add_group("viewers")
        org.add_member(group, dana)
        org.assign(org.add_account("prod"), org.add_permission_set("ReadOnly"), "GROUP", group)
        here.aws.faults.add("identitystore.ListGroupMembershipsForMember", code="AccessDeniedException", times=None)
        assert planned(here, dana) == (DialogState.READY, "")
        action = here.carry_on(here.ask(dana, REVOKE))
        assert action.state is ActionState.DONE
        assert [one.operation.kind for one in action.outcomes] == [OperationKind.LEAVE_GROUP]
        assert org.truth(dana) == []


def test_equal_problems_of_many_leavers_are_one_line_with_their_number(here: Denials) -> None:
    for number in range(5):
        furnish(here, f"leaver{number}")
    here.scan()
    coverage = here.context.store.last_scan()
    assert coverage
    assert coverage.status is ScanStatus.PARTIAL
    (problem,) = coverage.problems
    assert problem.what.startswith("group memberships of ")
    assert problem.what.endswith(" and 4 more like it")
    assert "AD Sync" in problem.why


def test_a_user_who_cannot_be_read_completely_is_not_deleted(here: Denials) -> None:
    dana = furnish(here)
    here.scan()
    user = here.context.directory.user(dana)
    action = here.carry_on(here.ask(dana, DELETE, revision=user.revision))
    assert action.state is ActionState.REFUSED
    assert dana in {one.id for one in here.org.users()}


@pytest.mark.parametrize(
    "operation", ["sso-admin.ListApplicationAssignmentsForPrincipal", "identitystore.ListGroupMembershipsForMember"]
)
def test_a_kind_whose_right_is_missing_stops_no_other_and_is_named(tmp_path: Path, operation: str) -> None:
    with denials(tmp_path, Organization(seed=1, job_seconds=(0.0, 0.05))) as here:
        dana = furnish(here)
        here.scan()
        here.aws.faults.add(operation, code="AccessDeniedException", times=None)
        state, message = planned(here, dana)
        assert state is DialogState.READY
        assert operation.partition(".")[2] in message
        action = here.carry_on(here.ask(dana, REVOKE, case_id=here.case(dana)))
        assert [outcome.state for outcome in action.outcomes] == [OperationState.DONE]
        assert here.context.store.case(here.case(dana)).case.state is CaseState.OPEN


def test_what_could_be_read_again_in_a_minute_is_waited_for(tmp_path: Path) -> None:
    with denials(tmp_path, Organization(seed=1)) as here:
        dana = furnish(here)
        here.scan()
        here.aws.faults.add("identitystore.ListGroupMembershipsForMember", code="InternalServerException", times=None)
        state, message = planned(here, dana)
        assert (state, "Try again in a minute" in message) == (DialogState.REFUSED, True)


def test_a_grant_seen_before_stays_where_its_kind_can_not_be_read_any_more(tmp_path: Path) -> None:
    with denials(tmp_path, Organization(seed=1, job_seconds=(0.0, 0.05))) as here:
        dana = furnish(here)
        application = here.org.add_application("Grafana")
        here.org.assign_application(application, "USER", dana)
        here.scan()
        case_id = here.case(dana)
        for name in ("ListApplicationAssignmentsForPrincipal", "ListApplications", "ListApplicationAssignments"):
            here.aws.faults.add(f"sso-admin.{name}", code="AccessDeniedException", times=None)
        here.carry_on(here.ask(dana, REVOKE, case_id=case_id))
        (left,) = here.context.store.case(case_id).case.grants
        assert left.kind is GrantKind.APPLICATION
