"""How fast AWS may be asked: one token bucket for each quota, shared by everything that uses the quota."""

import threading
import time
from collections.abc import Callable


class Limiter:
    """A token bucket: `rate` requests a second on average, at most `burst` at once."""

    def __init__(
        self,
        rate: float,
        burst: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate, self._burst = rate, burst
        self._monotonic, self._sleep = monotonic, sleep
        self._tokens, self._at = burst, monotonic()
        self._lock = threading.Lock()

    def acquire(self) -> None:
        """Wait until one more request may be sent."""
        with self._lock:
            now = self._monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate) - 1
            self._at = now
            # Below zero is a place in the queue: the next ones wait longer, and all waiting is outside the lock.
            wait = -self._tokens / self._rate
        if wait > 0:
            self._sleep(wait)


# Identity Center: 20 a second for all of sso-admin together; Identity Store: read as 20 a second together, the
# stricter of two AWS pages. We take 15 and leave the rest to the console and to others (facts 2.1).
_COLLECTIVE = {"sso-admin": (15.0, 5.0), "identitystore": (15.0, 5.0)}
# Organizations has a quota for each operation, (rate, burst) of facts 2.2; we take three quarters.
_ORGANIZATIONS = {
    "ListAccounts": (8.0, 12.0),
    "DescribeOrganization": (1.0, 2.0),
    "DescribePolicy": (2.0, 2.0),
    "UpdatePolicy": (2.0, 3.0),
    "ListTargetsForPolicy": (5.0, 8.0),
}
# No quota is published for the others, such as ListParents.
_ORGANIZATIONS_OTHER = (1.0, 2.0)


class Limiters:
    """The limiter for an operation; made at first use, one for each quota."""

    def __init__(self) -> None:
        self._made: dict[str, Limiter] = {}
        self._lock = threading.Lock()

    def of(self, service: str, operation: str) -> Limiter:
        """The one limiter of the quota that `operation` of `service` counts against."""
        if service in _COLLECTIVE:
            name, (rate, burst) = service, _COLLECTIVE[service]
        else:
            name = f"{service}.{operation}"
            allowed, at_once = _ORGANIZATIONS.get(operation, _ORGANIZATIONS_OTHER)
            rate, burst = allowed * 0.75, max(1.0, at_once * 0.75)
        with self._lock:
            return self._made.setdefault(name, Limiter(rate, burst))
