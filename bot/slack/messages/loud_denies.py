"""The message about the deny of somebody who was not disabled: one for its whole life, always as things are now."""

from bot.core.models import UserStatus
from bot.core.views import LoudDeny
from bot.slack.blocks import Block, Message, message, packed, section
from bot.slack.controls import actions, lift_button, put_back_button
from bot.slack.messages.case_history import progress
from bot.slack.wording import words
from bot.slack.wording.text import link, mention, when


def loud_deny_message(view: LoudDeny) -> Message:
    """Who is blocked and since when, or that it is over; the buttons that fit."""
    title = _title(view)
    lines = [line for line in (f"*{title}*", words.identity(view.user), *_facts(view)) if line]
    blocks = [section(text) for text in packed(lines)]
    return message(title, [*blocks, *_buttons(view)])


def _title(view: LoudDeny) -> str:
    who, deny = words.user_label(view.user), view.deny
    if view.lifted_at:
        return f"The emergency deny of {who} was lifted by {mention(view.lifted_by)}, {when(view.lifted_at)}"
    if deny is None:
        return f"It is not known whether the emergency deny of {who} is in force"
    if deny.missing:
        return f"Somebody changed the emergency deny of {who}"
    status = {
        UserStatus.ENABLED: f"{who} is not disabled",
        UserStatus.DISABLED: f"{who} is disabled now",
        UserStatus.UNKNOWN: f"AWS does not say whether {who} is disabled",
    }[view.user.status]
    if not deny.cover:
        return f"{status}, and an emergency deny is in force"
    if all(cover.covered for cover in deny.cover):
        return f"{status}, and is blocked in AWS by an emergency deny"
    holds = "does not hold" if any(cover.covered is False for cover in deny.cover) else "may not hold"
    return f"{status}, and has an emergency deny that {holds} everywhere"


def _facts(view: LoudDeny) -> list[str]:
    deny = view.deny
    if view.lifted_at:
        placed = f"It was placed {when(deny.since)} by {mention(deny.by)}." if deny else ""
        return [f"{placed} {words.reason_line(deny.reason)}".strip()] if deny else []
    facts = [words.deny_line(deny)] if deny else []
    if view.under_way:
        return [*facts, f"{progress(view.under_way, None)}."]
    if view.has_alert:
        return [*facts, f"{link(view.alert, 'The alert')} has the buttons."]
    return [*facts, "If that is wrong, press *Lift deny*."] if view.user.status is not UserStatus.DISABLED else facts


def _buttons(view: LoudDeny) -> list[Block]:
    if view.lifted_at or view.under_way or view.has_alert:
        return []
    missing = view.deny is not None and view.deny.missing
    made = [put_back_button(view.user.id) if missing else None, lift_button(view.user.id)]
    found = [button for button in made if button]
    return [actions(found)] if found else []
