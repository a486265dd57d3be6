"""What a rule will do to one person."""

from bot.core.rules.announcements import AnnouncementState
from bot.core.views import RuleView
from bot.slack.blocks import Message, message, section
from bot.slack.wording.names import user_label
from bot.slack.wording.text import when


def rule_message(rule: RuleView) -> Message:
    one = rule.announcement
    what = f"{one.kind} of {user_label(one.user)} by rule {one.rule}"
    if one.state is AnnouncementState.WAITING:
        text = f"{what}: stopped." if rule.stop else f"{what}: at {when(one.acts_at)}."
    else:
        text = f"{what}: {'begun' if one.state is AnnouncementState.ASKED else 'no longer applies'}."
    return message(text, [section(text)])
