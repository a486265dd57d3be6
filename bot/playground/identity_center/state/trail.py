"""What CloudTrail has logged: events by account and region, in order of time."""

import bisect
import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

KEPT = timedelta(days=90)  # of event history (LookupEvents)


@dataclass(frozen=True, slots=True)
class Event:
    """One management event. `body` is everything but what all events have: see `text`."""

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
    position: int  # grows with time and tells simultaneous events apart

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


_position: Callable[[Event], int] = attrgetter("position")


def _moment(moment: datetime) -> int:
    """The first position of its millisecond."""
    return round(moment.timestamp() * 1000) << 20


def _attributes(event: Event) -> Iterator[tuple[str, str]]:
    """What LookupEvents can find an event by: (attribute, value)."""
    yield "EventId", event.id
    yield "EventName", event.name
    yield "EventSource", event.source
    yield "ReadOnly", "true" if event.read_only else "false"
    # Identity Center events name nobody: "userName" has been gone since 2025-07-14.
    if event.user_name:
        yield "Username", event.user_name
    if event.access_key:
        yield "AccessKeyId", event.access_key
    yield from (("ResourceType", kind) for kind in {kind for kind, _ in event.resources})
    yield from (("ResourceName", name) for name in {name for _, name in event.resources})


class Trail:
    """The event history of every account and region. Each event is passed on to `publish`."""

    def __init__(self, seed: int, publish: Callable[[Event], None] = lambda _event: None) -> None:
        self._publish = publish
        self._random = random.Random(f"{seed} trail")
        self._count = 0
        self._events: dict[tuple[Any, ...], list[Event]] = {}

    def fresh_id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def add(self, body: dict[str, Any], **members: Any) -> Event:
        """Log an event. The first member of `body` is its userIdentity; `members` are the other fields of `Event`."""
        members = {"user_name": None, "access_key": None, "resources": (), **members}
        position = _moment(members["at"]) | (self._count & 0xFFFFF)
        event = Event(id=self.fresh_id(), sequence=self._count, body=body, position=position, **members)
        self._count += 1
        place = (event.account_id, event.region)
        for key in (place, *((*place, *attribute) for attribute in _attributes(event))):
            bisect.insort(self._events.setdefault(key, []), event, key=_position)
        self._publish(event)
        return event

    def newest_first(
        self,
        place: tuple[str, str],
        attribute: tuple[str, str] | None,
        oldest: datetime,
        newest: datetime,
        *,
        before: int,
    ) -> Iterator[Event]:
        """What was logged in a place (account, region) between two moments, at positions below `before`.

        With an attribute (name, value), only the events that have it.
        """
        events = self._events.get((*place, *(attribute or ())), [])
        first = bisect.bisect_left(events, _moment(oldest), key=_position)
        end = min(before, _moment(newest + timedelta(milliseconds=1)))
        last = bisect.bisect_left(events, end, key=_position)
        return (event for at in reversed(range(first, last)) if oldest <= (event := events[at]).at <= newest)
