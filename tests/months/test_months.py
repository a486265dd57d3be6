"""Rules over simulated months: nothing is done that must not be, and what should be done is done.

At length, and with each guard taken out: `python -m tests.months`.
"""

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.core.rules import guards
from tests.months.guards import DECISIONS, GUARDS, KEPT_TWICE
from tests.months.scenarios import SCENARIOS
from tests.months.script import script
from tests.months.trial import judged

# A sixth of them at a time, so that workers share them.
SOME, PARTS = 6, 6


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_goes_wrong_in_short_scripts_about_one_thing_each(part: int) -> None:
    for name in list(SCENARIOS)[part::PARTS]:
        assert not judged(SCENARIOS[name]), name


@pytest.mark.parametrize("part", range(PARTS))
def test_rules_do_what_they_should_and_nothing_else(part: int) -> None:
    for seed in range(part, SOME, PARTS):
        wrong = judged(script(seed))
        assert not wrong, (seed, script(seed), wrong)


def test_each_guard_of_a_decision_is_in_the_table_of_those_that_are_taken_out() -> None:
    assert set(DECISIONS) == {guard.__name__ for guard in guards.GUARDS}
    assert set(KEPT_TWICE) <= set(DECISIONS) <= set(GUARDS)


# One of the decision, one of the store, one of the services; all of them: python -m tests.months --mutations
@pytest.mark.parametrize(
    ("guard", "short"),
    [
        ("not_stopped", "stopped in the middle"),
        ("burst", "many at once"),
        ("between_operations", "stopped in the middle"),
        ("denied_in_aws", "denied, and then a lost database"),
        ("hour", "more than rules may change in an hour"),
    ],
)
def test_the_judge_notices_that_a_guard_is_missing(guard: str, short: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        GUARDS[guard].take_out(patch)
        assert judged(SCENARIOS[short])
