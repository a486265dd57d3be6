"""Plain sentences and refusals, which only the asker sees."""

from bot.core.authorization import Refused
from bot.slack.blocks import Message, message, packed, section
from bot.slack.wording.reasons import sentence
from bot.slack.wording.text import clean, listed, mention, say


def plain_message(text: str) -> Message:
    """Plain sentences, escaped; line breaks are kept."""
    lines = [say(line, 2000) for line in text.splitlines() if clean(line)] or ["Nothing to say."]
    return message("\n".join(lines), [section(part) for part in packed(lines)[:3]])


def refusal_text(refused: Refused) -> str:
    """Why not, and who could; at most three names, because nobody reads a longer list here."""
    ask = [mention(one) for one in refused.ask[:3]]
    if len(refused.ask) > len(ask):
        ask.append("somebody else with that role")
    reason = say(sentence(refused.reason)) or "This is not possible now."
    return f"{reason} Ask {listed(ask, last='or')}." if ask else reason


def refusal_message(refused: Refused) -> Message:
    text = refusal_text(refused)
    return message(text, [section(text)])
