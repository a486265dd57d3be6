"""From which end to read."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.scan.coverage import Strategy
from bot.core.scan.strategy import LastScan, choose


@given(st.integers(0, 10**6), st.floats(0, 10**6))
def test_the_end_with_fewer_calls_is_chosen_and_both_numbers_are_said(people, others):
    how = choose("account", people=people, others=others)
    assert how.strategy is (Strategy.BY_LOCATION if others < people else Strategy.BY_PRINCIPAL)
    assert f"{people:,}" in how.why
    assert f"{others:,.0f}" in how.why


@given(st.integers(0, 10**6), st.floats(0, 10**6), st.sampled_from(Strategy))
def test_what_was_asked_for_is_done_whatever_it_takes(people, others, wanted):
    how = choose("account", people=people, others=others, wanted=(wanted, "asked for"))
    assert (how.strategy, how.why) == (wanted, "asked for")


@given(st.integers(0, 10**6), st.floats(0, 10**6), st.none() | st.tuples(st.sampled_from(Strategy), st.just("asked")))
def test_where_aws_allows_one_end_only_that_is_used(people, others, wanted):
    how = choose("account", people=people, others=others, only_by_location="AWS does not", wanted=wanted)
    assert (how.strategy, how.why) == (Strategy.BY_LOCATION, "AWS does not")


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_leavers_are_never_reckoned_as_fewer_than_themselves(before: int, groups: int, now: int) -> None:
    assert LastScan(before, before + groups).principals_of(now) >= now


@given(st.integers(1, 5000), st.integers(0, 5000))
def test_as_many_leavers_as_last_time_are_reckoned_with_as_many_groups(before: int, groups: int) -> None:
    assert LastScan(before, before + groups).principals_of(before) == before + groups


def test_without_a_last_scan_only_the_leavers_are_reckoned_with() -> None:
    assert LastScan.of(None).principals_of(7) == 7
