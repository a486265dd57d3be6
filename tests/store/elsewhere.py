"""Other processes that use a store: forks of one that has imported it."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from bot.ports import Holder
from bot.store.database import process_lock
from bot.store.store import SqlStore

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["bot.store.store"])


def elsewhere(work: Callable[..., object], *given: Any) -> BaseProcess:
    """A process of its own that does this work."""
    process = _forks.Process(target=work, args=given)
    process.start()
    return process


def hold_the_deny_line(url: str, told: Connection) -> None:
    """Take the place and keep it; `told` says whether this process got it."""
    line = SqlStore.open(url).take_deny_line()
    told.send("held" if line else "refused")
    time.sleep(60)


def hold_the_process_lock(url: str, told: Connection) -> None:
    """Take the database lock and keep it; `told` says whether this process got it."""
    lock = process_lock.take(url, "run")
    told.send("refused" if isinstance(lock, Holder) else "held")
    time.sleep(60)
