"""What a rule has to know of one person before it acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.access.severity import Severity
from bot.core.actions import ActionState
from bot.core.events.reads import UserRead
from bot.core.kinds import Kind, Lane
from bot.core.models import User
from bot.core.rules.announcements import Announcement


class Source(StrEnum):
    """What the directory that users come from says of somebody, where it may be asked."""

    FINE = "fine"  # disabled there too, or it is not asked
    ACTIVE = "active"  # active there: the two disagree
    UNREAD = "unread"  # it is to be asked, and could not be


@dataclass(frozen=True, slots=True)
class OpenCase:
    """`incident`: access was used after the user was disabled."""

    id: str
    severity: Severity
    incident: bool = False


@dataclass(frozen=True, slots=True)
class LastAction:
    """The newest action of one kind that a rule asked for. `counts_from`, `case_id`: those of its announcement."""

    id: str
    counts_from: datetime
    case_id: str
    state: ActionState
    finished_at: datetime | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Who stopped the rules for somebody, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """One disabled person as stored. `denied`: a deny is in force, or may be; `busy`: the lanes of unfinished actions;
    `held`: by a hold that nobody has accepted. `waiting`: the announcements that wait; `last`: by kind.
    """

    read: UserRead
    case: OpenCase | None = None
    denied: bool = False
    busy: frozenset[Lane] = frozenset()
    stop: Stop | None = None
    held: bool = False
    waiting: Mapping[Kind, Announcement] = field(default_factory=dict)
    last: Mapping[Kind, LastAction] = field(default_factory=dict)

    @property
    def user(self) -> User:
        """The user as last seen disabled; only the id where an older version stored the read."""
        return self.read.user or User(self.read.user_id)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is the same for everybody. `own_name`: the user name whose session leaverbot runs as, "" for an ordinary
    role, None when that could not be read. `brake`: it is engaged. `looked`: a scan has listed all users since the
    rules became what they are. `deny_ready`: an emergency deny is set up. `dry_run`: nothing is changed.
    """

    now: datetime
    own_name: str | None = ""
    brake: bool = False
    looked: bool = True
    deny_ready: bool = True
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that decides about one person and one kind. `announcement`: the one that waits; of an action that was
    asked for already, its own. `asked`: there is such an action: its plan reads the person anew.
    """

    person: Person
    around: Circumstances
    announcement: Announcement | None = None
    last: LastAction | None = None
    protected: bool = False
    source: Source = Source.FINE
    asked: bool = False

    @property
    def now(self) -> datetime:
        return self.around.now

    @property
    def severity(self) -> Severity:
        """That of the open case; the mildest without one."""
        return self.person.case.severity if self.person.case else Severity.NORMAL

    @property
    def incident(self) -> bool:
        return bool(self.person.case and self.person.case.incident)
