"""What a test does at an exact moment between two requests: before or after an operation is carried out."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.playground.identity_center.wire.faults import When, is_meant


@dataclass(frozen=True, slots=True, eq=False)
class Hook:
    moment: str  # before | after
    operation: str
    run: Callable[[], object]
    when: When
    once: bool


class Hooks:
    """The hooks that wait; safe to change from any thread while the server answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Hook] = []

    def add(self, hook: Hook) -> Callable[[], None]:
        """Returns a function that cancels the hook. Harmless if it is over."""
        with self._lock:
            self._waiting.append(hook)

        def call_off() -> None:
            with self._lock:
                self._waiting = [waiting for waiting in self._waiting if waiting is not hook]

        return call_off

    def call(self, moment: str, operation: str, parameters: dict[str, Any]) -> None:
        """Run the hooks for this moment. A one-time hook is removed before it runs."""
        if not self._waiting:
            return
        with self._lock:
            due = [
                hook
                for hook in self._waiting
                if hook.moment == moment and is_meant(hook.operation, hook.when, operation, parameters)
            ]
            self._waiting = [hook for hook in self._waiting if not (hook.once and hook in due)]
        for hook in due:
            hook.run()
