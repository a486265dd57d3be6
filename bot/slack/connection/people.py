"""Who people are and where they are, as Slack says: part of `ports.Chat`. Somebody waits, so nothing is retried."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bot.core.belonging import Caller, Home, Standing
from bot.core.errors import ChatError
from bot.slack.connection.web import Web

T = TypeVar("T")
# How long what could not be read is not asked for again, in seconds.
ASK_AGAIN_SECONDS = 10.0
# Slack's words for a user group or a person that does not exist (any more).
NO_GROUP = "no_such_subteam"
NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
# How many members to ask for at once, Slack's most, and how many times for one channel
# (docs/facts.md#channel-members).
PAGE, MOST_PAGES = 999, 50


class SlackPeople:
    """`home`: the bot's own workspace and organization; None until it is known, then Slack is asked once."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self.home: Home | None = None
        # What Slack did not tell, and when.
        self._unread: dict[str, tuple[float, ChatError]] = {}

    def group_members(self, group_id: str) -> frozenset[str]:
        return self._unless_just_failed(group_id, lambda: self._group(group_id))

    def channel_members(self, channel_id: str) -> frozenset[str]:
        return self._unless_just_failed(channel_id, lambda: self._channel(channel_id))

    def standing(self, user: str) -> Standing:
        return self._unless_just_failed(user, lambda: self._standing(user))

    def _unless_just_failed(self, name: str, ask: Callable[[], T]) -> T:
        failed_at, error = self._unread.get(name, (0.0, None))
        if error and time.monotonic() - failed_at < ASK_AGAIN_SECONDS:
            raise error
        try:
            answer = ask()
        except ChatError as failed:
            self._unread[name] = (time.monotonic(), failed)
            raise
        self._unread.pop(name, None)
        return answer

    def _look(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return self._web.look(method, arguments, hasty=True)

    def _group(self, group_id: str) -> frozenset[str]:
        try:
            answer = self._look("usergroups.users.list", {"usergroup": group_id})
        except ChatError as error:
            if error.code == NO_GROUP:
                # Nobody is in it. That is an answer; waiting would never end.
                return frozenset()
            raise
        return frozenset(answer.get("users", []))

    def _channel(self, channel_id: str) -> frozenset[str]:
        """Page after page: one may be short, or empty, and not be the last."""
        found: set[str] = set()
        cursor = ""
        for _ in range(MOST_PAGES):
            more = {"cursor": cursor} if cursor else {}
            answer = self._look("conversations.members", {"channel": channel_id, "limit": PAGE, **more})
            found.update(answer.get("members", []))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return frozenset(found)
        raise ChatError(f"The channel {channel_id} has too many members to read.")

    def _standing(self, user: str) -> Standing:
        try:
            found = self._look("users.info", {"user": user}).get("user") or {}
        except ChatError as error:
            if error.code in NOBODY:
                return Standing.GONE
            raise
        if found.get("deleted"):
            return Standing.GONE
        # Somebody of another organization is no "stranger" to Slack while a channel is shared with them
        # (docs/facts.md#strangers).
        enterprise = (found.get("enterprise_user") or {}).get("enterprise_id") or ""
        caller = Caller(str(found.get("team_id") or ""), str(enterprise))
        if found.get("is_stranger") or not self._home().has(caller, named=True):
            return Standing.STRANGER
        return Standing.GUEST if found.get("is_restricted") or found.get("is_ultra_restricted") else Standing.MEMBER

    def _home(self) -> Home:
        if self.home is None:
            about = self._look("auth.test", {})
            self.home = Home(str(about["team_id"]), str(about.get("enterprise_id") or ""))
        return self.home
