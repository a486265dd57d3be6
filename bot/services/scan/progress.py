"""How far a scan has got."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.models import GrantKind


class Phase(StrEnum):
    USERS = "users"  # the list of users, and leavers as they come
    LOCATIONS = "locations"  # account by account, application by application
    TRAIL = "trail"  # CloudTrail, page by page
    PEOPLE = "people"  # the access of each leaver put together


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` (None: unknown) in this phase; `what`: the kind of grant that it reads; `leavers`: so far."""

    phase: Phase
    done: int
    total: int | None = None
    what: GrantKind | None = None
    leavers: int = 0
