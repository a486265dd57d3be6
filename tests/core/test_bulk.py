"""A bulk by its values alone: what its plan counts, who is asked next, when it ends, and what its people's seals cover."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.person_read import PersonRead
from bot.core.actions import Action, ActionState, Asker
from bot.core.bulk.bulk import BULK_KINDS, MOVES, OPEN, Bulk, BulkPerson, BulkState, LeftOut, bulk_of
from bot.core.bulk.next_step import AT_ONCE, BulkResult, Fate, counts, has_ended, to_ask
from bot.core.bulk.plan import over_limit, plan_bulk
from bot.core.bulk.typed import count_typed
from bot.core.cases import Case
from bot.core.kinds import DELETE, DENY, KINDS, REVOKE, SHUT_OUT, Kind
from bot.core.models import Group, Membership, Path, User
from bot.core.plans.operations import OperationKind
from bot.core.plans.plan import plan_revoke
from bot.core.rules.limits import Claim, Hour, HourlyLimits, Pool, free_at
from tests.core import strategies as our
from tests.core.test_limits import LIMITS, USERS, hours

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
KIND = st.sampled_from(BULK_KINDS)


def bulk_with(*people: BulkPerson, kind: Kind = REVOKE, state: BulkState = BulkState.RUNNING) -> Bulk:
    return Bulk("bulk-1", kind, "UALICE", "C1", "critical", NOON, people, state=state)


def person(number: int, left_out: LeftOut | None = None) -> BulkPerson:
    return BulkPerson(number, User(f"u-{number}", revision=f"r-{number}"), left_out=left_out)


def asked(bulk: Bulk, one: BulkPerson) -> Action:
    return Action(
        bulk.action_id(one),
        bulk.key(one),
        bulk.kind,
        one.user,
        None,
        Asker(bulk.by, bulk.channel),
        NOON,
        revision=one.user.revision,
    )


# How a person of a bulk can stand: left out, not asked for, or with an action in this state.
STANDS = [
    BulkResult(person(0, LeftOut.PROTECTED)),
    BulkResult(person(0)),
    BulkResult(replace(person(0), why="It is running already.")),
    BulkResult(person(0), ActionState.QUEUED, NOON),
    *(BulkResult(person(0), state) for state in ActionState),
]
results = st.lists(st.sampled_from(STANDS) | st.just(STANDS[1]), max_size=60).map(
    lambda found: [replace(one, person=replace(one.person, number=number)) for number, one in enumerate(found, 1)]
)
bulks = st.builds(lambda kind, state: bulk_with(kind=kind, state=state), KIND, st.sampled_from(BulkState))


@given(bulks, results)
def test_nobody_is_asked_for_twice_nor_left_out_ones_nor_anybody_while_it_does_not_run(
    bulk: Bulk, found: list[BulkResult]
) -> None:
    people = to_ask(bulk, found)
    waiting = [one.person for one in found if one.fate is Fate.WAITING]
    assert people == waiting[: len(people)]
    if bulk.state is not BulkState.RUNNING:
        assert people == []


@given(bulks, results)
def test_so_many_are_under_way_at_once_that_a_stop_leaves_the_rest_undone_but_denies_go_together(
    bulk: Bulk, found: list[BulkResult]
) -> None:
    people, now = to_ask(bulk, found), counts(found)
    busy = now.under_way + now.parked
    if bulk.kind is DENY:
        assert len(people) == (now.waiting if bulk.state is BulkState.RUNNING else 0)
    elif people:
        assert len(people) + busy <= AT_ONCE
        assert len(people) == min(now.waiting, AT_ONCE - busy)


@given(bulks, results)
def test_it_ends_when_nothing_is_under_way_and_nobody_is_left_to_be_asked_for(
    bulk: Bulk, found: list[BulkResult]
) -> None:
    now = counts(found)
    busy = now.under_way + now.parked
    if has_ended(bulk, found):
        assert not busy
        assert bulk.state in OPEN
        assert to_ask(bulk, found) == []
    elif bulk.state in OPEN:
        # Something is under way, or begins now.
        assert busy or to_ask(bulk, found)
    assert now.total == sum(one.fate is not Fate.LEFT_OUT for one in found)


def test_what_has_ended_never_moves_again_and_everything_open_can_end() -> None:
    assert {state for state, onwards in MOVES.items() if not onwards} == {BulkState.ENDED, BulkState.DROPPED}
    assert all(BulkState.ENDED in MOVES[state] for state in OPEN)
    assert BulkState.PREVIEW not in frozenset().union(*MOVES.values())


@st.composite
def reads_and_cases(draw: st.DrawFn) -> tuple[list[PersonRead], list[Case]]:
    """What was read of some people, with the memberships through which their grants come, and their cases."""
    reads, cases = [], []
    for _ in range(draw(st.integers(0, 2))):
        case = replace(draw(our.cases()), grants=draw(our.some_grants))
        groups = {grant.group_id: grant for grant in case.grants if grant.path is Path.GROUP}
        members = tuple(
            Membership(f"m-{group_id}", Group(group_id or "", grant.group_name or ""))
            for group_id, grant in groups.items()
        )
        cases.append(case)
        reads.append(PersonRead(case.user, case.grants, members))
    return reads, cases


@given(reads_and_cases(), st.sampled_from([REVOKE, SHUT_OUT]))
def test_the_plan_counts_what_the_revokes_of_its_people_would_do(
    found: tuple[list[PersonRead], list[Case]], kind: Kind
) -> None:
    reads, cases = found
    plan = plan_bulk(kind, len(cases), cases)
    single = [
        plan_revoke(read, management_account_id=case.management_account_id, caller_account_id=case.caller_account_id)
        for read, case in zip(reads, cases, strict=True)
    ]
    expected = Counter(operation.kind for one in single for operation in one.operations)
    if kind is SHUT_OUT:
        expected[OperationKind.ADD_TO_DENY] = len(cases)
    assert dict(plan.operations) == {what: count for what, count in expected.items() if count}
    assert sum(group.people for group in plan.groups) == expected[OperationKind.LEAVE_GROUP]
    assert plan.management == sum(len(one.needs_management_account) for one in single)


def test_a_deny_and_a_delete_count_people_not_ways_in() -> None:
    assert plan_bulk(DENY, 12, []).operations == ((OperationKind.ADD_TO_DENY, 12),)
    assert plan_bulk(DELETE, 12, []).operations == ((OperationKind.DELETE_USER, 12),)


@given(LIMITS, hours(), st.lists(USERS, min_size=1, unique=True))
def test_whoever_the_plan_says_must_wait_would_wait_if_all_were_asked_for_one_after_the_other(
    limits: HourlyLimits, hour: Hour, people: list[str]
) -> None:
    found = over_limit(limits, hour, REVOKE, people)
    now = replace(hour, queued=tuple(replace(claim, parked=True) for claim in hour.queued))
    waits = []
    for number, user_id in enumerate(people):
        claim = Claim(f"new-{number:06}", user_id, Pool.CHANGES, by_rule=False, asked_at=LATER, parked=True)
        waits += [until] if (until := free_at(limits, now, claim)) else []
        now = replace(now, queued=(*now.queued, claim))
    assert ((found.people, found.until) if found else (0, None)) == (len(waits), min(waits, default=None))


CHANGES = {
    "another person": {"user": User("u-9", revision="r-1")},
    "another revision": {"revision": "r-2"},
    "another kind": {"kind": SHUT_OUT},
    "another asker": {"asker": Asker("UBOB", "C1")},
    "the delete too": {"with_delete": True},
    "somebody who is not disabled": {"not_disabled": True},
    "a plan": {"digest": "d"},
    "a step": {"parent": "play-1"},
    "another id": {"id": "bulk-1-2"},
    "another key": {"key": "bulk:bulk-1:u-2"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_action_belongs_to_a_bulk_only_if_it_is_exactly_what_that_asks_for(change: str) -> None:
    bulk = bulk_with(person(1), person(2, LeftOut.ENABLED))
    action = asked(bulk, person(1))
    assert bulk.means(action)
    assert not bulk.means(replace(action, **CHANGES[change]))


def test_nobody_who_was_left_out_is_meant_and_a_dry_run_means_no_real_change() -> None:
    bulk = bulk_with(person(1), person(2, LeftOut.ENABLED))
    assert not bulk.means(asked(bulk, person(2, LeftOut.ENABLED)))
    dry = replace(bulk, dry_run=True)
    assert not dry.means(asked(bulk, person(1)))
    assert dry.means(replace(asked(bulk, person(1)), dry_run=True))


def test_a_seal_covers_whom_what_by_whom_and_whether_the_limit_is_raised() -> None:
    bulk, one = bulk_with(person(1)), person(1)
    others = [
        replace(bulk, id="bulk-2").sealed(one),
        replace(bulk, kind=DENY).sealed(one),
        replace(bulk, by="UBOB").sealed(one),
        replace(bulk, raises_limit=True).sealed(one),
        replace(bulk, dry_run=True).sealed(one),
        bulk.sealed(person(2)),
        bulk.sealed(replace(one, user=replace(one.user, revision="r-2"))),
    ]
    assert len({bulk.sealed(one), *others}) == len(others) + 1
    # How far it is does not matter.
    assert replace(bulk, state=BulkState.STOPPING, stopped_by="UBOB").sealed(one) == bulk.sealed(one)


@given(st.sampled_from(sorted(KINDS.values(), key=str)), st.integers(0, 30))
def test_the_number_is_typed_for_more_than_ten_people_and_for_every_delete(kind: Kind, size: int) -> None:
    bulk = bulk_with(*(person(number) for number in range(1, size + 1)), kind=kind)
    assert bulk.needs_count == (size > 10 or kind.deletes)


@given(st.integers(0, 10**8))
def test_a_number_is_read_however_people_group_its_digits(number: int) -> None:
    for text in (f"{number}", f"{number:,}", f" {number:,} ".replace(",", " "), f"{number:,}".replace(",", ".")):
        assert count_typed(text) == number


@pytest.mark.parametrize("typed", ["", "all", "12a", "-3", "+3", "1e3", "٣", "9" * 12, "1.2", "1 2", "12,", "12.0"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert count_typed(typed) is None


def test_the_bulk_of_an_action_is_known_by_its_key() -> None:
    bulk = bulk_with(person(1))
    assert bulk_of(bulk.key(person(1))) == "bulk-1"
    assert [bulk_of(key) for key in ("press:U1:x:1", "leave:bulk:deny", "")] == ["", "", ""]


@given(st.permutations([1, 2, 3]))
def test_the_digest_of_the_people_does_not_depend_on_their_order_but_on_each_of_them(order: list[int]) -> None:
    assert (
        bulk_with(*(person(n) for n in order)).people_digest == bulk_with(person(1), person(2), person(3)).people_digest
    )
    assert bulk_with(person(1), person(2)).people_digest != bulk_with(person(1), person(3)).people_digest
    assert bulk_with(person(1), person(2, LeftOut.GONE)).people_digest == bulk_with(person(1)).people_digest
