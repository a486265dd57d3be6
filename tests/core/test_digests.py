"""Which cases of a digest have a message of their own."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.severity import Severity
from bot.core.cases import Case, CaseState
from bot.core.lists.digests import announced_alone, incidents_alone
from bot.core.lists.order import urgency
from bot.core.models import Use, User

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
# As many as people read before they mute a channel.
FIVE = 5
USE = Use("Federate", AT, "111111111111", "eu-west-1", "event-1")


def case(number: int, severity: Severity, used: bool, reviewed: bool, is_open: bool) -> Case:
    state = CaseState.OPEN if is_open else CaseState.CLOSED
    made = Case(f"case-{number}", User(f"user-{number}", f"user{number}"), (), severity, state, 1, AT, "scan", AT)
    if not used:
        return made
    return replace(made, severity=Severity.CRITICAL, used=USE, reviewed_at=AT if reviewed else None)


@st.composite
def digests(draw: st.DrawFn) -> tuple[list[Case], set[str]]:
    """Cases, and the ids of those that have a message of their own."""
    facts = st.tuples(st.sampled_from(Severity), st.booleans(), st.booleans(), st.booleans())
    cases = [case(number, *one) for number, one in enumerate(draw(st.lists(facts, max_size=30)))]
    alone = draw(st.sets(st.sampled_from([one.id for one in cases]))) if cases else set()
    return cases, alone


def worth_it(one: Case) -> bool:
    return one.unreviewed or (one.is_open and one.severity is Severity.CRITICAL)


@given(digests())
def test_at_most_five_are_announced_alone_the_most_urgent_incidents_and_critical_ones(
    digest: tuple[list[Case], set[str]],
) -> None:
    cases, alone = digest
    chosen = announced_alone(cases, alone)
    others = [one for one in cases if worth_it(one) and one.id not in {*alone, *chosen}]
    picked = [one for one in cases if one.id in chosen]
    assert all(worth_it(one) and one.id not in alone for one in picked)
    assert len(chosen) == len(set(chosen)) == min(len(picked) + len(others), max(0, FIVE - len(alone)))
    assert all(urgency(one) <= urgency(other) for one in picked for other in others)


@given(digests())
def test_five_incidents_at_a_time_have_a_message_and_who_reviews_them_all_has_seen_every_one(
    digest: tuple[list[Case], set[str]],
) -> None:
    cases, alone = digest
    before = {one.id for one in cases if one.unreviewed}
    seen = set(alone)
    for _ in range(len(cases) + 1):
        chosen = incidents_alone(cases, seen)
        standing = {one.id for one in cases if one.unreviewed} & {*seen, *chosen}
        assert not chosen or len(standing) <= FIVE
        seen |= set(chosen)
        cases = [replace(one, reviewed_at=AT) if one.id in standing else one for one in cases]
    assert before <= seen
