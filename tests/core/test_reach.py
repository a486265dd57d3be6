"""Whether rules reach further than before: switched on, made shorter, or freed of what kept them from somebody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.severity import Severity
from bot.core.kinds import DELETE, DENY, REVOKE
from bot.core.rules.durations import Durations, parse
from bot.core.rules.reach import Reach, stored_reach
from bot.core.rules.rules import AutoRules, DenyScope

DURATIONS = st.dictionaries(st.sampled_from(Severity), st.integers(0, 5_000).map(lambda one: timedelta(minutes=one)))
NAMES = st.text(max_size=12)
REACHES = st.builds(
    Reach.of,
    st.builds(
        AutoRules,
        st.one_of(st.none(), st.sampled_from(DenyScope)),
        DURATIONS.map(Durations),
        DURATIONS.map(Durations),
    ),
    st.lists(NAMES, max_size=3),
    asks_entra=st.booleans(),
    dry_run=st.booleans(),
)
NOTHING = Reach()
REVOKES = replace(NOTHING, revoke=parse("critical=1h,high=3d"), protected=frozenset({"admin@example.com", "svc-*"}))


def acts_sooner(reach: Reach, before: Reach) -> bool:
    """Said another way: for some kind and some leaver, the time is shorter, or there was none."""
    for kind in (DENY, REVOKE, DELETE):
        for severity in Severity:
            for incident in (False, True):
                times = []
                for one in (reach, before):
                    rule = one.rules.rule(kind)
                    after = rule.after(severity, incident=incident) if rule else None
                    times.append(timedelta.max if after is None else after)
                if times[0] < times[1]:
                    return True
    return False


@given(REACHES)
def test_it_reads_back_as_it_was_stored(reach: Reach) -> None:
    assert stored_reach(str(reach)) == reach


@given(REACHES)
def test_what_stays_the_same_is_not_wider(reach: Reach) -> None:
    assert not reach.wider_than(reach)


@given(REACHES, REACHES)
def test_sooner_for_anybody_is_wider(before: Reach, after: Reach) -> None:
    if acts_sooner(after, before):
        assert after.wider_than(before)
    elif after.wider_than(before):
        lost = before.protected - after.protected
        assert lost or (before.asks_entra and not after.asks_entra) or (before.dry_run and not after.dry_run)


@given(REACHES, REACHES, REACHES)
def test_what_is_no_wider_than_something_narrow_is_no_wider_than_what_that_came_from(
    one: Reach, two: Reach, three: Reach
) -> None:
    """So it does not matter whether every step in between was looked at."""
    if two.acts and not two.wider_than(one) and not three.wider_than(two):
        assert not three.wider_than(one)


@pytest.mark.parametrize(
    ("change", "wider"),
    [
        ({"revoke": parse("critical=59m,high=3d")}, True),
        ({"revoke": parse("critical=2h,high=3d")}, False),
        ({"revoke": parse("critical=1h,high=3d,normal=30d")}, True),
        ({"revoke": parse("critical=1h")}, False),
        ({"delete": parse("30d")}, True),
        ({"deny": DenyScope.INCIDENT}, True),
        ({"protected": frozenset({"svc-*"})}, True),
        ({"protected": REVOKES.protected | {"more"}}, False),
        ({"asks_entra": True}, False),
        ({"dry_run": True}, False),
        ({"revoke": Durations(), "protected": frozenset()}, False),
    ],
)
def test_what_counts_as_wider(change: dict[str, object], wider: bool) -> None:
    assert replace(REVOKES, **change).wider_than(REVOKES) is wider


def test_without_the_check_in_entra_or_the_dry_run_they_reach_further() -> None:
    assert REVOKES.wider_than(replace(REVOKES, asks_entra=True))
    assert REVOKES.wider_than(replace(REVOKES, dry_run=True))


def test_protected_names_that_people_take_for_the_same_are_the_same() -> None:
    rules = AutoRules(revoke=parse("1h"))
    assert Reach.of(rules, ["Admin@Example.com"]) == Reach.of(rules, ["admin@example.COM"])


@pytest.mark.parametrize("text", ["LEAVERBOT_AUTO_RENAME=3d", "LEAVERBOT_AUTO_DENY=somebody", "revoke"])
def test_what_only_a_newer_version_stores_is_not_known(text: str) -> None:
    assert stored_reach(text) is None
