"""Slack's rate limits: a bucket for each method, and one for each channel that is posted to."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

# "50+ per minute": Slack counts over a minute and tolerates bursts, so a bucket holds a minute's worth and
# refills evenly.
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
SPECIAL = 600  # auth.test and chat.getPermalink: "hundreds per minute"
# chat.postMessage: one message a second and channel, short bursts tolerated; "several hundred per minute" over all.
CHANNEL_BURST, CHANNEL_PER_MINUTE, WORKSPACE_PER_MINUTE = 10, 60, 300


@dataclass
class Bucket:
    size: float
    per_second: float
    left: float
    seen: float

    def take(self, at: float) -> float:
        """Take one token: 0, or the seconds until the next one."""
        self.left = min(self.size, self.left + (at - self.seen) * self.per_second)
        self.seen = at
        if self.left >= 1:
            self.left -= 1
            return 0
        return (1 - self.left) / self.per_second


class RateLimits:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def wait(self, method: str, tier: int, channel: str) -> int:
        """Count one call. Returns 0, or the whole seconds for ``Retry-After``."""
        with self._lock:
            if method == "chat.postMessage":
                waits = [
                    self._take(("channel", channel), CHANNEL_BURST, CHANNEL_PER_MINUTE),
                    self._take(("method", method), WORKSPACE_PER_MINUTE, WORKSPACE_PER_MINUTE),
                ]
            else:
                per_minute = TIERS.get(tier, SPECIAL)
                waits = [self._take(("method", method), per_minute, per_minute)]
        return math.ceil(max(waits))

    def _take(self, name: tuple[str, str], size: float, per_minute: float) -> float:
        at = time.monotonic()
        bucket = self._buckets.setdefault(name, Bucket(size, per_minute / 60, size, at))
        return bucket.take(at)
