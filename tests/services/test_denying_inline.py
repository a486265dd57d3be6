"""Denies in inline policies of permission sets: what service control policies do not reach, and where there are none."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.actions import ActionState
from bot.core.authorization import DenyStrategy
from bot.core.deny.policy_document import denied_users
from bot.core.kinds import LIFT
from bot.core.plans.operations import OperationKind, OperationState
from bot.core.reasons import Code, Reason
from bot.playground.identity_center import Fault, Organization
from bot.playground.identity_center.changes.permission_sets import outdated
from bot.slack.wording.reasons import sentence
from tests.services.denials import Denials, denials
from tests.stand_ins import ticking

# As an administrator may have written it: spaces, an escape, no list around the statement.
FORMER = (
    '{\n "Version" : "2012-10-17",\n "Statement" : {"Effect": "Allow", "Action": ["s3:Get*"], "Resource": "\\u002a"}\n}'
)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def states(here: Denials, user: str) -> dict[tuple[str, str], bool]:
    """Whether the user's new sessions are let in, by account and permission set name, as the simulator says."""
    return {
        (row["account_id"], row["permission_set_name"]): row["new_session"]["allowed"]
        for row in here.org.try_to_get_in(user)
    }


def in_management(here: Denials, name: str = "OrgAdmin", **more: str) -> tuple[str, str]:
    return here.org.management_account_id, here.org.add_permission_set(name, **more)


def test_a_way_into_the_management_account_is_denied_by_its_permission_set(here: Denials) -> None:
    place, member = in_management(here), here.org.add_account("prod")
    dana = here.leaver("dana", place, (member, place[1]))
    here.org.open_session(dana, *place)
    action = here.carry_out(dana)
    assert action.state is ActionState.DONE, action.message
    assert not any(states(here, dana).values())
    assert outdated(here.org, (member, place[1])), "only the account that needs it is provisioned"
    assert all(cover.covered for cover in action.cover)


def test_lifting_puts_the_inline_policy_back_to_the_letter_and_provisions_it(here: Denials) -> None:
    place = in_management(here, inline_policy=FORMER)
    dana = here.leaver("dana", place)
    here.carry_out(dana)
    assert here.org.inline_policy(place[1]) != FORMER
    assert here.carry_out(dana, LIFT).state is ActionState.DONE
    assert here.org.inline_policy(place[1]) == FORMER
    assert here.org.provisioned_policy(*place) == FORMER
    assert all(states(here, dana).values())
    assert here.context.store.deny(dana) is None


def test_a_permission_set_without_a_policy_has_none_again_after_lifting(here: Denials) -> None:
    place = in_management(here)
    dana = here.leaver("dana", place)
    here.carry_out(dana)
    here.carry_out(dana, LIFT)
    assert here.org.inline_policy(place[1]) is None


def test_the_last_of_several_lifts_puts_the_former_policy_back(here: Denials) -> None:
    place = in_management(here, inline_policy=FORMER)
    dana, eve = here.leaver("dana", place), here.leaver("eve", place)
    here.carry_out(dana)
    here.carry_out(eve)
    here.carry_out(dana, LIFT)
    assert denied_users(here.org.inline_policy(place[1]) or "") == {eve}
    here.carry_out(eve, LIFT)
    assert here.org.inline_policy(place[1]) == FORMER


def test_what_somebody_else_changed_in_between_stays_when_lifted(here: Denials) -> None:
    place = in_management(here, inline_policy=FORMER)
    dana = here.leaver("dana", place)
    here.carry_out(dana)
    document = json.loads(here.org.inline_policy(place[1]) or "")
    theirs = {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}
    document["Statement"].append(theirs)
    here.org.put_inline_policy(place[1], json.dumps(document))
    here.carry_out(dana, LIFT)
    left = json.loads(here.org.inline_policy(place[1]) or "")["Statement"]
    assert theirs in left
    assert denied_users(here.org.inline_policy(place[1]) or "") == frozenset()
    assert len(left) == 2


def test_without_a_policy_every_permission_set_of_the_leaver_is_used_three_accounts_at_a_time(tmp_path: Path) -> None:
    org = Organization(seed=1, job_seconds=(0.2, 0.3), stopwatch=ticking())
    with denials(tmp_path, org, strategy=DenyStrategy.INLINE) as here:
        permission_set = org.add_permission_set("PowerUserAccess")
        accounts = [org.add_account(f"account-{number}") for number in range(5)]
        dana = here.leaver("dana", *((account, permission_set) for account in accounts))
        action_id = here.ask(dana)
        most = 0
        for _ in range(300):
            left = here.round()
            running = [
                outcome
                for outcome in here.context.store.action(action_id).outcomes
                if outcome.operation.kind is OperationKind.PROVISION and outcome.state is OperationState.RUNNING
            ]
            most = max(most, len(running))
            if not left:
                break
        assert here.context.store.action(action_id).state is ActionState.DONE
        assert not any(states(here, dana).values())
        assert most == 3
        assert "organizations.UpdatePolicy" not in here.aws.calls


def test_bystanders_with_the_same_permission_set_keep_their_access(here: Denials) -> None:
    place = in_management(here)
    dana = here.leaver("dana", place)
    eve = here.org.add_user("eve@example.com", display_name="Eve")
    here.org.assign(*place, "USER", eve)
    here.carry_out(dana)
    assert all(states(here, eve).values())
    assert here.org.bystanders({dana}) == []


def test_a_provisioning_that_fails_is_told_with_its_place_and_can_be_tried_again(here: Denials) -> None:
    place = in_management(here)
    dana = here.leaver("dana", place)
    here.aws.faults.add(
        Fault("sso-admin.ProvisionPermissionSet", kind="job_failed", message="Access denied by an SCP.")
    )
    action = here.carry_out(dana)
    assert action.state is ActionState.INCOMPLETE
    assert "Access denied by an SCP" in action.message
    assert denied_users(here.text()) == {dana}, "what could be done was done"
    assert here.carry_out(dana).state is ActionState.DONE
    assert not any(states(here, dana).values())


@pytest.mark.parametrize("said", ["assignment_not_found", "provision_not_found"])
def test_a_role_that_is_gone_by_now_needs_no_provisioning(tmp_path: Path, said: str) -> None:
    with denials(tmp_path, Organization(seed=1, job_seconds=(0.0, 0.05), provision_nowhere=said)) as here:
        place = in_management(here)
        dana = here.leaver("dana", place)
        here.aws.after("sso-admin.PutInlinePolicyToPermissionSet", lambda: here.org.unassign(*place, "USER", dana))
        action = here.carry_out(dana)
        details = [one.detail for one in action.outcomes if one.operation.kind is OperationKind.PROVISION]
        assert details == [sentence(Reason(Code.NOBODY_THERE))]
        assert all(one.state is OperationState.DONE for one in action.outcomes)


def test_a_crash_while_provisioning_is_continued(here: Denials) -> None:
    place = in_management(here)
    dana = here.leaver("dana", place)
    action_id = here.ask(dana)
    here.aws.faults.add(Fault("sso-admin.ProvisionPermissionSet", kind="lost_answer"))
    for _ in range(3):
        here.round()
    here.again().work()
    assert here.context.store.action(action_id).state is ActionState.DONE
    assert not any(states(here, dana).values())


def test_from_another_account_the_management_account_is_said_to_be_open(tmp_path: Path) -> None:
    org = Organization(seed=1, job_seconds=(0.0, 0.05))
    delegated = org.add_account("security")
    org.delegated_admin_account_id = delegated
    with denials(tmp_path, org, account_id=delegated, strategy=DenyStrategy.INLINE) as here:
        place, member = in_management(here), org.add_account("prod")
        other = org.add_permission_set("ReadOnlyAccess")
        dana = here.leaver("dana", place, (member, other))
        action = here.carry_out(dana)
        assert action.state is ActionState.INCOMPLETE
        assert states(here, dana) == {(place[0], "OrgAdmin"): True, (member, "ReadOnlyAccess"): False}
        assert {cover.account.id: cover.covered for cover in action.cover} == {place[0]: False, member: True}


def test_an_inline_policy_without_room_is_refused_and_nothing_is_changed(here: Denials) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": [f"arn:aws:s3:::{'b' * 60}{n}" for n in range(129)],
    }
    full = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    place = in_management(here, inline_policy=full)
    dana = here.leaver("dana", place)
    action = here.carry_out(dana)
    assert action.state is ActionState.INCOMPLETE
    assert "full" in action.message
    assert here.org.inline_policy(place[1]) == full
    assert denied_users(here.text()) == {dana}
