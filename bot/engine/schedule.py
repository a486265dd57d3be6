"""Which message to show next. No threads, no clock, no Slack: callers pass in the time, in seconds."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.waiting import longer
from bot.services.messages.projection import Road, Task


@dataclass(frozen=True, slots=True)
class Pace:
    """One every `seconds`, after a burst of `burst`; at most `at_once` at the same time."""

    seconds: float
    burst: int
    at_once: int = 2


# Slack takes about one post per second and channel, 50 edits a minute, 100 answers a minute; it tolerates bursts
# (docs/facts.md#posting-rate).
PACES = {Road.POST: Pace(1.05, 5), Road.EDIT: Pace(1.2, 15), Road.ANSWER: Pace(0.6, 20)}
# How long a message that could not be shown rests, in seconds.
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is known about a waiting message. `since`: when it was first seen; `not_before`: its own next try; `why`:
    why the last try failed.
    """

    task: Task
    since: float
    not_before: float = 0.0
    pause: float = 0.0
    why: str = ""


class Schedule:
    """Waiting messages. Each has its own next try; of those that may go now, the most urgent goes first.

    Two about the same thing are never under way at once, so they arrive in order.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, _Entry] = {}
        self._under_way: dict[str, Task] = {}
        self._free_at = dict.fromkeys(Road, float("-inf"))
        self._rested: dict[str, float] = {}

    def update(self, tasks: Iterable[Task], now: float) -> None:
        """Exactly these wait now. One that changed since its last try is tried at once."""
        known, self._waiting = self._waiting, {}
        for task in tasks:
            entry = known.get(task.key)
            if entry is None or entry.task.version != task.version:
                entry = replace(entry or _Entry(task, now), not_before=self._rested.get(task.key, 0.0))
            self._waiting[task.key] = replace(entry, task=task)
        self._rested = {key: until for key, until in self._rested.items() if until > now}

    def take(self, now: float) -> Task | None:
        """The next one to show, if any may go now; it is under way until `shown` or `failed`."""
        ready = [entry.task for entry in self._waiting.values() if self._may_go(entry, now)]
        if not ready:
            return None
        # Among equals, `min` keeps the store's order.
        task = min(ready, key=lambda task: task.urgency)
        self._under_way[task.key] = task
        pace = PACES[task.road]
        self._free_at[task.road] = max(self._free_at[task.road], now - (pace.burst - 1) * pace.seconds) + pace.seconds
        return task

    def shown(self, task: Task, now: float) -> None:
        """It now shows what it was when taken; a change made in the meantime waits out the message's rest."""
        del self._under_way[task.key]
        self._rested[task.key] = now + task.rest
        entry = self._waiting.get(task.key)
        if entry and entry.task.version <= task.version:
            del self._waiting[task.key]
        elif entry:
            self._waiting[task.key] = replace(entry, not_before=now + task.rest, pause=0.0, why="")

    def failed(self, task: Task, now: float, why: str, wait: float | None = None) -> None:
        """It could not be shown: it rests longer each time, or as long as Slack says."""
        del self._under_way[task.key]
        entry = self._waiting.get(task.key)
        if entry is None:
            return
        pause = entry.pause
        if wait is None:
            wait = pause = longer(pause, FIRST_PAUSE, LONGEST_PAUSE)
        self._waiting[task.key] = replace(entry, not_before=now + wait, pause=pause, why=why)

    def next_at(self, now: float) -> float | None:
        """When something that may not go now will be allowed to; None when only a call or a finished message can change
        that.
        """
        times = [
            max(entry.not_before, self._free_at[entry.task.road])
            for entry in self._waiting.values()
            if entry.task.key not in self._under_way
        ]
        return min((at for at in times if at > now), default=None)

    def oldest(self) -> float | None:
        """Since when the longest-waiting message has waited."""
        return min((entry.since for entry in self._waiting.values()), default=None)

    def trouble(self) -> str:
        """Why the longest-waiting message of those that failed could not be shown; "" when there is none."""
        held_up = (entry for entry in self._waiting.values() if entry.why)
        first = min(held_up, key=lambda entry: entry.since, default=None)
        return first.why if first else ""

    def __len__(self) -> int:
        return len(self._waiting)

    def _may_go(self, entry: _Entry, now: float) -> bool:
        task = entry.task
        if now < max(entry.not_before, self._free_at[task.road]):
            return False
        others = self._under_way.values()
        if any(other.key == task.key or other.place == task.place for other in others):
            return False
        return sum(other.road is task.road for other in others) < PACES[task.road].at_once
