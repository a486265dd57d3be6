"""Denies in service control policies: one line, written once for all that wait, read back, and nothing of others lost."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.actions import ActionState
from bot.core.deny.policy_document import Denied, change, denied_names, denied_users
from bot.core.deny.statements import DocumentKind
from bot.core.kinds import LIFT
from bot.core.plans.operations import OperationState
from bot.playground.identity_center import Fault, Organization
from bot.slack.messages import whole_report
from tests.fakes.aws import FakeAws
from tests.fakes.deny import FakeDeny
from tests.in_line import outdated
from tests.services.denials import PLACEHOLDER_POLICY, Denials, denials
from tests.world import words


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def _statement(sid: str) -> dict[str, object]:
    return {"Sid": sid, "Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}


def _add_statement(org: Organization, policy_id: str, sid: str) -> None:
    """What an administrator does at the same time: read, add a statement, write."""
    document = json.loads(org.policy_text(policy_id))
    document["Statement"].append(_statement(sid))
    org.update_scp(policy_id, json.dumps(document, indent=1))


def _sids(here: Denials, number: int = 0) -> set[str]:
    return {statement.get("Sid", "") for statement in json.loads(here.text(number))["Statement"]}


def test_a_deny_names_the_user_by_id_and_by_name_and_is_remembered_with_its_policy(here: Denials) -> None:
    dana = here.leaver("dana")
    action = here.carry_out(dana)
    assert action.state is ActionState.DONE
    assert denied_users(here.text()) == {dana}
    assert denied_names(here.text()) == {"dana@example.com"}
    known = here.context.store.deny(dana)
    assert known is not None
    assert (known.policy_id, known.names, known.confirmed) == (here.policy_ids[0], ("dana@example.com",), True)


@pytest.mark.parametrize("name", ["svc-*", "wh?", "${aws:username}"])
def test_a_name_that_would_match_others_is_denied_by_id_only(here: Denials, name: str) -> None:
    user = here.org.add_user(name, display_name="Odd")
    here.org.set_status(user, "DISABLED")
    here.carry_out(user)
    assert denied_users(here.text()) == {user}
    assert denied_names(here.text()) == frozenset()


def test_with_user_id_as_match_no_name_is_written(here: Denials) -> None:
    dana = here.leaver("dana")
    here.with_rules(names=False).carry_out(dana)
    assert denied_users(here.text()) == {dana}
    assert denied_names(here.text()) == frozenset()


def test_all_that_wait_are_written_with_one_request_a_policy(tmp_path: Path) -> None:
    with denials(tmp_path, policies=3) as here:
        users = [here.leaver(f"leaver-{number}") for number in range(250)]
        for user in users:
            here.ask(user)
        here.round()
        filled = [number for number in range(3) if denied_users(here.text(number))]
        assert set().union(*(denied_users(here.text(number)) for number in filled)) == set(users)
        assert filled == [0, 1]
        assert here.aws.calls["organizations.UpdatePolicy"] == len(filled)
        assert all(len(here.text(number)) <= 10_240 for number in filled)


def test_a_lift_and_a_deny_that_wait_together_are_one_request(here: Denials) -> None:
    dana, eve = here.leaver("dana"), here.leaver("eve")
    here.carry_out(dana)
    here.ask(dana, LIFT)
    here.ask(eve)
    here.work()
    assert denied_users(here.text()) == {eve}
    assert denied_names(here.text()) == {"eve@example.com"}
    assert here.aws.calls["organizations.UpdatePolicy"] == 2


def test_the_last_lift_leaves_the_placeholder_that_stood_there(tmp_path: Path) -> None:
    with denials(tmp_path) as here:
        own = here.text().replace("Add user ID here", "nobody-yet")
        here.org.update_scp(here.policy_ids[0], own)
        dana = here.leaver("dana")
        here.carry_out(dana)
        lifted = here.carry_out(dana, LIFT)
        assert lifted.state is ActionState.DONE
        assert json.loads(here.text()) == json.loads(own)
        assert here.context.store.deny(dana) is None


def test_a_change_between_our_read_and_the_one_before_writing_is_kept(tmp_path: Path) -> None:
    """With several policies the first was read a while ago, so it is read again."""
    with denials(tmp_path, policies=2) as here:
        dana, policy_id = here.leaver("dana"), here.policy_ids[0]
        here.aws.after(
            "organizations.DescribePolicy",
            lambda: _add_statement(here.org, policy_id, "Theirs"),
            when={"PolicyId": here.policy_ids[1]},
        )
        assert here.carry_out(dana).state is ActionState.DONE
        assert denied_users(here.text()) == {dana}
        assert "Theirs" in _sids(here)


def test_somebody_who_overwrites_us_is_noticed_and_the_deny_written_again_on_top(here: Denials) -> None:
    dana, policy_id = here.leaver("dana"), here.policy_ids[0]
    stale = json.loads(PLACEHOLDER_POLICY)
    stale["Statement"].append(_statement("Theirs"))
    here.aws.after("organizations.UpdatePolicy", lambda: here.org.update_scp(policy_id, json.dumps(stale)))
    assert here.carry_out(dana).state is ActionState.DONE
    assert denied_users(here.text()) == {dana}
    assert "Theirs" in _sids(here)


def test_a_policy_that_is_being_changed_at_this_moment_is_tried_again(here: Denials) -> None:
    dana = here.leaver("dana")
    here.aws.faults.add(Fault("organizations.UpdatePolicy", code="ConcurrentModificationException", times=2))
    assert here.carry_out(dana).state is ActionState.DONE
    assert denied_users(here.text()) == {dana}


def test_somebody_who_always_overwrites_us_ends_in_a_refusal_that_says_so(here: Denials) -> None:
    dana, policy_id = here.leaver("dana"), here.policy_ids[0]
    stop = here.aws.after(
        "organizations.UpdatePolicy", lambda: here.org.update_scp(policy_id, PLACEHOLDER_POLICY), once=False
    )
    action = here.carry_out(dana)
    stop()
    assert action.state is ActionState.FAILED
    assert "Somebody else keeps changing" in action.message
    assert here.context.store.deny(dana) is None


class Killed(BaseException):
    """The process ends here."""


class DiesAfterWriting(FakeDeny):
    """Writes, and never comes back."""

    def write(self, policy_id: str, text: str, before: str) -> None:
        super().write(policy_id, text, before)
        raise Killed


def test_a_crash_between_write_and_read_back_is_continued_without_a_second_write(here: Denials) -> None:
    dana = here.leaver("dana")
    here.ask(dana)
    assert isinstance(here.aws, FakeAws)
    doomed = replace(here, context=replace(here.context, deny=DiesAfterWriting(here.aws)))
    with pytest.raises(Killed):
        doomed.work()
    known = here.context.store.deny(dana)
    assert known is not None, "nobody may forget to lift what was written"
    assert not known.confirmed
    here.again().work()
    assert denied_users(here.text()) == {dana}
    assert here.aws.calls["organizations.UpdatePolicy"] == 1
    known = here.context.store.deny(dana)
    assert known is not None
    assert known.confirmed


@pytest.mark.parametrize("answer", ["given", "lost"])
def test_what_was_written_and_can_not_be_read_back_is_neither_done_nor_not_begun_nor_said_to_be_in_force(
    here: Denials, answer: str
) -> None:
    dana = here.leaver("dana")
    unreadable = Fault("organizations.DescribePolicy", code="AccessDeniedException", times=None)
    here.aws.after("organizations.UpdatePolicy", lambda: here.aws.faults.add(unreadable))
    if answer == "lost":
        here.aws.faults.add("organizations.UpdatePolicy", kind="lost_page", times=None)
    view = here.carry_out(dana)
    assert denied_users(here.text()) == {dana}
    assert (view.state, [one.state for one in view.outcomes]) == (ActionState.INCOMPLETE, [OperationState.UNKNOWN])
    told = words([message.blocks for message in whole_report(view)])
    assert "It is not known whether dana@example.com is denied" in told
    assert "outcome not known" in told
    assert "in force" not in told


def test_a_write_that_aws_refuses_is_told_as_refused(here: Denials) -> None:
    dana = here.leaver("dana")
    here.aws.faults.add("organizations.UpdatePolicy", code="AccessDeniedException", times=None)
    view = here.carry_out(dana)
    assert (view.state, [one.state for one in view.outcomes]) == (ActionState.FAILED, [OperationState.REFUSED])


def test_a_policy_that_is_attached_to_nothing_is_not_written(tmp_path: Path) -> None:
    with denials(tmp_path) as here:
        here.org.detach_scp(here.policy_ids[0], here.org.root_id)
        dana = here.leaver("dana")
        action = here.carry_out(dana)
        assert action.state is ActionState.FAILED
        assert "attached to nothing" in action.message
        assert here.text() == PLACEHOLDER_POLICY
        assert here.context.store.deny(dana) is None


def test_full_policies_are_refused_with_the_way_out_and_said_before(tmp_path: Path) -> None:
    with denials(tmp_path) as here:
        others = [Denied(str(uuid.UUID(int=number)), f"somebody-{number}@example.com") for number in range(143)]
        here.org.update_scp(here.policy_ids[0], change(here.text(), kind=DocumentKind.SCP, add=others))
        actions = [here.carry_out(here.leaver(f"leaver-{number}")) for number in range(4)]
        states = [action.state for action in actions]
        assert states[0] is ActionState.DONE
        assert states[-1] is ActionState.FAILED
        assert "leaverbot denies setup --name" in actions[-1].message
        notices = [message.text for message in outdated(here.context.store) if message.ref.startswith("nearly_full")]
        assert len(notices) == 1
        assert "full" in notices[0]


def test_a_user_lands_where_the_policy_reaches_the_most_of_the_users_accounts(tmp_path: Path) -> None:
    org = Organization(seed=1)
    unit = org.add_ou("sandboxes")
    with denials(tmp_path, org, policies=2) as here:
        account = org.add_account("prod")
        permission_set = org.add_permission_set("ReadOnlyAccess")
        here.org.attach_scp(here.policy_ids[0], unit)
        here.org.detach_scp(here.policy_ids[0], here.org.root_id)
        dana = here.leaver("dana", (account, permission_set))
        here.carry_out(dana)
        assert denied_users(here.text(0)) == frozenset()
        assert denied_users(here.text(1)) == {dana}


def test_operations_carry_the_time_they_were_done(here: Denials) -> None:
    dana = here.leaver("dana")
    action = here.carry_out(dana)
    (outcome,) = action.outcomes
    assert outcome.state is OperationState.DONE
    assert outcome.at == here.clock.now()


def test_a_policy_that_can_not_be_read_fails_lifts_and_no_deny_that_another_one_takes(tmp_path: Path) -> None:
    with denials(tmp_path, policies=2) as here:
        dana, eve = here.leaver("dana"), here.leaver("eve")
        here.carry_out(dana)
        here.aws.faults.add(
            Fault(
                "organizations.DescribePolicy",
                code="AccessDeniedException",
                times=None,
                when={"PolicyId": here.policy_ids[1]},
            )
        )
        lift, deny = here.ask(dana, LIFT), here.ask(eve)
        here.work()
        assert here.context.store.action(lift).state is ActionState.FAILED
        assert here.context.store.action(deny).state is ActionState.DONE
        assert denied_users(here.text()) == {dana, eve}


def test_a_policy_that_is_gone_keeps_nobody_from_being_lifted(tmp_path: Path) -> None:
    with denials(tmp_path, policies=2) as here:
        dana = here.leaver("dana")
        here.carry_out(dana)
        here.org.delete_scp(here.policy_ids[1])
        assert here.carry_out(dana, LIFT).state is ActionState.DONE
        assert denied_users(here.text()) == frozenset()
