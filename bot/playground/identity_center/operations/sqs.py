"""SQS, as far as standard queues go. One function per operation.

FIFO queues, message attributes and the management of queues are not modelled; a request for one is refused.
"""

import re
import time
from typing import Any

from bot.playground.identity_center.changes.callers import caller_of
from bot.playground.identity_center.operations.call import Answer, Call, LongPoll, Operation
from bot.playground.identity_center.queues.queue import MOST_BYTES, Message, Queue
from bot.playground.identity_center.queues.queues import ABSENT, find
from bot.playground.identity_center.state.errors import AwsError

_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_MOST_ENTRIES = 10
_TWELVE_HOURS = 43_200
_NOT_MODELLED = {
    *("MessageAttributes", "MessageSystemAttributes", "MessageDeduplicationId", "MessageGroupId"),
    *("ReceiveRequestAttemptId", "DelaySeconds"),
}


def _queue(call: Call) -> Queue:
    if unmodelled := _NOT_MODELLED & set(call.parameters):
        raise AwsError("UnsupportedOperation", f"Not modelled here: {sorted(unmodelled)}.", complaint=True)
    queue = find(call.org, call.parameters["QueueUrl"], call.region)
    if queue.owner != call.account_id and call.account_id not in queue.open_to:
        action = f"sqs:{call.operation.partition('.')[2].lower()}"
        raise AwsError(
            "AccessDeniedException",
            f"User: {caller_of(call.org, call.account_id).arn(call.org.partition)} is not authorized to perform: "
            f"{action} on resource: {queue.arn} because no resource-based policy allows the {action} action",
        )
    return queue


def _number(call: Call, name: str, least: int, most: int, why: str) -> int | None:
    value = call.parameters.get(name)
    if value is not None and not least <= value <= most:
        message = f"Value {value} for parameter {name} is invalid. Reason: {why}"
        raise AwsError("InvalidParameterValue", message, complaint=True)
    return value


def receive_message(call: Call) -> Answer:
    queue = _queue(call)
    most = _number(call, "MaxNumberOfMessages", 1, 10, "Must be between 1 and 10, if provided.") or 1
    hidden = _number(call, "VisibilityTimeout", 0, _TWELVE_HOURS, f"Must be >= 0 and <= {_TWELVE_HOURS}, if provided.")
    asked = _number(call, "WaitTimeSeconds", 0, 20, "Must be >= 0 and <= 20, if provided.")
    wait = queue.wait_seconds if asked is None else asked
    until = time.monotonic() + wait
    wanted = _wanted(call)

    def look() -> dict[str, Any] | None:
        messages = queue.receive(most, hidden, short=wait == 0)
        if messages:
            return {"Messages": [_members(message, wanted) for message in messages]}
        return {} if time.monotonic() >= until else None

    found = look()
    return LongPoll(look) if found is None else found


def _wanted(call: Call) -> set[str]:
    return {*call.parameters.get("AttributeNames", ()), *call.parameters.get("MessageSystemAttributeNames", ())}


def _members(message: Message, wanted: set[str]) -> dict[str, Any]:
    attributes = {
        "SenderId": message.sender,
        "ApproximateFirstReceiveTimestamp": _milliseconds(message.first_received_at or message.sent_at),
        "ApproximateReceiveCount": str(message.receives),
        "SentTimestamp": _milliseconds(message.sent_at),
    }
    shown = {name: value for name, value in attributes.items() if wanted & {"All", name}}
    return {
        "MessageId": message.id,
        "ReceiptHandle": message.handle,
        "MD5OfBody": message.md5,
        "Body": message.body,
        **({"Attributes": shown} if shown else {}),
    }


def _milliseconds(moment: Any) -> str:
    return str(int(moment.timestamp() * 1000))


def send_message(call: Call) -> Answer:
    queue = _queue(call)
    message = queue.send(call.parameters["MessageBody"], caller_of(call.org, call.account_id).user_id)
    return {"MessageId": message.id, "MD5OfMessageBody": message.md5}


def delete_message(call: Call) -> Answer:
    _queue(call).delete(call.parameters["ReceiptHandle"])
    return {}


def delete_message_batch(call: Call) -> Answer:
    queue, entries = _queue(call), call.parameters["Entries"]
    _check_batch([entry["Id"] for entry in entries])
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in entries:
        try:
            queue.delete(entry["ReceiptHandle"])
            done.append({"Id": entry["Id"]})
        except AwsError as error:
            failed.append({"Id": entry["Id"], "SenderFault": True, "Code": error.code, "Message": error.message})
    return {"Successful": done, "Failed": failed}


def _check_batch(ids: list[str]) -> None:
    if not ids:
        message = "There should be at least one DeleteMessageBatchRequestEntry in the request."
        raise AwsError("EmptyBatchRequest", message, complaint=True)
    if len(ids) > _MOST_ENTRIES:
        message = f"Maximum number of entries per request are {_MOST_ENTRIES}. You have sent {len(ids)}."
        raise AwsError("TooManyEntriesInBatchRequest", message, complaint=True)
    if not all(map(_ENTRY_ID.fullmatch, ids)):
        message = (
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 "
            "letters long."
        )
        raise AwsError("InvalidBatchEntryId", message, complaint=True)
    if len(set(ids)) < len(ids):
        repeated = next(one for one in ids if ids.count(one) > 1)
        raise AwsError("BatchEntryIdsNotDistinct", f"Id {repeated} repeated.", complaint=True)


def change_message_visibility(call: Call) -> Answer:
    why = f"Must be >= 0 and <= {_TWELVE_HOURS}, if provided."
    queue, seconds = _queue(call), _number(call, "VisibilityTimeout", 0, _TWELVE_HOURS, why)
    queue.hide(call.parameters["ReceiptHandle"], seconds or 0)
    return {}


def get_queue_attributes(call: Call) -> Answer:
    queue, names = _queue(call), set(call.parameters.get("AttributeNames", ()))
    shown = {name: value for name, value in _attributes(queue).items() if names & {"All", name}}
    return {"Attributes": shown} if shown else {}


def _attributes(queue: Queue) -> dict[str, str]:
    counts, created = queue.counts(), str(int(queue.created_at.timestamp()))
    redrive = (
        f'{{"deadLetterTargetArn":"{queue.dead_letters.arn}","maxReceiveCount":{queue.most_receives}}}'
        if (queue.dead_letters)
        else None
    )
    return {
        "QueueArn": queue.arn,
        "ApproximateNumberOfMessages": str(counts["visible"]),
        "ApproximateNumberOfMessagesNotVisible": str(counts["in_flight"]),
        "ApproximateNumberOfMessagesDelayed": str(counts["delayed"]),
        "CreatedTimestamp": created,
        "LastModifiedTimestamp": created,
        "VisibilityTimeout": str(queue.visibility_seconds),
        "MaximumMessageSize": str(MOST_BYTES),
        "MessageRetentionPeriod": "345600",
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": str(queue.wait_seconds),
        "SqsManagedSseEnabled": "true",
        **({"RedrivePolicy": redrive} if redrive else {}),
    }


def get_queue_url(call: Call) -> Answer:
    owner = call.parameters.get("QueueOwnerAWSAccountId", call.account_id)
    queue = call.org.queue_at.get((owner, call.region, call.parameters["QueueName"]))
    if queue is None or (queue.owner != call.account_id and call.account_id not in queue.open_to):
        raise AwsError("QueueDoesNotExist", ABSENT)
    return {"QueueUrl": queue.url}


OPERATIONS: dict[str, Operation] = {
    "ReceiveMessage": receive_message,
    "SendMessage": send_message,
    "DeleteMessage": delete_message,
    "DeleteMessageBatch": delete_message_batch,
    "ChangeMessageVisibility": change_message_visibility,
    "GetQueueAttributes": get_queue_attributes,
    "GetQueueUrl": get_queue_url,
}
