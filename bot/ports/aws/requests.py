"""Which requests go first, and what actions wait for."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from bot.core.waiting import Trouble, Wait


class Background(Protocol):
    """Marks this thread, and those it starts with this context, as work that can wait: requests of actions go first.

    Counts the requests it sends to AWS.
    """

    def __call__(self) -> AbstractContextManager[Mapping[str, int]]: ...


class Waits(Protocol):
    """What actions wait for, in this process: since the last answer of AWS, or since they last got on."""

    def step(self, patience: Mapping[str, timedelta]) -> AbstractContextManager[Callable[[str], None]]:
        """Requests of this context, and of threads that run in a copy of it, belong to these actions, by id.

        `patience`: how long each is tried without getting on. Gives a function to be told the id of an action that did
        not get on in this step: it goes on waiting until the end of a step that does not tell it again.
        """
        ...

    def blocked(self, action_id: str, trouble: Trouble) -> None:
        """An action of the step that is under way does not get on for another reason than its requests to AWS."""
        ...

    def now(self) -> Mapping[str, Wait]:
        """What each action waits for now, from its first moment on."""
        ...
