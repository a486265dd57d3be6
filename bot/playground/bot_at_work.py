"""The bot that the playground runs: it can be stopped and started again with other settings."""

import os
import threading
import time
from collections.abc import Mapping
from typing import Any

from bot.app import Bot
from bot.services.scan.progress import Progress
from bot.settings import Settings

# How long what a scan said last is worth showing: it says something with every page it has read.
FRESH_SECONDS = 15.0


class BotAtWork:
    """`start`, any number of `change`, `stop`. `change` may be called on any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bot: Bot | None = None
        # The settings on top of those it was first started with.
        self.extra: dict[str, str] = {}
        self._heard: tuple[float, Progress] | None = None

    def reading(self) -> dict[str, Any] | None:
        """How far the scan under way has got; None if none has said anything of late."""
        at, progress = self._heard or (0.0, None)
        if progress is None or time.monotonic() - at > FRESH_SECONDS:
            return None
        numbers = {"done": progress.done, "total": progress.total, "leavers": progress.leavers}
        return {"phase": str(progress.phase), **numbers}

    def _hear(self, progress: Progress) -> None:
        self._heard = (time.monotonic(), progress)

    def start(self) -> None:
        """Raises LeaverbotError if the bot cannot start."""
        self._bot = bot = Bot(Settings.load(_env_file=None), scan_progress=self._hear)
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
