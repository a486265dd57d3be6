"""The order of cases wherever several are named, and the pages of a long list."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from bot.core.access.severity import Severity
from bot.core.cases import Case
from bot.core.models import User
from bot.core.typed_names import fold

T = TypeVar("T")

# What fits on the screen of a phone, two lines a row.
PAGE = 10


def urgency(case: Case) -> tuple[bool, int, datetime, str, str]:
    """Sorts cases: access that was used first, then the worst, then the longest disabled, then by name."""
    return urgency_of(case.user, case.severity, case.disabled_by, case.id, used=case.used is not None)


def urgency_of(
    user: User, level: Severity, disabled_by: datetime, case_id: str = "", *, used: bool
) -> tuple[bool, int, datetime, str, str]:
    """The same of somebody without a case, as a scan alone finds them."""
    return (not used, level.rank, disabled_by, fold(user.label), case_id)


def most_urgent_first(cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple(sorted(cases, key=urgency))


def pages(total: int) -> int:
    """How many pages so many rows take; an empty list has one."""
    return max(1, -(-total // PAGE))


def page_within(page: int, total: int) -> int:
    """The page nearest to this one that there is, from 1 on."""
    return min(max(page, 1), pages(total))


def rows_of(everybody: Sequence[T], page: int) -> Sequence[T]:
    """What stands on a page."""
    return everybody[(page - 1) * PAGE : page * PAGE]
