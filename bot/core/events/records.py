"""What one CloudTrail record from EventBridge is about. It proves nothing: only ids and times are used.

Sources: docs/facts.md#event-names, docs/facts.md#event-masking. Anybody who can write to the queue may have written the
record, so nothing of it is believed: no shape, no type, no size.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bot.core.events.subjects import (
    Dropped,
    DropReason,
    Event,
    Home,
    OfAnybody,
    OfGroup,
    OfUser,
    Says,
    Subject,
    Unknown,
)
from bot.core.events.watched import DETAIL_TYPE, NAMED, Whom
from bot.core.models import is_user_id
from bot.core.text import clean

# CloudTrail's placeholder for hidden values.
MASKED = "HIDDEN_DUE_TO_SECURITY_REASONS"
# Where a record may name a user, the places that hold nothing else first.
_USER_PLACES = (
    ("userId",),
    ("memberId", "userId"),
    ("memberId",),
    # In a real event of 2023 (AddMemberToGroup in the console); no page of AWS shows one.
    ("member", "memberId"),
    ("member", "userId"),
    ("entitlement", "principalRole", "principal", "identityCenter", "userId"),
    ("id",),
)
_GROUP_PLACES = (
    ("groupId",),
    ("entitlement", "principalRole", "principal", "identityCenter", "groupId"),
)
_EVENT_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
# A SCIM request changes a handful of attributes; do not search through thousands.
MOST_OPERATIONS = 100
_PARTITIONS = {
    "cn": "aws-cn",
    "us-gov": "aws-us-gov",
    "us-iso": "aws-iso",
    "us-isob": "aws-iso-b",
    "eu-isoe": "aws-iso-e",
    "us-isof": "aws-iso-f",
    "eusc-de": "aws-eusc",
}
# EventBridge tries for a day, and SQS keeps a message for 14 at most: what claims to be older has a wrong time.
OLDEST = timedelta(days=15)


def read_event(body: object, home: Home) -> Event:
    """What this message is about: an envelope of EventBridge or a bare record of CloudTrail. Never raises."""
    if not isinstance(body, Mapping):
        return Event(Unknown())
    wrapped = "detail" in body or "detail-type" in body
    kind = _text(body, "detail-type")
    if wrapped and kind not in {"", DETAIL_TYPE}:
        return Event(Dropped(DropReason.NOT_OURS, _short(kind)))
    record = body.get("detail") if wrapped else body
    if not isinstance(record, Mapping):
        return Event(Unknown())
    at = time_of(_text(record, "eventTime")) or time_of(_text(body, "time"))
    event_id = _text(record, "eventID")
    return Event(_subject(record, home), event_id if _EVENT_ID.fullmatch(event_id) else "", at, _watched_source(record))


def time_of(text: str) -> datetime | None:
    """The time in UTC; None when it is none."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def trusted_time(at: datetime | None, now: datetime) -> datetime:
    """When it happened, at the latest: a time that is missing, to come, or older than queues keep is taken as now, so
    that no read before now makes the event old.
    """
    return at if at is not None and now - OLDEST <= at <= now else now


def _watched_source(record: Mapping[Any, Any]) -> str:
    """The source, if it has a watched event of this name; else ""."""
    source, name = _source_and_name(record)
    return source if name in NAMED.get(source, {}) else ""


def _source_and_name(record: Mapping[Any, Any]) -> tuple[str, str]:
    source = _text(record, "eventSource").removesuffix(".cn").removesuffix(".amazonaws.com")
    return source, _text(record, "eventName")


def _subject(record: Mapping[Any, Any], home: Home) -> Subject:
    source, name = _source_and_name(record)
    if not source or not name:
        return Unknown()
    if record.get("readOnly") in (True, "true", "True"):
        return Dropped(DropReason.READ_ONLY, _named(source, name))
    known = NAMED.get(source, {}).get(name)
    if known is None:
        return Dropped(DropReason.NOT_OURS, _named(source, name))
    if record.get("errorCode") or record.get("errorMessage"):
        return Dropped(DropReason.FAILED, _named(source, name))
    return _elsewhere(record, home) or _about(record, *known)


def _named(source: str, name: str) -> str:
    return _short(f"{source}.{name}")


def _short(text: str) -> str:
    """The beginning, without what a database or terminal cannot take: it is stored and logged."""
    return clean(text[:64])


def _elsewhere(record: Mapping[Any, Any], home: Home) -> Dropped | None:
    """Why it is about another directory; None if nothing shows that."""
    region, account = _text(record, "awsRegion"), _text(record, "recipientAccountId")
    if region and partition_of(region) != home.partition:
        return Dropped(DropReason.OTHER_PARTITION, partition_of(region))
    if account and home.accounts and account not in home.accounts:
        return Dropped(DropReason.OTHER_ACCOUNT, _short(account))
    parameters = record.get("requestParameters")
    store = _text(parameters, "identityStoreId")
    if store not in {"", MASKED, home.identity_store_id}:
        return Dropped(DropReason.OTHER_STORE, _short(store))
    instance = _text(parameters, "instanceArn").rpartition("/")[2] or _instance_of(_text(parameters, "applicationArn"))
    if instance not in {"", MASKED, home.instance_id}:
        return Dropped(DropReason.OTHER_STORE, _short(instance))
    return None


def partition_of(region: str) -> str:
    """The partition of a region, by its name."""
    prefix = region.rsplit("-", 2)[0]
    return _PARTITIONS.get(prefix, "aws")


def _instance_of(application_arn: str) -> str:
    """The instance in `arn:aws:sso::<account>:application/<instance>/<application>`; "" in any other text."""
    parts = application_arn.split("/")
    return parts[1] if len(parts) == 3 and parts[0].endswith(":application") else ""


def _about(record: Mapping[Any, Any], names: Whom, says: Says) -> Subject:
    if names is Whom.NOBODY:
        return OfAnybody()
    said = [record.get("requestParameters"), record.get("responseElements")]
    if names is Whom.PRINCIPAL:
        return _principal(said, says)
    user_id = _find(said, _USER_PLACES)
    if user_id:
        return OfUser(user_id, (_active(said[0]) or says) if says is Says.CHANGED else says)
    if says is Says.ACCESS:
        return OfAnybody()
    return _nobody(said, _USER_PLACES)


def _principal(said: Sequence[object], says: Says) -> Subject:
    kind, principal = _text(said[0], "principalType").upper(), _text(said[0], "principalId")
    if is_user_id(principal) and kind in {"USER", "GROUP"}:
        return OfUser(principal, says) if kind == "USER" else OfGroup(principal)
    if user_id := _find(said, _USER_PLACES[:-1]):
        return OfUser(user_id, says)
    if group_id := _find(said, _GROUP_PLACES):
        return OfGroup(group_id)
    return _nobody(said, [("principalId",), *_USER_PLACES, *_GROUP_PLACES])


def _nobody(said: Iterable[object], places: Iterable[Sequence[str]]) -> Subject:
    """It names nobody, because AWS hides it or the record has an unknown shape."""
    hidden = any(_text(one, *place) == MASKED for one in said for place in places)
    return Dropped(DropReason.MASKED) if hidden else Unknown()


def _find(said: Iterable[object], places: Sequence[Sequence[str]]) -> str:
    """The first id of a user or group (they have one form) in these places; "" when there is none."""
    texts = (_text(one, *place) for one in said for place in places)
    return next(filter(is_user_id, texts), "")


def _active(parameters: object) -> Says | None:
    """What a SCIM request says about `active`, in one of its operations or in the whole user."""
    body = parameters.get("httpBody") if isinstance(parameters, Mapping) else None
    if not isinstance(body, Mapping):
        return None
    operations = body.get("operations")
    values = [body.get("active")]
    for one in islice(operations, MOST_OPERATIONS) if isinstance(operations, list) else ():
        if isinstance(one, Mapping):
            value = one.get("value")
            whole = value.get("active") if isinstance(value, Mapping) else None
            values.append(value if _text(one, "path").lower() == "active" else whole)
    said = {str(value).lower() for value in values if isinstance(value, bool | str)} & {"true", "false"}
    if len(said) != 1:
        return None
    return Says.DISABLED if "false" in said else Says.ENABLED


def _text(value: object, *place: str) -> str:
    """The text at this place, inner maps by their keys; "" when there is none."""
    for key in place:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""
