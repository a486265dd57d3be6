"""The queue that EventBridge sends AWS's events to: SQS, or whatever speaks its protocol (AWS_ENDPOINT_URL_SQS)."""

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from bot.aws.requests.client import Aws
from bot.aws.requests.errors import understood
from bot.core.errors import AwsError, AwsRejected, AwsUnavailable
from bot.ports import MOST_AT_ONCE, Delivery

# What leaverbot's identity needs on the queue; the right to delete covers batches.
RIGHTS = frozenset({"sqs:ReceiveMessage", "sqs:DeleteMessage"})
# A short poll asks only some of a queue's servers and may miss what is there; a long one asks all of them.
SHORTEST_WAIT = 1
# How long to retry a request to the queue, in seconds, on top of the wait of a receive: the caller has
# its own pauses.
PATIENCE = 10.0
# The codes of a receipt that no longer deletes anything; its message is delivered again.
_TOO_OLD = frozenset({"ReceiptHandleIsInvalid", "InvalidParameterValue"})
# The hosts of a queue's URL that name its region: today's, two older ones, and an endpoint in one's own network.
_HOSTS = (
    r"sqs(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?",
    r"([a-z0-9-]+)\.queue\.amazonaws\.com(?:\.cn)?",
    r"[a-z0-9-]+\.sqs\.([a-z0-9-]+)\.vpce\.amazonaws\.com(?:\.cn)?",
    r"sqs\.([a-z0-9-]+)\.api\.aws",
)


class SqsQueue:
    """Implements `ports.EventsQueue`. `url` is the queue's; requests go to the region in it, if it names one.

    It never asks for a shorter wait than `shortest_wait` seconds.
    """

    def __init__(self, aws: Aws, url: str, shortest_wait: int = SHORTEST_WAIT) -> None:
        self._aws, self._url, self._shortest_wait = aws, url, shortest_wait
        self._region = region_of(url)
        self._lock = threading.Lock()
        self._closed = False
        self._waiting: set[SimpleQueue[dict[str, Any] | BaseException]] = set()

    def receive(self, wait_seconds: int) -> Sequence[Delivery]:
        wait = max(wait_seconds, self._shortest_wait)
        answer = self._until_closed(
            lambda: self._ask(
                "ReceiveMessage",
                PATIENCE + wait,
                MaxNumberOfMessages=MOST_AT_ONCE,
                WaitTimeSeconds=wait,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        )
        return [_delivery(message) for message in answer.get("Messages", ())]

    def delete(self, receipts: Sequence[str]) -> None:
        if not receipts:
            return
        entries = [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(receipts)]
        answer = self._ask("DeleteMessageBatch", PATIENCE, Entries=entries)
        failed = [one for one in answer.get("Failed", ()) if one.get("Code") not in _TOO_OLD]
        if failed:
            raise _not_deleted(failed)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for outcomes in self._waiting:
                outcomes.put({})

    def _ask(self, operation: str, patience: float, **parameters: Any) -> dict[str, Any]:
        return self._aws.call_within(patience, "sqs", operation, region=self._region, QueueUrl=self._url, **parameters)

    def _until_closed(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The answer, or an empty one as soon as the queue is closed; a request under way cannot be taken back."""
        outcomes: SimpleQueue[dict[str, Any] | BaseException] = SimpleQueue()
        with self._lock:
            if self._closed:
                return {}
            self._waiting.add(outcomes)
        context = copy_context()
        work = threading.Thread(
            target=lambda: outcomes.put(context.run(_outcome, ask)), name="events-queue", daemon=True
        )
        work.start()
        outcome = outcomes.get()
        with self._lock:
            self._waiting.discard(outcomes)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def _outcome(ask: Callable[[], dict[str, Any]]) -> dict[str, Any] | BaseException:
    try:
        return ask()
    except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
        return error


def region_of(url: str) -> str | None:
    """The region that a queue's URL names, or None."""
    host = urlsplit(url).hostname or ""
    found = next(filter(None, (re.fullmatch(pattern, host) for pattern in _HOSTS)), None)
    if host == "queue.amazonaws.com":
        return "us-east-1"
    return found[1] if found else None


@understood
def _delivery(message: Mapping[str, Any]) -> Delivery:
    received = int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1))
    return Delivery(message["MessageId"], message["ReceiptHandle"], partial(_body, message["Body"]), received)


def _body(text: str) -> Mapping[str, Any] | None:
    """The JSON object in it, or None."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _not_deleted(failed: Sequence[Mapping[str, Any]]) -> AwsError:
    code, operation = str(failed[0].get("Code", "")), "sqs.DeleteMessageBatch"
    message = f"SQS did not delete {len(failed)} of the messages ({code}); SQS will deliver them again."
    if failed[0].get("SenderFault"):
        return AwsRejected(message, operation=operation, code=code)
    return AwsUnavailable(message, operation=operation, code=code)
