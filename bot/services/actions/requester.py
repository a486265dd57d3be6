"""Look again, when work first begins, whether whoever asked for it may: hours may lie between, or nobody asked for it.
Work that has begun is continued.
"""

from collections.abc import Collection
from datetime import timedelta

import structlog

from bot.core.actions import DELETE, DENY, LEAVERBOT, LIFT, RENAME, REVOKE, SHUT_OUT, ActionState
from bot.core.authorization import Allowed, Ask, Refused, Unsaid, may_begin
from bot.core.errors import AwsNotFound, ChatError, NotFound
from bot.core.waiting import Trouble
from bot.ports import StoredAction
from bot.services.actions.planning import read_person
from bot.services.context import Parts
from bot.services.messages.case import ends_at

log = structlog.get_logger(__name__)

# What Slack said so lately is not asked again; what it said longer ago counts for nothing.
FRESH, STALE = timedelta(minutes=1), timedelta(hours=1)
_STEPS = {DENY, REVOKE, DELETE}


def look_again(parts: Parts, action: StoredAction) -> Allowed | Refused | Unsaid:
    """Whether the action may begin. Raises AwsError for what leaverbot itself asks for."""
    if _is_step(parts, action):
        return Allowed()
    if action.asker.user == LEAVERBOT:
        return _may_by_itself(parts, action)
    view = action.view
    ask = Ask(view.kind, with_delete=view.with_delete, not_disabled=view.not_disabled)
    decision = may_begin(parts.rules, ask, action.asker.user, dict.fromkeys(parts.rules.groups))
    if isinstance(decision, Unsaid):
        groups = {group: _members(parts, group) for group in parts.rules.groups}
        decision = may_begin(parts.rules, ask, action.asker.user, groups)
    if isinstance(decision, Unsaid):
        parts.waits.blocked(view.id, Trouble.SLACK)
    return decision


def _is_step(parts: Parts, action: StoredAction) -> bool:
    """Whether it is a step of a shut-out that has begun, for which the same was looked at."""
    try:
        parent = parts.store.action(action.parent)
    except NotFound:
        return False
    whole, step = parent.view, action.view
    return (
        whole.kind is SHUT_OUT
        and whole.state is ActionState.RUNNING
        and (whole.user.id, parent.asker.user) == (step.user.id, action.asker.user)
        and step.kind in _STEPS
        and (step.kind is not DELETE or whole.with_delete)
    )


def _may_by_itself(parts: Parts, action: StoredAction) -> Allowed | Refused:
    """Leaverbot asks only for a lift of a deny whose time is over, and for names to be put right."""
    if action.view.kind is RENAME:
        return Allowed()
    deny = parts.store.deny(action.view.user.id)
    ends = ends_at(parts, deny) if deny else None
    over = ends is not None and parts.clock.now() >= ends
    if action.view.kind is LIFT and over and _without_access(parts, action.view.user.id):
        return Allowed()
    return Refused("It was not started: leaverbot by itself only lifts a deny whose time is over.")


def _without_access(parts: Parts, user_id: str) -> bool:
    try:
        _, read = read_person(parts, parts.directory.user(user_id))
    except AwsNotFound:
        return True
    return not read.missing and not read.usable


def keep_group(parts: Parts, group: str, members: Collection[str]) -> None:
    """Remember who is in a Slack user group, as Slack says now."""
    parts.store.remember(_name(group), " ".join(sorted(members)), parts.clock.now())


def _name(group: str) -> str:
    return f"user group {group}"


def _members(parts: Parts, group: str) -> frozenset[str] | None:
    """Who is in the group, as Slack says now or said lately; None when it did not."""
    known, now = parts.store.recall(_name(group)), parts.clock.now()
    if known and now - known[1] <= FRESH:
        return frozenset(known[0].split())
    try:
        members = parts.chat.group_members(group)
    except ChatError as error:
        log.debug("a user group cannot be read", group=group, why=str(error))
        return frozenset(known[0].split()) if known and now - known[1] <= STALE else None
    keep_group(parts, group, members)
    return members
