"""Who a person is: the roles of a Slack user, user groups included."""

import threading
import time
from collections.abc import Callable

import structlog
from slack_sdk import WebClient

from bot.core.actions import Role
from bot.core.authorization import Rules
from bot.core.errors import ChatError
from bot.slack.connection.web import asked

log = structlog.get_logger(__name__)

# How often user groups are read again, in seconds; Slack takes about 20 such calls a minute
# (docs/facts.md#user-group-rate).
REFRESH_SECONDS = 300.0
# A group that could not be read for so long, in seconds, gives no role any more.
STALE_SECONDS = 3600.0


class People:
    """Resolves roles from what `refresh` read: a press has three seconds, so it never waits for Slack here."""

    def __init__(self, web: WebClient, rules: Rules, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._web, self._rules, self._monotonic = web, rules, monotonic
        self._keep: Callable[[str, frozenset[str]], None] = lambda _group, _members: None
        self._groups = rules.groups
        self._members: dict[str, tuple[float, frozenset[str]]] = {}
        self._refreshing = threading.Lock()

    def keep_in(self, keep: Callable[[str, frozenset[str]], None]) -> None:
        """Tell `keep` who is in a group whenever Slack says so, beginning with what it said just now."""
        self._keep = keep
        for group, (_, members) in list(self._members.items()):
            keep(group, members)

    def roles(self, user_id: str) -> frozenset[Role]:
        """The roles of a person. What could not be read gives no role: nobody may act on a guess."""
        now = self._monotonic()
        groups = [
            group
            for group, (read_at, members) in list(self._members.items())
            if user_id in members and now - read_at < STALE_SECONDS
        ]
        return self._rules.roles([user_id, *groups])

    def refresh(self) -> None:
        """Read the groups that were not read lately; what cannot be read is logged, and tried again next time."""
        with self._refreshing:
            for group in self._groups:
                known = self._members.get(group)
                if known and self._monotonic() - known[0] < REFRESH_SECONDS:
                    continue
                try:
                    self.read(group)
                except ChatError as error:
                    log.warning("a user group cannot be read, so its members may lose their role", why=str(error))

    def read(self, group: str) -> None:
        """Read one group now. Raises ChatError, on free plans for one (`plan_upgrade_required`)."""
        answer = asked(f"reading user group {group}", lambda: self._web.usergroups_users_list(usergroup=group))
        users: list[str] = answer.get("users", [])
        self._members[group] = (self._monotonic(), frozenset(users))
        self._keep(group, frozenset(users))

    @property
    def groups(self) -> tuple[str, ...]:
        """The user groups that the settings name."""
        return self._groups
