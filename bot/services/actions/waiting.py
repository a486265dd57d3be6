"""Say what an action waits for: on its message, and in the log."""

from datetime import datetime, timedelta

import structlog

from bot.core.reasons import Code, Reason
from bot.core.waiting import Trouble, Wait
from bot.services.context import Context

log = structlog.get_logger(__name__)

# Shorter waits are told to nobody.
TELL_AFTER = timedelta(seconds=20)
LOG_EVERY = timedelta(minutes=1)


class Teller:
    """Keeps the store, and so the messages, in line with what actions wait for; one a process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        # What the store says; None until it was asked: an earlier process may have left something there.
        self._told: dict[str, Wait] | None = None
        self._logged: dict[str, datetime] = {}

    def look(self) -> None:
        now = self._context.clock.now()
        waits = {name: wait for name, wait in self._context.waits.now().items() if now - wait.since >= TELL_AFTER}
        told = self._context.store.waits() if self._told is None else self._told
        changed = [name for name in {*waits, *told} if waits.get(name) != told.get(name)]
        for name in changed:
            self._context.store.set_wait(name, waits.get(name))
            if name in waits:
                self._tell_asker(name, waits[name], now)
        self._told = waits
        if changed:
            self._context.work.wake()
        self._log(waits, now)

    def _tell_asker(self, name: str, wait: Wait, now: datetime) -> None:
        """Whoever asked for an action that has no message until it ends is told once."""
        action = self._context.store.action(name)
        if action.case_id or action.parent or not action.asker.in_slack:
            return
        if wait.trouble is Trouble.SLACK:
            return
        text = self._context.words(Reason(Code.WAITS, action.user, kind=action.kind, wait=wait))
        self._context.store.tell(f"waits:{name}", action.asker, text, now)

    def _log(self, waits: dict[str, Wait], now: datetime) -> None:
        self._logged = {name: at for name, at in self._logged.items() if name in waits}
        for name, wait in waits.items():
            if name in self._logged and now - self._logged[name] < LOG_EVERY:
                continue
            self._logged[name] = now
            slack = wait.trouble is Trouble.SLACK
            log.warning(
                "an action waits for Slack" if slack else "an action waits for AWS",
                action=name,
                why=str(wait.trouble or "not done yet"),
                since=wait.since.isoformat(timespec="seconds"),
                until=wait.until.isoformat(timespec="seconds"),
            )
