"""An action changes nothing of anybody but its own user, whatever the database says that it has begun."""

from datetime import UTC, datetime
from pathlib import Path

from bot.core.actions import Action
from bot.core.kinds import DELETE, PRUNE, REVOKE, Kind
from bot.core.models import User
from bot.core.plans.operations import Operation, OperationKind, OperationState
from bot.playground.identity_center import Organization
from tests.services.denials import ASKER, Denials, denials


def begun(here: Denials, kind: Kind, subject: str, *operations: Operation) -> Action:
    """Such an action, as somebody who can write the database would put it there, carried on."""
    now = datetime.now(UTC)
    made = Action(f"forged {kind.name}", kind.name, kind, User(subject, "dana"), None, ASKER, now)
    action = here.context.store.add_action(made)
    here.context.store.begin_action(action.id, operations, now)
    return here.carry_on(action.id)


def test_what_others_have_stays_theirs(tmp_path: Path) -> None:
    org = Organization(seed=1, account_access=True, job_seconds=(0, 0))
    lab, dev, grafana = org.add_account("lab"), org.add_permission_set("Dev"), org.add_application("Grafana")
    erin, staff = org.add_user("erin@example.com"), org.add_group("staff")
    org.assign(lab, dev, "USER", erin)
    org.assign_application(grafana, "USER", erin)
    entitlement = org.entitle(org.add_role(lab, "ops"), "USER", erin)
    membership = org.add_member(staff, erin)
    org.assign(lab, dev, "GROUP", staff)
    has = org.truth(erin)
    kinds = OperationKind
    with denials(tmp_path, org) as here:
        dana = here.leaver("dana")
        ended = begun(
            here,
            REVOKE,
            dana,
            Operation(kinds.DELETE_ASSIGNMENT, {"account_id": lab, "permission_set_arn": dev, "user_id": erin}, {}),
            Operation(kinds.DELETE_APPLICATION_ASSIGNMENT, {"application_arn": grafana, "user_id": erin}, {}),
            Operation(kinds.DELETE_ENTITLEMENT, {"entitlement_id": entitlement, "role_arn": "", "user_id": dana}, {}),
            Operation(kinds.LEAVE_GROUP, {"membership_id": membership, "group_id": staff, "user_id": dana}, {}),
        )
        deleted = begun(here, DELETE, dana, Operation(kinds.DELETE_USER, {"user_id": erin, "revision": ""}, {}))
        unused = org.add_permission_set("Unused")
        pruned = begun(here, PRUNE, dev, Operation(kinds.DELETE_PERMISSION_SET, {"permission_set_arn": unused}, {}))
    assert org.truth(erin) == has
    assert any(user.id == erin for user in org.users())
    about_others = [*ended.operations[:2], *deleted.operations, *pruned.operations]
    assert {op.state for op in about_others} == {OperationState.NOT_BEGUN}
    assert all("concerns another user" in op.detail for op in about_others)
