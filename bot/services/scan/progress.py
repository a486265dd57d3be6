"""How far a scan has got."""

from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.core.models import GrantKind

log = structlog.get_logger(__name__)


class Phase(StrEnum):
    USERS = "users"  # the list of users, and leavers as they come
    LEAVERS = "leavers"  # leaver by leaver: what AWS lists for each
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


def log_progress(progress: Progress) -> None:
    """What a scan tells unless somebody watches it."""
    log.debug("scan progress", phase=str(progress.phase), done=progress.done, leavers=progress.leavers)
