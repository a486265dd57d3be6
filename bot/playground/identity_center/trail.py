"""What CloudTrail has seen: events by account and region, in the order of their time."""

import bisect
import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

KEPT = timedelta(days=90)  # of event history (LookupEvents)


@dataclass(frozen=True, slots=True)
class Event:
    """One management event. `body` is all of it but what every event has: see `text`."""

    id: str
    sequence: int
    at: datetime
    account_id: str  # where it was logged
    region: str
    source: str
    name: str
    read_only: bool
    user_name: str | None
    access_key: str | None
    resources: tuple[tuple[str, str], ...]  # (type, name)
    body: dict[str, Any]

    @property
    def position(self) -> int:
        """Grows with the time of the event and tells events of one moment apart."""
        return (round(self.at.timestamp() * 1000) << 20) | (self.sequence & 0xFFFFF)

    def text(self) -> str:
        """The whole event, as JSON."""
        identity, *rest = self.body.items()
        whole = {
            "eventVersion": "1.11",
            identity[0]: identity[1],
            "eventTime": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": self.source,
            "eventName": self.name,
            "awsRegion": self.region,
            **dict(rest),
            "eventID": self.id,
            "readOnly": self.read_only,
            "managementEvent": True,
            "recipientAccountId": self.account_id,
            "eventCategory": "Management",
        }
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


class Trail:
    """The event history of every account and region."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"{seed} trail")
        self._count = 0
        self._events: dict[tuple[str, str], list[Event]] = {}

    def fresh_id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def add(self, body: dict[str, Any], **members: Any) -> Event:
        """Log an event. The first member of `body` is its userIdentity; `members` are the other fields of `Event`."""
        members = {"user_name": None, "access_key": None, "resources": (), **members}
        event = Event(id=self.fresh_id(), sequence=self._count, body=body, **members)
        self._count += 1
        bisect.insort(
            self._events.setdefault((event.account_id, event.region), []), event, key=lambda item: item.position
        )
        return event

    def newest_first(self, account_id: str, region: str) -> Iterator[Event]:
        return reversed(self._events.get((account_id, region), []))
