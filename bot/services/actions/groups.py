"""Who is in the Slack user groups that the settings name, as Slack says now or said lately.

The store remembers it: for presses, which never wait for Slack; for the next start; and for other processes.
"""

from collections.abc import Collection
from datetime import timedelta

import structlog

from bot.core.errors import ChatError
from bot.core.kinds import Role
from bot.services.context import Context

log = structlog.get_logger(__name__)

# What Slack said so lately is not asked again before work begins, and in between (Slack takes about 20 such calls a
# minute: docs/facts.md#user-group-rate). What it said longer ago than an hour counts for nothing.
FRESH, LATELY, STALE = timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1)


def roles(context: Context, user: str) -> frozenset[Role]:
    """The roles of a person. What Slack has not said lately gives no role: nobody may act on a guess."""
    groups = [group for group in context.rules.groups if user in (said(context, group, STALE) or ())]
    return context.rules.roles([user, *groups])


def members(context: Context, group: str) -> frozenset[str] | None:
    """Who is in the group, as Slack says now or said lately; None when it did not."""
    known = said(context, group, FRESH)
    if known is not None:
        return known
    try:
        found = context.chat.group_members(group)
    except ChatError as error:
        log.warning("a user group cannot be read, so its members may lose their role", group=group, why=str(error))
        return said(context, group, STALE)
    keep(context, group, found)
    return found


def refresh(context: Context) -> None:
    """Ask again for the groups that Slack was not asked for lately."""
    for group in context.rules.groups:
        if said(context, group, LATELY) is None:
            members(context, group)


def keep(context: Context, group: str, found: Collection[str]) -> None:
    """Remember who is in a group, as Slack says now."""
    context.store.remember(_name(group), " ".join(sorted(found)), context.clock.now())


def said(context: Context, group: str, within: timedelta) -> frozenset[str] | None:
    """Who is in the group, as Slack said within this time; None when it did not."""
    known = context.store.recall(_name(group))
    # After the clock was set back, what was said later than now was not said lately.
    return frozenset(known[0].split()) if known and abs(context.clock.now() - known[1]) <= within else None


def _name(group: str) -> str:
    return f"user group {group}"
