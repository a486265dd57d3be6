"""Put together what is shown of scheduled leaves, from the store alone."""

from contextlib import suppress

from bot.core.actions import Action
from bot.core.errors import NotFound
from bot.core.kinds import DENY, REVOKE, Kind
from bot.core.leaves.leave import Leave
from bot.core.leaves.times import said
from bot.core.leaves.views import LeaveList, LeaveView
from bot.services.context import Context
from bot.services.messages.links import link_to


def leave_view(context: Context, leave: Leave) -> LeaveView:
    """One leave with what became of its actions."""
    return LeaveView(
        leave=leave,
        said=said(leave.at, context.zone),
        deny=action_of(context, leave, DENY) if leave.began_at else None,
        revoke=action_of(context, leave, REVOKE) if leave.denied_at else None,
        link=link_to(context, leave.user),
        buttons=context.rules.buttons,
    )


def list_leaves(context: Context) -> LeaveList:
    """The open ones, the next one first."""
    leaves = context.store.open_leaves()
    return LeaveList(tuple(leave_view(context, leave) for leave in leaves), context.clock.now(), str(context.zone))


def action_of(context: Context, leave: Leave, kind: Kind) -> Action | None:
    """The action that the leave became, None before it is stored."""
    with suppress(NotFound):
        return context.store.action(leave.action_id(kind))
    return None
