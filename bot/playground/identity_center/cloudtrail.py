"""CloudTrail's event history. One operation: an account's events in one region, the newest first, for 90 days."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.playground.identity_center.call import Answer, Call, Operation, denied
from bot.playground.identity_center.errors import AwsError
from bot.playground.identity_center.trail import KEPT, Event

MOST_EVENTS = 50
# Newest first means descending positions; the token counts upwards from the far end. Two to the 62nd.
FAR_END = 2**62

_ATTRIBUTES: dict[str, Callable[[Event, str], bool]] = {
    "EventId": lambda event, value: event.id == value,
    "EventName": lambda event, value: event.name == value,
    "EventSource": lambda event, value: event.source == value,
    "ReadOnly": lambda event, value: event.read_only == (value.lower() == "true"),
    # An event of Identity Center names nobody: "userName" is gone since 2025-07-14.
    "Username": lambda event, value: event.user_name == value,
    "AccessKeyId": lambda event, value: event.access_key == value,
    "ResourceType": lambda event, value: any(kind == value for kind, _ in event.resources),
    "ResourceName": lambda event, value: any(name == value for _, name in event.resources),
}


def _range(call: Call) -> tuple[datetime, datetime]:
    """The time asked for. Raises AwsError InvalidTimeRangeException.

    "The time range is outside the range of possible values": taken strictly, nothing older than 90 days may be
    asked for (an hour is left for clocks that differ).
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
        return {"Events": []}  # Insights events: there are none
    wanted = [(_ATTRIBUTES[item["AttributeKey"]], item["AttributeValue"]) for item in attributes]
    events = (
        event
        for event in call.org.trail.newest_first(call.account_id, call.region)
        if start <= event.at <= stop and all(fits(event, value) for fits, value in wanted)
    )
    found, more = call.page(events, lambda event: FAR_END - event.position, MOST_EVENTS)
    return {"Events": [_members(event) for event in found], **more}


OPERATIONS: dict[str, Operation] = {"LookupEvents": lookup_events}
