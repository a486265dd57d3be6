"""A case: one leaver with at least one grant, from first seen to closed; and what a scan changes about cases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.models import (
    LONGEST_SESSION,
    Grant,
    PersonRead,
    Severity,
    Use,
    User,
    merge_unread,
    only_from_management,
    without_details,
)
from bot.core.scan.coverage import Scan, Seen
from bot.core.sessions import LongSession

# Five accounts or more make a case at least HIGH.
MANY_ACCOUNTS = 5


class CaseState(StrEnum):
    OPEN = "open"  # -- (nothing) -> open: a scan found a usable grant of a leaver
    CLOSED = "closed"  # -- open -> closed, for good; new access of the same user is a new case


class CloseReason(StrEnum):
    NO_GRANTS = "no_grants"  # every grant went away without us
    REVOKED = "revoked"  # our revoke took the last one
    ENABLED = "enabled"  # the user was switched on again
    GONE = "gone"  # the user was deleted, not by us
    DELETED = "deleted"  # our delete


@dataclass(frozen=True, slots=True)
class Case:
    """One leaver with grants. `version` grows with every change that people should see.

    `sessions_until`: when the last session opened with a grant that is gone must be over; None while none went.
    `used`: the newest use of access after the user was disabled, as far as CloudTrail was read. `reviewed_at`,
    `reviewed_by`: when somebody (a Slack user id) said that they looked into that use; a newer use takes it back.
    `long_sessions`: what of all it ever had may have sessions that live longer than `sessions_until` says.
    """

    id: str
    user: User
    grants: tuple[Grant, ...]
    severity: Severity
    state: CaseState
    version: int
    opened_at: datetime
    found_by: str
    read_at: datetime
    read_complete: bool = True
    management_account_id: str | None = None
    closed_at: datetime | None = None
    closed_reason: CloseReason | None = None
    closed_by: str | None = None
    sessions_until: datetime | None = None
    caller_account_id: str | None = None
    used: Use | None = None
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    long_sessions: tuple[LongSession, ...] = ()

    @property
    def unreviewed(self) -> bool:
        """Whether the access was used after the user was disabled, and nobody has looked into it yet."""
        return self.used is not None and self.reviewed_at is None

    @property
    def usable(self) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.usable)

    @property
    def disabled_by(self) -> datetime:
        """When the user was certainly disabled already: AWS's time of the last change, or when we first saw it
        (docs/facts.md#disabled-since).
        """
        return min(self.user.updated_at or self.opened_at, self.opened_at)

    @property
    def needs_management_account(self) -> tuple[Grant, ...]:
        """Usable grants that only the management account can take away, where leaverbot does not run."""
        return only_from_management(self.usable, self.management_account_id, self.caller_account_id)

    def severity_of(
        self, grants: Iterable[Grant], *, management_account_id: str | None = None, used: Use | None = None
    ) -> Severity:
        """How bad the case is with these grants, from all that it knows besides: what was read once and not again (the
        management account, a use) does not make it less severe.
        """
        management = management_account_id or self.management_account_id
        return severity(grants, management, newest_use(self.used, used))


@dataclass(frozen=True, slots=True)
class Opened:
    read: PersonRead
    severity: Severity


@dataclass(frozen=True, slots=True)
class Updated:
    case: Case
    user: User
    grants: tuple[Grant, ...]
    severity: Severity
    read_complete: bool
    used: Use | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    case: Case
    reason: CloseReason


Change = Opened | Updated | Closed


def severity(grants: Iterable[Grant], management_account_id: str | None, used: Use | None = None) -> Severity:
    """How bad it is that a leaver holds these; grants nobody can use do not count. Use is always the worst."""
    if used:
        return Severity.CRITICAL
    usable = [grant for grant in grants if grant.usable]
    accounts = {grant.account_id for grant in usable if grant.account_id}
    if any(grant.is_administrator for grant in usable):
        return Severity.CRITICAL
    if management_account_id is not None and management_account_id in accounts:
        return Severity.CRITICAL
    if any(grant.is_power_user for grant in usable) or len(accounts) >= MANY_ACCOUNTS:
        return Severity.HIGH
    return Severity.NORMAL


def sessions_end(before: Iterable[Grant], after: Iterable[Grant], at: datetime) -> datetime | None:
    """When the sessions of what went between two reads are over at the latest, but for those that may be long
    (`core/sessions.py`); None when nothing usable went.

    A session lives as long as its permission set allows (docs/facts.md#session-length).
    """
    left = {grant.key for grant in after}
    gone = [grant for grant in before if grant.usable and grant.key not in left]
    lives = [
        LONGEST_SESSION if grant.session_seconds is None else timedelta(seconds=grant.session_seconds) for grant in gone
    ]
    return at + max(lives) if lives else None


def reconcile(open_cases: Mapping[str, Case], scan: Scan) -> list[Change]:
    """What `scan` changes about the cases, given the open ones by user id.

    A case is closed only when its user was read completely in this scan: no usable grant left, enabled again,
    or gone. An incomplete read adds grants and never takes one away.
    """
    changes: list[Change] = []
    for read in scan.people:
        change = _compare(open_cases.get(read.user.id), read, scan.management_account_id)
        if change:
            changes.append(change)
    reasons = {Seen.ENABLED: CloseReason.ENABLED, Seen.GONE: CloseReason.GONE}
    read_as_leaver = {read.user.id for read in scan.people}
    for user_id, seen in (scan.others or {}).items():
        case = open_cases.get(user_id)
        if case and user_id not in read_as_leaver and seen in reasons:
            changes.append(Closed(case, reasons[seen]))
    return changes


def _compare(case: Case | None, read: PersonRead, management_account_id: str | None) -> Change | None:
    if case is None:
        return Opened(read, severity(read.grants, management_account_id, read.used)) if read.usable else None
    if read.complete and not read.usable:
        return Closed(case, CloseReason.NO_GRANTS)
    grants = merge_unread(case.grants, read)
    used = newest_use(case.used, read.used)
    worst = case.severity_of(grants, management_account_id=management_account_id, used=used)
    same = (
        set(grants) == set(case.grants)
        and worst == case.severity
        and without_details(read.user) == without_details(case.user)
        and read.complete == case.read_complete
        and used == case.used
    )
    return None if same else Updated(case, read.user, grants, worst, read.complete, used)


def newest_use(known: Use | None, read: Use | None) -> Use | None:
    """The later of the two: a use once seen stays part of the case, even when CloudTrail is not read again."""
    if known is None or read is None:
        return known or read
    return read if read.at > known.at else known
