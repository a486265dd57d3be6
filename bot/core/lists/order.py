"""The order of cases wherever several are named, and the pages of a long list."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from bot.core.cases import Case
from bot.core.typed_names import fold

T = TypeVar("T")

# What fits on the screen of a phone, two lines a row.
PAGE = 10


def urgency(case: Case) -> tuple[bool, int, datetime, str, str]:
    """Sorts cases: access that was used first, then the worst, then the longest disabled, then by name."""
    return (case.used is None, case.severity.rank, case.disabled_by, fold(case.user.label), case.id)


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
