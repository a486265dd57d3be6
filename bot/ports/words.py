"""Sentences for people, for code that stores or sends them but has no words of its own."""

from typing import Protocol

from bot.core.reasons import Reason


class Words(Protocol):
    def __call__(self, reason: Reason, /) -> str:
        """The reason as plain sentences."""
        ...
