"""What leaverbot needs from outside: checked side by side at the start, and tried again until it answers."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import structlog

from bot.core.errors import LeaverbotError, SettingsError, new_reference
from bot.core.waiting import longer
from bot.redact import redact

log = structlog.get_logger(__name__)
T = TypeVar("T")

# How long the start waits for the first answers, in seconds; after that, work begins and the rest is waited for.
FIRST_LOOK_SECONDS = 20.0
# Pauses between attempts, in seconds.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
POLL_SECONDS = 0.05


class Need(Generic[T]):
    """Something that `look` gives; `then` is what is done with it, once.

    Both raise SettingsError for what a person must change, and another LeaverbotError for what may pass. Both are
    tried again: after the start nothing outside ends the program.
    """

    def __init__(self, name: str, look: Callable[[], T], then: Callable[[T], None] = lambda _found: None) -> None:
        self.name, self._look, self._then = name, look, then
        # What is wrong, "" once all is done; and a sentence for each thing a person must change.
        self.missing = "not checked yet"
        self.problems: list[str] = []
        self.found: T | None = None
        self._looked, self._done = threading.Event(), threading.Event()

    def begin(self, stopping: threading.Event) -> None:
        """Keep looking until it is found, on a thread of its own."""
        threading.Thread(target=self._keep_looking, args=(stopping,), name=self.name, daemon=True).start()

    def wait(self, stopping: threading.Event) -> T | None:
        """What was found, once all is done; None if the program stops before that."""
        while not self._done.wait(POLL_SECONDS):
            if stopping.is_set():
                return None
        return self.found

    @property
    def looked(self) -> bool:
        """Whether there was an answer of any kind."""
        return self._looked.is_set()

    def _keep_looking(self, stopping: threading.Event) -> None:
        pause = 0.0
        while not stopping.is_set():
            if self._try():
                log.info("ready", what=self.name)
                return
            pause = longer(pause, FIRST_PAUSE, LONGEST_PAUSE)
            log.warning("not ready", what=self.name, why=self.missing, again_in_seconds=pause)
            stopping.wait(pause)

    def _try(self) -> bool:
        try:
            if self.found is None:
                self.found = self._look()
            self._looked.set()
            self._then(self.found)
        except SettingsError as error:
            self.problems, self.missing = error.problems, str(error)
        except LeaverbotError as error:
            self.problems, self.missing = [], str(error)
        except Exception:  # the thread must outlive whatever comes
            reference = new_reference()
            log.exception("what is needed could not be checked", what=self.name, reference=reference)
            self.problems, self.missing = [], f"unexpected error (reference {reference})"
        else:
            self.problems, self.missing = [], ""
            self._done.set()
        self._looked.set()
        return self._done.is_set()


def first_look(needs: Sequence[Need[Any]], stopping: threading.Event) -> None:
    """Look at everything side by side. Raises SettingsError with everything a person must change."""
    for need in needs:
        need.begin(stopping)
    until = time.monotonic() + FIRST_LOOK_SECONDS
    while not all(need.looked for need in needs) and time.monotonic() < until:
        if stopping.wait(POLL_SECONDS):
            return
    problems = [redact(problem) for need in needs for problem in need.problems]
    if problems:
        raise SettingsError(list(dict.fromkeys(problems)))
