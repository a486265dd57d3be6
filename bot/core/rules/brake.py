"""The brake: how many people may turn disabled within a day before leaverbot takes it for a mistake."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# People who turned disabled within this time count together.
WINDOW = timedelta(hours=24)
# A share of the users counts only from this many people on.
LEAST_PEOPLE = 10


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
