"""An announcement: what a rule will do to one person, said in Slack before it does it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.kinds import Kind
from bot.core.models import User
from bot.core.rules.rules import Rule

# However short or long the rule's time is, its announcement stands in Slack for at least and at most this long first.
LEAST_STANDS, MOST_STANDS = timedelta(seconds=60), timedelta(hours=24)


class AnnouncementState(StrEnum):
    WAITING = "waiting"  # it will act, unless somebody stops it
    ASKED = "asked"  # it asked for its action
    OVER = "over"  # it no longer applies, or another announcement took its place


@dataclass(frozen=True, slots=True)
class Announcement:
    """One person and one kind have at most one that waits.

    `rule`: as people write it; `counts_from`: from when its time counts. It stands for these two; when one changes, it
    is over. `acts_at`: when it was to act as last shown. `posted_at`: when it came to stand in Slack, by Slack's own
    clock; None before. `case_id`: in whose thread; "" for a person without a case. `action_id`: what it asked for.
    `waits_for`: what is in the way besides its time, as last looked at (a `Why`); "" for nothing.
    """

    id: str
    user: User
    kind: Kind
    rule: str
    counts_from: datetime
    made_at: datetime
    acts_at: datetime
    case_id: str = ""
    posted_at: datetime | None = None
    state: AnnouncementState = AnnouncementState.WAITING
    action_id: str = ""
    version: int = 1
    waits_for: str = ""

    def fits(self, rule: Rule, counts_from: datetime) -> bool:
        """Whether it announces this rule, counted from then."""
        return (self.kind, self.rule, self.counts_from) == (rule.kind, str(rule), counts_from)


def stands(after: timedelta) -> timedelta:
    """How long the announcement of a rule with this time has to stand before it acts."""
    return min(max(after, LEAST_STANDS), MOST_STANDS)
