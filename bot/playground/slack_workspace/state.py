"""The workspace's memory: one lock, ids, time stamps, messages, views, and who is told when something changes."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from bot.playground.slack_workspace.blockkit.inputs import state_values
from bot.playground.slack_workspace.records import (
    ApiError,
    Channel,
    Hook,
    Json,
    Post,
    Trigger,
    User,
    UserGroup,
    View,
    clone,
)

# The scopes of the bot's own manifest.
DEFAULT_SCOPES = (
    *("chat:write", "commands", "channels:read", "groups:read", "channels:history", "groups:history"),
    *("users:read", "usergroups:read"),
)
TRIGGER_SECONDS = 3
HOOK_SECONDS = 30 * 60


class Gateway(Protocol):
    """The way from the workspace to the app."""

    def deliver(self, kind: str, payload: Json, *, takes_answer: bool) -> tuple[str | None, Json, float]:
        """Send one payload to one connection: (error or None, the payload of the ack, seconds it took)."""


class State:
    def __init__(
        self,
        team_name: str,
        command: str,
        scopes: Sequence[str] | None,
        now: Callable[[], float] | None,
        elapsed: Callable[[], float],
        *,
        enterprise: bool = False,
        org_wide: bool = False,
    ) -> None:
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._version = 0
        self._listeners: list[Callable[[], None]] = []
        self._count = 0
        self._last_ts = 0
        self.now = now or time.time
        self.elapsed = elapsed
        self.team_name = team_name
        self.domain = "".join(ch for ch in team_name.lower() if ch.isalnum()) or "workspace"
        self.command = command
        self.scopes = list(DEFAULT_SCOPES if scopes is None else scopes)
        self.app_scopes = ["connections:write"]
        self.team_id = self.new_id("T")
        self.enterprise_id = self.new_id("E") if enterprise or org_wide else None
        self.org_wide = org_wide
        self.app_id = self.new_id("A")
        self.bot_id = self.new_id("B")
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self.posts: dict[str, list[Post]] = {}
        self.whispers: list[Post] = []
        self.views: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.paid_plan = True
        self.complaints: list[str] = []
        self.gateway: Gateway | None = None
        self.base_url = ""
        secret = hashlib.sha256(team_name.encode()).hexdigest()
        self.bot_token = f"xoxb-{secret[:12]}-{secret[12:36]}"
        self.app_token = f"xapp-1-{self.app_id}-{secret[36:60]}"
        self.verification_token = secret[:24]
        self.bot_user = self.new_id("U")
        self.users[self.bot_user] = User(
            self.bot_user,
            "leaverbot",
            "leaverbot",
            self.team_id,
            "",
            is_bot=True,
            bot_id=self.bot_id,
            app_id=self.app_id,
            enterprise_id=self.enterprise_id,
        )

    # Changes

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock, then wake everybody who waits and call the listeners without the lock."""
        with self.lock:
            yield
            self._version += 1
            self._changed.notify_all()
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def complain(self, sentence: str) -> None:
        with self.lock:
            self.complaints.append(sentence)

    def new_id(self, letter: str) -> str:
        with self.lock:
            self._count += 1
            digest = hashlib.sha256(f"{self._count}".encode()).digest()
            alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            return f"{letter}0" + "".join(alphabet[byte % 36] for byte in digest[:9])

    def new_ts(self) -> str:
        """A message's time stamp, which is its name too: never twice, always later than the last."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # Messages

    def find_post(self, channel: str, ts: str) -> Post | None:
        found = (post for post in self.posts.get(channel, []) if post.ts == ts and not post.deleted)
        return next(found, None)

    def replies(self, post: Post) -> list[Post]:
        """The replies in a message's thread that are still there."""
        return [
            other
            for other in self.posts.get(post.channel, [])
            if other.thread_ts == post.ts and other.ts != post.ts and not other.deleted
        ]

    def add_post(self, post: Post) -> None:
        if post.only_for is not None:
            self.whispers.append(post)
        else:
            self.posts.setdefault(post.channel, []).append(post)

    def public(self, post: Post, *, metadata: bool = False) -> Json:
        """The message as the API and the payloads show it."""
        if post.deleted:
            return {
                "type": "message",
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "user": "USLACKBOT",
                "hidden": True,
                "ts": post.ts,
                "thread_ts": post.ts,
            }
        shown: Json = {"type": "message", "user": post.user, "ts": post.ts, "text": post.text, "team": self.team_id}
        author = self.users[post.user]
        if author.is_bot:
            shown |= {"bot_id": author.bot_id, "app_id": author.app_id}
            shown["bot_profile"] = {
                "id": author.bot_id,
                "app_id": author.app_id,
                "name": author.name,
                "deleted": False,
                "team_id": self.team_id,
            }
        if post.blocks:
            shown["blocks"] = post.blocks
        if post.attachments:
            shown["attachments"] = post.attachments
        if post.edited is not None:
            shown["edited"] = {"user": post.user, "ts": post.edited}
        if post.broadcast:
            shown["subtype"] = "thread_broadcast"
        if metadata and post.metadata is not None:
            shown["metadata"] = post.metadata
        if post.only_for is not None:
            shown |= {"is_ephemeral": True, "channel": post.channel}
        shown |= self._thread_members(post)
        return clone(shown)

    def _thread_members(self, post: Post) -> Json:
        if post.thread_ts is not None and post.thread_ts != post.ts:
            return {"thread_ts": post.thread_ts}
        replies = self.replies(post) if post.only_for is None else []
        if not replies:
            return {}
        users = list(dict.fromkeys(reply.user for reply in replies))
        return {
            "thread_ts": post.ts,
            "reply_count": len(replies),
            "latest_reply": replies[-1].ts,
            "reply_users": users,
            "reply_users_count": len(users),
            "is_locked": False,
        }

    # Views

    def find_view(self, view_id: str) -> View | None:
        open_views = [view for stack in self.views.values() for view in stack] + list(self.homes.values())
        return next((view for view in open_views if view.id == view_id), None)

    def public_view(self, view: View) -> Json:
        content = view.content
        return clone(
            {
                "id": view.id,
                "team_id": self.team_id,
                "type": content["type"],
                "blocks": content["blocks"],
                "private_metadata": content.get("private_metadata", ""),
                "callback_id": content.get("callback_id", ""),
                "state": {"values": state_values(content["blocks"], view.typed)},
                "hash": view.hash,
                **{name: content.get(name) for name in ("title", "submit", "close")},
                **{name: content.get(name, False) for name in ("clear_on_close", "notify_on_close")},
                "previous_view_id": view.previous,
                "root_view_id": view.root,
                "app_id": self.app_id,
                "external_id": content.get("external_id", ""),
                "app_installed_team_id": self.team_id,
                "bot_id": self.bot_id,
            }
        )

    # What Slack hands out for a moment

    def new_trigger(self, user: str, view: str | None = None) -> str:
        name = f"{self._count}.{self.new_id('')}.{hashlib.sha256(self.new_id('').encode()).hexdigest()[:32]}"
        self.triggers[name] = Trigger(user, self.elapsed(), view)
        return name

    def use_trigger(self, name: str) -> Trigger:
        """The trigger, spent.

        Raises ApiError: ``invalid_trigger_id`` (never handed out), ``exchanged_trigger_id`` (used before),
        ``expired_trigger_id`` (older than three seconds).
        """
        trigger = self.triggers.get(name)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if self.elapsed() - trigger.born > TRIGGER_SECONDS:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_hook(self, user: str, channel: str, origin: Post | None) -> str:
        name = f"{self.team_id}/{self.new_id('')}/{hashlib.sha256(self.new_id('').encode()).hexdigest()[:24]}"
        self.hooks[name] = Hook(user, channel, self.elapsed(), origin)
        return f"{self.base_url}/hook/{name}"

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 10) -> Any:
        """The predicate's first true value.

        It is asked again after every change and at least every 20 ms, without the lock. Raises TimeoutError.
        """
        deadline = time.monotonic() + timeout
        while True:
            with self.lock:
                seen = self._version
            value = predicate()
            if value:
                return value
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"not seen within {timeout} s")
            with self.lock:
                if self._version == seen:
                    self._changed.wait(min(left, 0.02))
