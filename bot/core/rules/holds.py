"""A hold: people on whom no rule acts until an admin says so."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WhyHeld(StrEnum):
    FIRST_SCAN = "first_scan"  # of a database
    RULES_CHANGED = "rules_changed"  # a rule was switched on, made shorter or made wider
    BRAKE_ENDED = "brake_ended"  # these were left when the brake ended by itself


@dataclass(frozen=True, slots=True)
class Hold:
    """`user_ids`: those on whom it was made and who are still disabled. `accepted_by`: "" while it holds."""

    id: str
    why: WhyHeld
    made_at: datetime
    user_ids: frozenset[str]
    accepted_at: datetime | None = None
    accepted_by: str = ""
    version: int = 1
