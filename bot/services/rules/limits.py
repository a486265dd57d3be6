"""How many people may be changed within an hour: whether an action may begin, and what is parked until it may.

A parked action stays queued and keeps no place in a lane. The engine looks at it every half minute.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.core.actions import Action, Asker
from bot.core.authorization import Refused
from bot.core.bulk.bulk import bulk_of
from bot.core.kinds import GO_ON, Kind, Role
from bot.core.plans.operations import Operation
from bot.core.reasons import Code, Reason
from bot.core.rules.limits import Claim, HourlyLimits, HourUse, claim_of, free_at, pool_of, turns
from bot.core.waiting import Trouble, Wait
from bot.services.actions.in_bulk import raises_limit
from bot.services.actions.requester import is_step, left_to_others
from bot.services.context import Context
from bot.services.refusals import note_refusal
from bot.services.rules.admins import may_decide

log = structlog.get_logger(__name__)

# How far off the time on a message may be before it is drawn again.
ABOUT = timedelta(minutes=2)
# When something would be asked for that comes after everything that is asked for already, whatever the clock says.
_LAST = datetime.max.replace(tzinfo=UTC)


def limits_of(context: Context) -> HourlyLimits:
    return HourlyLimits(context.auto_rules.changes_per_hour)


def park_if_full(context: Context, action: Action) -> bool:
    """Whether the queued action has to wait for a place in the hour; it is parked then. A step of another
    never has, nor what a bulk asked for that raises the limit.
    """
    claim = claim_of(action)
    if claim is None or is_step(context, action) or raises_limit(context, action):
        return False
    now = context.clock.now()
    until = free_at(limits_of(context), context.store.hour(now), claim)
    if until is None:
        return False
    context.store.park(action.id, now, until)
    _tell_parked(context, action, until)
    return True


def begin(
    context: Context,
    action: Action,
    operations: tuple[Operation, ...],
    *,
    undo: tuple[str, ...],
    management_commands: tuple[str, ...],
) -> bool:
    """Begin the action; False if the hour was full by then, so that it is parked."""
    limits = None if is_step(context, action) or raises_limit(context, action) else limits_of(context)
    now = context.clock.now()
    until = context.store.begin_action(
        action.id, operations, now, undo=undo, management_commands=management_commands, limits=limits
    )
    if until:
        _tell_parked(context, action, until)
    return until is None


def not_now(context: Context, actions: Sequence[Action]) -> frozenset[str]:
    """Those of the actions that this process leaves alone now, by id: queued ones whose turn has not come, and what
    rules asked for, in a process that carries none.
    """
    left = frozenset(action.id for action in actions if left_to_others(context, action))
    if not any(action.parked for action in actions):
        return left
    now = context.clock.now()
    found = turns(limits_of(context), context.store.hour(now))
    return left | frozenset(action.id for action in actions if found.get(action.id))


def look_again(context: Context, actions: Iterable[Action]) -> None:
    """Say anew until about when parked actions wait, where that has changed."""
    parked = {action.id: action for action in actions if action.parked}
    if not parked:
        return
    now = context.clock.now()
    for action_id, until in turns(limits_of(context), context.store.hour(now)).items():
        waiting = parked[action_id].waiting if action_id in parked else None
        if until and waiting and abs(until - waiting.until) > ABOUT:
            context.store.park(action_id, now, until)
            context.work.wake()


def full_until(context: Context, kind: Kind, user_id: str) -> datetime | None:
    """About when a person's action on this user could begin, if one asked for now would have to wait."""
    return _would_wait(context, kind, user_id, by_rule=False)


def rules_may_begin(context: Context, kind: Kind, user_id: str) -> datetime | None:
    """None if an action that a rule asks for now may begin, after everything that is asked for already; else about when
    it may.
    """
    return _would_wait(context, kind, user_id, by_rule=True)


def _would_wait(context: Context, kind: Kind, user_id: str, *, by_rule: bool) -> datetime | None:
    pool = pool_of(kind, dry_run=context.rules.dry_run)
    if pool is None:
        return None
    hour = context.store.hour(context.clock.now())
    # What is queued and not parked is about to begin.
    hour = replace(hour, queued=tuple(replace(claim, parked=True) for claim in hour.queued))
    return free_at(limits_of(context), hour, Claim("", user_id, pool, by_rule, _LAST))


def use_of_hour(context: Context) -> tuple[HourUse, ...]:
    """How much of the hour is used, of each of its two parts, and what is parked."""
    return context.store.hour(context.clock.now()).use(limits_of(context))


def go_on(context: Context, asker: Asker, roles: frozenset[Role]) -> Refused | None:
    """Start the hour anew, for people and rules, so that what is parked goes on. Refusals are recorded."""
    now = context.clock.now()
    refused = may_decide(context.rules, roles, asker, Code.GO_ON_FOR_ADMINS)
    parked = context.store.hour(now).parked
    if refused is None and not parked:
        refused = Refused(Reason(Code.NOTHING_PARKED))
    if refused:
        return note_refusal(context, GO_ON, "", asker, refused)
    context.store.begin_hour_anew(asker.user, now)
    log.info("the hour of the limit begins anew", who=asker.user, parked=len(parked))
    for action_id, until in turns(limits_of(context), context.store.hour(now)).items():
        if until:
            # Draw it again: another admin has just used the button it shows.
            context.store.park(action_id, now, until)
        else:
            context.work.start_action(action_id)
    context.work.wake()
    return None


def _tell_parked(context: Context, action: Action, until: datetime) -> None:
    """Have the message drawn, and tell whoever asked for an action that has no message until it ends."""
    log.info("an action waits for the hourly limit", action=action.id, until=until.isoformat(timespec="seconds"))
    if not action.case_id and action.asker.in_slack and not bulk_of(action.key):
        now = context.clock.now()
        wait = Wait(Trouble.LIMIT, now, until)
        text = context.words(Reason(Code.PARKED, action.user, kind=action.kind, wait=wait))
        context.store.tell(f"parked:{action.id}", action.asker, text, now)
    context.work.wake()
