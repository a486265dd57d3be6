"""The database lock and its holder: one process at a time works on a database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds the lock; "", 0 and None for what the database does not reveal."""

    command: str = ""
    host: str = ""
    pid: int = 0
    since: datetime | None = None


class ProcessLock(Protocol):
    """Held until it is released or the process ends, however it ends. May be used by several threads at once."""

    def check(self) -> None:
        """Raises LockLost unless this process holds the lock now; once lost, it stays lost."""
        ...

    def release(self) -> None:
        """Release it; `check` raises LockLost from now on. Never fails."""
        ...
