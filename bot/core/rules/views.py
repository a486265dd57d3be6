"""What people are shown of rules, as values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core.actions import Action
from bot.core.kinds import LET_RUN, STOP, Kind, Note
from bot.core.rules.announcements import Announcement, AnnouncementState
from bot.core.rules.decisions import Why
from bot.core.rules.facts import Stop


@dataclass(frozen=True, slots=True)
class RuleView:
    """An announcement as it is now. `stop`: who stopped rules for this person. `rule_now`: the rule of this kind that
    is on now, "" for none; `why`: why that does not act now. `action`: what the announcement asked for. `link`: to
    the message of the person's case, "" where there is none. `buttons`: False where commands of the terminal take their
    place.
    """

    announcement: Announcement
    stop: Stop | None = None
    rule_now: str = ""
    why: Why | None = None
    action: Action | None = None
    dry_run: bool = False
    link: str = ""
    buttons: bool = True

    @property
    def waiting(self) -> bool:
        return self.announcement.state is AnnouncementState.WAITING

    @property
    def running(self) -> bool:
        """Whether what it asked for is not finished."""
        asked = self.announcement.state is AnnouncementState.ASKED
        return asked and (self.action is None or not self.action.state.final)

    @property
    def control(self) -> Note | None:
        """What its button is for: to let stopped rules run, or to stop them while there is anything to stop."""
        if self.announcement.state is AnnouncementState.OVER:
            return None
        if self.stop:
            return LET_RUN
        return STOP if self.running or self.waiting else None


# What only takes its time: nothing has to change.
PATIENT = frozenset({Why.NOT_DUE, Why.FIRST_MINUTE, Why.UNANNOUNCED, Why.UNPOSTED, Why.STANDS})


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What one rule will do to one person, as things are. `acts_at`: when, if nothing is in the way; None where that
    cannot be said. `why`: why it does not act now; `never`: it does not apply to this person. `announced`: its
    announcement waits.
    """

    kind: Kind
    rule: str
    acts_at: datetime | None = None
    why: Why | None = None
    never: bool = False
    announced: bool = False

    @property
    def comes(self) -> bool:
        """Whether it will act by itself, unless something changes."""
        return not self.never and self.acts_at is not None and (self.why is None or self.why in PATIENT)


@dataclass(frozen=True, slots=True)
class OnPerson:
    """Rules and one person: what each that is on will do, and who stopped them all."""

    foreseen: tuple[Foreseen, ...] = ()
    stop: Stop | None = None

    @property
    def coming(self) -> Iterable[Foreseen]:
        """Those that act by themselves, unless something changes: the first one first."""
        timed = ((one.acts_at, one) for one in self.foreseen if one.comes and one.announced and one.acts_at)
        return [one for _, one in sorted(timed, key=lambda pair: pair[0])]
