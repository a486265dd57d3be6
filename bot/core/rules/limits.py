"""How many people may be changed within an hour, by rules and people together; what is beyond that waits its turn.

The last fifth is kept for people: rules wait first. A place gets free an hour after its person was changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.actions import Action, ActionState
from bot.core.kinds import Kind
from bot.core.rules.askers import rule_asker

HOUR = timedelta(hours=1)
# Emergency denies are counted apart, and more may be placed: each can be lifted again.
DENIES = 250


class Pool(StrEnum):
    """What is counted together."""

    CHANGES = "changes"  # revokes, deletes, and shut-outs with all their steps
    DENIES = "denies"  # emergency denies


@dataclass(frozen=True, slots=True)
class HourlyLimits:
    """`changes`: how many people in an hour at most."""

    changes: int = 100

    def of(self, pool: Pool, *, by_rule: bool) -> int:
        """How many people may have been changed before the hour is full: for rules, four fifths of that."""
        whole = self.changes if pool is Pool.CHANGES else max(DENIES, self.changes)
        return max(1, whole * 4 // 5) if by_rule else whole


def pool_of(kind: Kind, *, dry_run: bool = False) -> Pool | None:
    """What an action of this kind counts for; None for what changes no person."""
    if kind.frees or dry_run:
        return None
    return Pool.DENIES if kind.in_line else Pool.CHANGES


@dataclass(frozen=True, slots=True)
class Claim:
    """An action that has not begun and wants a place. `parked`: it waits because there was none."""

    action_id: str
    user_id: str
    pool: Pool
    by_rule: bool
    asked_at: datetime
    parked: bool = False

    @property
    def turn(self) -> tuple[bool, datetime, str]:
        """People come before rules; then the first to ask."""
        return self.by_rule, self.asked_at, self.action_id


def claim_of(action: Action) -> Claim | None:
    """The place that a queued action needs; None if it needs none."""
    pool = pool_of(action.kind, dry_run=action.dry_run)
    if pool is None or action.state is not ActionState.QUEUED:
        return None
    return Claim(action.id, action.user.id, pool, rule_asker(action.by) is not None, action.asked_at)


@dataclass(frozen=True, slots=True)
class HourUse:
    """How many people of how many were changed within the hour, and how many actions wait for a place."""

    pool: Pool
    used: int
    limit: int
    parked: int


@dataclass(frozen=True, slots=True)
class Hour:
    """The hour up to `at`. `changed`: when work on each person last began, by user id; `queued`: what has not begun."""

    at: datetime
    changed: Mapping[Pool, Mapping[str, datetime]] = field(default_factory=dict)
    queued: tuple[Claim, ...] = ()

    @property
    def parked(self) -> tuple[Claim, ...]:
        return tuple(sorted((claim for claim in self.queued if claim.parked), key=lambda claim: claim.turn))

    def use(self, limits: HourlyLimits) -> tuple[HourUse, ...]:
        return tuple(
            HourUse(
                pool,
                len(self.changed.get(pool, {})),
                limits.of(pool, by_rule=False),
                sum(claim.pool is pool for claim in self.parked),
            )
            for pool in Pool
        )


def turns(limits: HourlyLimits, hour: Hour) -> Mapping[str, datetime | None]:
    """For each parked action, in the order of their turns: None if it may begin now, else about when it may."""
    found: dict[str, datetime | None] = {}
    for pool in Pool:
        known = hour.changed.get(pool, {})
        free = sorted(known.values())
        taken = set(known)
        for claim in hour.parked:
            if claim.pool is not pool:
                continue
            over = len(taken | {claim.user_id}) - limits.of(pool, by_rule=claim.by_rule)
            # Another action on somebody who was changed already changes nobody else.
            now = claim.user_id in known or over <= 0
            found[claim.action_id] = None if now else _freed(hour.at, free, over)
            taken.add(claim.user_id)
    return found


def free_at(limits: HourlyLimits, hour: Hour, claim: Claim) -> datetime | None:
    """None if it may begin now, after those whose turn comes first; else about when it may."""
    others = tuple(one for one in hour.queued if one.parked and one.turn < claim.turn)
    return turns(limits, replace(hour, queued=(*others, replace(claim, parked=True))))[claim.action_id]


def _freed(at: datetime, free: list[datetime], number: int) -> datetime:
    """When so many places have become free, if each is taken again at once."""
    if not free:
        return at + HOUR
    hours, place = divmod(number - 1, len(free))
    return free[place] + HOUR * (hours + 1)
