"""Put together what is shown about an announcement of a rule."""

from bot.core.views import RuleView
from bot.services.context import Context


def rule_view(context: Context, announcement_id: str) -> RuleView:
    """The announcement as it is now. Raises NotFound."""
    one = context.store.announcement(announcement_id)
    return RuleView(
        one,
        context.store.rule_stop(one.user.id),
        context.store.action(one.action_id) if one.action_id else None,
        buttons=context.rules.buttons,
    )
