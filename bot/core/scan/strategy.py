"""From which end to read: by the leavers, or by the accounts, applications and groups."""

from dataclasses import dataclass
from typing import Self

from bot.core.scan.coverage import Coverage, How, Strategy


@dataclass(frozen=True, slots=True)
class LastScan:
    """What the scan before tells the next one. `principals`: its leavers and their distinct groups; 0 for unknown."""

    leavers: int = 0
    principals: int = 0

    @classmethod
    def of(cls, coverage: Coverage | None) -> Self:
        return cls(coverage.leavers, coverage.principals) if coverage else cls()

    def principals_of(self, leavers: int) -> int:
        """About how many principals so many leavers are, with their groups; at least themselves."""
        if not self.leavers:
            return leavers
        return max(leavers, round(self.principals * leavers / self.leavers))


def choose(
    what: str,
    *,
    people: int,
    others: float,
    only_other_end: str = "",
    wanted: tuple[Strategy, str] | None = None,
) -> How:
    """The end that takes fewer calls, and why. `people`: calls from the leavers' end, `others`: about how many from the
    other. `only_other_end`: why the leavers' end cannot be used; `wanted`: what was asked for, and why.
    """
    if only_other_end:
        return How(what, Strategy.OTHER_END, only_other_end)
    if wanted:
        return How(what, *wanted)
    if others < people:
        return How(what, Strategy.OTHER_END, f"about {others:,.0f} calls instead of {people:,}")
    return How(what, Strategy.PER_PRINCIPAL, f"{people:,} calls instead of about {others:,.0f}")
