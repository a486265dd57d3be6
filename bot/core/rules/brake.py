"""The brake: too many people turned disabled within a day, which is usually a mistake in the directory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.access.severity import Severity
from bot.core.models import User

# People who turned disabled within this time count together.
WINDOW = timedelta(hours=24)
# Within this time, people were disabled at once.
AT_ONCE = timedelta(hours=2)
# A share of the users counts only from this many people on.
LEAST_PEOPLE = 10
# This long after the last people turned disabled, somebody is asked once more.
ASK_AGAIN = timedelta(hours=24)
# Before the id of a brake: what stands in place of a digest's scan for the cases of its people.
_DIGEST = "brake:"


class BrakeState(StrEnum):
    ENGAGED = "engaged"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class BrakeLimits:
    """More than `count` people, or more than `percent` of the users."""

    count: int = 25
    percent: int = 5

    def exceeded(self, people: int, users: int) -> bool:
        """Whether so many people of so many users are more than a limit. `users` 0: not known."""
        share = users > 0 and people >= LEAST_PEOPLE and people * 100 > self.percent * users
        return people > self.count or share


@dataclass(frozen=True, slots=True)
class Brake:
    """One brake, engaged or ended; at most one is engaged.

    Its people turned disabled between `disabled_after`, when the last read before began (None: not known), and
    `newest_at`, when the read that showed the newest of them ended. `users`: how many users there were. `ended_by`: who
    released it; "" while it is engaged, and for one that ended by itself. `asked_at`: when people were last asked about
    it.
    """

    id: str
    state: BrakeState
    engaged_at: datetime
    newest_at: datetime
    asked_at: datetime
    disabled_after: datetime | None = None
    users: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""
    version: int = 1

    @property
    def engaged(self) -> bool:
        return self.state is BrakeState.ENGAGED

    @property
    def at_once(self) -> bool:
        """Whether its people turned disabled within a short time; one that took longer came bit by bit."""
        return self.disabled_after is not None and self.newest_at - self.disabled_after <= AT_ONCE

    @property
    def digest(self) -> str:
        """What the cases of its people have in place of the scan whose digest announces them."""
        return f"{_DIGEST}{self.id}"

    def asks_again(self, at: datetime) -> bool:
        """Whether people are to be asked once more: a day after the last people turned disabled."""
        again = self.newest_at + ASK_AGAIN
        return self.engaged and at >= again > self.asked_at


@dataclass(frozen=True, slots=True)
class BrakeView:
    """A brake as it is shown. `total`: how many people it was about; `left`: how many of them are still disabled;
    `by_severity`: those with an open case; `worst`: the few of them to name, with `links` to their cases' messages by
    user id. `held`: for how many rules wait because it ended by itself. `rules_on`: whether there are any. `buttons`:
    False where the commands of the terminal take their place.
    """

    brake: Brake
    total: int
    left: int
    by_severity: Mapping[Severity, int] = field(default_factory=dict)
    worst: Sequence[User] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    held: int = 0
    rules_on: bool = False
    buttons: bool = True


def digest_of(name: str | None) -> str:
    """The id of the brake, where a case has it in place of a scan; "" where it has not."""
    return name.removeprefix(_DIGEST) if name and name.startswith(_DIGEST) else ""


def burst(limits: BrakeLimits, turned: Mapping[str, datetime], users: int, at: datetime) -> frozenset[str]:
    """The people for whom the brake engages: all who turned disabled within a day, if they are too many; else nobody.

    `turned`: when everybody who is disabled now turned so, without those whom an admin let through.
    """
    people = frozenset(user_id for user_id, when in turned.items() if at - when <= WINDOW)
    return people if limits.exceeded(len(people), users) else frozenset()


def ends_by_itself(limits: BrakeLimits, left: int, users: int) -> bool:
    """Whether so few of its people are still disabled that they would not engage it."""
    return not limits.exceeded(left, users)
