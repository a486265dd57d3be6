"""Look again, when work first begins, whether whoever asked for it may: hours may lie between, or nobody asked for it.
Work that has begun is continued, except that of a rule, which is looked at between its operations, too.
"""

import structlog

from bot.core.actions import LEAVERBOT, Action, ActionState
from bot.core.authorization import Allowed, Ask, Refused, Unsaid, may_begin
from bot.core.bulk.bulk import bulk_of
from bot.core.errors import NotFound
from bot.core.kinds import DENY
from bot.core.leaves.leave import leave_of
from bot.core.reasons import Code, Reason
from bot.core.rules.askers import rule_asker
from bot.core.terminal.askers import terminal_asker
from bot.core.waiting import Trouble
from bot.services.actions.groups import members
from bot.services.actions.in_bulk import left_to_the_token, look_at_bulk
from bot.services.actions.proofs import look_at_wish
from bot.services.actions.scheduled import look_at_leave
from bot.services.context import Context
from bot.services.directory.source import look_now
from bot.services.rules.person import why_not

log = structlog.get_logger(__name__)


def look_again(context: Context, action: Action) -> Allowed | Refused | Unsaid:
    """Whether the action may begin. Raises AwsUnavailable while AWS cannot confirm who asked in a terminal."""
    if rule_asker(action.by):
        return _may_by_rule(context, action)
    if is_step(context, action):
        return Allowed()
    of_leave = look_at_leave(context, action) if leave_of(action.key) else None
    of_bulk = look_at_bulk(context, action) if bulk_of(action.key) else None
    for refused in (of_leave, of_bulk):
        if isinstance(refused, Refused):
            return refused
    if action.asker.user == LEAVERBOT:
        return _may_by_itself(action)
    if terminal_asker(action.asker.user):
        return of_leave or of_bulk or look_at_wish(context, action)
    ask = Ask(action.kind, with_delete=action.with_delete, not_disabled=action.not_disabled)
    if of_leave:
        # Whoever schedules a deny of somebody who works here is an admin, and still has to be one.
        ask = Ask(DENY, not_disabled=True)
    decision = may_begin(context.rules, ask, action.asker.user, dict.fromkeys(context.rules.groups))
    if isinstance(decision, Unsaid):
        groups = {group: members(context, group) for group in context.rules.groups}
        decision = may_begin(context.rules, ask, action.asker.user, groups)
    if isinstance(decision, Unsaid):
        context.waits.blocked(action.id, Trouble.SLACK)
    return decision


def is_step(context: Context, action: Action) -> bool:
    """Whether it is a step of an action that has begun, for which the same was looked at."""
    if not action.parent:
        return False
    try:
        whole = context.store.action(action.parent)
    except NotFound:
        return False
    return (
        action.kind in whole.kind.steps
        and whole.state is ActionState.RUNNING
        and (whole.user.id, whole.by) == (action.user.id, action.by)
        and (action.kind is not whole.kind.optional or whole.with_delete)
    )


def _may_by_rule(context: Context, action: Action) -> Allowed | Refused:
    # What the directory behind says is read anew, as AWS is; of it, only the answer is kept.
    look_now(context, action.user)
    why = why_not(context, action)
    return Refused(Reason(Code.RULE_NOT_NOW, action.user, rule_why=why)) if why else Allowed()


def why_no_further(context: Context, action: Action) -> Reason | None:
    """Why an action that a rule asked for may not go on, looked at between its operations; None when it may, and for
    what people asked for. Raises StoreError.
    """
    why = why_not(context, action) if rule_asker(action.by) else None
    return Reason(Code.RULE_NO_FURTHER, action.user, rule_why=why) if why else None


def left_to_others(context: Context, action: Action) -> bool:
    """Whether a rule asked for it, and this is a command that only happens to hold the lock: a process that carries
    rules begins it, or goes on with it. What people stopped is ended here, too. And whether it comes from a bulk that
    only a process with Slack's token can judge. Raises StoreError.
    """
    if left_to_the_token(context, action):
        return True
    return not context.carries_rules and bool(rule_asker(action.by)) and context.store.rule_stop(action.user.id) is None


def _may_by_itself(action: Action) -> Allowed | Refused:
    """Whether it is one of the kinds that leaverbot asks for; its plan says whether it is time for it."""
    if action.kind.by_itself:
        return Allowed()
    return Refused(Reason(Code.NOT_BY_ITSELF))
