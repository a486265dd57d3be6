"""The limiters: never faster than AWS allows."""

from hypothesis import given
from hypothesis import strategies as st

from bot.aws.limiter import Limiter, Limiters


class Time:
    """A clock that only moves when somebody sleeps, or is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@given(
    rate=st.floats(0.5, 50),
    burst=st.floats(1, 20),
    pauses=st.lists(st.floats(0, 3), min_size=1, max_size=60),
)
def test_in_no_stretch_of_time_are_more_requests_sent_than_rate_and_burst_allow(
    rate: float, burst: float, pauses: list[float]
) -> None:
    time = Time()
    limiter = Limiter(rate, burst, monotonic=time.monotonic, sleep=time.sleep)
    sent = []
    for pause in pauses:
        time.now += pause
        limiter.acquire()
        sent.append(time.now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            assert last - first + 1 <= burst + (sent[last] - sent[first]) * rate + 1e-6


def test_a_bucket_that_is_full_lets_a_request_through_at_once() -> None:
    time = Time()
    Limiter(1, 1, monotonic=time.monotonic, sleep=time.sleep).acquire()
    assert time.now == 0


def test_all_of_sso_admin_shares_one_quota_and_organizations_has_one_for_each_operation() -> None:
    limiters = Limiters()
    assert limiters.of("sso-admin", "ListInstances") is limiters.of("sso-admin", "DeleteAccountAssignment")
    assert limiters.of("identitystore", "ListUsers") is not limiters.of("sso-admin", "ListInstances")
    assert limiters.of("organizations", "UpdatePolicy") is not limiters.of("organizations", "DescribePolicy")
