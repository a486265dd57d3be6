"""Which of AWS's events leaverbot uses, as an EventBridge pattern; `leaverbot events pattern` prints it."""

from collections.abc import Mapping
from typing import Any

from bot.core.events.records import DETAIL_TYPE, WATCHED


def event_pattern() -> Mapping[str, Any]:
    """The pattern of the rule (docs/facts.md#event-delivery).

    `source` is left out, because nobody documents SCIM's. Refused calls changed nothing, so they are left out, too. A
    source with another one's event name matches as well, which costs a message and nothing else.
    """
    names = sorted({name for names in WATCHED.values() for name in names})
    return {
        "detail-type": [DETAIL_TYPE],
        "detail": {"eventSource": sorted(WATCHED), "eventName": names, "errorCode": [{"exists": False}]},
    }
