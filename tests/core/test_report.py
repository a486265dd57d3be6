"""The numbers of the daily summary."""

import statistics
from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.access.severity import Severity
from bot.core.cases import CaseState, CloseReason
from bot.core.models import GrantKind, Use, User
from bot.core.scan.coverage import Coverage, ScanStatus
from bot.core.scan.exposure import Exposure, Lengths
from bot.core.scan.report import MOST_LONGEST, summarize
from bot.core.views import DenyView
from tests.core import strategies as our

INTERVAL = timedelta(minutes=15)
SINCE = our.T0 + timedelta(days=10)
AT = SINCE + timedelta(days=1)


some_cases = st.lists(
    our.cases(st.builds(User, st.just("u"), updated_at=st.none() | our.moments), our.few_grants), max_size=8
)
ages = st.lists(st.timedeltas(timedelta(0), timedelta(days=2)), max_size=6)
statuses = st.sampled_from(ScanStatus)
kinds_read = st.sampled_from([tuple(GrantKind), (GrantKind.ACCOUNT,), ()])


@st.composite
def ledgers(draw):
    """Cases as the store hands them over: every open one, and those opened or closed since the last summary."""
    found = draw(some_cases)
    return [
        case
        for case in found
        if case.opened_at <= AT
        and (case.closed_at is None or case.closed_at <= AT)
        and (case.state is CaseState.OPEN or case.opened_at > SINCE or case.closed_at > SINCE)
    ]


@st.composite
def scan_lists(draw):
    """Scans that ended up to the summary, oldest first."""
    ends = sorted(draw(ages), reverse=True)
    return [Coverage(draw(statuses), AT - age, AT - age, kinds_read=draw(kinds_read)) for age in ends]


def of(cases, scans=(), denies=(), exposures=()):
    return summarize(cases, scans, denies, tuple(exposures), since=SINCE, at=AT, scan_due=AT - 2 * INTERVAL)


@given(ledgers())
def test_open_before_plus_opened_minus_closed_is_open_now(cases):
    summary = of(cases)
    closed = sum(count for _, _, count in summary.closed)
    assert summary.open_before + summary.opened - closed == summary.open_now
    assert summary.open_now == sum(case.state is CaseState.OPEN for case in cases)


@given(ledgers())
def test_open_cases_are_counted_once_by_severity_and_each_severity_is_named(cases):
    summary = of(cases)
    assert list(summary.open_by_severity) == list(Severity)
    for level, count in summary.open_by_severity.items():
        assert count == len([case for case in cases if case.state is CaseState.OPEN and case.severity is level])


@given(ledgers(), st.booleans())
def test_open_cases_whose_access_was_used_are_counted_whether_reviewed_or_not(cases, reviewed):
    use = Use("ConsoleLogin", AT, "111111111111", "eu-west-1", "e-1")
    cases = [replace(case, used=use, reviewed_at=AT if reviewed else None) for case in cases]
    assert of(cases).used_open == of(cases).open_now


@given(ledgers())
def test_closed_cases_are_counted_by_how_they_were_closed_and_by_whom(cases):
    closed = [case for case in cases if case.closed_at and case.closed_at > SINCE]
    summary = of(cases)
    ways = {(reason, who): count for reason, who, count in summary.closed}
    assert len(ways) == len(summary.closed)
    assert sum(ways.values()) == len(closed)
    for (reason, who), count in ways.items():
        matching = [case for case in closed if case.closed_reason == reason and case.closed_by == who]
        assert count == len(matching)


@given(ledgers(), st.randoms())
def test_the_summary_does_not_depend_on_the_order_of_the_cases(cases, random):
    shuffled = list(cases)
    random.shuffle(shuffled)
    one, other = of(cases), of(shuffled)
    assert replace(one, longest=()) == replace(other, longest=())
    assert [case.disabled_by for case in one.longest] == [case.disabled_by for case in other.longest]


@given(ledgers())
def test_the_oldest_is_the_open_case_of_who_has_been_disabled_longest(cases):
    oldest = of(cases).oldest
    still_open = [case for case in cases if case.state is CaseState.OPEN]
    assert (oldest is None) == (not still_open)
    known = [case.opened_at for case in still_open] + [
        case.user.updated_at for case in still_open if case.user.updated_at
    ]
    assert oldest is None or (oldest in still_open and oldest.disabled_by == min(known))


@given(ledgers())
def test_times_run_from_disabled_to_no_way_in_and_leave_out_who_was_enabled_again(cases):
    took = [
        (case.closed_at - case.disabled_by).total_seconds()
        for case in cases
        if case.closed_at and case.closed_at > SINCE and case.closed_reason is not CloseReason.ENABLED
    ]
    summary = of(cases)
    assert summary.worst_seconds == (max(took) if took else None)
    assert summary.median_seconds == (statistics.median(took) if took else None)


@given(ledgers(), scan_lists())
def test_all_clear_needs_nothing_open_and_a_complete_scan_just_now(cases, scans):
    """Just now: the newest scan there is, no older than two runs of the schedule."""
    newest = scans[-1] if scans else None
    expected = (
        not any(case.state is CaseState.OPEN for case in cases)
        and newest is not None
        and newest.status is ScanStatus.COMPLETE
        and set(newest.kinds_read) == set(GrantKind)
        and AT - newest.finished_at <= 2 * INTERVAL
    )
    assert of(cases, scans).all_clear is expected


@given(scan_lists(), st.sampled_from([ScanStatus.PARTIAL, ScanStatus.FAILED]))
def test_a_partial_or_failed_newest_scan_is_never_all_clear_whatever_came_before(scans, status):
    assume(scans)
    fresh = replace(scans[-1], status=ScanStatus.COMPLETE, kinds_read=tuple(GrantKind), finished_at=AT)
    assert of([], [*scans, fresh]).all_clear
    assert not of([], [*scans, fresh, replace(fresh, status=status)]).all_clear
    assert not of([], [*scans, replace(fresh, finished_at=AT - timedelta(hours=1))]).all_clear


def test_a_scan_that_ended_when_one_was_due_is_just_recent_enough():
    scan = Coverage(ScanStatus.COMPLETE, SINCE, AT - 2 * INTERVAL, kinds_read=tuple(GrantKind))
    assert of([], [scan]).all_clear
    assert not of([], [replace(scan, finished_at=scan.finished_at - timedelta(seconds=1))]).all_clear


@given(our.cases(only_open=True))
def test_what_happened_at_the_very_moment_of_a_summary_is_told_in_that_one_and_not_in_the_next(case):
    ended = {"state": CaseState.CLOSED, "closed_reason": CloseReason.GONE, "opened_at": our.T0}
    assert of([replace(case, closed_at=SINCE, **ended)]).closed == ()
    assert of([replace(case, closed_at=AT, **ended)]).closed == (("gone", None, 1),)
    assert (of([replace(case, opened_at=SINCE)]).opened, of([replace(case, opened_at=SINCE)]).open_before) == (0, 1)
    assert (of([replace(case, opened_at=AT)]).opened, of([replace(case, opened_at=AT)]).open_before) == (1, 0)
    assert of([], [Coverage(ScanStatus.COMPLETE, SINCE, SINCE)]).scans_total == 0
    assert of([], [Coverage(ScanStatus.COMPLETE, SINCE, AT)]).scans_total == 1


def test_without_any_scan_nothing_is_clear():
    summary = of([])
    assert not summary.all_clear
    assert (summary.last_scan, summary.scans_total, summary.oldest, summary.closed) == (None, 0, None, ())


@given(our.cases(only_open=True), our.coverages(st.just(ScanStatus.COMPLETE)))
def test_one_open_case_is_enough_not_to_be_clear(case, scan):
    assert not of([case], [replace(scan, finished_at=AT)]).all_clear


@given(scan_lists())
def test_scans_are_counted_when_they_ended_since_the_last_summary(scans):
    recent = [scan for scan in scans if scan.finished_at > SINCE]
    summary = of([], scans)
    assert summary.scans_total == len(recent)
    assert summary.scans_complete == len([scan for scan in recent if scan.status is ScanStatus.COMPLETE])
    assert summary.scans_failed == len([scan for scan in recent if scan.status is ScanStatus.FAILED])
    assert summary.last_scan == (scans[-1] if scans else None)


DENIES = st.builds(
    DenyView,
    user=our.users(),
    policy_id=st.just("p-1"),
    cover=st.just(()),
    since=our.moments,
    by=st.just("UBOB"),
    ends_at=st.none() | our.moments,
    missing=st.sampled_from(["", "a statement"]),
    stays=st.booleans(),
)


@given(st.lists(DENIES))
def test_every_deny_in_force_is_told_with_its_end_and_what_is_wrong_with_it(denies):
    assert of([], denies=iter(denies)).denies == tuple(denies)


@given(st.lists(DENIES, min_size=1))
def test_a_deny_in_force_keeps_nothing_from_being_clear(denies):
    fresh = Coverage(ScanStatus.COMPLETE, AT, AT, kinds_read=tuple(GrantKind))
    assert replace(of([], [fresh], denies), denies=()) == of([], [fresh])
    assert of([], [fresh], denies).all_clear


@given(ledgers())
def test_at_most_five_are_named_and_nobody_unnamed_has_been_disabled_longer(cases):
    longest = of(cases).longest
    others = [case for case in cases if case.state is CaseState.OPEN and case not in longest]
    assert len(longest) <= MOST_LONGEST
    assert not others or len(longest) == MOST_LONGEST
    assert all(one.disabled_by <= other.disabled_by for one in longest for other in others)


def test_a_week_and_four_weeks_count_what_ended_in_them_and_nothing_else():
    ended = {
        days: Exposure(AT - timedelta(days=days, hours=days), AT - timedelta(days=days)) for days in (0, 6, 7, 27, 28)
    }
    summary = of([], exposures=ended.values())
    assert summary.week == Lengths(2, 3 * 3600, 6 * 3600)
    assert summary.four_weeks == Lengths(4, 6.5 * 3600, 27 * 3600)
    assert of([]).week == Lengths()
