"""What was found out about a deny in force, told once, with the buttons that fit."""

from bot.core.views import Notice, NoticeKind
from bot.slack.blocks import Message, message, packed, section
from bot.slack.controls import actions, lift_button, put_back_button
from bot.slack.wording.text import clean, say

_BUTTONS = {
    NoticeKind.DRIFT: (put_back_button, lift_button),
    NoticeKind.ENABLED: (lift_button,),
    NoticeKind.STAYS: (lift_button,),
    NoticeKind.NEARLY_FULL: (),
}


def notice_message(notice: Notice) -> Message:
    """The notice's own words, the fact first, and what to press."""
    lines = [say(line, 2000) for line in notice.message.splitlines() if clean(line)]
    lines = lines or ["Something about an emergency deny has changed. Look at the alert."]
    blocks = [section(text) for text in packed(lines)[:3]]
    made = [draw(notice.user.id) for draw in _BUTTONS[notice.kind]] if notice.user else []
    buttons = [button for button in made if button]
    return message("\n".join(lines), [*blocks, *([actions(buttons)] if buttons else [])])
