"""The queues of the organization, and who may use which."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.playground.identity_center.queues.bus import Rule
from bot.playground.identity_center.queues.queue import Queue
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.estate import Estate

_AT_AWS = re.compile(r"(?:sqs\.)?[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?|queue\.amazonaws\.com")
ABSENT = "The specified queue does not exist."


def add_queue(org: Estate, name: str, owner: str | None = None, region: str | None = None, **attributes: Any) -> Queue:
    """A queue in `owner`'s account (None: management) and region (None: the instance's), with attributes of `Queue`."""
    with org.edit():
        queue = Queue(
            name,
            owner or org.management_account_id,
            region or org.region,
            org.partition,
            org.now,
            org.options.stopwatch,
            **attributes,
        )
        if (queue.owner, queue.region, name) in org.queue_at:
            raise ValueError(f"there is a queue {name} already")
        org.queue_at[queue.owner, queue.region, name] = queue
        return queue


def delete_queue(org: Estate, queue: Queue) -> None:
    with org.edit():
        del org.queue_at[queue.owner, queue.region, queue.name]


def add_rule(
    org: Estate, pattern: Mapping[str, Any], queue: Queue, account: str | None = None, region: str | None = None
) -> Rule:
    """A rule that sends to this queue, on the default bus of an account and region (None: where the instance is).

    Nothing is sent for changes that are made on the organization directly unless it has the option `change_events`.
    """
    with org.edit():
        rule = Rule(pattern, queue, account or org.management_account_id, region or org.region)
        org.bus.rules.append(rule)
        return rule


def find(org: Estate, url: str, region: str) -> Queue:
    """The queue of this URL, for a request signed for `region`. Raises AwsError."""
    parts = urlsplit(url)
    owner, _, name = parts.path.strip("/").partition("/")
    queue = org.queue_at.get((owner, region, name))
    host = parts.hostname or ""
    if _AT_AWS.fullmatch(host) and (queue is None or host != queue.host) and region not in host:
        raise AwsError("InvalidAddress", f"The address {url} is not valid for this endpoint.")
    if queue is None:
        raise AwsError("QueueDoesNotExist", ABSENT)
    return queue
