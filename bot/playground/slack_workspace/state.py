"""The workspace's state: one lock, ids, time stamps, messages, views, and the listeners told of changes."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.playground.slack_workspace.records import (
    ApiError,
    Channel,
    Json,
    Post,
    ResponseUrl,
    Trigger,
    User,
    UserGroup,
    View,
)

# The scopes of the bot's own manifest.
DEFAULT_SCOPES = (
    *("chat:write", "commands", "channels:read", "groups:read", "channels:history", "groups:history"),
    *("users:read", "users:read.email", "usergroups:read", "im:write", "app_mentions:read"),
)
TRIGGER_SECONDS = 3
RESPONSE_URL_SECONDS = 30 * 60


class Gateway(Protocol):
    """How the workspace reaches the app."""

    def deliver(self, kind: str, payload: Json, *, takes_answer: bool) -> tuple[str | None, Json, float]:
        """Send one payload over one connection. Returns (error or None, the ack's payload, seconds it took)."""


@dataclass(eq=False, repr=False)
class State:
    """What the workspace knows.

    ``now`` returns the seconds that become time stamps; ``elapsed`` measures the age of trigger ids and response URLs.
    Without ``paid_plan`` there are no user groups. ``enterprise``: the workspace is one of several in an organization
    (Enterprise Grid); ``org_wide``: the app is installed in all of them. ``members_page``: how many members of a
    channel are told at once, whatever was asked for.
    """

    team_name: str = "Example Corp"
    command: str = "/leavers"
    scopes: Sequence[str] = DEFAULT_SCOPES
    now: Callable[[], float] = time.time
    elapsed: Callable[[], float] = time.monotonic
    paid_plan: bool = field(default=True, kw_only=True)
    enterprise: bool = field(default=False, kw_only=True)
    org_wide: bool = field(default=False, kw_only=True)
    members_page: int = field(default=200, kw_only=True)

    users: dict[str, User] = field(default_factory=dict, init=False)
    channels: dict[str, Channel] = field(default_factory=dict, init=False)
    groups: dict[str, UserGroup] = field(default_factory=dict, init=False)
    posts: dict[str, list[Post]] = field(default_factory=dict, init=False)
    ephemeral_posts: list[Post] = field(default_factory=list, init=False)
    views: dict[str, list[View]] = field(default_factory=dict, init=False)
    homes: dict[str, View] = field(default_factory=dict, init=False)
    triggers: dict[str, Trigger] = field(default_factory=dict, init=False)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict, init=False)
    complaints: list[str] = field(default_factory=list, init=False)
    gateway: Gateway | None = field(default=None, init=False)
    base_url: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._version = self._count = self._last_ts = 0
        self._listeners: list[Callable[[], None]] = []
        self.domain = "".join(ch for ch in self.team_name.lower() if ch.isalnum()) or "workspace"
        self.scopes = list(self.scopes)
        self.app_scopes = ["connections:write"]
        self.team_id = self.new_id("T")
        self.enterprise_id = self.new_id("E") if self.enterprise or self.org_wide else None
        self.app_id, self.bot_id = self.new_id("A"), self.new_id("B")
        secret = hashlib.sha256(self.team_name.encode()).hexdigest()
        self.bot_token = f"xoxb-{secret[:12]}-{secret[12:36]}"
        self.app_token = f"xapp-1-{self.app_id}-{secret[36:60]}"
        self.verification_token = secret[:24]
        self.bot_user = self.new_id("U")
        self.users[self.bot_user] = User(
            *(self.bot_user, "leaverbot", "leaverbot", self.team_id, ""),
            is_bot=True,
            bot_id=self.bot_id,
            app_id=self.app_id,
            enterprise_id=self.enterprise_id,
        )

    # Changes

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock; afterwards wake everybody who waits, and call the listeners without it."""
        with self.lock:
            yield
            self._version += 1
            self._changed.notify_all()
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def on_change(self, callback: Callable[[], Any]) -> None:
        """Call this after every change, in the thread that made it and without the lock."""
        with self.lock:
            self._listeners.append(callback)

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
        """A message's time stamp, which is also its id: unique, and always later than the last."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # Messages

    def find_post(self, channel: str, ts: str) -> Post | None:
        found = (post for post in self.posts.get(channel, []) if post.ts == ts and not post.deleted)
        return next(found, None)

    def replies(self, post: Post) -> list[Post]:
        """The replies in a message's thread that were not deleted."""
        return [
            other
            for other in self.posts.get(post.channel, [])
            if other.thread_ts == post.ts and other.ts != post.ts and not other.deleted
        ]

    def add_post(self, post: Post) -> None:
        if post.only_for is not None:
            self.ephemeral_posts.append(post)
        else:
            self.posts.setdefault(post.channel, []).append(post)

    def direct_message(self, user: str) -> Channel:
        """The conversation between a person and the bot."""
        for channel in self.channels.values():
            if channel.is_im and channel.members[0] == user:
                return channel
        made = Channel(self.new_id("D"), "", [user, self.bot_user], private=True, created=0, is_im=True)
        self.channels[made.id] = made
        return made

    # Views

    def find_view(self, view_id: str) -> View | None:
        open_views = [view for stack in self.views.values() for view in stack] + list(self.homes.values())
        return next((view for view in open_views if view.id == view_id), None)

    # Short-lived permissions

    def new_trigger(self, user: str, view: str | None = None) -> str:
        name = f"{self._count}.{self.new_id('')}.{hashlib.sha256(self.new_id('').encode()).hexdigest()[:32]}"
        self.triggers[name] = Trigger(user, self.elapsed(), view)
        return name

    def use_trigger(self, name: str) -> Trigger:
        """Spend the trigger.

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

    def new_response_url(self, user: str, channel: str, origin: Post | None) -> str:
        name = f"{self.team_id}/{self.new_id('')}/{hashlib.sha256(self.new_id('').encode()).hexdigest()[:24]}"
        self.response_urls[name] = ResponseUrl(user, channel, self.elapsed(), origin)
        return f"{self.base_url}/hook/{name}"

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 10) -> Any:
        """Wait for the predicate's first true value.

        It is called again after every change and at least every 20 ms, without the lock. Raises TimeoutError.
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
