"""What leaverbot asks of DBOS: know a workflow, accept work, say whether it is alive, forget it."""

import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import structlog
from dbos import DBOS
from sqlalchemy.exc import OperationalError

from bot.core.errors import StoreUnavailable
from bot.engine.library_fixes import running_workflows

log = structlog.get_logger(__name__)

# The queues that leaverbot once used; it takes over what is left in them.
OLD_QUEUES = frozenset({"actions", "denies", "plays"})
# How long DBOS has to accept something, in seconds; on its own it would wait for a missing database forever.
ACCEPT_SECONDS = 10
# How often a stop looks whether something still runs.
LOOK_SECONDS = 0.02
# A workflow that was killed this often is the cause, not the victim.
RECOVERIES = 1000
# How many ended workflows to forget at once.
FORGET_AT_ONCE = 1000
_LIVE = ["PENDING", "ENQUEUED", "DELAYED"]
_ENDED = ["SUCCESS", "ERROR", "CANCELLED"]


def workflow(name: str, run: Callable[..., Any]) -> Any:
    """Register `run` under a name, wrapped: DBOS sets attributes on its function, which a bound method does not
    allow.
    """

    def workflow(*args: Any) -> Any:
        return run(*args)

    workflow.__name__ = workflow.__qualname__ = name
    return DBOS.workflow(name=name, max_recovery_attempts=RECOVERIES)(workflow)


def accepted(start: Callable[[], object]) -> None:
    """Have DBOS start something, from anywhere; raises StoreUnavailable when it cannot accept it in time.

    Inside a step of another workflow DBOS starts nothing, and inside a workflow it would record the call in that
    workflow's history. A thread of its own is in neither, and blocks nobody else while the database is away.
    """
    taken: Future[None] = Future()

    def run() -> None:
        try:
            start()
        except Exception as error:  # noqa: BLE001 - raised again in the calling thread
            taken.set_exception(error)
        else:
            taken.set_result(None)

    threading.Thread(target=run, name="starter", daemon=True).start()
    try:
        taken.result(ACCEPT_SECONDS)
    except (TimeoutError, OperationalError) as error:
        raise StoreUnavailable from error


def alive(workflow_id: str) -> bool:
    """Whether DBOS will continue this workflow."""
    status = DBOS.get_workflow_status(workflow_id) if workflow_id else None
    return status is not None and status.status in _LIVE


def wait_for_running(patience_seconds: float) -> None:
    """Wait until no workflow runs in this process, at most this long. `DBOS.destroy` could, but it looks only once a
    second, and first after one.
    """
    until = time.monotonic() + patience_seconds
    while running_workflows() and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)


def any_live() -> bool:
    """Whether DBOS still has something to carry on."""
    return bool(DBOS.list_workflows(status=_LIVE, limit=1, load_input=False, load_output=False))


def take_over(names: Collection[str]) -> None:
    """Cancel what another version left with DBOS: in a queue that nothing serves any more, or under a name that is not
    one of `names`. The work itself is still unfinished in the store, and is restarted from there.
    """
    live = DBOS.list_workflows(status=_LIVE, load_input=False, load_output=False)
    strange = [flow for flow in live if flow.queue_name in OLD_QUEUES or flow.name not in names]
    if strange:
        log.info("taking over work of another version", workflows=len(strange), names=sorted({w.name for w in strange}))
    DBOS.cancel_workflows([flow.workflow_id for flow in strange])


def forget_ended(before: datetime) -> None:
    """Forget workflows that ended before then, oldest first."""
    ended = DBOS.list_workflows(
        status=_ENDED, end_time=before.isoformat(), load_input=False, load_output=False, limit=FORGET_AT_ONCE
    )
    DBOS.delete_workflows([flow.workflow_id for flow in ended])
