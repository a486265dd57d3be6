"""CloudTrail's event history. One operation: an account's events in one region, newest first, for 90 days."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.playground.identity_center.operations.call import Answer, Call, Operation, denied
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.trail import KEPT, Event

MOST_EVENTS = 50
# Newest first means descending positions; the token counts upwards from the far end. Two to the 62nd.
FAR_END = 2**62


def _range(call: Call) -> tuple[datetime, datetime]:
    """The time range asked for. Raises AwsError InvalidTimeRangeException.

    "The time range is outside the range of possible values": taken strictly, nothing older than 90 days may be
    asked for (with an hour of tolerance for clocks that differ).
    """
    now = call.org.now()
    oldest = now - KEPT
    begin, end = call.parameters.get("StartTime"), call.parameters.get("EndTime")
    start = oldest if begin is None else datetime.fromtimestamp(begin, UTC)
    stop = now if end is None else datetime.fromtimestamp(end, UTC)
    if start > stop or (oldest - start).total_seconds() > 3600:
        raise AwsError("InvalidTimeRangeException", "The time range is not valid.", complaint=True)
    return max(start, oldest), stop


def _members(event: Event) -> dict[str, Any]:
    return {
        "EventId": event.id,
        "EventName": event.name,
        "ReadOnly": "true" if event.read_only else "false",
        **({"AccessKeyId": event.access_key} if event.access_key else {}),
        "EventTime": int(event.at.timestamp()),
        "EventSource": event.source,
        **({"Username": event.user_name} if event.user_name else {}),
        "Resources": [{"ResourceType": kind, "ResourceName": name} for kind, name in event.resources],
        "CloudTrailEvent": event.text(),
    }


def lookup_events(call: Call) -> Answer:
    if call.org.options.cloudtrail == "denied":
        raise denied(call)
    attributes = call.parameters.get("LookupAttributes") or []
    if len(attributes) > 1:  # "Currently the list can contain only one item"
        raise AwsError("InvalidLookupAttributesException", "Only one lookup attribute is allowed.", complaint=True)
    start, stop = _range(call)
    if call.parameters.get("EventCategory"):
        return {"Events": []}  # Insights events: there are none here
    wanted = next(((item["AttributeKey"], item["AttributeValue"]) for item in attributes), None)
    if wanted is not None and wanted[0] == "ReadOnly":
        wanted = ("ReadOnly", "true" if wanted[1].lower() == "true" else "false")

    def older(number: int) -> Iterator[Event]:
        place = (call.account_id, call.region)
        return call.org.trail.newest_first(place, wanted, start, stop, before=FAR_END - number)

    found, more = call.page(older, lambda event: FAR_END - event.position, MOST_EVENTS)
    return {"Events": [_members(event) for event in found], **more}


OPERATIONS: dict[str, Operation] = {"LookupEvents": lookup_events}
