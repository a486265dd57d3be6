"""The lock of a database, and who has it: one process at a time works with one database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that has the lock; "", 0 and None for what the database does not tell."""

    command: str = ""
    host: str = ""
    pid: int = 0
    since: datetime | None = None


class ProcessLock(Protocol):
    """Held until it is released or the process ends, however it ends. May be used by several threads at once."""

    def check(self) -> None:
        """Raises LockLost unless this process has the lock now; once lost, it stays lost."""
        ...

    def release(self) -> None:
        """Let others have it; `check` raises LockLost from now on. Never fails."""
        ...
