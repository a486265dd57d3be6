"""What people are shown of scheduled leaves, as values."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.actions import Action
from bot.core.leaves.leave import Leave


@dataclass(frozen=True, slots=True)
class LeaveView:
    """A leave as its message shows it. `said`: its time with its zone, as it can be typed again. `deny`, `revoke`: its
    actions. `link`: to the message of the person's case, "" where there is none.
    """

    leave: Leave
    said: str
    deny: Action | None = None
    revoke: Action | None = None
    link: str = ""
    buttons: bool = True


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The answer to whoever scheduled it. `until`: how long until its time; `replaced`: the earlier time that no longer
    counts, "" where there was none.
    """

    view: LeaveView
    until: timedelta
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class LeaveList:
    """The open leaves, the next one first."""

    leaves: tuple[LeaveView, ...]
    now: datetime
    zone: str
