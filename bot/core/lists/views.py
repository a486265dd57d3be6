"""What people are shown of a list, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.cases import Case
from bot.core.kinds import Kind
from bot.core.lists.filters import CaseFilter, Word
from bot.core.lists.toggles import Toggle
from bot.core.scan.coverage import Coverage


class DenyMark(StrEnum):
    """What is known of somebody's emergency deny."""

    NONE = "none"
    IN_PART = "in part"  # not in every account, or that is not known
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class ListRow:
    """One person of a page. `kinds`: the actions that fit now; `link`: to the message of the case, "" where it has none
    yet.
    """

    case: Case
    link: str = ""
    deny: DenyMark = DenyMark.NONE
    kinds: tuple[Kind, ...] = ()
    selected: bool = False
    protected: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of somebody's list, as it is now; `id` is the list's. `total`: how many people the filter shows,
    `everybody`: how many there are without one.

    `counts`: how many each button would show, where that is anybody. `selecting`: rows have a button to select them;
    `selected`: how many are, on every page. `kinds`: what can be asked for all of those at once. `there_are`: names
    that would find somebody, for a word whose name found nobody. `to_review`: closed cases with access that was used
    while disabled, which nobody has reviewed.
    """

    id: str
    filter: CaseFilter
    rows: tuple[ListRow, ...]
    page: int
    pages: int
    total: int
    everybody: int
    counts: Mapping[Toggle, int] = field(default_factory=dict)
    selecting: bool = False
    selected: int = 0
    kinds: tuple[Kind, ...] = ()
    there_are: Mapping[Word, tuple[str, ...]] = field(default_factory=dict)
    last_scan: Coverage | None = None
    scanning: bool = False
    to_review: int = 0
    version: int = 1
