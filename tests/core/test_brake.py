"""When the brake engages, ends by itself and asks again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rules.brake import WINDOW, Brake, BrakeLimits, BrakeState, burst, digest_of, ends_by_itself

NOW = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
LIMITS = BrakeLimits(count=25, percent=5)
HOUR, MICROSECOND = timedelta(hours=1), timedelta(microseconds=1)
AGES = st.integers(-60, 3_000).map(lambda minutes: timedelta(minutes=minutes))
COUNTS = st.builds(BrakeLimits, st.integers(1, 40), st.integers(1, 100))


def turned(count: int, age: timedelta = HOUR, *, first: int = 0) -> dict[str, datetime]:
    return {f"user{number}": NOW - age for number in range(first, first + count)}


@pytest.mark.parametrize(
    ("people", "users", "engages"),
    [
        (25, 100_000, False),
        (26, 100_000, True),
        (10, 200, False),  # exactly 5 %
        (10, 199, True),
        (9, 20, False),  # a large share, but of few people
        (10, 20, True),
        (25, 0, False),  # nobody knows how many users there are
        (26, 0, True),
    ],
)
def test_exactly_a_limit_is_allowed_and_one_more_engages(people: int, users: int, engages: bool) -> None:
    assert bool(burst(LIMITS, turned(people), users, NOW)) is engages


def test_who_turned_exactly_a_day_ago_counts_and_who_did_before_does_not() -> None:
    today = turned(25)
    assert burst(LIMITS, today | turned(1, WINDOW, first=25), 10_000, NOW) == frozenset(map("user{}".format, range(26)))
    assert not burst(LIMITS, today | turned(1, WINDOW + MICROSECOND, first=25), 10_000, NOW)


@given(st.dictionaries(st.integers(0, 99).map(str), AGES), COUNTS, st.integers(0, 5_000))
def test_it_engages_for_all_who_turned_within_a_day_or_for_nobody(
    ages: dict[str, timedelta], limits: BrakeLimits, users: int
) -> None:
    recent = {name for name, age in ages.items() if age <= WINDOW}
    found = burst(limits, {name: NOW - age for name, age in ages.items()}, users, NOW)
    assert found == (recent if limits.exceeded(len(recent), users) else set())


@given(st.integers(0, 100), st.integers(0, 100), COUNTS, st.integers(0, 5_000))
def test_more_people_never_loosen_it(few: int, more: int, limits: BrakeLimits, users: int) -> None:
    if limits.exceeded(few, users):
        assert limits.exceeded(few + more, users)


@given(st.integers(0, 100), COUNTS, st.integers(0, 5_000))
def test_it_ends_exactly_when_those_left_would_not_engage_it(left: int, limits: BrakeLimits, users: int) -> None:
    assert ends_by_itself(limits, left, users) is not bool(burst(limits, turned(left), users, NOW))


def test_a_day_after_the_last_people_it_asks_once_and_once_more_after_further_people() -> None:
    brake = Brake("b1", BrakeState.ENGAGED, NOW, newest_at=NOW, asked_at=NOW)
    assert not brake.asks_again(NOW + WINDOW - MICROSECOND)
    assert brake.asks_again(NOW + WINDOW)
    asked = Brake("b1", BrakeState.ENGAGED, NOW, newest_at=NOW, asked_at=NOW + WINDOW)
    assert not asked.asks_again(NOW + 10 * WINDOW)
    further = Brake("b1", BrakeState.ENGAGED, NOW, newest_at=NOW + WINDOW + HOUR, asked_at=NOW + WINDOW)
    assert not further.asks_again(NOW + 2 * WINDOW)
    assert further.asks_again(NOW + 2 * WINDOW + HOUR)


def test_one_that_has_ended_asks_nobody() -> None:
    assert not Brake("b1", BrakeState.ENDED, NOW, newest_at=NOW, asked_at=NOW).asks_again(NOW + 9 * WINDOW)


def test_the_name_of_its_digest_leads_back_to_it() -> None:
    assert digest_of(Brake("b1", BrakeState.ENGAGED, NOW, NOW, NOW).digest) == "b1"
    assert digest_of("scan-1") == digest_of("events:1") == digest_of(None) == ""
