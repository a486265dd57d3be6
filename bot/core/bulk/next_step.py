"""What is to be done about a bulk next, and how far it is, by how far the action of each person is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.actions import ActionState
from bot.core.bulk.bulk import Bulk, BulkPerson, BulkState
from bot.core.kinds import Kind

# So many actions are under way at once, so that a stop leaves the rest undone.
AT_ONCE = 20


class Fate(StrEnum):
    """What has become of a person of a bulk."""

    LEFT_OUT = "left_out"  # when the plan was made
    WAITING = "waiting"  # not asked for yet, or never, once the bulk has ended
    UNDER_WAY = "under_way"
    PARKED = "parked"  # asked for, and waits for a place in the hour
    DONE = "done"
    NOT_DONE = "not_done"  # refused, failed or incomplete


@dataclass(frozen=True, slots=True)
class BulkResult:
    """A person with what became of their action: `state` is None before it was asked for; `message` says why it was not
    done, or not whole. `until`: about when it gets a place in the hour, while it waits for one. `channel`, `ts`: where
    the message of their case is, "" where there is none.
    """

    person: BulkPerson
    state: ActionState | None = None
    until: datetime | None = None
    message: str = ""
    channel: str = ""
    ts: str = ""

    @property
    def fate(self) -> Fate:
        if self.person.left_out:
            return Fate.LEFT_OUT
        if self.state is None:
            return Fate.NOT_DONE if self.person.why else Fate.WAITING
        if not self.state.final:
            return Fate.PARKED if self.until else Fate.UNDER_WAY
        return Fate.DONE if self.state is ActionState.DONE else Fate.NOT_DONE

    @property
    def why(self) -> str:
        """Why it was not done, in plain text."""
        return self.message if self.state else self.person.why


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the people are how far."""

    done: int = 0
    not_done: int = 0
    under_way: int = 0
    parked: int = 0
    waiting: int = 0

    @property
    def left(self) -> int:
        """Everybody whose action has not ended."""
        return self.under_way + self.parked + self.waiting

    @property
    def total(self) -> int:
        return self.done + self.not_done + self.left


def counts(results: Iterable[BulkResult]) -> Counts:
    found = Counter(result.fate for result in results)
    fates = (Fate.DONE, Fate.NOT_DONE, Fate.UNDER_WAY, Fate.PARKED, Fate.WAITING)
    return Counts(*(found[fate] for fate in fates))


def at_once(kind: Kind) -> int | None:
    """How many of its actions may be under way at once; None for any number: denies go into a policy together."""
    return None if kind.in_line else AT_ONCE


def to_ask(bulk: Bulk, results: Sequence[BulkResult]) -> list[BulkPerson]:
    """Whose action is to be asked for now, in the order of the list."""
    if bulk.state is not BulkState.RUNNING:
        return []
    waiting = [result.person for result in results if result.fate is Fate.WAITING]
    most = at_once(bulk.kind)
    if most is None:
        return waiting
    busy = sum(result.fate in {Fate.UNDER_WAY, Fate.PARKED} for result in results)
    return waiting[: max(0, most - busy)]


def has_ended(bulk: Bulk, results: Iterable[BulkResult]) -> bool:
    """Whether nothing of it is under way, and nothing more will begin."""
    fates = {result.fate for result in results}
    stopping = bulk.state is BulkState.STOPPING
    return bulk.state.open and not fates & {Fate.UNDER_WAY, Fate.PARKED} and (stopping or Fate.WAITING not in fates)
