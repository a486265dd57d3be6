"""What people do in Slack, as terminal commands: for a terminal, and for messages without buttons.

`/leavers show dana` becomes `leaverbot show dana`, and "Press *Lift deny*" becomes "Run `leaverbot lift`".
"""

import re
import shlex
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import unescape

from bot.core.kinds import GO_ON, KINDS, LET_RUN, REVIEWED, STOP, Control, Kind, Note
from bot.core.lists.filters import WORDS
from bot.core.models import User
from bot.core.text import clean
from bot.slack import kinds
from bot.slack.blocks import Block, Message, code_blocks
from bot.slack.kinds.deny import PUT_BACK, RETRY
from bot.slack.wording.text import escape

PROGRAM = "leaverbot"
# What stands for "show me what I can type", and commands that are called otherwise in a terminal.
_CALLED = {"": "list", "scan": "once", "help": "--help", "go-on": "rules go-on"}
_QUESTIONS = ("list", "show", "history", "unused", "orphans", "summary", "status", "schedule")
# Second words with which `deny` is another command.
_SUBCOMMANDS = frozenset({"setup", "list"})
_PLACEHOLDER = re.compile(r"<([a-z ]+)>")


def terminal_command(verb: str, argument: str = "") -> str:
    """The terminal command, ready to paste into a shell."""
    if not argument:
        return f"{PROGRAM} {verb}"
    another = argument.startswith("-") or (verb == "deny" and argument in _SUBCOMMANDS)
    return f"{PROGRAM} {verb} {'-- ' if another else ''}{shlex.quote(argument)}"


def user_argument(user: User) -> str:
    """What to type for this user: the user name, or the id if the name cannot be typed as it is."""
    return user.user_name if user.user_name and clean(user.user_name) == user.user_name else user.id


def command_blocks(controls: Iterable[Control], argument: str) -> list[Block]:
    """The commands that do what the buttons of these controls do, to copy."""
    verbs = {control: _verb(control) for control in controls}
    lines = [terminal_command(verb, "" if control is GO_ON else argument) for control, verb in verbs.items() if verb]
    return code_blocks(["\n".join(lines)])


def in_terminal_words(text: str) -> str:
    """Slack's mrkdwn, with Slack commands and buttons replaced by terminal commands."""
    words = _patterns()
    text = words["filter"].sub(lambda found: f"`{escape(_filtered(unescape(found[1])))}`", text)
    text = words["code"].sub(lambda found: f"`{escape(_command(found[1] or '', unescape(found[2] or '')))}`", text)
    text = words["bare"].sub(lambda found: _command(found[1] or ""), text)
    text = words["again"].sub(lambda found: _in_code(found[1]), text)
    return words["press"].sub(_run, text)


def without_slack(message: Message) -> Message:
    """The message, with Slack commands and buttons replaced by terminal commands."""
    return Message(in_terminal_words(message.text), [_block(block) for block in message.blocks])


def _block(block: Block) -> Block:
    if block["type"] == "context":
        return {**block, "elements": [_text(one) for one in block["elements"]]}
    return {**block, "text": _text(block["text"])} if "text" in block else block


def _text(one: Block) -> Block:
    return {**one, "text": in_terminal_words(one["text"])} if one.get("type") == "mrkdwn" else one


def _command(verb: str, argument: str = "") -> str:
    verb = _CALLED.get(verb, verb)
    placeholder = _PLACEHOLDER.fullmatch(argument)
    if placeholder:
        return f"{PROGRAM} {verb} {placeholder[1].upper().replace(' ', '-')}"
    return terminal_command(verb, argument)


def _filtered(words: str) -> str:
    """The list of only some; the words of a filter are arguments of their own."""
    return f"{PROGRAM} list {shlex.join(words.split())}"


def _run(found: re.Match[str]) -> str:
    run = f"{'Run' if found['press'][0] == 'P' else 'run'}{'s' if found['press'].endswith('es') else ''}"
    either = f"{found['or']} {_in_code(found['other'])}" if found["or"] else ""
    return f"{run} {_in_code(found['label'])}{either}"


def _in_code(label: str) -> str:
    return f"`{PROGRAM} {_pressed()[label]}`"


def _verb(control: Control) -> str:
    """What is typed for it; "" for what only shows."""
    if control is GO_ON:
        return _CALLED["go-on"]
    if isinstance(control, Kind | Note):
        return control.name.replace("_", "-")
    return ""


@lru_cache(maxsize=1)
def _pressed() -> Mapping[str, str]:
    """What is typed for each label of a button, also for those that some states have."""
    labels = {kinds.presenter_of(kind).label: _verb(kind) for kind in KINDS.values() if kind.asked_for}
    notes = {kinds.button_of(note).label: _verb(note) for note in (REVIEWED, STOP, LET_RUN)}
    return {**labels, **notes, PUT_BACK: "deny", RETRY: "deny"}


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, re.Pattern[str]]:
    verbs = "|".join(sorted({*_QUESTIONS, *filter(None, _CALLED), *_pressed().values()}, key=len, reverse=True))
    labels = "|".join(re.escape(label) for label in sorted(_pressed(), key=len, reverse=True))
    return {
        "code": re.compile(rf"`/leavers(?: ({verbs})(?: ([^`]+))?)?`"),
        "filter": re.compile(rf"`/leavers(?: list)? ((?:{'|'.join(WORDS)})\b[^`]*)`"),
        "bare": re.compile(rf"(?<![`\w])/leavers\b(?: ({verbs})\b)?"),
        "press": re.compile(
            rf"\b(?P<press>[Pp]ress(?:es)?) \*?(?P<label>{labels})\*?(?:(?P<or>,? or) \*?(?P<other>{labels})\*?)?"
            r"(?: on the alert| in the thread)?"
        ),
        "again": re.compile(rf"\*({labels})\*(?= tries it again)"),
    }
