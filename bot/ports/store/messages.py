"""Messages as the inside sees them stored, and what they tell of that stands nowhere else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.actions import Asker
from bot.core.cases import Case
from bot.core.views import CaseChange, NoticeKind
from bot.ports.chat import Posted


class MessageKind(StrEnum):
    """What a message is about, and by which `ref` that is found.

    Those about a case, a digest, a deny of somebody who was not disabled and a scan somebody asked for live as long as
    what they are about, and are drawn again whenever it changes. The others are posted once.
    """

    CASE = "case"  # ref: case id
    DENY = "deny"  # ref: deny id
    SCAN = "scan"  # ref: scan id
    REPORT = "report"  # ref: action id
    CHANGE = "change"  # ref: change id
    DIGEST = "digest"  # ref: scan id
    SUMMARY = "summary"  # ref: summary id
    NOTICE = "notice"  # ref: "<NoticeKind>:<user id>", text
    TELL = "tell"  # text
    CARD = "card"  # ref: case id; replaces the card whose button was pressed


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits to be drawn as `version` of what it is about. `key` is unique. `posted`: where it stands,
    None before it is posted.
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
    """A message that does not show what is stored now. `posted`: it stands in Slack, showing something older.

    `asked`: a person did something about it a short while ago, and looks for what comes of it.
    """

    key: str
    kind: MessageKind
    ref: str
    version: int
    case_id: str | None
    posted: bool
    asked: bool


class MessageStore(Protocol):
    """Messages that are to be posted or drawn again."""

    def unshown(self, since: datetime) -> list[Unshown]:
        """Every message that does not show what is stored now, the cases' first, each in the order they came about.

        `asked` is what people did something about after `since`.
        """
        ...

    def message(self, key: str) -> Waiting | None:
        """The message, while it does not show what is stored."""
        ...

    def posted(self, seq: int, posted: Posted | None, at: datetime, version: int = 1) -> None:
        """It shows this version now, and stands there; None: it needs no place (any more)."""
        ...

    def deny_message(self, user_id: str) -> tuple[bool, Posted | None]:
        """Whether the channel is told of a deny of this user in a message of its own, and where the newest stands."""
        ...

    def tell(self, key: str, asker: Asker, text: str, at: datetime) -> None:
        """Queue a sentence that only the asker sees."""
        ...

    def renew_card(self, key: str, asker: Asker, case_id: str, at: datetime) -> None:
        """Replace the message about the case that only the asker sees, and pressed a button of, by how it is now."""
        ...

    def notice(self, key: str, kind: NoticeKind, user_id: str, text: str, at: datetime) -> None:
        """Queue a notice for the thread of the user's newest case, or for the channel; a key again does nothing."""
        ...

    def change(self, ref: str) -> CaseChange: ...

    def digest_cases(self, scan_id: str) -> list[Case]: ...

    def add_summary(self, summary_id: str, at: datetime) -> None:
        """Queue a summary of what happened since the one before; the same id again does nothing."""
        ...

    def summary_times(self, summary_id: str | None) -> tuple[datetime | None, datetime | None]:
        """(when it was made, when the one before was made), None for what never was; no id: the newest."""
        ...
