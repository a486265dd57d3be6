"""What there is to report of an action."""

from dataclasses import replace

from bot.core.actions import Action
from bot.core.kinds import Lane
from bot.services.context import Context


def report_of(context: Context, action_id: str) -> Action:
    """The action, as it can be undone now, with what a deny in force blocks of what is left. Raises NotFound."""
    action = context.store.action(action_id)
    deny = context.store.deny(action.user.id)
    if deny and deny.confirmed and not deny.missing and action.kind.lane is Lane.ACCESS:
        action = replace(action, cover=deny.cover)
    kept = context.rules.deny.kept(deny.long_sessions if deny else ())
    return replace(action, deny_kept=kept, buttons=context.rules.buttons)
