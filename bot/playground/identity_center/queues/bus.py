"""EventBridge: the default bus of an account and region, whose rules send matching events to queues.

CloudTrail's events come from a trail that logs; write events match a rule that is enabled, others do not. Delivery is
at least once, in no order, and takes as long as it takes. (eventbridge userguide, eb-service-event-cloudtrail)
"""

import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.identity_center.queues.pattern import matches
from bot.playground.identity_center.queues.queue import Queue
from bot.playground.identity_center.state.trail import Event

_DETAIL_TYPES = {
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
}
_SENDER = "AIDAIT2UOQQY3AUEKVGXU"  # EventBridge's, as SenderId


@dataclass(slots=True, eq=False)
class Rule:
    """A rule on the default bus of `account_id` in `region`.

    delay_seconds   how much later than logged an event arrives
    jitter_seconds  how much later still, at random: each copy on its own, so that they come in another order
    lose, double    how many of the next matching events never arrive, or arrive twice; None: every one
    sent, lost      how many events it has sent so far (twice counts once), and lost
    """

    pattern: Mapping[str, Any]
    queue: Queue
    account_id: str
    region: str
    delay_seconds: float = 0.0
    jitter_seconds: float = 0.0
    lose: int | None = 0
    double: int | None = 0
    sent: int = 0
    lost: int = 0
    _random: random.Random = field(default_factory=lambda: random.Random(1))

    def take(self, event: Event, envelope: Mapping[str, Any]) -> None:
        """Send it to the queue, if it matches."""
        here = (event.account_id, event.region) == (self.account_id, self.region)
        if not here or not matches(self.pattern, envelope):
            return
        if self.lose is None or self.lose > 0:
            self.lose = self.lose and self.lose - 1
            self.lost += 1
            return
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
        for _ in range(self._copies()):
            late = self.delay_seconds + self.jitter_seconds * self._random.random()
            self.queue.send(body, _SENDER, late)
        self.sent += 1

    def _copies(self) -> int:
        if self.double == 0:
            return 1
        self.double = self.double and self.double - 1
        return 2

    def calm(self) -> None:
        """Deliver everything once and at once from now on."""
        self.delay_seconds, self.jitter_seconds, self.lose, self.double = 0.0, 0.0, 0, 0


@dataclass(slots=True)
class Bus:
    """Every rule of the organization. Without a trail that logs, nothing arrives."""

    rules: list[Rule] = field(default_factory=list)
    trail_logs: bool = True

    def publish(self, event: Event) -> None:
        if self.trail_logs and self.rules and not event.read_only:
            envelope = self._envelope(event)
            for rule in self.rules:
                rule.take(event, envelope)

    def _envelope(self, event: Event) -> dict[str, Any]:
        detail = json.loads(event.text())
        return {
            "version": "0",
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, event.id)),
            "detail-type": _DETAIL_TYPES.get(detail["eventType"], "AWS API Call via CloudTrail"),
            "source": f"aws.{event.source.removesuffix('.amazonaws.com')}",
            "account": event.account_id,
            "time": detail["eventTime"],
            "region": event.region,
            "resources": [],
            "detail": detail,
        }
