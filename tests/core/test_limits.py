"""The hourly limits: who may begin, whose turn it is, and when the next place gets free."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.kinds import DELETE, DENY, KINDS, LIFT, PRUNE, RENAME, REVOKE, SHUT_OUT
from bot.core.rules.limits import HOUR, Claim, Hour, HourlyLimits, Pool, free_at, pool_of, turns

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
USERS = st.integers(0, 12).map("user-{}".format)
LIMITS = st.integers(1, 12).map(HourlyLimits)


@st.composite
def hours(draw: st.DrawFn) -> Hour:
    changed = draw(st.dictionaries(USERS, st.integers(0, 3600).map(lambda s: NOON - timedelta(seconds=s)), max_size=12))
    claims = [
        Claim(
            f"action-{number}",
            draw(USERS),
            Pool.CHANGES,
            draw(st.booleans()),
            NOON - timedelta(seconds=draw(st.integers(0, 9000))),
            parked=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    return Hour(NOON, {Pool.CHANGES: changed}, tuple(claims))


def begun(hour: Hour, claim: Claim) -> Hour:
    """The hour once this one has begun."""
    changed = {**hour.changed.get(claim.pool, {}), claim.user_id: hour.at}
    left = tuple(one for one in hour.queued if one.action_id != claim.action_id)
    return replace(hour, changed={**hour.changed, claim.pool: changed}, queued=left)


def test_what_counts_for_which_limit() -> None:
    assert {kind for kind in KINDS.values() if pool_of(kind) is Pool.CHANGES} == {REVOKE, DELETE, SHUT_OUT}
    assert {kind for kind in KINDS.values() if pool_of(kind) is None} == {LIFT, RENAME, PRUNE}
    assert pool_of(DENY) is Pool.DENIES
    assert pool_of(REVOKE, dry_run=True) is None


def test_rules_stop_at_four_fifths_and_denies_are_counted_apart() -> None:
    limits = HourlyLimits(100)
    assert [limits.of(pool, by_rule=rule) for pool in Pool for rule in (False, True)] == [100, 80, 250, 200]
    assert HourlyLimits(1).of(Pool.CHANGES, by_rule=True) == 1
    assert HourlyLimits(1000).of(Pool.DENIES, by_rule=False) == 1000


@given(LIMITS, hours())
def test_whoever_begins_when_free_never_leads_past_the_limit(limits: HourlyLimits, hour: Hour) -> None:
    for claim in sorted(hour.queued, key=lambda one: one.action_id):
        before = hour.changed[Pool.CHANGES]
        if free_at(limits, hour, claim) is None:
            hour = begun(hour, claim)
            most = limits.of(Pool.CHANGES, by_rule=claim.by_rule)
            assert claim.user_id in before or len(hour.changed[Pool.CHANGES]) <= most


@given(LIMITS, hours())
def test_as_many_are_let_go_as_there_are_places_and_nobody_who_comes_later_goes_first(
    limits: HourlyLimits, hour: Hour
) -> None:
    found = turns(limits, hour)
    assert list(found) == [claim.action_id for claim in hour.parked]
    for claim in hour.parked:
        assert free_at(limits, hour, claim) == found[claim.action_id]
    known = set(hour.changed[Pool.CHANGES])
    people = [claim for claim in hour.parked if not claim.by_rule and claim.user_id not in known]
    ready = {claim.user_id for claim in people if found[claim.action_id] is None}
    places = max(0, limits.changes - len(known))
    assert len(ready) == min(places, len({claim.user_id for claim in people}))
    assert list(dict.fromkeys(claim.user_id for claim in people))[: len(ready)] == list(
        dict.fromkeys(claim.user_id for claim in people if claim.user_id in ready)
    )


@given(LIMITS, hours(), USERS)
def test_another_action_on_somebody_who_was_changed_takes_no_place(
    limits: HourlyLimits, hour: Hour, user_id: str
) -> None:
    hour = replace(hour, changed={Pool.CHANGES: {**hour.changed[Pool.CHANGES], user_id: NOON}})
    assert free_at(limits, hour, Claim("new", user_id, Pool.CHANGES, by_rule=True, asked_at=NOON)) is None


@given(LIMITS, hours())
def test_a_rule_waits_for_every_person_who_waits(limits: HourlyLimits, hour: Hour) -> None:
    found = turns(limits, hour)
    waits = any(until for claim, until in zip(hour.parked, found.values(), strict=True) if not claim.by_rule)
    known = hour.changed[Pool.CHANGES]
    mine = Claim("rule", "nobody-else", Pool.CHANGES, by_rule=True, asked_at=NOON - 9 * HOUR)
    assert mine.user_id not in known
    if waits:
        assert free_at(limits, hour, mine)


@given(LIMITS, hours())
def test_the_first_in_line_may_begin_once_the_said_time_has_come(limits: HourlyLimits, hour: Hour) -> None:
    for action_id, until in list(turns(limits, hour).items())[:1]:
        if until is None:
            continue
        claim = next(one for one in hour.parked if one.action_id == action_id)
        later = {who: at for who, at in hour.changed[Pool.CHANGES].items() if at > until - HOUR}
        assert until >= NOON
        assert free_at(limits, replace(hour, at=until, changed={Pool.CHANGES: later}), claim) is None


def test_while_one_is_full_the_other_goes_on() -> None:
    full = {f"user-{number}": NOON for number in range(100)}
    hour = Hour(NOON, {Pool.CHANGES: full})
    assert free_at(HourlyLimits(), hour, Claim("a", "dana", Pool.CHANGES, by_rule=False, asked_at=NOON)) == NOON + HOUR
    assert free_at(HourlyLimits(), hour, Claim("a", "dana", Pool.DENIES, by_rule=True, asked_at=NOON)) is None
