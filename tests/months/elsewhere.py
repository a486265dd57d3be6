"""The directory behind, as the script wants it to answer."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.core.directory.source import ActiveThere, CouldNotLook, Looked, Off, OffThere, Unseen
from bot.core.models import User
from tests.months.clock import MachineClock
from tests.months.history import History, LookedThere

ANSWERS: Mapping[str, Looked] = {
    "disabled": OffThere(Off.DISABLED),
    "active": ActiveThere(),
    "unknown": CouldNotLook(Unseen.NOT_FOUND),
}


class Elsewhere:
    """Implements `ports.SourceDirectory`. `answers`: by user id; everybody else is disabled there, too."""

    def __init__(self, clock: MachineClock, history: History) -> None:
        self._clock, self._history = clock, history
        self.answers: dict[str, str] = {}

    def look(self, users: Sequence[User], within: timedelta) -> Mapping[str, Looked]:  # noqa: ARG002 - it takes no time
        answers = {user.id: self.answers.get(user.id, "disabled") for user in users}
        for user, answer in answers.items():
            self._history.add(self._clock.true, LookedThere(user, answer))
        return {user: ANSWERS[answer] for user, answer in answers.items()}
