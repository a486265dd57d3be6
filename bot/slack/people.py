"""Who a person is: the roles of a Slack user, user groups included."""

import threading
import time
from collections.abc import Callable

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core.policy import Role, Rules

log = structlog.get_logger(__name__)

# usergroups.users.list takes about 20 calls a minute; who is on call changes slower (facts 3.3).
SECONDS = 300.0


class People:
    """Resolves roles. What can not be read gives no role: nobody may act on a guess."""

    def __init__(self, web: WebClient, rules: Rules, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._web, self._rules, self._monotonic = web, rules, monotonic
        self._members: dict[str, tuple[float, frozenset[str]]] = {}
        self._lock = threading.Lock()

    def roles(self, user_id: str) -> frozenset[Role]:
        """The roles of a person now, as far as Slack told within the last minutes."""
        named = self._rules.responders | self._rules.admins
        groups = sorted(name for name in named if name.startswith("S"))
        # A person named directly needs no look at groups, unless a group could give more.
        if Role.ADMIN in self._rules.roles([user_id]):
            return self._rules.roles([user_id])
        return self._rules.roles([user_id, *(group for group in groups if user_id in self._users(group))])

    def _users(self, group: str) -> frozenset[str]:
        with self._lock:
            known = self._members.get(group)
            if known and self._monotonic() - known[0] < SECONDS:
                return known[1]
            try:
                users: list[str] = self._web.usergroups_users_list(usergroup=group).get("users", [])
                members = frozenset(users)
            except (SlackApiError, OSError) as error:
                # plan_upgrade_required on free plans; then only user ids work, as the README says.
                code = error.response.get("error") if isinstance(error, SlackApiError) else type(error).__name__
                log.warning("a user group can not be read, so its members have no role now", group=group, why=code)
                return known[1] if known else frozenset()
            self._members[group] = (self._monotonic(), members)
            return members
