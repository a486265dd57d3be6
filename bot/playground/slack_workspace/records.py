"""What a workspace contains: people, channels, messages, views and the short-lived permissions Slack hands out."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal by a Web API method: Slack's error code, and what else is in the answer."""

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
    # For a bot: its bot id and the app it belongs to.
    bot_id: str = ""
    app_id: str = ""
    # "multi" or "single" for a guest of several channels or of one.
    guest: str = ""
    # The account was deactivated.
    deleted: bool = False


@dataclass
class Channel:
    id: str
    name: str
    members: list[str]
    private: bool
    created: int
    archived: bool = False
    is_im: bool = False
    # Shared with another organization (Slack Connect), and with other workspaces of the same one.
    ext_shared: bool = False
    pending_shared: bool = False
    org_shared: bool = False


@dataclass
class UserGroup:
    id: str
    handle: str
    users: list[str]


@dataclass
class Post:
    """A message, or (``only_for``) an ephemeral one that only one person sees."""

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
        """Its blocks, including those in attachments."""
        return [*self.blocks, *(block for item in self.attachments for block in item.get("blocks", []))]

    def in_channel(self) -> bool:
        """Whether it is shown in the channel itself and not only in a thread."""
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
    """A person's act allows the app to open one view within three seconds."""

    user: str
    born: float
    view: str | None
    used: bool = False


@dataclass
class ResponseUrl:
    """A response_url: five answers within thirty minutes."""

    user: str
    channel: str
    born: float
    origin: Post | None
    left: int = 5


@dataclass(frozen=True)
class Answer:
    """What a person sees as the result of what they did.

    ``error`` says why it did not work: Slack's own code when the app failed (``operation_timeout``,
    ``dispatch_failed``), or why the act was impossible (``no_such_control`` ...). ``text`` and ``blocks`` are a
    command's immediate reply, ``errors`` what is wrong with a form (by block_id), ``closed`` whether the view is gone,
    ``shown`` what Slack shows the person. ``seconds`` is how long the app took to acknowledge.
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
