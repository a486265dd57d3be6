"""Users, grants and what was read of them."""

import re
from dataclasses import replace

import botocore.session
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.access.person_read import PersonRead, Problem, merge_unread
from bot.core.access.severity import Severity, severity
from bot.core.actions import ActionState
from bot.core.models import (
    DEAD_ACCOUNT_STATES,
    ExternalId,
    GrantKind,
    Group,
    User,
    UserStatus,
    is_user_id,
    without_details,
    worst_first,
)
from bot.core.plans.operations import OperationState
from tests.core import strategies as our

ALL_KINDS = tuple(GrantKind)


@pytest.fixture(scope="module")
def aws_pattern():
    """AWS's own form of a principal's id, from the model of its SDK."""
    model = botocore.session.get_session().get_service_model("sso-admin")
    return re.compile(model.shape_for("PrincipalId").metadata["pattern"])


@given(data=st.data())
def test_a_user_id_is_exactly_what_the_model_of_aws_calls_one(aws_pattern, data):
    text = data.draw(
        st.one_of(
            st.from_regex(aws_pattern, fullmatch=True),
            our.user_ids,
            st.text("0123456789abcdefABCDEF-", max_size=48),
            st.builds(str.__add__, our.user_ids, st.sampled_from(["\n", " ", "*", "0", "\u0660"])),
            our.names,
        )
    )
    assert is_user_id(text) == bool(aws_pattern.fullmatch(text))


@given(our.users())
def test_a_label_is_the_first_name_there_is_and_never_empty(user):
    assert user.label == next(text for text in (user.display_name, user.user_name, user.email, user.id) if text)


def test_whoever_has_an_external_id_is_managed_by_another_directory():
    ids = (ExternalId("https://scim.aws.com/directory", "jane"),)
    assert User("u", scim=True, external_ids=ids).external_ids == ids
    with pytest.raises(ValueError, match="external ids"):
        User("u", external_ids=ids)


@given(our.groups)
def test_a_group_without_a_name_is_called_by_its_id(group):
    assert group.label == (group.name or group.id)
    assert Group(group.id).label == group.id


@given(our.users(), our.uuids)
def test_only_a_users_revision_may_change_without_anybody_needing_to_see_it(user, revision):
    assert without_details(replace(user, revision=revision)) == without_details(user)
    assert without_details(replace(user, display_name=user.display_name + "x")) != without_details(user)


@given(our.grants(kinds=ALL_KINDS))
def test_a_grant_is_usable_unless_its_account_is_known_to_be_suspended_or_closed(grant):
    assert grant.usable == (grant.account_status not in {"SUSPENDED", "PENDING_CLOSURE", "CLOSED"})
    assert replace(grant, account_status=None).usable
    assert not any(replace(grant, account_status=state).usable for state in DEAD_ACCOUNT_STATES)


@given(our.grants(kinds=ALL_KINDS), our.grants(kinds=ALL_KINDS))
def test_names_and_states_do_not_make_a_grant_another_one_but_ids_do(grant, other):
    renamed = replace(
        grant,
        group_name="g",
        group_scim=True,
        account_name="a",
        account_status="CLOSED",
        permission_set_name="p",
        session_seconds=1,
    )
    assert renamed.key == grant.key
    fields = [
        "kind",
        "path",
        "group_id",
        "account_id",
        "permission_set_arn",
        "application_arn",
        "entitlement_id",
        "role_arn",
    ]
    same = all(getattr(grant, name) == getattr(other, name) for name in fields)
    assert (grant.key == other.key) == same


@pytest.mark.parametrize(
    "part",
    ["group_id", "account_id", "permission_set_arn", "application_arn", "entitlement_id", "role_arn"],
)
@given(grant=our.grants(kinds=ALL_KINDS))
def test_each_id_of_a_grant_counts(part, grant):
    assert replace(grant, **{part: "another"}).key != grant.key


def test_severities_rank_from_the_worst():
    assert sorted(Severity, key=lambda level: level.rank) == [Severity.CRITICAL, Severity.HIGH, Severity.NORMAL]


@given(our.grant_tuples(kinds=ALL_KINDS), st.sampled_from([None, our.MANAGEMENT_ACCOUNT]), st.randoms())
def test_worst_first_keeps_every_grant_and_does_not_depend_on_the_order_read(held, management, random):
    ordered = worst_first(held, management)
    assert sorted(ordered, key=lambda grant: grant.key) == sorted(held, key=lambda grant: grant.key)
    shuffled = list(held)
    random.shuffle(shuffled)
    assert worst_first(tuple(shuffled), management) == ordered


@given(our.grant_tuples(max_size=12), st.sampled_from([None, our.MANAGEMENT_ACCOUNT]))
def test_what_makes_a_case_critical_stands_on_top_and_dead_accounts_last(held, management):
    def rank(grant):
        if not grant.usable:
            return 3
        if grant.is_administrator:
            return 0
        return 1 if management is not None and grant.account_id == management else 2

    ranks = [rank(grant) for grant in worst_first(held, management)]
    assert ranks == sorted(ranks)
    assert (severity(held, management) is Severity.CRITICAL) == (bool(ranks) and ranks[0] < 2)


@given(our.grant_tuples(), our.person_reads(missing=st.just(())))
def test_a_complete_read_is_the_truth(known, read):
    assert read.complete
    assert merge_unread(known, read) == read.grants


@given(our.grant_tuples(), our.person_reads(missing=st.lists(our.problems, min_size=1, max_size=2).map(tuple)))
def test_an_incomplete_read_adds_grants_and_never_takes_one_away(known, read):
    merged = merge_unread(known, read)
    keys = [grant.key for grant in merged]
    assert len(keys) == len(set(keys))
    assert set(keys) == {grant.key for grant in (*known, *read.grants)}
    assert merge_unread(merged, read) == merged


@given(our.grant_tuples(), st.data())
def test_what_an_incomplete_read_could_not_see_of_a_grant_stays_as_it_was_known(known, data):
    """A permission set whose name could not be read this time is still AdministratorAccess."""
    assume(known)
    nothing = dict.fromkeys(
        ("group_name", "account_name", "account_status", "permission_set_name", "session_seconds"), None
    )
    blurred = tuple(replace(grant, **nothing, group_scim=False) for grant in known)
    seen = data.draw(st.lists(st.sampled_from(blurred), unique=True))
    read = PersonRead(User("u"), tuple(seen), (), (Problem("permission sets", "throttled"),))
    assert merge_unread(known, read) == known


@given(our.grants(), our.grants())
def test_what_an_incomplete_read_did_see_of_a_grant_counts(known, fresh):
    fresh = replace(fresh, account_id=known.account_id, account_status="CLOSED", account_name="New name")
    known = replace(fresh, account_status="ACTIVE", account_name="Old name")
    (merged,) = merge_unread((known,), PersonRead(User("u"), (fresh,), (), (Problem("groups", "throttled"),)))
    assert (merged.account_status, merged.account_name) == ("CLOSED", "New name")


@given(our.person_reads())
def test_a_read_is_complete_when_nothing_is_missing_from_it(read):
    assert read.complete == (read.unread == ())
    assert read.usable == tuple(grant for grant in read.grants if grant.usable)


def test_a_missing_status_is_neither_enabled_nor_disabled():
    assert User("u").status is UserStatus.UNKNOWN


def test_what_has_ended_is_told_from_what_has_not():
    assert {state for state in OperationState if not state.final} == {
        OperationState.WAITING,
        OperationState.ASKED,
        OperationState.RUNNING,
    }
    assert {state for state in ActionState if not state.final} == {ActionState.QUEUED, ActionState.RUNNING}
