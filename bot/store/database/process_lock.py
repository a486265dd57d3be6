"""The database lock: only the process that holds it works on the database.

On PostgreSQL it belongs to a session (`lock_session.py`), on SQLite it is the kernel's lock on a file next to the
database (`lock_file.py`). Either way, a process that dies releases it, so the next one can start.
"""

from bot.ports import Holder, ProcessLock
from bot.store.database import lock_file, lock_session
from bot.store.database.connection import normal_url

__all__ = ["Holder", "ProcessLock", "look", "take"]


def take(url: str, command: str) -> ProcessLock | Holder:
    """The lock, or who holds it. `command`: what this process does, for example "run"; shown to others.

    Raises StoreError, or StoreUnavailable if it may pass.
    """
    parsed = normal_url(url)
    if parsed.get_backend_name() == "sqlite":
        return lock_file.take(parsed, command)
    return lock_session.take(parsed, command)


def look(url: str) -> Holder | None:
    """Who holds the lock now; None for nobody. Changes nothing. Raises StoreError, or StoreUnavailable."""
    parsed = normal_url(url)
    return lock_file.look(parsed) if parsed.get_backend_name() == "sqlite" else lock_session.look(parsed)
