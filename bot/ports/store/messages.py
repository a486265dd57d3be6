"""Stored messages, as services see them, and the things they tell that are stored nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.access.severity import Severity
from bot.core.actions import Asker
from bot.core.views import CaseChange, NoticeKind
from bot.ports.chat import Posted


class MessageKind(StrEnum):
    """What a message is about, and the `ref` by which to find that.

    Messages about a case, a digest, a deny of somebody who was not disabled, a scheduled leave, what a rule will do,
    the brake, a hold or a bulk live as long as what they are about, and are drawn again whenever it changes. The others
    are posted once.
    """

    CASE = "case"  # ref: case id
    DENY = "deny"  # ref: deny id
    SCAN = "scan"  # ref: scan id; without asker, one that an older leaverbot posted in the channel
    REPORT = "report"  # ref: action id
    CHANGE = "change"  # ref: change id
    DIGEST = "digest"  # ref: scan id
    SUMMARY = "summary"  # ref: summary id; text: how many cases were open, by severity, when it was made
    RULE = "rule"  # ref: announcement id
    NOTICE = "notice"  # ref: "<NoticeKind>:<user id>", text
    TELL = "tell"  # text
    LEAVE = "leave"  # ref: id of the scheduled leave
    BRAKE = "brake"  # ref: brake id; a second message asks again
    HOLD = "hold"  # ref: hold id
    BULK = "bulk"  # ref: bulk id
    BULK_REST = "bulk_rest"  # ref: bulk id; in the thread of its message, who was not done and why
    CARD = "card"  # ref: case id; replaces the card whose button was pressed
    UNKNOWN = "unknown"  # stands for a kind that only a newer leaverbot knows


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits to be drawn as `version` of what it is about. `key` is unique. `posted`: where it is in
    Slack, None before it is posted.
    """

    seq: int
    key: str
    kind: MessageKind
    ref: str
    case_id: str | None
    asker: Asker | None
    text: str
    created_at: datetime
    version: int = 1
    posted: Posted | None = None


@dataclass(frozen=True, slots=True)
class Unshown:
    """A message that does not show what is stored now. `posted`: it is in Slack, showing something older.

    `asked`: a person did something about it a short while ago, and is watching for the result.
    """

    key: str
    kind: MessageKind
    ref: str
    version: int
    case_id: str | None
    posted: bool
    asked: bool


class MessageStore(Protocol):
    """Messages to be posted or drawn again."""

    def unshown(self, since: datetime) -> list[Unshown]:
        """Every message that does not show what is stored now: those of cases first, otherwise oldest first; of cases
        found together, incidents first, then the worst.

        `asked` ones are those that people did something about after `since`. One of an unknown kind is among them, but
        cannot be read.
        """
        ...

    def message(self, key: str) -> Waiting | None:
        """The message, while it does not show what is stored. Raises StoreUnreadable."""
        ...

    def posted(self, seq: int, posted: Posted | None, at: datetime, version: int = 1) -> None:
        """The message now shows this version, at this place; None: it needs no place (any more)."""
        ...

    def deny_message(self, user_id: str) -> tuple[bool, Posted | None]:
        """Whether a deny of this user has its own message in the channel, and where the newest one is."""
        ...

    def tell(self, key: str, asker: Asker, text: str, at: datetime) -> None:
        """Queue a sentence that only the asker sees."""
        ...

    def renew_card(self, key: str, asker: Asker, case_id: str, at: datetime) -> None:
        """Replace the message that only the asker sees, and whose button they pressed, with the case as it is now."""
        ...

    def notice(self, key: str, kind: NoticeKind, user_id: str, text: str, at: datetime) -> None:
        """Queue a notice for the thread of the user's newest case, or for the channel; a repeated key does nothing."""
        ...

    def change(self, ref: str) -> CaseChange: ...

    def add_summary(self, summary_id: str, at: datetime) -> None:
        """Queue a summary of what happened since the previous one; a repeated id does nothing."""
        ...

    def summary_times(self, summary_id: str | None) -> tuple[datetime | None, datetime | None]:
        """(when it was made, when the previous one was made), None for what never was. Without an id: of the newest."""
        ...

    def open_at_summary_before(self, summary_id: str | None) -> Mapping[Severity, int] | None:
        """How many cases were open when the summary before this one was made; without an id: the newest one. None where
        there is none, or it is not stored.
        """
        ...

    def summary_thread(self) -> Posted | None:
        """Where the newest summary in Slack is."""
        ...
