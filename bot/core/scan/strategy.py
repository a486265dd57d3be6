"""How to read: person by person, or account by account, application by application and group by group."""

from dataclasses import dataclass
from typing import Self

from bot.core.scan.coverage import Coverage, How, Strategy
from bot.core.scan.wording import Because


@dataclass(frozen=True, slots=True)
class LastScan:
    """What the last scan tells the next one. `principals`: its leavers and their distinct groups; 0 if unknown."""

    leavers: int = 0
    principals: int = 0

    @classmethod
    def of(cls, coverage: Coverage | None) -> Self:
        return cls(coverage.leavers, coverage.principals) if coverage else cls()

    def principals_of(self, leavers: int) -> int:
        """Roughly how many principals these leavers and their groups are; at least the leavers themselves."""
        if not self.leavers:
            return leavers
        return max(leavers, round(self.principals * leavers / self.leavers))


def choose(
    what: str, *, people: int, others: float, only_by_location: str = "", wanted: tuple[Strategy, str] | None = None
) -> How:
    """The way that takes fewer calls, and why. `people`: the calls person by person; `others`: roughly how many by
    location. `only_by_location`: why person by person is not possible; `wanted`: the way that was asked for, and why.
    """
    if only_by_location:
        return How(what, Strategy.BY_LOCATION, only_by_location)
    if wanted:
        return How(what, *wanted)
    if others < people:
        return How(what, Strategy.BY_LOCATION, Because.FEWER_BY_LOCATION.format(others, people))
    return How(what, Strategy.BY_PRINCIPAL, Because.FEWER_BY_PRINCIPAL.format(people, others))
