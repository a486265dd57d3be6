"""What else the store keeps: the audit log, values to remember, and counts."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """What became of something, in the audit log; for an action it is the state in which it ended."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"
    ANNOUNCED = "announced"  # a rule says what it will do
    OVER = "over"  # what a rule announced no longer applies


class AuditLog(Protocol):
    """Who did or tried what. Nothing is ever removed."""

    def record(self, at: datetime, who: str, what: str, subject: str, verdict: str, reason: str) -> None:
        """Append to the audit log."""
        ...


class Memory(Protocol):
    """Values that the next process can use, by name."""

    def remember(self, name: str, value: str, at: datetime) -> None:
        """Keep a value under a name, replacing the one before."""
        ...

    def recall(self, name: str) -> tuple[str, datetime] | None:
        """The value of a name, and when it was stored."""
        ...


class UnusedSets(Protocol):
    """Permission sets that are not assigned to anybody."""

    def unused_since(self, permission_set_arn: str) -> datetime | None:
        """Since when this permission set is known to be unused; None when it is not."""
        ...

    def note_unused(self, arns: Collection[str], at: datetime) -> dict[str, datetime]:
        """Exactly these are unused now; returns since when each is known to be. One used in between starts over."""
        ...


class Upkeep(Protocol):
    """What has to be done, or counted, from time to time."""

    def prune(self, at: datetime) -> None:
        """Forget what nobody needs any more at `at`: old dialogs and lists, posted messages and scans; never the audit
        log, cases, actions or denies.
        """
        ...

    def database(self) -> tuple[str, int]:
        """What kind of database it is, for people ("SQLite", "PostgreSQL"), and the version of its tables."""
        ...

    def totals(self) -> tuple[Mapping[str, int], Mapping[tuple[str, str], int], datetime | None]:
        """Ended scans by status, ended actions by (kind, state), and when the newest complete scan ended."""
        ...
