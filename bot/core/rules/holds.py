"""A hold: people on whom no rule acts until an admin says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.access.severity import Severity
from bot.core.models import User
from bot.core.rules.rules import Rule


class WhyHeld(StrEnum):
    FIRST_SCAN = "first_scan"  # of a database
    RULES_CHANGED = "rules_changed"  # a rule was switched on, made shorter or made wider
    BRAKE_ENDED = "brake_ended"  # these were left when the brake ended by itself


@dataclass(frozen=True, slots=True)
class Hold:
    """`user_ids`: those on whom it was made and who are still disabled.

    `accepted_at`: when it ended; `accepted_by`: the admin who let rules act, "" while it holds, and when nobody was
    left, or another hold took its place.
    """

    id: str
    why: WhyHeld
    made_at: datetime
    user_ids: frozenset[str]
    accepted_at: datetime | None = None
    accepted_by: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold as it is shown. `count`: how many people it is about now; `by_severity`: those of them with an open case;
    `worst`: the few to name, with `links` to their cases' messages by user id. `rules`: those that would act on them;
    none: no rule is on. `buttons`: False where the commands of the terminal take their place.
    """

    hold: Hold
    count: int
    by_severity: Mapping[Severity, int]
    worst: Sequence[User] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    buttons: bool = True
