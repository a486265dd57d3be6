"""Words for people, where a sentence is stored or sent by somebody who has none."""

from typing import Protocol

from bot.core.reasons import Reason


class Words(Protocol):
    def __call__(self, reason: Reason, /) -> str:
        """The reason as plain sentences."""
        ...
