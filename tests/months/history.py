"""What happened, in order, by true time: what the judge goes by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.rules.rules import AutoRules


@dataclass(frozen=True)
class Began:
    """The bot was started: a process, with these settings, on this database (a number). `own`: the user whose session
    it runs as, "" for an ordinary role.
    """

    rules: AutoRules
    protected: frozenset[str]
    tenant: bool
    watch_only: bool
    dry_run: bool
    deny_ready: bool
    database: int
    own: str


@dataclass(frozen=True)
class Saved:
    """A scan, or a read of some users, was saved. `people`: who was seen disabled, and whether read completely; `others`:
    user ids seen "enabled" or "gone". `users`: how many the list had, 0 where it was not read to its end.
    """

    people: Mapping[str, bool]
    others: Mapping[str, str]
    users: int
    # By true grants, at this moment.
    severities: Mapping[str, str]


@dataclass(frozen=True)
class Looked:
    """AWS showed this status of a user, whoever asked."""

    user: str
    status: str | None


@dataclass(frozen=True)
class Wrote:
    """AWS carried out a change about a user. `by`: who asked for the action it belongs to, as it is stored. `what`:
    what it was about, so that the same thing done twice shows. `kind`: of that action.
    """

    operation: str
    user: str
    what: str
    kind: str
    by: str
    action: str
    # By truth, right before it: the user's status, and how bad the access was that was left ("" for none).
    status: str | None
    severity: str


@dataclass(frozen=True)
class Asked:
    """A rule asked for an action on a user. By truth: the user's status, and how bad the access was. `denied`: a deny
    that was read back is in force.
    """

    user: str
    kind: str
    by: str
    action: str
    status: str | None
    severity: str
    denied: bool


@dataclass(frozen=True)
class Announced:
    """The announcement of a rule for a user was posted, or drawn again; `stands`: whether it is not said to be over."""

    user: str
    kind: str
    ts: str
    stands: bool


@dataclass(frozen=True)
class Pressed:
    """Somebody pressed this, about this user ("" for nobody in particular), and it was accepted."""

    what: str
    user: str = ""


@dataclass(frozen=True)
class Truth:
    """What became true of a user: "enabled", "disabled", "unknown", "gone", "granted" or "used"."""

    user: str
    what: str


@dataclass(frozen=True)
class LookedThere:
    """The directory behind answered this about a user: "disabled", "active" or "unknown"."""

    user: str
    answer: str


@dataclass(frozen=True)
class Clocked:
    """The machine's clock is this far off from now on."""

    off: timedelta


Event = Began | Saved | Looked | Wrote | Asked | Announced | Pressed | Truth | LookedThere | Clocked


@dataclass(frozen=True)
class Entry:
    at: datetime
    event: Event


@dataclass
class History:
    entries: list[Entry] = field(default_factory=list)

    def add(self, at: datetime, event: Event) -> None:
        self.entries.append(Entry(at, event))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def story(self) -> str:
        """As people read it, after a failure."""
        return "\n".join(f"{entry.at:%m-%d %H:%M:%S} {entry.event}" for entry in self.entries)
