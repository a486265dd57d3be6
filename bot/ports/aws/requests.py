"""Which requests go first, and what actions wait for."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from bot.core.waiting import Trouble, Wait


class Background(Protocol):
    """Marks this thread, and those it starts with this context, as work that can wait: actions' requests go first.

    Counts the requests it sends to AWS.
    """

    def __call__(self) -> AbstractContextManager[Mapping[str, int]]: ...


class Waits(Protocol):
    """What actions in this process wait for: since AWS last answered, or since they last got any further."""

    def step(self, patience: Mapping[str, timedelta]) -> AbstractContextManager[Callable[[str], None]]:
        """Requests from this context, and from threads that run in a copy of it, belong to these actions, by id.

        `patience`: how long each keeps trying without progress. Gives a function; call it with the id of an action that
        made no progress in this step. The action then counts as waiting until a step ends without calling it again.
        """
        ...

    def blocked(self, action_id: str, trouble: Trouble) -> None:
        """An action in the current step is stuck for a reason other than its requests to AWS."""
        ...

    def now(self) -> Mapping[str, Wait]:
        """What each action is waiting for now, from the first moment of the wait."""
        ...
