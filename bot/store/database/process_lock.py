"""The lock of a database: only the process that has it works with the database.

On PostgreSQL it belongs to a session (`lock_session.py`), on SQLite it is the kernel's lock on a file beside the
database (`lock_file.py`). A process that dies gives it up either way, so the next one begins at once.
"""

from bot.ports import Holder, ProcessLock
from bot.store.database import lock_file, lock_session
from bot.store.database.connection import normal_url

__all__ = ["Holder", "ProcessLock", "look", "take"]


def take(url: str, command: str) -> ProcessLock | Holder:
    """The lock, or who has it. `command`: what this process does, for example "run"; others are told.

    Raises StoreError, or StoreUnavailable if it may pass.
    """
    parsed = normal_url(url)
    if parsed.get_backend_name() == "sqlite":
        return lock_file.take(parsed, command)
    return lock_session.take(parsed, command)


def look(url: str) -> Holder | None:
    """Who has the lock now; None for nobody. Changes nothing. Raises StoreError, or StoreUnavailable."""
    parsed = normal_url(url)
    return lock_file.look(parsed) if parsed.get_backend_name() == "sqlite" else lock_session.look(parsed)
