"""The bot that the playground runs: it can be stopped and started again with other settings."""

import os
import threading
from collections.abc import Mapping

from bot.app import Bot
from bot.settings import Settings


class BotAtWork:
    """`start`, any number of `change`, `stop`. `change` may be called on any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bot: Bot | None = None
        # The settings on top of those it was first started with.
        self.extra: dict[str, str] = {}

    def start(self) -> None:
        """Raises LeaverbotError if the bot cannot start."""
        self._bot = bot = Bot(Settings.load(_env_file=None))
        bot.start()

    def change(self, extra: Mapping[str, str]) -> None:
        """Stop the bot, and start it with exactly these settings on top; the database stays."""
        with self._lock:
            if extra == self.extra or self._bot is None:
                return
            self._bot.stop()
            for name in self.extra:
                os.environ.pop(name, None)
            self.extra = dict(extra)
            os.environ.update(self.extra)
            self.start()

    def stop(self) -> None:
        with self._lock:
            if self._bot:
                self._bot.stop()
            self._bot = None
