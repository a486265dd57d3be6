"""A digest: one message about many new cases, and which of these get one of their own all the same."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.access.severity import Severity
from bot.core.cases import Case
from bot.core.lists.order import most_urgent_first

# So many cases of a digest get their own message when it is announced, and so many of its incidents that nobody has
# reviewed have one at a time.
MOST_OWN = 5


class First(StrEnum):
    """What is stored with the digest of the first scan ever."""

    WHOLE = "first"  # that scan read everything
    PART = "first, incomplete"  # it did not, so there may be more


@dataclass(frozen=True, slots=True)
class Digest:
    """Many cases that were found together, as they are now. `id`: what asks a list for them; `found`: how many there
    were; `first`: whether they are all that the first scan ever found.

    The rest is about those still open: `worst` are the few to name, `links` lead to their own messages, by user id;
    `used` counts those whose access was used after they were disabled. `brake`: the brake kept them back until it
    ended, at `found_at`. `buttons`: False where the commands of the terminal take their place.
    """

    id: str
    found: int
    open_now: int
    by_severity: Mapping[Severity, int]
    worst: tuple[Case, ...]
    found_at: datetime
    links: Mapping[str, str] = field(default_factory=dict)
    used: int = 0
    first: First | None = None
    brake: bool = False
    buttons: bool = True


def announced_alone(cases: Collection[Case], alone: Collection[str]) -> tuple[str, ...]:
    """The cases that get their own message when their digest is announced: incidents first, then the other critical
    ones, at most five together with those that have one already (`alone`). Ids of cases.
    """
    worth = [case for case in cases if case.unreviewed or (case.is_open and case.severity is Severity.CRITICAL)]
    return _next(worth, alone, MOST_OWN - len({case.id for case in cases} & set(alone)))


def incidents_alone(cases: Collection[Case], alone: Collection[str]) -> tuple[str, ...]:
    """The incidents that get their own message, with its Reviewed button, later on: the next ones, as long as fewer
    than five that nobody has reviewed have one. Ids of cases, open or closed.
    """
    unreviewed = [case for case in cases if case.unreviewed]
    return _next(unreviewed, alone, MOST_OWN - sum(case.id in alone for case in unreviewed))


def _next(cases: Iterable[Case], alone: Collection[str], most: int) -> tuple[str, ...]:
    waiting = most_urgent_first(case for case in cases if case.id not in alone)
    return tuple(case.id for case in waiting[: max(0, most)])
