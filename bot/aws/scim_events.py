"""What CloudTrail logged of the company directory's own requests (SCIM)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.aws.requests.client import Aws
from bot.core.directory.provisioning import Looked
from bot.core.errors import AwsRejected
from bot.ports import Access

log = structlog.get_logger(__name__)

# docs/facts.md#event-names
SOURCE = "identitystore-scim.amazonaws.com"


def newest_requests(aws: Aws, access: Access, now: datetime, oldest: datetime, page: int) -> Looked:
    """The newest requests since `oldest`, from one page of at most `page` events. Raises any AwsError; AwsRejected
    where they are logged in another account.
    """
    management, caller = access.management_account_id(), access.caller_account_id()
    if management != caller:
        raise AwsRejected(
            f"AWS logs what your directory sends in the management account {management}; leaverbot runs in {caller}.",
            operation="cloudtrail.LookupEvents",
        )
    answer = aws.call(
        "cloudtrail",
        "LookupEvents",
        region=access.instance().region,
        LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": SOURCE}],
        StartTime=oldest,
        MaxResults=page,
    )
    items = answer.get("Events", [])
    times = [item["EventTime"].astimezone(UTC) for item in items if "EventTime" in item]
    back_to = min(times, default=oldest) if answer.get("NextToken") else oldest
    came = list(_outcomes(items))
    done, refused = ([at for at, worked in came if worked is outcome] for outcome in (True, False))
    return Looked(now, back_to, max(done, default=None), max(refused, default=None))


def _outcomes(items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[datetime, bool]]:
    """When each request was sent, and whether AWS carried it out. What cannot be understood counts as nothing."""
    for item in items:
        try:
            told = json.loads(item["CloudTrailEvent"])
            yield item["EventTime"].astimezone(UTC), not (told.get("errorCode") or told.get("errorMessage"))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            log.debug("an event cannot be understood", event_id=item.get("EventId"), why=repr(error))
