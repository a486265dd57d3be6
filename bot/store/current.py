"""A database opened to work with beside the process that has its lock: nothing is made or migrated."""

from bot.core.errors import NeverRan, SchemaOlder
from bot.ports import Holder
from bot.store.database import process_lock
from bot.store.database.connection import Database, connect
from bot.store.read_only import open_to_read
from bot.store.store import SqlStore


def open_beside(url: str, command: str) -> SqlStore | Holder:
    """The store. Where tables are missing or old and nobody has the lock, it is taken for as long as they are made.

    A Holder when somebody has the lock who would have to make them. Raises StoreError where a newer version made them,
    and StoreUnavailable if it may pass.
    """
    try:
        open_to_read(url).close()
    except (NeverRan, SchemaOlder):
        lock = process_lock.take(url, command)
        if isinstance(lock, Holder):
            return lock
        try:
            return SqlStore.open(url)
        finally:
            lock.release()
    return SqlStore(Database(connect(url)))
