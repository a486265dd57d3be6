"""How a program that works is asked to stop, and ends even if something hangs."""

import signal
import threading
from collections.abc import Callable
from types import FrameType

from bot.cli.exits import leave_now

# Whoever stops us kills us after ten seconds. What hangs then is in the database, and the next start continues.
STOP_WITHIN_SECONDS = 9.0


def when_asked_to_stop(stop: Callable[[], None]) -> None:
    """Call this at each SIGTERM and Ctrl-C, on the main thread."""

    def on_signal(_signal: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)


def after(seconds: float, run: Callable[[], None]) -> None:
    """Call this after so many seconds, if the program still runs then."""
    timer = threading.Timer(seconds, run)
    timer.daemon = True
    timer.start()


def end_soon(code: int) -> None:
    """End with this code when nothing else has ended the program within STOP_WITHIN_SECONDS."""
    after(STOP_WITHIN_SECONDS, lambda: leave_now(code))
