"""What rules did, what they wait for, and what they will do: for the summary and the status."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.actions import Action, ActionState
from bot.core.kinds import Kind
from bot.core.models import User
from bot.core.rules.decisions import Why
from bot.core.rules.facts import Stop
from bot.core.rules.views import Foreseen

# How far the summary looks ahead.
AHEAD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Awaited:
    """What one rule will do to one person, or what keeps it from that."""

    user: User
    foreseen: Foreseen


@dataclass(frozen=True, slots=True)
class RulesReport:
    """`rules`: those that are on, as people write them. `watch_only`: nobody is named who could stop them, so they do
    not start.

    `did`: what ended since the time asked about, by kind and state; dry runs count. `coming`: what will happen within a
    day, the soonest first. `waits`: what would happen, by what is in the way. `asked`: what rules asked for and is not
    finished. `stopped`: for whom people stopped rules. `links` lead to their cases' messages, by user id.
    """

    rules: tuple[str, ...] = ()
    watch_only: bool = False
    did: Mapping[tuple[Kind, ActionState], int] = field(default_factory=dict)
    coming: tuple[Awaited, ...] = ()
    waits: Mapping[Why, tuple[Awaited, ...]] = field(default_factory=dict)
    asked: tuple[Action, ...] = ()
    stopped: tuple[tuple[User, Stop], ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def people(self) -> tuple[User, ...]:
        """Everybody whom it is about, some of them more than once."""
        awaited = (*self.coming, *(one for them in self.waits.values() for one in them))
        stopped = (user for user, _ in self.stopped)
        return (*(one.user for one in awaited), *(action.user for action in self.asked), *stopped)

    @property
    def coming_by_kind(self) -> Mapping[Kind, Sequence[Awaited]]:
        """In the order in which the first of each kind comes."""
        kinds = dict.fromkeys(one.foreseen.kind for one in self.coming)
        return {kind: [one for one in self.coming if one.foreseen.kind is kind] for kind in kinds}

    @property
    def silent(self) -> bool:
        """Whether there is nothing to say: no rule is on, and none did or waits for anything."""
        return not (self.rules or self.did or self.asked or self.stopped)


def sorted_out(awaited: Iterable[Awaited], at: datetime) -> tuple[tuple[Awaited, ...], dict[Why, tuple[Awaited, ...]]]:
    """Those that come within a day, the soonest first, and those that wait, by what is in the way."""
    coming: list[tuple[datetime, Awaited]] = []
    waits: dict[Why, list[Awaited]] = {}
    for one in awaited:
        foreseen = one.foreseen
        if foreseen.comes and foreseen.acts_at and foreseen.acts_at <= at + AHEAD:
            coming.append((foreseen.acts_at, one))
        elif not foreseen.comes and not foreseen.never and foreseen.why:
            waits.setdefault(foreseen.why, []).append(one)
    coming.sort(key=lambda pair: (pair[0], pair[1].user.label))
    return tuple(one for _, one in coming), {why: tuple(waits[why]) for why in Why if why in waits}


def by_kind(did: Mapping[tuple[Kind, ActionState], int]) -> Mapping[Kind, Counter[ActionState]]:
    """How often each kind ended in each state."""
    found: dict[Kind, Counter[ActionState]] = {}
    for (kind, state), count in did.items():
        found.setdefault(kind, Counter())[state] += count
    return found
