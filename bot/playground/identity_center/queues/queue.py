"""One standard queue: messages in no order, visibility time-outs, receipt handles that end, a dead-letter queue."""

import base64
import binascii
import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from bot.playground.identity_center.state.errors import AwsError

MOST_BYTES = 1_048_576  # of a message (SendMessage)
# A queue that holds more than this hands out any of the oldest so many.
_DISORDER = 40


@dataclass(slots=True, eq=False)
class Message:
    """A message in a queue. It can be received from `visible_at` on, in seconds of the stopwatch."""

    id: str
    body: str
    sender: str
    sent_at: datetime
    visible_at: float
    receives: int = 0
    first_received_at: datetime | None = None
    handle: str | None = None  # of the newest receive; no other deletes it

    @property
    def md5(self) -> str:
        return hashlib.md5(self.body.encode(), usedforsecurity=False).hexdigest()


@dataclass(eq=False)
class Queue:
    """A standard queue. Whoever calls holds the organization's lock.

    name, owner, region   its ARN and URL are made of these
    visibility_seconds    how long a message is hidden after a receive that does not say
    wait_seconds          how long a receive that does not say waits for a message
    dead_letters          where a message goes instead of being received more than `most_receives` times
    """

    name: str
    owner: str
    region: str
    partition: str
    now: Callable[[], datetime]
    stopwatch: Callable[[], float]
    visibility_seconds: int = 30
    wait_seconds: int = 0
    dead_letters: "Queue | None" = None
    most_receives: int = 3
    open_to: frozenset[str] = frozenset()  # other accounts that its policy lets in
    ended_handles: str = "ignored"  # a deletion with one: ignored | refused
    short_polls: str = "sampled"  # sampled | complete
    created_at: datetime = field(init=False)
    messages: dict[str, Message] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.created_at = self.now()
        self._random = random.Random(self.arn)

    @property
    def arn(self) -> str:
        return f"arn:{self.partition}:sqs:{self.region}:{self.owner}:{self.name}"

    @property
    def host(self) -> str:
        return f"sqs.{self.region}.amazonaws.com{'.cn' if self.partition == 'aws-cn' else ''}"

    @property
    def url(self) -> str:
        """Its URL at AWS. A client with an endpoint of its own sends requests there and names the queue so."""
        return f"https://{self.host}/{self.owner}/{self.name}"

    def send(self, body: str, sender: str, after_seconds: float = 0.0) -> Message:
        """A new message that can be received after so many seconds.

        Raises AwsError for a text that SQS does not take.
        """
        _check_body(body)
        message = Message(self._id(), body, sender, self.now(), self.stopwatch() + after_seconds)
        message.sent_at += timedelta(seconds=after_seconds)
        self.messages[message.id] = message
        return message

    def receive(self, most: int, hidden_seconds: int | None, *, short: bool = False) -> list[Message]:
        """Up to `most` messages, from now on hidden; each with a new handle that ends the one before."""
        moment = self.stopwatch()
        found: list[Message] = []
        hidden = self.visibility_seconds if hidden_seconds is None else hidden_seconds
        candidates = list(islice(self._visible(moment), _DISORDER))
        for message in self._random.sample(candidates, len(candidates)):
            if len(found) == most:
                break
            if short and self.short_polls == "sampled" and self._random.random() < 0.5:
                continue  # "a weighted random set of machines is sampled" (ReceiveMessage)
            if self.dead_letters is not None and message.receives >= self.most_receives:
                self._give_up(message, self.dead_letters)
                continue
            found.append(self._hand_out(message, moment + hidden))
        return found

    def delete(self, handle: str) -> None:
        """Delete the message of this handle. Raises AwsError ReceiptHandleIsInvalid for a text that is no handle.

        "If you use an old ReceiptHandle, the request will succeed, but the message might not be deleted"
        (DeleteMessage): here it is never deleted by a handle that ended. With `ended_handles` refused: "the action
        fails with an error" (ReceiveMessage, on processing for longer than the time-out).
        """
        message = self._of(handle)
        if message is None:
            return
        if self._ended(message, handle):
            if self.ended_handles == "refused":
                raise AwsError(
                    "InvalidParameterValue",
                    f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.",
                )
            return
        del self.messages[message.id]

    def hide(self, handle: str, seconds: int) -> None:
        """Change how long a message in flight stays hidden. Raises AwsError MessageNotInflight for any other."""
        message = self._of(handle)
        if message is None or self._ended(message, handle):
            raise AwsError("MessageNotInflight", "The specified message isn't in flight.")
        message.visible_at = self.stopwatch() + seconds

    def counts(self) -> dict[str, int]:
        """How many messages can be received, are in flight, and are delayed."""
        moment = self.stopwatch()
        visible = sum(1 for _ in self._visible(moment))
        flying = sum(1 for one in self.messages.values() if one.visible_at > moment and one.receives)
        return {"visible": visible, "in_flight": flying, "delayed": len(self.messages) - visible - flying}

    def _visible(self, moment: float) -> Iterator[Message]:
        return (message for message in self.messages.values() if message.visible_at <= moment)

    def _hand_out(self, message: Message, visible_at: float) -> Message:
        message.receives += 1
        message.first_received_at = message.first_received_at or self.now()
        text = f"{self.arn} {message.id} {message.receives} {self._id()}"
        message.handle = base64.b64encode(text.encode()).decode()
        message.visible_at = visible_at
        return message

    def _give_up(self, message: Message, dead_letters: "Queue") -> None:
        del self.messages[message.id]
        message.visible_at, message.handle = self.stopwatch(), None
        dead_letters.messages[message.id] = message

    def _ended(self, message: Message, handle: str) -> bool:
        return message.handle != handle or message.visible_at <= self.stopwatch()

    def _of(self, handle: str) -> Message | None:
        """The message that this handle was given out for, or None if it is gone."""
        try:
            arn, message_id, *_ = base64.b64decode(handle, validate=True).decode().split(" ")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            arn, message_id = "", ""
        if arn != self.arn:
            message = f'The input receipt handle "{handle}" is not a valid receipt handle.'
            raise AwsError("ReceiptHandleIsInvalid", message)
        return self.messages.get(message_id)

    def _id(self) -> str:
        digits = f"{self._random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _check_body(body: str) -> None:
    if not body:
        raise AwsError("MissingParameter", "The request must contain the parameter MessageBody.", complaint=True)
    if len(body.encode(errors="surrogatepass")) > MOST_BYTES:
        message = f"One or more parameters are invalid. Reason: Message must be shorter than {MOST_BYTES} bytes."
        raise AwsError("InvalidParameterValue", message)
    if not all(_allowed(ord(letter)) for letter in set(body)):
        message = (
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to "
            "#xFFFD | #x10000 to #x10FFFF"
        )
        raise AwsError("InvalidMessageContents", message)


def _allowed(point: int) -> bool:
    """The characters that SendMessage documents."""
    return point in {0x9, 0xA, 0xD} or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or point >= 0x10000
