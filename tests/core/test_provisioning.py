"""Whether users come from a company directory, and whether it is silent: never said of what nobody watched."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.directory.next_step import DirectoryKind
from bot.core.directory.provisioning import (
    GAP,
    Alive,
    CouldNotLook,
    Finding,
    Looked,
    NeverHeard,
    NoDirectory,
    NotCounted,
    NotLooked,
    OriginCounter,
    Origins,
    ScimWatch,
    Silent,
    TooEarly,
    finding_after,
    finding_of,
    judge,
)
from tests.core import strategies as our

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
FROM_ENTRA = Origins(NOW, 100, 87, (("https://sts.example", 87),))


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


times = st.floats(0, 120).map(ago)
looks = st.none() | st.builds(NotLooked, times, st.just("denied")) | st.builds(Looked, times, times, st.none(), times)
origins = st.none() | st.integers(0, 9).flatmap(
    lambda users: st.builds(Origins, times, st.just(users), st.integers(0, users))
)
watches = st.builds(ScimWatch, origins, st.none() | times, looks, st.none() | times, st.none() | times)
silences = st.integers(1, 90).map(lambda days: timedelta(days=days))
directories = st.none() | st.sampled_from(DirectoryKind)


@given(st.lists(our.users()))
def test_each_user_is_counted_once_and_issuers_stay_as_they_are(users):
    counter = OriginCounter()
    for user in users:
        counter.note(user)
    found = counter.origins(NOW)
    assert (found.users, found.external) == (len(users), sum(bool(user.external_ids) for user in users))
    for issuer, count in found.issuers:
        assert count == sum(issuer in {one.issuer for one in user.external_ids} for user in users)


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        (ScimWatch(), NotCounted()),
        (ScimWatch(Origins(NOW, 9, 0)), NoDirectory(Origins(NOW, 9, 0))),
        (ScimWatch(FROM_ENTRA, ago(6)), Alive(FROM_ENTRA, ago(6), NOW)),
        (ScimWatch(FROM_ENTRA), CouldNotLook(FROM_ENTRA)),
        (ScimWatch(FROM_ENTRA, trail=NotLooked(NOW, "denied")), CouldNotLook(FROM_ENTRA, "denied")),
        (ScimWatch(FROM_ENTRA, trail=Looked(NOW, ago(90))), NeverHeard(FROM_ENTRA, ago(90))),
        (ScimWatch(FROM_ENTRA, ago(19), Looked(NOW, ago(90), ago(19))), Silent(FROM_ENTRA, ago(19), ago(19), NOW)),
        # The bot has watched for three days only, so the silence before says nothing.
        (ScimWatch(FROM_ENTRA, ago(19), None, ago(3), NOW), TooEarly(FROM_ENTRA, ago(3), ago(19))),
        (ScimWatch(FROM_ENTRA, ago(19), None, ago(8), NOW), Silent(FROM_ENTRA, ago(19), ago(8), NOW)),
        # Nobody has looked for three days.
        (ScimWatch(FROM_ENTRA, ago(19), Looked(ago(3), ago(93), ago(19))), CouldNotLook(FROM_ENTRA, "", ago(19))),
        (ScimWatch(FROM_ENTRA, ago(19), None, ago(30), ago(3)), CouldNotLook(FROM_ENTRA, "", ago(19))),
    ],
)
def test_what_can_be_said_is_what_was_seen(watch, expected):
    assert judge(watch, NOW, WEEK) == expected


@given(watches, silences)
def test_silence_needs_a_known_request_and_somebody_who_watched_for_longer_than_that(watch, silence):
    found = judge(watch, NOW, silence)
    if not isinstance(found, Silent | NeverHeard):
        return
    assert NOW - found.since > silence
    trail, queue = watch.trail, watch.queue_since
    by_trail = isinstance(trail, Looked) and NOW - trail.at <= GAP and trail.back_to <= found.since
    by_queue = queue is not None and queue <= found.since and watch.checked_at and NOW - watch.checked_at <= GAP
    assert by_trail or by_queue
    assert isinstance(found, Silent) == (watch.event_at is not None)
    assert watch.origins
    assert watch.origins.external


@given(watches, silences)
def test_a_recent_request_is_life_whatever_else_could_not_be_read(watch, silence):
    assume(watch.origins is not None)
    assert isinstance(judge(replace(watch, event_at=NOW - silence), NOW, silence), Alive)


@given(st.lists(st.tuples(st.floats(0.1, 60).map(lambda hours: timedelta(hours=hours)), st.booleans()), min_size=1))
def test_the_queue_counts_as_watched_only_from_the_last_gap(steps):
    watch, now, seamless = ScimWatch(), NOW, None
    for step, works in steps:
        now += step
        seamless = None if not works else now if seamless is None or step > GAP else seamless
        watch = watch.listens(NOW if works else None, now)
        assert (watch.queue_since, watch.checked_at) == (seamless, now)


def test_nothing_counts_from_before_leaverbot_listened_to_the_queue():
    watch = ScimWatch(queue_since=ago(30), checked_at=ago(0.5)).listens(ago(2), NOW)
    assert watch.queue_since == ago(2)


@given(st.none() | times, st.lists(st.none() | times))
def test_the_newest_request_counts_in_whatever_order_they_come(first, others):
    watch = ScimWatch(event_at=first)
    for at in others:
        watch = watch.heard(at)
    assert watch.event_at == max(filter(None, (first, *others)), default=None)


def test_active_directory_may_leave_no_external_ids_so_none_means_nothing_there():
    found = NoDirectory(Origins(NOW, 9, 0))
    assert finding_of(found, DirectoryKind.OKTA) is finding_of(found, None) is Finding.NOBODY
    assert finding_of(found, DirectoryKind.AD) is Finding.NONE
    assert finding_of(NoDirectory(Origins(NOW, 0, 0)), None) is Finding.NONE


@given(st.lists(watches, min_size=1), directories)
def test_a_silence_is_new_only_after_a_request_or_another_kind_of_directory(history, kind):
    before = Finding.NONE
    for watch in history:
        found = judge(watch, NOW, WEEK)
        after = finding_after(before, found, kind)
        if finding_of(found, kind):
            assert after is finding_of(found, kind)
        elif before is Finding.SILENT and after is not before:
            assert isinstance(found, Alive | NeverHeard | NoDirectory)
        before = after


@pytest.mark.parametrize(
    "found",
    [NotCounted(), TooEarly(FROM_ENTRA, NOW), CouldNotLook(FROM_ENTRA, "denied")],
    ids=lambda it: type(it).__name__,
)
def test_what_cannot_be_told_now_does_not_end_a_silence(found):
    assert finding_after(Finding.SILENT, found, None) is Finding.SILENT
    assert finding_after(Finding.NONE, found, None) is Finding.NONE
