"""When an event needs a read, whether the read shows what the event reports, and when to read again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.events.subjects import Says
from bot.core.models import User

# An event this much older than a read is not news. The margin is for AWS, which may show a change a little late.
OLD = timedelta(seconds=60)
# Seconds until the next read, if a read does not show what the event reports. After the last, scans take over.
AGAIN = (2.0, 10.0, 60.0)
# More people than this at once are read by one scan.
MOST_PEOPLE = 200
# If a group changed and the event names nobody, all open leavers are read, unless there are more than this.
MOST_OPEN = 50
# Both that read and a requested scan happen at most once in this time.
PAUSE = timedelta(seconds=60)
# Longer between two reads of somebody was no pause between scans: in that time leaverbot could not read. A run once a
# day is the longest pause.
UNSEEN = timedelta(hours=25)
# What a scan was asked for by, and who found a case and stands in the audit log, when an event led to the read.
EVENTS = "events"
# Stands for all open leavers, in place of a user id.
ANYBODY = "*"


class ReadAs(StrEnum):
    """What the newest read showed of a user."""

    DISABLED = "disabled"
    ENABLED = "enabled"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class UserRead:
    """The newest read of a user. `read_started_at`: when the first request of that read, or of the scan, began;
    `complete`: whether it read everything the user can get into.

    `first_disabled_at`: the end of the read that first showed them disabled with no read as enabled since; None while
    they are not. `counts_from`: from when rules count (docs/rules.md). `turned_at`: `first_disabled_at` of those who
    turned disabled while leaverbot watched; None for those whom the first scan of a database found. `user`: as last
    seen disabled. `group_ids`: the groups in which they were seen.
    """

    user_id: str
    status: ReadAs
    read_started_at: datetime
    complete: bool
    first_disabled_at: datetime | None = None
    counts_from: datetime | None = None
    turned_at: datetime | None = None
    user: User | None = None
    group_ids: tuple[str, ...] = ()

    def makes_old(self, event_at: datetime, now: datetime) -> bool:
        """Whether an event of this time was certainly over when this read began. A read that claims to have begun after
        `now` was stored by a clock that was wrong, and makes nothing old.
        """
        return self.complete and event_at + OLD <= self.read_started_at <= now


@dataclass(frozen=True, slots=True)
class WantedRead:
    """A user to be read because of events. `event_at`: when the newest event happened, `says`: what it said.

    `asked_at`: when the newest event was taken in; `attempt`: how many reads did not show what it says.
    """

    user_id: str
    event_at: datetime
    says: Says
    asked_at: datetime
    due_at: datetime
    attempt: int = 0

    def with_newer(self, other: "WantedRead") -> "WantedRead":
        """Both in one, whichever comes first: what the newer event says is to be seen, and nothing in particular when
        two of the same time do not say the same.
        """
        newest = max(self.event_at, other.event_at)
        said = {one.says for one in (self, other) if one.event_at == newest}
        return replace(
            other,
            event_at=newest,
            says=said.pop() if len(said) == 1 else Says.CHANGED,
            asked_at=max(self.asked_at, other.asked_at),
            due_at=min(self.due_at, other.due_at),
            attempt=0,
        )

    def again(self, at: datetime) -> "WantedRead | None":
        """The next wanted read, after one at `at` that did not show the change; None after the last attempt."""
        if self.attempt >= len(AGAIN):
            return None
        return replace(self, due_at=at + timedelta(seconds=AGAIN[self.attempt]), attempt=self.attempt + 1)


def shown(says: Says, status: ReadAs) -> bool:
    """Whether a read shows what the event reports. Any complete read covers a change or new access."""
    expected = {
        Says.DISABLED: {ReadAs.DISABLED, ReadAs.GONE},
        Says.ENABLED: {ReadAs.ENABLED, ReadAs.GONE},
        Says.DELETED: {ReadAs.GONE},
    }
    return status in expected.get(says, set(ReadAs))
