"""An events queue in memory, for tests of rules."""

import itertools
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bot.core.errors import AwsError
from bot.ports import Delivery

BATCH = 10


class FakeEvents:
    """Implements `ports.EventsQueue`. A message that was handed out stays hidden until `time_out`.

    failing    what `receive` and `delete` raise; None: they work
    received   how often each message was handed out, by id
    waits      the `wait_seconds` of each `receive`
    deleted    the ids of the messages that were deleted
    """

    def __init__(self) -> None:
        self.failing: AwsError | None = None
        self.waits: list[int] = []
        self.deleted: list[str] = []
        self._numbers = itertools.count(1)
        self._bodies: dict[str, Mapping[str, Any] | None] = {}
        self.received: dict[str, int] = {}
        # The id that each receipt stands for; a receipt is forgotten when its message was handed out again.
        self._receipts: dict[str, str] = {}
        self._changed = threading.Condition()
        self._closed = False

    def put(self, *bodies: Mapping[str, Any] | None) -> list[str]:
        """Messages with these bodies, in this order; their ids."""
        with self._changed:
            ids = [f"message-{next(self._numbers)}" for _ in bodies]
            self._bodies.update(zip(ids, bodies, strict=True))
            self.received.update(dict.fromkeys(ids, 0))
            self._changed.notify_all()
            return ids

    def time_out(self) -> None:
        """Everything that was handed out and not deleted can be received again; old receipts delete nothing."""
        with self._changed:
            self._receipts.clear()
            self._changed.notify_all()

    def receive(self, wait_seconds: int) -> Sequence[Delivery]:
        assert 0 <= wait_seconds <= 20, "SQS allows 0 to 20 seconds"
        with self._changed:
            self.waits.append(wait_seconds)
            self._changed.wait_for(lambda: self._visible() or self.failing or self._closed, wait_seconds)
            self._check()
            if self._closed:
                return []
            return [self._hand_out(name) for name in self._visible()[:BATCH]]

    def delete(self, receipts: Sequence[str]) -> None:
        assert len(receipts) <= BATCH, "SQS deletes at most ten at once"
        if not receipts:
            return
        with self._changed:
            self._check()
            for name in filter(None, (self._receipts.pop(receipt, None) for receipt in receipts)):
                del self._bodies[name]
                self.deleted.append(name)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def left(self) -> list[str]:
        """The ids of all messages that were not deleted."""
        return list(self._bodies)

    def fail(self, error: AwsError | None) -> None:
        """From now on everything raises this; None: it works again. Ends a `receive` that waits."""
        with self._changed:
            self.failing = error
            self._changed.notify_all()

    def _check(self) -> None:
        if self.failing:
            raise self.failing

    def _visible(self) -> list[str]:
        hidden = set(self._receipts.values())
        return [name for name in self._bodies if name not in hidden]

    def _hand_out(self, name: str) -> Delivery:
        self.received[name] += 1
        receipt = f"{name}-receipt-{self.received[name]}"
        self._receipts[receipt] = name
        return Delivery(name, receipt, partial(self._bodies.get, name), self.received[name])
