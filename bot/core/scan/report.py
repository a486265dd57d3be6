"""The numbers of the daily summary."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.access.severity import Severity
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.directory.provisioning import Provisioning
from bot.core.leaves.views import LeaveView
from bot.core.rules.brake import BrakeView
from bot.core.rules.holds import HoldView
from bot.core.rules.report import RulesReport
from bot.core.scan.coverage import Coverage, ScanStatus
from bot.core.scan.exposure import FOUR_WEEKS, WEEK, Exposure, Lengths, lengths
from bot.core.views import DenyView

# How many of those who have been disabled longest are named.
MOST_LONGEST = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """State of things at `at`, and what happened since `since`: the last summary, or a day ago when this is the first.

    `closed` holds (reason, who, how many). `all_clear` is true only when nothing is open and a complete scan of the
    last interval that read every kind of grant says so. `median_seconds` and `worst_seconds` are about the closed cases
    whose users lost their last way in: roughly how long they had been disabled when they lost it; `week` and
    `four_weeks` are the same of the last 7 and 28 days. `longest` are the open cases of the users who have been
    disabled longest, that one first. `severity_before`: what was open at the last summary, as it counted; None where
    that is not stored. `incidents` are cases, open or closed, whose access was used after the user was disabled and
    that nobody has reviewed, however old; `links` lead to the messages of these and of the open cases, by case id, and
    of people with a deny, by user id. `used_open`: open cases with such a use, reviewed or not. `denies` are those that
    have been read back at least once; `denies_unconfirmed` counts those that have not, in force or not. `first`: there
    was no summary before this one. `directory`: what people have to know about the company directory; None for nothing.
    `disagree`: open cases of users who are active in the directory that they come from; `disagree_closed`: how many
    more such users have no open case. `leaves`: what is scheduled, the next one first. `brake`: the one that is
    engaged; `holds`: for whom rules wait until an admin says so. `rules`: what rules did since then, and what they will
    do.
    """

    at: datetime
    since: datetime
    open_by_severity: dict[Severity, int]
    open_before: int
    opened: int
    closed: tuple[tuple[str, str | None, int], ...]
    longest: tuple[Case, ...]
    median_seconds: float | None
    worst_seconds: float | None
    denies: tuple[DenyView, ...]
    last_scan: Coverage | None
    scans_complete: int
    scans_total: int
    scans_failed: int
    all_clear: bool
    week: Lengths = field(default_factory=Lengths)
    four_weeks: Lengths = field(default_factory=Lengths)
    severity_before: Mapping[Severity, int] | None = None
    incidents: tuple[Case, ...] = ()
    used_open: int = 0
    links: Mapping[str, str] = field(default_factory=dict)
    denies_unconfirmed: int = 0
    first: bool = False
    directory: Provisioning | None = None
    leaves: tuple[LeaveView, ...] = ()
    brake: BrakeView | None = None
    holds: tuple[HoldView, ...] = ()
    disagree: tuple[Case, ...] = ()
    disagree_closed: int = 0
    rules: RulesReport = field(default_factory=RulesReport)

    @property
    def open_now(self) -> int:
        return sum(self.open_by_severity.values())

    @property
    def oldest(self) -> Case | None:
        """The open case of the user who has been disabled longest."""
        return next(iter(self.longest), None)


def summarize(
    cases: Iterable[Case],
    scans: Sequence[Coverage],
    denies: Iterable[DenyView],
    exposures: Sequence[Exposure] = (),
    *,
    since: datetime,
    at: datetime,
    scan_due: datetime,
) -> Summary:
    """Count. `cases`: every open one and every one opened or closed since `since`; `scans`: those that ended since
    then, oldest first, or if there are none, at least the newest one; `exposures`: those that ended within four weeks.
    """
    cases = list(cases)
    open_now = [case for case in cases if case.state is CaseState.OPEN]
    closed = [case for case in cases if case.closed_at and since < case.closed_at <= at]
    ways = Counter((str(case.closed_reason), case.closed_by) for case in closed)
    shut = [case for case in closed if case.closed_reason is not CloseReason.ENABLED]
    ended = lengths([Exposure(case.disabled_by, case.closed_at) for case in shut if case.closed_at], since, at)
    recent = [scan for scan in scans if since < scan.finished_at <= at]
    last = scans[-1] if scans else None
    complete = last is not None and last.status is ScanStatus.COMPLETE and last.every_kind
    fresh = complete and last is not None and last.finished_at >= scan_due
    return Summary(
        at=at,
        since=since,
        open_by_severity={level: sum(case.severity is level for case in open_now) for level in Severity},
        open_before=sum(case.opened_at <= since for case in open_now) + sum(case.opened_at <= since for case in closed),
        opened=sum(since < case.opened_at <= at for case in cases),
        closed=tuple((reason, who, count) for (reason, who), count in sorted(ways.items(), key=str)),
        longest=tuple(sorted(open_now, key=lambda case: (case.disabled_by, case.user.label))[:MOST_LONGEST]),
        median_seconds=ended.median_seconds,
        worst_seconds=ended.worst_seconds,
        week=lengths(exposures, at - WEEK, at),
        four_weeks=lengths(exposures, at - FOUR_WEEKS, at),
        denies=tuple(denies),
        last_scan=last,
        scans_complete=sum(scan.status is ScanStatus.COMPLETE for scan in recent),
        scans_total=len(recent),
        scans_failed=sum(scan.status is ScanStatus.FAILED for scan in recent),
        all_clear=not open_now and fresh,
        used_open=sum(case.used is not None for case in open_now),
    )
