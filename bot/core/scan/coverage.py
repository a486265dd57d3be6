"""A finished scan: what it read, how, and what it could not read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.access.person_read import PersonRead, Problem
from bot.core.deny.user_names import Holders
from bot.core.directory.provisioning import Origins
from bot.core.models import GrantKind, Orphan
from bot.core.text import plural


class Seen(StrEnum):
    """What a scan found out about the user of a known case who is not among its leavers."""

    ENABLED = "enabled"  # read, and switched on again
    GONE = "gone"  # the whole list was read without it, and DescribeUser answers not found
    UNREAD = "unread"  # on a page that was not read, status missing, or DescribeUser failed


class ScanState(StrEnum):
    RUNNING = "running"
    ENDED = "ended"


class ScanStatus(StrEnum):
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


class Strategy(StrEnum):
    """How something is read."""

    BY_PRINCIPAL = "per_principal"  # ask for each leaver and each of their groups
    BY_LOCATION = "other_end"  # ask each account, application or group who is in it


@dataclass(frozen=True, slots=True)
class How:
    """How a scan read one thing (a kind of grant, or "membership"), and why that way."""

    what: str
    strategy: Strategy
    why: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a scan read and what it did not. `calls` counts requests sent, by "<boto3 service name>.<Operation>".

    `kinds_read`: the kinds that were read completely for every leaver. `notes`: facts that are not failures, such as
    what only the management account can change. `orphans` counts grants of users who no longer exist; None unless the
    scan looked for all of them. `use_checked`: whether CloudTrail was read. `user_list_complete`: the list of users was
    read to its end; if not, `users_read` and `leavers` count only what came before it broke off. `principals`: leavers
    and their distinct groups, from which the next scan estimates its calls.
    """

    status: ScanStatus
    started_at: datetime
    finished_at: datetime
    kinds_read: tuple[GrantKind, ...] = ()
    users_read: int = 0
    leavers: int = 0
    leavers_read: int = 0
    unknown_status: int = 0
    calls: Mapping[str, int] | None = None
    problems: tuple[Problem, ...] = ()
    how: tuple[How, ...] = ()
    notes: tuple[str, ...] = ()
    orphans: int | None = None
    disagreements: int = 0
    use_checked: bool = False
    user_list_complete: bool = True
    principals: int = 0

    @property
    def checked(self) -> str:
        """How many disabled users were checked, and out of how many where that is known."""
        disabled = plural(self.leavers, "disabled user")
        if self.user_list_complete:
            return f"{self.leavers_read:,} of {disabled} checked"
        some = "" if self.leavers_read == self.leavers else f", {self.leavers_read:,} of them checked"
        return f"{disabled} found so far{some}; the list could not be read to its end, so there may be more"

    @property
    def every_kind(self) -> bool:
        """Whether every kind of grant was read, so that "no way in" is a safe claim."""
        return set(self.kinds_read) == set(GrantKind)


@dataclass(frozen=True, slots=True)
class ScanRun:
    """A scan, running or ended. `coverage` is set once it has ended. `askers`: the Slack users who asked for it;
    `opened` and `closed`: how many cases it opened and closed.
    """

    id: str
    started_at: datetime
    coverage: Coverage | None = None
    workflow_id: str = ""
    askers: tuple[str, ...] = ()
    opened: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Scan:
    """One finished scan: its coverage, the leavers it read, and how it saw the users of known cases.

    `orphans`: those it came across; they are all there are only if the coverage counts them. `assigned_sets`: every
    permission set assigned to anybody; None when not every account was read. `holders`: who has the user names that it
    was told to watch. `origins`: where the users come from; None when the list was not read to its end.
    """

    coverage: Coverage
    people: tuple[PersonRead, ...] = ()
    others: Mapping[str, Seen] | None = None
    management_account_id: str | None = None
    caller_account_id: str | None = None
    orphans: tuple[Orphan, ...] = ()
    assigned_sets: frozenset[str] | None = None
    holders: Holders | None = None
    origins: Origins | None = None
