"""Messages about denies apart from cases: of somebody who was not disabled, and what a scan found out about one."""

from bot.core.access.severity import Severity
from bot.core.kinds import DENY, LIFT
from bot.core.models import User, UserStatus
from bot.core.views import LoudDeny, Notice, NoticeKind
from bot.slack.blocks import Block, Message, message, packed, section
from bot.slack.buttons import actions, subject_button
from bot.slack.kinds.deny import PUT_BACK
from bot.slack.messages.case.history import progress
from bot.slack.terminal_words import command_blocks, user_argument
from bot.slack.wording import denies, names
from bot.slack.wording.text import clean, link, mention, say, when
from bot.slack.wording.titles import MARKS, OVER, UNDER_WAY


def loud_deny_message(view: LoudDeny) -> Message:
    """Who is blocked and since when, or that it is over: one message for the deny's whole life, always as it is now."""
    mark, text = _marked(view)
    title, lines = f"{mark} {text}", [f"{mark} *{text}*", names.short_identity(view.user), *_facts(view)]
    blocks = [section(part) for part in packed(line for line in lines if line)]
    if view.lifted_at or view.under_way or view.has_alert:
        return message(title, blocks)
    missing = view.deny is not None and bool(view.deny.missing)
    return message(title, [*blocks, *_buttons(view.user, put_back=missing, drawn=view.buttons)])


def _marked(view: LoudDeny) -> tuple[str, str]:
    """A mark, and the title that begins with its word."""
    if view.lifted_at:
        return OVER, f"Over: {_title(view)}"
    if view.under_way:
        return UNDER_WAY, f"Working: {_title(view)}"
    if view.deny is None or view.deny.missing:
        return MARKS[Severity.CRITICAL], f"Check: {_title(view)}"
    return MARKS[Severity.HIGH], f"Emergency deny: {_title(view)}"


def _title(view: LoudDeny) -> str:
    who, deny = names.user_label(view.user), view.deny
    if view.lifted_at:
        return f"the emergency deny of {who} was lifted by {mention(view.lifted_by)}, {when(view.lifted_at)}"
    if deny is None:
        return f"it is not known whether the emergency deny of {who} is in force"
    if deny.missing:
        return f"somebody changed the emergency deny of {who}"
    status = {
        UserStatus.ENABLED: f"{who} is not disabled",
        UserStatus.DISABLED: f"{who} is disabled now",
        UserStatus.UNKNOWN: f"{who} may not be disabled (AWS did not say)",
    }[view.user.status]
    if not deny.cover:
        return f"{status} and is denied"
    if all(cover.covered for cover in deny.cover):
        return f"{status} and is blocked in AWS"
    blocked = "is not" if any(cover.covered is False for cover in deny.cover) else "may not be"
    return f"{status} and {blocked} blocked everywhere in AWS"


def _facts(view: LoudDeny) -> list[str]:
    deny = view.deny
    if view.lifted_at:
        placed = f"It was placed {when(deny.since)} by {mention(deny.by)}." if deny else ""
        return [f"{placed} {denies.reason_line(deny.reason)}".strip()] if deny else []
    facts = [denies.alert_line(deny)] if deny else []
    if view.under_way:
        return [*facts, f"{progress(view.under_way, None)}."]
    if view.has_alert:
        return [*facts, f"{link(view.alert, 'The alert')} has the {'buttons' if view.buttons else 'commands'}."]
    return [*facts, "If that is wrong, press *Lift deny*."] if view.user.status is not UserStatus.DISABLED else facts


def _buttons(user: User, *, put_back: bool, drawn: bool) -> list[Block]:
    """The row of buttons about a deny in force, none when they could not carry the id; not `drawn`, the commands."""
    if not drawn:
        return command_blocks([DENY, LIFT] if put_back else [LIFT], user_argument(user))
    made = [subject_button(DENY, user.id, PUT_BACK) if put_back else None, subject_button(LIFT, user.id)]
    found = [button for button in made if button]
    return [actions(found)] if found else []


def notice_message(notice: Notice) -> Message:
    """The notice's own words, the fact first, and what to press."""
    lines = [say(line, 2000) for line in notice.message.splitlines() if clean(line)]
    lines = lines or ["Something about an emergency deny has changed. Look at the alert."]
    blocks = [section(text) for text in packed(lines)[:3]]
    told = notice.user if notice.kind is not NoticeKind.NEARLY_FULL else None
    back = notice.kind is NoticeKind.DRIFT
    buttons = _buttons(told, put_back=back, drawn=notice.buttons) if told else []
    return message("\n".join(lines), [*blocks, *buttons])
