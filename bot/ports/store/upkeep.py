"""What the store keeps besides: the audit log, what is remembered, and numbers."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """What became of something, in the audit log; of an action it is the state in which it ended."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


class AuditLog(Protocol):
    """Who did or tried what. Nothing is ever taken out."""

    def record(self, at: datetime, who: str, what: str, subject: str, verdict: str, reason: str) -> None:
        """Append to the audit log."""
        ...


class Memory(Protocol):
    """What the next process can use, by name."""

    def remember(self, name: str, value: str, at: datetime) -> None:
        """Keep a value under a name, in place of the one before."""
        ...

    def recall(self, name: str) -> tuple[str, datetime] | None:
        """The value of a name, and since when."""
        ...


class UnusedSets(Protocol):
    """Permission sets that nobody is assigned."""

    def unused_since(self, permission_set_arn: str) -> datetime | None:
        """Since when this permission set is known to be unused; None when it is not."""
        ...

    def note_unused(self, arns: Collection[str], at: datetime) -> dict[str, datetime]:
        """These, and no others, are unused now; since when each is known to be. One used in between begins anew."""
        ...


class Upkeep(Protocol):
    """What has to be done, and can be counted, from time to time."""

    def prune(self, at: datetime) -> None:
        """Forget what nobody needs any more at `at`: old dialogs, posted messages and scans. Never the audit log,
        cases, actions or denies.
        """
        ...

    def totals(self) -> tuple[Mapping[str, int], Mapping[tuple[str, str], int], datetime | None]:
        """Ended scans by status, ended actions by (kind, state), and when the newest complete scan ended."""
        ...
