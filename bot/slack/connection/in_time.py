"""Work for which a person who pressed something waits a moment, and no longer."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait

import structlog

log = structlog.get_logger(__name__)


def in_time(work: Callable[[], None], seconds: float) -> None:
    """Do the work, and return when it is done or the time is over; then it goes on by itself. Raises what it raises
    within the time.
    """
    done: Future[None] = Future()

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the thread ends here; whoever still waits gets it
            log.info("what somebody may not wait for any more has failed", why=str(error))
            done.set_exception(error)
        else:
            done.set_result(None)

    threading.Thread(target=run, name="in time", daemon=True).start()
    wait([done], seconds)
    if done.done():
        done.result()
