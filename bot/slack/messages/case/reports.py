"""What goes into a case's thread: three lines on what an action did or a scan changed, and Details for the rest."""

from collections.abc import Sequence

from bot.core.actions import Action
from bot.core.models import Grant, worst_first
from bot.core.views import CaseChange
from bot.slack import kinds
from bot.slack.blocks import MESSAGE_TEXT, Block, Message, code_blocks, context, message, section
from bot.slack.buttons import report_button
from bot.slack.messages.case.whole_reports import commands_of, emptied_of, taken_of
from bot.slack.payloads import encode_change, encode_report
from bot.slack.terminal_words import terminal_command, user_argument
from bot.slack.wording import ways_in
from bot.slack.wording.text import code, cut, listed, plural, size, when

# Characters of a line, and how many ways in one names.
MOST_LINE, MOST_NAMED = 700, 4
# What of a message stands around the commands, in characters; and how many texts say what was taken.
_AROUND, MOST_TAKEN = 3000, 3


def report_message(view: Action) -> list[Message]:
    """What came of an action in three lines with Details, and one message with the commands that undo it, if any."""
    presenter = kinds.presenter_of(view.kind)
    title = presenter.title(view)
    lines = [cut(line, MOST_LINE) for line in presenter.brief(view) if line]
    blocks = [section("\n".join([f"*{title}*", *lines])), *_details(view)]
    folded = _folded(view)
    return [message(title, blocks), *([message(folded[0]["text"]["text"], folded)] if folded else [])]


def change_message(change: CaseChange) -> Message:
    """What a scan changed about an open case."""
    parts = []
    if change.added:
        parts.append(f"{plural(len(change.added), 'new grant')}")
    if change.removed:
        parts.append(f"{plural(len(change.removed), 'grant')} gone")
    title = f"The scan of {when(change.at)} found {' and '.join(parts) or 'a change'}"
    named = [_grants(head, grants) for head, grants in (("New", change.added), ("Gone", change.removed)) if grants]
    button = report_button(encode_change(change.id)) if change.id else []
    return message(title, [section("\n".join([f"*{title}*", *named])), *button])


def _grants(head: str, grants: tuple[Grant, ...]) -> str:
    shown = [ways_in.what(grant, None, 40) for grant in worst_first(grants, None)]
    return f"{head}: {listed(shown, most=MOST_NAMED)}."


def _details(view: Action) -> list[Block]:
    """The button that shows the rest; where no bot listens, the command that prints it."""
    if view.buttons:
        return report_button(encode_report(view.id))
    return [context(f"Details: {details_command(view)}")] if view.kind.on_user else []


def details_command(view: Action) -> str:
    """What prints everything about the user of an action in a terminal, with every command."""
    return code(f"{terminal_command('history', user_argument(view.user))} --details")


def _folded(view: Action) -> list[Block]:
    """One message with every command, as far as it holds them; and what else is only said here."""
    room, rest = MESSAGE_TEXT - _AROUND, _rest(view)
    taken = taken_of(view)
    blocks: list[Block] = [section(text) for text in taken[:MOST_TAKEN]]
    blocks += [section(f"The rest is {rest}.")] if len(taken) > MOST_TAKEN else []
    for head, commands in commands_of(view):
        kept = _fitting(commands, room)
        room -= sum(size(command) + 1 for command in kept)
        blocks += [section(head), *code_blocks(kept)]
        if len(kept) < len(commands):
            blocks.append(section(f"{plural(len(commands) - len(kept), 'more is', 'more are')} {rest}."))
    return [*blocks, *emptied_of(view)]


def _rest(view: Action) -> str:
    """Where everything is that has no room in the thread."""
    return f"in *Details* and in {details_command(view)}" if view.buttons else f"in {details_command(view)}"


def _fitting(commands: Sequence[str], room: int) -> list[str]:
    """The first commands that fit, each whole."""
    kept: list[str] = []
    for command in commands:
        room -= size(command) + 1
        if room < 0:
            break
        kept.append(command)
    return kept
