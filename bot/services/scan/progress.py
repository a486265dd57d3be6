"""How far a scan is."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    USERS = "users"  # the list of users is read, and leavers with it
    LOCATIONS = "locations"  # accounts, applications … are gone through
    TRAIL = "trail"  # CloudTrail's pages are read
    PEOPLE = "people"  # the leavers' ways in are put together


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` (None: nobody knows) in this phase; `what` is gone through, `leavers` were found so far."""

    phase: Phase
    done: int
    total: int | None = None
    what: str = ""
    leavers: int = 0
