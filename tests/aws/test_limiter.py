"""The limiters: never faster than AWS allows, actions first, slower when AWS says so."""

import threading
import time as real_time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.aws.requests.limiter import RECOVERY, SHARE, SLOWEST, Limiter, Limiters


class Time:
    """A clock that only moves when somebody waits, or is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float | None] = []

    def monotonic(self) -> float:
        return self.now

    def wait(self, _turn: threading.Condition, seconds: float | None) -> None:
        self.waits.append(seconds)
        self.now += seconds or 0.0

    def limiter(self, rate: float, burst: float) -> Limiter:
        return Limiter(rate, burst, monotonic=self.monotonic, wait=self.wait)


def sent_in(limiter: Limiter, time: Time, seconds: float) -> int:
    """How many requests get through in this time when there is always one more."""
    end, sent = time.now + seconds, 0
    while True:
        limiter.acquire()
        if time.now > end + 1e-9:
            return sent
        sent += 1


# how fast


@given(
    rate=st.floats(0.5, 50),
    burst=st.floats(1, 20),
    events=st.lists(st.one_of(st.floats(0, 3), st.just("throttled")), min_size=1, max_size=60),
)
def test_in_no_stretch_of_time_are_more_requests_sent_than_rate_and_burst_allow(
    rate: float, burst: float, events: list[float | str]
) -> None:
    time = Time()
    limiter = time.limiter(rate, burst)
    sent = []
    for event in events:
        if isinstance(event, str):
            limiter.throttled()
        else:
            time.now += event
        limiter.acquire()
        sent.append(time.now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            assert last - first + 1 <= burst + (sent[last] - sent[first]) * rate + 1e-4


@given(rate=st.floats(0.5, 50), burst=st.floats(1, 20))
def test_the_whole_rate_is_used(rate: float, burst: float) -> None:
    time = Time()
    assert sent_in(time.limiter(rate, burst), time, 60) >= int(burst) + 60 * rate - 2


def test_a_bucket_that_is_full_lets_a_request_through_at_once() -> None:
    time = Time()
    time.limiter(1, 1).acquire()
    assert time.waits == []


# throttled


@given(
    rate=st.floats(0.5, 50),
    gaps=st.lists(st.floats(1.01, 40.0), min_size=1, max_size=8),
    reports=st.integers(1, 20),
)
def test_each_throttling_halves_the_rate_however_many_requests_report_it_and_never_below_the_slowest(
    rate: float, gaps: list[float], reports: int
) -> None:
    time = Time()
    limiter = time.limiter(rate, 5)
    for gap in gaps:
        time.now += gap
        before = limiter.rate
        at = time.now
        for number in range(reports):
            time.now = at + 0.99 * number / reports
            limiter.throttled()
        time.now = at
        assert limiter.rate == pytest.approx(max(before / 2, rate * SLOWEST))


def test_throttled_again_and_again_a_limiter_goes_on_at_a_sixteenth_of_its_rate() -> None:
    time = Time()
    limiter = time.limiter(16, 5)
    for _ in range(100):
        limiter.throttled()
        time.now += 1.0
    limiter.throttled()
    assert limiter.rate == pytest.approx(1.0)


@given(rate=st.floats(0.5, 50), times=st.integers(1, 6), part=st.floats(0, 1))
def test_after_the_last_throttling_the_rate_rises_in_a_line_and_is_whole_again_after_half_a_minute(
    rate: float, times: int, part: float
) -> None:
    time = Time()
    limiter = time.limiter(rate, 5)
    for _ in range(times):
        time.now += 1.0
        limiter.throttled()
    low = limiter.rate
    time.now += RECOVERY * part
    assert limiter.rate == pytest.approx(low + (rate - low) * part)
    time.now += RECOVERY * (1 - part) + 1e-6
    assert limiter.rate == pytest.approx(rate)


@given(rate=st.floats(1, 50))
def test_after_a_throttling_the_bucket_is_empty_and_fills_as_the_rate_rises(rate: float) -> None:
    time = Time()
    limiter = time.limiter(rate, 10)
    limiter.throttled()
    assert sent_in(limiter, time, RECOVERY) == pytest.approx(rate * RECOVERY * 0.75, abs=2)


# whose turn


class Hand:
    """A clock moved by hand, for limiters that threads wait for."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def wait(self, turn: threading.Condition, seconds: float | None) -> None:
        turn.wait(None if seconds is None else 0.001)


def until(true: Callable[[], bool]) -> None:
    deadline = real_time.monotonic() + 5
    while not true():
        assert real_time.monotonic() < deadline
        real_time.sleep(0.0002)


def served(can_wait: list[bool], later: list[bool], first: int) -> list[tuple[int, bool]]:
    """Who gets the tokens, in order: `can_wait` are queued, and `later` come when `first` tokens are given."""
    hand, done, threads = Hand(), [], []
    limiter = Limiter(1, 1, monotonic=hand.monotonic, wait=hand.wait)
    limiter.acquire()

    def ask(number: int, waits: bool) -> None:
        limiter.acquire(can_wait=waits)
        done.append((number, waits))

    def queue(asked: list[bool]) -> None:
        for waits in asked:
            threads.append(threading.Thread(target=ask, args=(len(threads), waits)))
            threads[-1].start()
            until(lambda: len(limiter._actions) + len(limiter._background) + len(done) == len(threads))

    queue(can_wait)
    for given_out in range(1, len(can_wait) + len(later) + 1):
        hand.now += 1
        until(lambda given_out=given_out: len(done) == given_out)
        if given_out == first:
            queue(later)
    for thread in threads:
        thread.join()
    return done


@settings(max_examples=15, deadline=None)
@given(
    can_wait=st.lists(st.booleans(), min_size=1, max_size=6), later=st.lists(st.booleans(), max_size=3), data=st.data()
)
def test_an_action_is_never_overtaken_by_what_can_wait_and_within_its_kind_who_came_first_is_first(
    can_wait: list[bool], later: list[bool], data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, len(can_wait)))
    at_first = sorted(enumerate(can_wait), key=lambda asked: asked[1])
    rest = at_first[first:] + [(number + len(can_wait), waits) for number, waits in enumerate(later)]
    expected = at_first[:first] + sorted(rest, key=lambda asked: asked[1])
    assert served(can_wait, later, first) == expected


def test_only_the_first_in_the_queue_waits_for_time() -> None:
    timed = []

    def wait(turn: threading.Condition, seconds: float | None) -> None:
        timed.append(seconds is not None)
        turn.wait(seconds)

    limiter = Limiter(200, 1, wait=wait)
    threads = [threading.Thread(target=limiter.acquire, kwargs={"can_wait": True}) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Each waits once for its turn and about once for time; all woken for each token would be 200 waits.
    assert len(timed) <= 60


def test_who_is_interrupted_in_the_queue_leaves_it() -> None:
    time = Time()

    def interrupted(_turn: threading.Condition, _seconds: float | None) -> None:
        raise KeyboardInterrupt

    limiter = Limiter(1, 1, monotonic=time.monotonic, wait=interrupted)
    limiter.acquire()
    with pytest.raises(KeyboardInterrupt):
        limiter.acquire()
    time.now += 1
    limiter.acquire()


# the quotas


def test_all_of_sso_admin_shares_one_quota_and_organizations_has_one_for_each_operation() -> None:
    limiters = Limiters()
    assert limiters.of("sso-admin", "ListInstances") is limiters.of("sso-admin", "DeleteAccountAssignment")
    assert limiters.of("identitystore", "ListUsers") is not limiters.of("sso-admin", "ListInstances")
    assert limiters.of("organizations", "UpdatePolicy") is not limiters.of("organizations", "DescribePolicy")


def test_each_region_has_a_quota_of_its_own_but_organizations_has_no_regions() -> None:
    limiters = Limiters()
    here, there = "eu-west-1", "us-east-1"
    for call in (("sso-admin", "ListInstances"), ("cloudtrail", "LookupEvents")):
        assert limiters.of(*call, here) is limiters.of(*call, here)
        assert limiters.of(*call, here) is not limiters.of(*call, there)
    call = ("organizations", "ListAccounts")
    assert limiters.of(*call, here) is limiters.of(*call, there)


@pytest.mark.parametrize(
    ("service", "operation", "published", "at_once"),
    [
        ("sso-admin", "ListInstances", 20, 10),
        ("identitystore", "ListUsers", 20, 10),
        ("account-access", "ListEntitlements", 20, 10),
        ("cloudtrail", "LookupEvents", 2, 1),
        ("organizations", "ListAccounts", 8, 11),
        ("organizations", "ListDelegatedAdministrators", 5, 7),
        ("organizations", "UpdatePolicy", 2, 2),
        ("organizations", "DescribePolicy", 2, 1),
        ("organizations", "DescribeOrganization", 1, 1),
        ("organizations", "ListParents", 1, 1),
    ],
)
def test_nearly_all_of_what_aws_publishes_is_used(service: str, operation: str, published: float, at_once: int) -> None:
    time = Time()
    limiter = Limiters(time.limiter).of(service, operation)
    assert limiter.rate == pytest.approx(published * SHARE)
    for _ in range(at_once):
        limiter.acquire()
    assert time.waits == []
    limiter.acquire()
    assert time.waits != []
