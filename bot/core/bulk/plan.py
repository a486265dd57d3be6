"""What a bulk would do, counted from the ways in as they were last read. Each person is read again before anything
changes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.core.cases import Case
from bot.core.kinds import DELETE, DENY, REVOKE, Kind
from bot.core.models import GrantKind, Path
from bot.core.plans.operations import OperationKind
from bot.core.rules.limits import Claim, Hour, HourlyLimits, pool_of, turns

# When something is asked for that comes after everything that is asked for already, whatever the clock says.
_LAST = datetime.max.replace(tzinfo=UTC)
_REMOVES = {
    GrantKind.ACCOUNT: OperationKind.DELETE_ASSIGNMENT,
    GrantKind.APPLICATION: OperationKind.DELETE_APPLICATION_ASSIGNMENT,
    GrantKind.ENTITLEMENT: OperationKind.DELETE_ENTITLEMENT,
}


@dataclass(frozen=True, slots=True)
class LeftGroup:
    """A group that so many people are taken out of. `scim`: the company directory fills it, and may put them back."""

    id: str
    name: str
    people: int
    scim: bool = False


@dataclass(frozen=True, slots=True)
class OverLimit:
    """So many of the people have to wait for a place in the hour, of which there are `limit`; the first until about
    `until`.
    """

    people: int
    limit: int
    until: datetime


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What would be done, in all. `read_at`: the oldest read of the ways in that this counts; None where none counts.

    `operations`: how many AWS changes of each kind; `accounts`: in how many accounts; `management`: how many ways in
    only the management account can take away; `no_room`: for how many people the deny policies have no room,
    None where that could not be read.
    """

    operations: tuple[tuple[OperationKind, int], ...] = ()
    accounts: int = 0
    groups: tuple[LeftGroup, ...] = ()
    management: int = 0
    read_at: datetime | None = None
    over: OverLimit | None = None
    no_room: int | None = 0

    def count(self, kind: OperationKind) -> int:
        return dict(self.operations).get(kind, 0)


def plan_bulk(kind: Kind, people: int, cases: Iterable[Case], over: OverLimit | None = None) -> BulkPlan:
    """The plan for so many people. `cases`: those of them with ways in."""
    found: Counter[OperationKind] = Counter()
    kinds = {kind, *kind.steps}
    if DENY in kinds:
        found[OperationKind.ADD_TO_DENY] = people
    if kind is DELETE:
        found[OperationKind.DELETE_USER] = people
    if REVOKE not in kinds:
        return BulkPlan(tuple(sorted(found.items())), over=over)
    known, accounts = list(cases), set()
    members: Counter[str] = Counter()
    groups: dict[str, LeftGroup] = {}
    for case in known:
        elsewhere = set(case.needs_management_account)
        for grant in case.usable:
            if grant.path is Path.DIRECT and grant not in elsewhere:
                found[_REMOVES[grant.kind]] += 1
                accounts |= {grant.account_id} - {None}
        through = [grant for grant in case.grants if grant.path is Path.GROUP]
        members.update({grant.group_id or "" for grant in through})
        for grant in through:
            group_id = grant.group_id or ""
            groups[group_id] = LeftGroup(group_id, grant.group_name or "", 0, grant.group_scim)
    found[OperationKind.LEAVE_GROUP] = members.total()
    left = [LeftGroup(one.id, one.name, members[one.id], one.scim) for one in groups.values()]
    return BulkPlan(
        tuple(sorted((what, count) for what, count in found.items() if count)),
        len(accounts),
        tuple(sorted(left, key=lambda group: (-group.people, group.name, group.id))),
        sum(len(case.needs_management_account) for case in known),
        min((case.read_at for case in known), default=None),
        over,
    )


def over_limit(limits: HourlyLimits, hour: Hour, kind: Kind, user_ids: Iterable[str]) -> OverLimit | None:
    """Who of these people would have to wait for a place in the hour, after everybody who waits already; None when
    nobody would.
    """
    pool = pool_of(kind)
    if pool is None:
        return None
    # What is queued and not parked is about to begin.
    before = tuple(replace(claim, parked=True) for claim in hour.queued if not claim.by_rule)
    mine = tuple(
        Claim(f"{number:06}", user_id, pool, by_rule=False, asked_at=_LAST, parked=True)
        for number, user_id in enumerate(user_ids)
    )
    found = turns(limits, replace(hour, queued=(*before, *mine)))
    waits = [until for claim in mine if (until := found[claim.action_id])]
    return OverLimit(len(waits), limits.of(pool, by_rule=False), min(waits)) if waits else None
