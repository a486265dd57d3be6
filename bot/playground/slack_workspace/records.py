"""What a workspace holds: people, channels, messages, views and the short-lived permissions Slack hands out."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A Web API method's refusal: Slack's error code, and what goes with it in the answer."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    def body(self) -> Json:
        return {"ok": False, "error": self.error, **self.extra}


@dataclass
class User:
    id: str
    name: str
    real_name: str
    team_id: str
    email: str
    is_bot: bool = False
    enterprise_id: str | None = None
    # Of a bot: its bot id and the app it belongs to.
    bot_id: str = ""
    app_id: str = ""


@dataclass
class Channel:
    id: str
    name: str
    members: list[str]
    private: bool
    created: int
    archived: bool = False
    is_im: bool = False


@dataclass
class UserGroup:
    id: str
    handle: str
    users: list[str]


@dataclass
class Post:
    """A message, or (``only_for``) an ephemeral one that a single person sees."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json]
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    edited: str | None = None
    deleted: bool = False
    only_for: str | None = None
    typed: dict[tuple[str, str], Any] = field(default_factory=dict)

    def all_blocks(self) -> list[Json]:
        """Its blocks, those in attachments included."""
        return [*self.blocks, *(block for item in self.attachments for block in item.get("blocks", []))]

    def in_channel(self) -> bool:
        """Whether it stands in the channel itself and not only in a thread."""
        return self.thread_ts is None or self.thread_ts == self.ts or self.broadcast


@dataclass
class View:
    id: str
    user: str
    content: Json
    hash: str
    root: str
    previous: str | None
    typed: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.content["blocks"]
        return blocks

    def block(self, block_id: str) -> Json | None:
        return next((block for block in self.blocks if block["block_id"] == block_id), None)


@dataclass
class Trigger:
    """A person's act lets the app open one view, for three seconds."""

    user: str
    born: float
    view: str | None
    used: bool = False


@dataclass
class Hook:
    """A response_url: five answers within thirty minutes."""

    user: str
    channel: str
    born: float
    origin: Post | None
    left: int = 5


@dataclass(frozen=True)
class Answer:
    """What a person sees come of what they did.

    ``error`` is the reason nothing came of it: the words Slack shows when the app failed (``operation_timeout``,
    ``dispatch_failed``), or why the act was impossible (``no_such_control`` ...). ``text`` and ``blocks`` are what a
    command was answered with at once, ``errors`` what a form was refused with (by block_id), ``closed`` whether the
    view it was in is gone. ``seconds`` is how long the app took to acknowledge.
    """

    ok: bool
    error: str | None = None
    text: str | None = None
    blocks: list[Json] | None = None
    errors: dict[str, str] | None = None
    closed: bool = False
    seconds: float = 0.0
    shown: str = ""


def clone(value: Json) -> Json:
    return copy.deepcopy(value)
