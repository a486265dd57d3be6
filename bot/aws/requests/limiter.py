"""How fast AWS may be asked: a token bucket for each quota, shared by everything that uses the quota."""

import threading
import time
from collections import deque
from collections.abc import Callable

# The share of a published rate that is used. The rest is for clocks that run differently and answers that overtake each
# other; whoever else uses the quota gets their share because we slow down when AWS says so.
SHARE = 0.97
# How slow throttling can make a limiter, as a fraction of its full rate.
SLOWEST = 1 / 16
# Requests under way together report the same throttling: reports this close together count once. In seconds.
ONE_REPORT = 1.0
# How long it takes to return to the full rate after the last throttling, in seconds.
RECOVERY = 30.0
# The rate rises while a request waits, so the first in the queue looks again after this many seconds.
LOOK_AGAIN = 1.0
# Floating point: a token counts as there when no more than this is missing; the next one then lacks it.
_NEARLY = 1e-6


class Limiter:
    """A token bucket: `rate` requests a second on average, at most `burst` at once; slower while AWS throttles."""

    def __init__(
        self,
        rate: float,
        burst: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[threading.Condition, float | None], object] = threading.Condition.wait,
    ) -> None:
        self._full, self._burst = rate, burst
        self._monotonic, self._wait = monotonic, wait
        self._tokens, self._at = burst, monotonic()
        # The rate was `_low` at `_slow_since` and rises from there; never throttled is the same as fully recovered.
        self._low, self._slow_since = rate, self._at - RECOVERY
        self._lock = threading.Lock()
        self._actions: deque[threading.Condition] = deque()
        self._background: deque[threading.Condition] = deque()

    @property
    def rate(self) -> float:
        """Requests a second, right now."""
        with self._lock:
            return self._rate_at(self._monotonic())

    def acquire(self, *, can_wait: bool = False) -> None:
        """Wait until one more request may be sent.

        First come, first served; but one that `can_wait` is not served while one that cannot is queued.
        """
        with self._lock:
            if self._first() is None and self._take():
                return
            self._queue(self._background if can_wait else self._actions)

    def throttled(self) -> None:
        """AWS refused a request for its rate: halve the rate, and return to the full one within `RECOVERY`."""
        with self._lock:
            now = self._monotonic()
            if now - self._slow_since < ONE_REPORT:
                return
            self._low = max(self._rate_at(now) / 2, self._full * SLOWEST)
            self._slow_since = self._at = now
            self._tokens = 0.0

    def _queue(self, queue: deque[threading.Condition]) -> None:
        """Wait in the queue until it is this request's turn. Only the first waits for time; it wakes the next."""
        turn = threading.Condition(self._lock)
        queue.append(turn)
        try:
            while not (self._first() is turn and self._take()):
                self._wait(turn, self._pause() if self._first() is turn else None)
        finally:
            queue.remove(turn)
            following = self._first()
            if following is not None:
                following.notify()

    def _first(self) -> threading.Condition | None:
        """Whose turn it is."""
        queue = self._actions or self._background
        return queue[0] if queue else None

    def _take(self) -> bool:
        """Take a token if there is one."""
        now = self._monotonic()
        self._tokens = min(self._burst, self._tokens + self._earned(now) - self._earned(self._at))
        self._at = now
        if self._tokens < 1 - _NEARLY:
            return False
        self._tokens -= 1
        return True

    def _pause(self) -> float:
        """How long until there is a token, at most; in seconds."""
        return min(LOOK_AGAIN, (1 - self._tokens) / self._rate_at(self._at))

    def _rate_at(self, moment: float) -> float:
        risen = min(1.0, (moment - self._slow_since) / RECOVERY)
        return self._low + (self._full - self._low) * risen

    def _earned(self, moment: float) -> float:
        """The tokens since the last throttling: the area under the rate, which rises linearly and then stays."""
        since = moment - self._slow_since
        rising = min(RECOVERY, since)
        return (
            self._low * rising
            + (self._full - self._low) * rising**2 / (2 * RECOVERY)
            + self._full * max(0.0, since - RECOVERY)
        )


# (rate, burst) that all operations of a service share in a region. AWS publishes no burst; half a second's worth is
# careful.
_COLLECTIVE = {
    # docs/facts.md#quota-identity-center
    "sso-admin": (20.0, 10.0),
    # Pages of AWS disagree, and this is the stricter reading: docs/facts.md#quota-identity-store
    "identitystore": (20.0, 10.0),
    # docs/facts.md#quota-account-access
    "account-access": (20.0, 10.0),
    # AWS publishes no limit: docs/facts.md#iam-users
    "iam": (5.0, 5.0),
    # AWS allows hundreds a second (IAM user guide, STS quotas); the bot asks once.
    "sts": (10.0, 10.0),
    # AWS publishes no limit for the requests of a standard queue: docs/facts.md#queue
    "sqs": (1000.0, 1000.0),
}
# In each account and region; no burst is published: docs/facts.md#quota-lookup-events
_LOOKUP_EVENTS = (2.0, 1.0)
# A quota for each operation and none for a region, (rate, burst): docs/facts.md#quota-organizations
_ORGANIZATIONS = {
    "ListAccounts": (8.0, 12.0),
    "DescribeOrganization": (1.0, 2.0),
    "DescribePolicy": (2.0, 2.0),
    "UpdatePolicy": (2.0, 3.0),
    "CreatePolicy": (2.0, 3.0),
    "AttachPolicy": (2.0, 3.0),
    "ListPolicies": (5.0, 8.0),
    "ListPoliciesForTarget": (5.0, 8.0),
    "ListTargetsForPolicy": (5.0, 8.0),
    "ListDelegatedAdministrators": (5.0, 8.0),
}
# No quota is published for the others, such as ListParents, so they get the slowest one that is.
_UNKNOWN = (1.0, 2.0)


class Limiters:
    """The limiter for an operation: one for each quota, created when first used."""

    def __init__(self, make: Callable[[float, float], Limiter] = Limiter) -> None:
        self._make = make
        self._made: dict[tuple[str, str, str], Limiter] = {}
        self._lock = threading.Lock()

    def of(self, service: str, operation: str, region: str = "") -> Limiter:
        """The one limiter of the quota that `operation` of `service` counts against in `region`."""
        if service in _COLLECTIVE:
            key = (service, "", region)
        else:
            key = (service, operation, "" if service == "organizations" else region)
        made = self._made.get(key)
        if made is None:
            with self._lock:
                made = self._made.setdefault(key, self._make(*_allowed(service, operation)))
        return made


def _allowed(service: str, operation: str) -> tuple[float, float]:
    """What we use: (rate, burst)."""
    if service in _COLLECTIVE:
        rate, burst = _COLLECTIVE[service]
    elif (service, operation) == ("cloudtrail", "LookupEvents"):
        rate, burst = _LOOKUP_EVENTS
    else:
        rate, published = _ORGANIZATIONS.get(operation, _UNKNOWN)
        # One less, because requests that are sent apart can arrive together.
        burst = max(1.0, published - 1)
    return rate * SHARE, burst
