"""What the store keeps of rules, as services see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.actions import Action, ActionState
from bot.core.kinds import Kind
from bot.core.models import User
from bot.core.rules.announcements import Announcement
from bot.core.rules.facts import Person, Stop


@dataclass(frozen=True, slots=True)
class RuleTotals:
    """Announcements by state, ended actions of rules by (kind, state), for how many people rules are stopped, and since
    when the oldest announcement waits to be posted.
    """

    announcements: Mapping[str, int]
    actions: Mapping[tuple[str, str], int]
    stops: int
    oldest_unposted: datetime | None


class RuleStore(Protocol):
    """Announcements, at most one waiting per person and kind, and the people for whom rules are stopped."""

    def announce(self, announcement: Announcement, by: str, *, replaces: str = "") -> bool:
        """Store and audit it, and queue its message; the announcement `replaces` is over. False, and no change, while
        another one waits, so that two who look at the same time announce once. `by`: the rule, as an asker is stored.
        """
        ...

    def announcement(self, announcement_id: str) -> Announcement:
        """Raises NotFound."""
        ...

    def announcement_of(self, action_id: str) -> Announcement | None:
        """The one that asked for this action."""
        ...

    def waiting_announcements(self) -> Sequence[Announcement]:
        """Oldest first."""
        ...

    def set_acts_at(self, announcement_id: str, at: datetime) -> None:
        """When one that waits will act now; its message is drawn again."""
        ...

    def set_waits_for(self, announcement_id: str, why: str) -> None:
        """Note what is in the way of a waiting announcement; "" for nothing. Its message is drawn again."""
        ...

    def end_announcement(self, announcement_id: str, why: str, at: datetime, by: str) -> None:
        """One that waits is over, audited; its message is drawn again."""
        ...

    def add_announced_action(self, announcement_id: str, action: Action) -> Action | None:
        """Store and audit what an announcement asks for: waiting -> asked, in the same transaction. None when it no
        longer waits, is not in Slack, or the person's rules are stopped. Raises AlreadyUnderWay.
        """
        ...

    def stop_rules(self, user: User, by: str, at: datetime) -> bool:
        """No rule acts on this person until `let_rules_run`; audited. False, and no change, when that is so already."""
        ...

    def let_rules_run(self, user: User, by: str, at: datetime) -> bool:
        """Rules may act on this person again; audited. False, and no change, when they were not stopped."""
        ...

    def rule_stop(self, user_id: str) -> Stop | None: ...

    def rule_stops(self) -> dict[str, Stop]:
        """Everybody for whom rules are stopped, by user id, whether disabled or not."""
        ...

    def disabled_people(self, user_id: str = "") -> list[Person]:
        """What rules know of everybody who was disabled in their newest read, or of this one user if they were; read in
        one transaction.
        """
        ...

    def rules_did(self, since: datetime) -> Mapping[tuple[Kind, ActionState], int]:
        """How many actions of rules ended since then, by kind and how; dry runs count."""
        ...

    def unfinished_by_rules(self) -> Sequence[Action]:
        """What rules asked for and is not finished, oldest first."""
        ...

    def rule_totals(self) -> RuleTotals: ...
