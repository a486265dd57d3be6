"""A case: one leaver with at least one grant, from first seen to closed; and what a scan changes about cases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from bot.core.access.person_read import PersonRead, merge_unread
from bot.core.access.sessions import LongSession, long_sessions
from bot.core.access.severity import Severity, severity
from bot.core.models import LONGEST_SESSION, Grant, Use, User, only_from_management, without_details
from bot.core.scan.coverage import Scan, Seen


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

    `sessions_until`: when the last session opened through a removed grant must be over; None while none was removed.
    `used`: the newest use of access after the user was disabled, as far as CloudTrail was read. `reviewed_at`,
    `reviewed_by`: when somebody (a Slack user id) said they had looked into that use; a newer use undoes that.
    `long_sessions`: whatever it ever had whose sessions may live longer than `sessions_until` says.
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
        """Whether access was used after the user was disabled, and nobody has looked into it yet."""
        return self.used is not None and self.reviewed_at is None

    @property
    def usable(self) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.usable)

    @property
    def disabled_by(self) -> datetime:
        """A time at which the user was certainly disabled: AWS's time of the last change, or when we first saw it
        (docs/facts.md#disabled-since).
        """
        return disabled_by(self.user, self.opened_at)

    @property
    def needs_management_account(self) -> tuple[Grant, ...]:
        """Usable grants that only the management account can take away, where leaverbot does not run."""
        return only_from_management(self.usable, self.management_account_id, self.caller_account_id)

    @property
    def is_open(self) -> bool:
        return self.state is CaseState.OPEN

    def holding(self, grants: tuple[Grant, ...], at: datetime) -> "Case":
        """The case once its user holds these grants, with when sessions of removed ones end and which may live on."""
        ends = [end for end in (self.sessions_until, sessions_end(self.grants, grants, at)) if end]
        return replace(
            self,
            version=self.version + 1,
            grants=grants,
            sessions_until=max(ends, default=None),
            long_sessions=long_sessions(grants, long_sessions(self.grants, self.long_sessions)),
        )

    def after(self, read: PersonRead, at: datetime) -> "Case":
        """The case as this read after an action shows it."""
        grants = merge_unread(self.grants, read)
        worst = self.severity_of(grants, used=read.used)
        return replace(self.holding(grants, at), severity=worst, read_at=at, read_complete=read.complete)

    def closed(self, reason: CloseReason, by: str | None, at: datetime) -> "Case":
        version = self.version + 1
        return replace(self, version=version, state=CaseState.CLOSED, closed_at=at, closed_reason=reason, closed_by=by)

    def severity_of(
        self, grants: Iterable[Grant], *, management_account_id: str | None = None, used: Use | None = None
    ) -> Severity:
        """How bad the case is with these grants and everything else it knows: failing to read the management account or
        a use again does not make it less severe.
        """
        management = management_account_id or self.management_account_id
        return severity(grants, management, newest_use(self.used, used))


@dataclass(frozen=True, slots=True)
class Opened:
    verb: ClassVar[str] = "open"

    read: PersonRead
    severity: Severity

    def case(self, case_id: str, scan: Scan, found_by: str) -> Case:
        """The case that this scan opens."""
        return Case(
            id=case_id,
            user=self.read.user,
            grants=self.read.grants,
            severity=self.severity,
            state=CaseState.OPEN,
            version=1,
            opened_at=scan.coverage.finished_at,
            found_by=found_by,
            read_at=scan.coverage.finished_at,
            read_complete=self.read.complete,
            management_account_id=scan.management_account_id,
            caller_account_id=scan.caller_account_id,
            used=self.read.used,
            long_sessions=long_sessions(self.read.grants),
        )


@dataclass(frozen=True, slots=True)
class Updated:
    case: Case
    user: User
    grants: tuple[Grant, ...]
    severity: Severity
    read_complete: bool
    used: Use | None = None

    def becomes(self, scan: Scan) -> Case:
        """The case after this scan. A newer use has to be reviewed again."""
        at, before = scan.coverage.finished_at, self.case
        same = self.used == before.used
        return replace(
            before.holding(self.grants, at),
            user=self.user,
            severity=self.severity,
            read_at=at,
            read_complete=self.read_complete,
            management_account_id=scan.management_account_id or before.management_account_id,
            caller_account_id=scan.caller_account_id or before.caller_account_id,
            used=self.used,
            reviewed_at=before.reviewed_at if same else None,
            reviewed_by=before.reviewed_by if same else None,
        )


@dataclass(frozen=True, slots=True)
class Closed:
    verb: ClassVar[str] = "close"

    case: Case
    reason: CloseReason

    def becomes(self, scan: Scan, reason: CloseReason, by: str | None) -> Case:
        """The case after this scan. Grants that are left but cannot be used, in suspended accounts, stay visible."""
        at = scan.coverage.finished_at
        left = next((read.grants for read in scan.people if read.user.id == self.case.user.id), ())
        return replace(self.case.holding(left, at), read_at=at, read_complete=True).closed(reason, by, at)


Change = Opened | Updated | Closed


def disabled_by(user: User, opened_at: datetime) -> datetime:
    """The same of the user of a case that was opened then."""
    return min(user.updated_at or opened_at, opened_at)


def sessions_end(before: Iterable[Grant], after: Iterable[Grant], at: datetime) -> datetime | None:
    """The latest time at which sessions of grants removed between two reads end, except those that may be long
    (`core/access/sessions.py`); None when no usable grant was removed.

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

    A case is closed only when this scan read its user completely: no usable grant left, enabled again, or gone. An
    incomplete read adds grants and never takes one away.
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
    """The later of the two: once seen, a use stays part of the case even when CloudTrail is not read again."""
    if known is None or read is None:
        return known or read
    return read if read.at > known.at else known
