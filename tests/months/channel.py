"""The fakes' Slack by its own clock, which is right; it can be away."""

import itertools
from typing import Any

from bot.core.errors import ChatUnavailable
from bot.core.rules.announcements import AnnouncementState
from bot.core.rules.views import RuleView
from bot.ports import Posted
from bot.slack.messages import Message
from tests.fakes.chat import FakeChat
from tests.months.clock import MachineClock
from tests.months.history import Announced, History


class WatchedChat(FakeChat):
    """A message's time is Slack's, whatever the machine's clock says."""

    def __init__(self, clock: MachineClock, history: History) -> None:
        super().__init__()
        self._clock, self._history = clock, history
        self.away = False

    def show_rule(self, rule: RuleView, at: Posted | None, thread: Posted | None, key: str) -> Posted:
        posted = super().show_rule(rule, at, thread, key)
        one = rule.announcement
        stands = one.state is not AnnouncementState.OVER
        self._history.add(self._clock.true, Announced(one.user.id, str(one.kind), posted.ts, stands))
        return posted

    def _post(self, message: Message, key: str, thread: Posted | None = None) -> Posted:
        self._numbers = itertools.count(max(next(self._numbers), int(self._clock.true.timestamp())))
        return super()._post(message, key, thread)

    def _called(self, done: Any = lambda: None) -> None:
        if self.away:
            raise ChatUnavailable("Slack is away.")
        super()._called(done)
