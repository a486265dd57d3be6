"""Put together what is shown about an announcement of a rule."""

from bot.core.rules.announcements import AnnouncementState
from bot.core.rules.views import RuleView
from bot.services.context import Context
from bot.services.messages.links import link_to
from bot.services.rules.foresee import on_person


def rule_view(context: Context, announcement_id: str) -> RuleView:
    """The announcement as it is now. Raises NotFound."""
    one = context.store.announcement(announcement_id)
    rule = context.auto_rules.rule(one.kind)
    asked = one.state is AnnouncementState.ASKED
    now = () if asked else on_person(context, one.user.id).foreseen
    return RuleView(
        one,
        stop=context.store.rule_stop(one.user.id),
        rule_now=str(rule) if rule else "",
        why=next((foreseen.why for foreseen in now if foreseen.kind is one.kind), None),
        action=context.store.action(one.action_id) if one.action_id else None,
        dry_run=context.rules.dry_run,
        link=link_to(context, one.user),
        buttons=context.rules.buttons,
    )
