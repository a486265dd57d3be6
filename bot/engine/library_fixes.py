"""Fixes to the libraries under durable work, applied before their first use."""

import sqlite3
import time
from typing import Any, Never

import sqlalchemy as sa
from dbos import _dbos  # no public name leads to it
from dbos._serialization import DefaultSerializer  # no public name leads to it

from bot.core.errors import StoreError


def mend() -> None:
    """Call this first in every process. Calling it again changes nothing."""
    _forbid_pickle()
    _mend_old_sqlite()


def running_workflows() -> list[str]:
    """The ids of the workflows that run in this process, until DBOS has noted their ends."""
    dbos = _dbos._dbos_global_instance  # noqa: SLF001 - DBOS's own stop counts them so; it has no public name for it
    return dbos._active_workflows_set.activeList() if dbos else []  # noqa: SLF001 - see above


def _forbid_pickle() -> None:
    """Make DBOS unable to read pickle, which can run any code its writer chose.

    A row of its tables names its own format, and DBOS obeys that, whatever serializer is set: without this, anybody who
    can write to the database can run code as leaverbot.
    """
    DefaultSerializer.deserialize = _refuse  # type: ignore[method-assign,assignment] # for good: nothing of ours is pickled


def _refuse(_serializer: object, _text: str) -> Never:
    raise StoreError("The database holds something that leaverbot did not write and refuses to read.")


def _mend_old_sqlite() -> None:
    """Give an SQLite older than 3.42 the `unixepoch('subsec')` that DBOS's tables use from Python 3.12 on.

    DBOS assumes that a new Python has a new SQLite; a Python built on Debian 12 or Ubuntu 22.04 does not.
    """
    old = sqlite3.sqlite_version_info < (3, 42)
    if old and not sa.event.contains(sa.Engine, "connect", _add_unixepoch):
        sa.event.listen(sa.Engine, "connect", _add_unixepoch)


def _add_unixepoch(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("unixepoch", 1, lambda _modifier: time.time())
