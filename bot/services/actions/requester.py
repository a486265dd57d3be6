"""Look again, when work first begins, whether whoever asked for it may: hours may lie between, or nobody asked for it.
Work that has begun is continued.
"""

import structlog

from bot.core.actions import LEAVERBOT, ActionState
from bot.core.authorization import Allowed, Ask, Refused, Unsaid, may_begin
from bot.core.errors import NotFound
from bot.core.waiting import Trouble
from bot.ports import StoredAction
from bot.services.actions.groups import members
from bot.services.context import Parts

log = structlog.get_logger(__name__)


def look_again(parts: Parts, action: StoredAction) -> Allowed | Refused | Unsaid:
    """Whether the action may begin."""
    if _is_step(parts, action):
        return Allowed()
    if action.asker.user == LEAVERBOT:
        return _may_by_itself(action)
    view = action.view
    ask = Ask(view.kind, with_delete=view.with_delete, not_disabled=view.not_disabled)
    decision = may_begin(parts.rules, ask, action.asker.user, dict.fromkeys(parts.rules.groups))
    if isinstance(decision, Unsaid):
        groups = {group: members(parts, group) for group in parts.rules.groups}
        decision = may_begin(parts.rules, ask, action.asker.user, groups)
    if isinstance(decision, Unsaid):
        parts.waits.blocked(view.id, Trouble.SLACK)
    return decision


def _is_step(parts: Parts, action: StoredAction) -> bool:
    """Whether it is a step of an action that has begun, for which the same was looked at."""
    try:
        parent = parts.store.action(action.parent)
    except NotFound:
        return False
    whole, step = parent.view, action.view
    return (
        step.kind in whole.kind.steps
        and whole.state is ActionState.RUNNING
        and (whole.user.id, parent.asker.user) == (step.user.id, action.asker.user)
        and (step.kind is not whole.kind.optional or whole.with_delete)
    )


def _may_by_itself(action: StoredAction) -> Allowed | Refused:
    """Whether it is one of the kinds that leaverbot asks for; its plan says whether it is time for it."""
    if action.view.kind.by_itself:
        return Allowed()
    return Refused("It was not started: leaverbot by itself only lifts a deny whose time is over.")
