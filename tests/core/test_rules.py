"""The values of rules: times as they are typed, whom a rule is about, the limits of the brake."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.severity import Severity
from bot.core.kinds import DENY, REVOKE
from bot.core.rules.announcements import LEAST_STANDS, MOST_STANDS, stands
from bot.core.rules.askers import RuleAsker, rule_asker
from bot.core.rules.brake import BrakeLimits
from bot.core.rules.durations import Durations, parse
from bot.core.rules.rules import AutoRules, DenyScope
from bot.core.terminal.askers import terminal_asker

TIMES = st.integers(0, 5_000).map(lambda minutes: timedelta(minutes=minutes))
DURATIONS = st.dictionaries(st.sampled_from(Severity), TIMES).map(Durations)


@given(DURATIONS)
def test_times_read_back_as_they_were_written(durations: Durations) -> None:
    assert parse(str(durations)) == durations


@pytest.mark.parametrize(
    ("text", "critical", "normal"),
    [
        ("30m", timedelta(minutes=30), timedelta(minutes=30)),
        ("3D", timedelta(days=3), timedelta(days=3)),
        ("critical=0m, high=4h", timedelta(0), None),
        ("", None, None),
    ],
)
def test_one_time_is_for_everybody_and_a_severity_that_is_not_named_has_none(
    text: str, critical: timedelta | None, normal: timedelta | None
) -> None:
    durations = parse(text)
    assert (durations.after(Severity.CRITICAL), durations.after(Severity.NORMAL)) == (critical, normal)


@pytest.mark.parametrize(
    "text", ["3", "-3d", "3w", "1.5h", "critical=1h,critical=2h", "worst=1h", "3d,high=1h", "9999d", ",,"]
)
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(text)


@given(st.sampled_from(DenyScope), st.sampled_from(DenyScope), st.sampled_from(Severity), st.booleans())
def test_a_wider_scope_covers_everybody_whom_a_narrower_one_covers(
    narrow: DenyScope, wide: DenyScope, severity: Severity, incident: bool
) -> None:
    order = list(DenyScope)
    if order.index(narrow) <= order.index(wide) and narrow.covers(severity, incident=incident):
        assert wide.covers(severity, incident=incident)


@given(TIMES)
def test_an_announcement_stands_for_the_time_of_its_rule_within_a_minute_and_a_day(after: timedelta) -> None:
    assert LEAST_STANDS <= stands(after) <= MOST_STANDS
    assert stands(after) == after or stands(after) in {LEAST_STANDS, MOST_STANDS}


def test_the_brake_allows_exactly_its_limits_and_no_share_of_few_people() -> None:
    limits = BrakeLimits(count=25, percent=5)
    assert [limits.exceeded(people, 10_000) for people in (25, 26)] == [False, True]
    assert [limits.exceeded(people, 200) for people in (9, 10, 11)] == [False, False, True]
    assert not limits.exceeded(25, 0)


def test_a_rule_is_written_as_its_setting_and_stored_as_no_person_could_be() -> None:
    rules = AutoRules(deny=DenyScope.CRITICAL, revoke=parse("3d"))
    revoke = rules.rule(REVOKE)
    assert revoke
    assert [str(rule) for rule in rules.rules] == ["LEAVERBOT_AUTO_DENY=critical", "LEAVERBOT_AUTO_REVOKE_AFTER=3d"]
    stored = RuleAsker(str(revoke)).stored
    assert rule_asker(stored) == RuleAsker("LEAVERBOT_AUTO_REVOKE_AFTER=3d")
    assert terminal_asker(stored) is None
    assert rule_asker("U0123ABCD") is None
    assert rules.rule(DENY)
    assert AutoRules().rules == ()
