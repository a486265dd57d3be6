"""Values of the core as JSON: kept field by field under their own names, and read as they were."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.deny.placed import InlinePlace
from bot.core.models import Grant, GrantKind, Orphan, Use, User
from bot.core.plans.operations import Operation
from bot.core.plans.plan import Plan
from bot.core.waiting import Trouble, Wait
from tests.core import strategies as our
from tests.core.test_plans import plans
from tests.store.values import COVERAGE, kept, read

ALL_KINDS = tuple(GrantKind)
PLACES = st.builds(
    InlinePlace, our.names, st.lists(our.account_ids).map(tuple), st.lists(our.account_ids, max_size=2).map(tuple)
)
VALUES = st.one_of(
    our.users(),
    our.grants(kinds=ALL_KINDS),
    our.uses(),
    st.builds(Orphan, our.user_ids, our.grants(kinds=ALL_KINDS)),
    st.builds(Wait, st.none() | st.sampled_from(Trouble), our.moments, our.moments),
    PLACES,
)


@given(VALUES)
def test_a_value_is_kept_field_by_field_and_read_as_it_was(
    value: User | Grant | Use | Orphan | Wait | InlinePlace,
) -> None:
    data = kept(type(value), value)
    assert data == json.loads(json.dumps(asdict(value), default=datetime.isoformat))
    assert read(type(value), data) == value


@given(plans())
def test_an_operation_is_kept_with_its_arguments_and_what_is_shown(plan: Plan) -> None:
    for operation in plan.operations:
        data = kept(Operation, operation)
        assert data == {"kind": str(operation.kind), "args": operation.args, "shown": operation.shown}
        assert read(Operation, data) == operation


@given(our.moments)
def test_a_moment_keeps_its_offset(moment: datetime) -> None:
    data = kept(User, User("u", updated_at=moment))
    assert data["updated_at"] == moment.isoformat()
    assert read(User, data).updated_at.utcoffset() == UTC.utcoffset(None)


@given(our.users())
def test_a_user_stored_before_external_ids_were_kept_is_read_with_all_that_was_known(user: User) -> None:
    data = kept(User, user)
    del data["external_ids"]
    assert read(User, data) == replace(user, external_ids=())


@given(our.coverages())
def test_of_a_problem_the_coverage_of_a_scan_keeps_the_words_and_a_kind_that_is_unread_as_a_whole(
    coverage: object,
) -> None:
    data = kept(COVERAGE, coverage)
    for problem, stored in zip(coverage.problems, data["problems"], strict=True):
        assert set(stored) == ({"what", "why", "kind"} if problem.whole else {"what", "why"})
    assert read(COVERAGE, data) == coverage


def test_a_stored_scan_without_its_times_is_refused() -> None:
    data = {"status": "complete", "started_at": None, "finished_at": None, "problems": []}
    with pytest.raises(ValueError, match="started_at"):
        read(COVERAGE, data)


@given(our.coverages())
def test_a_scan_stored_by_an_older_leaverbot_has_no_principals(coverage: object) -> None:
    data = kept(COVERAGE, replace(coverage, principals=7))
    del data["principals"]
    assert read(COVERAGE, data) == replace(coverage, principals=0)
