"""Permission sets nobody is assigned: the list, and what a revoke emptied."""

from collections.abc import Iterable

from bot.core.kinds import PRUNE
from bot.core.models import PermissionSet
from bot.core.views import UnusedList, UnusedSet
from bot.slack.blocks import Block, Message, context, first_that_fit, message, packed, section
from bot.slack.buttons import subject_button
from bot.slack.kinds.prune import ASKED_AGAIN, permission_set_label
from bot.slack.wording.text import plural, when

TO_PRUNE = "leaverbot prune PERMISSION-SET"
MOST_BUTTONS, MOST_LINES, LINES_SIZE, MOST_EMPTIED = 15, 40, 6000, 5


def unused_message(found: UnusedList, *, whole: bool = False) -> Message:
    """The permission sets nobody is assigned, as AWS was just read; as many as fit into a message, or the `whole` list
    for a terminal.
    """
    title = _title(found)
    if not found.sets:
        return message(title, [section(f"*{title}*"), context(f"Read from AWS {when(found.read_at)}.")])
    buttons = found.may_delete and found.buttons
    lines = [_line(one) for one in found.sets]
    kept = lines
    if not whole:
        kept = lines[:MOST_BUTTONS] if buttons else first_that_fit(lines, MOST_LINES, LINES_SIZE)
    shown = [section(text) for text in packed(kept)]
    if buttons:
        shown = [_with_button(line, one.permission_set) for line, one in zip(kept, found.sets, strict=False)]
    blocks = [section(f"*{title}*"), *shown]
    if len(kept) < len(lines):
        more = "Delete some of these, then look again." if buttons else "Only the first fit here."
        blocks.append(section(f"{plural(len(lines) - len(kept), 'more', 'more')}. {more}"))
    return message(
        title, [*blocks, context(f"Read from AWS {when(found.read_at)}, the longest unused first. {_how(found)}")]
    )


def _how(found: UnusedList) -> str:
    """How to delete one, and who may."""
    if not found.buttons:
        return f"To delete one: `{TO_PRUNE}`"
    return ASKED_AGAIN if found.may_delete else "Only admins may delete a permission set."


def _title(found: UnusedList) -> str:
    count, total = len(found.sets), max(found.total, len(found.sets))
    if not total:
        return "There are no permission sets."
    if not count:
        every = "The 1 permission set is" if total == 1 else f"All {total:,} permission sets are"
        return f"{every} assigned to somebody."
    verb = "is" if count == 1 else "are"
    return f"{count:,} of {plural(total, 'permission set')} {verb} not assigned to anybody"


def _line(one: UnusedSet) -> str:
    return f"• *{permission_set_label(one.permission_set)}*, unused since at least {when(one.since)}"


def _with_button(text: str, permission_set: PermissionSet) -> Block:
    button = subject_button(PRUNE, permission_set.arn)
    return {**section(text), "accessory": button} if button else section(text)


def emptied_blocks(sets: Iterable[PermissionSet], *, buttons: bool = True) -> list[Block]:
    """What a revoke left without any assignment, with the offer to delete it; nothing for none."""
    found = list({one.arn: one for one in sets}.values())
    if not found:
        return []
    these = "This permission set is" if len(found) == 1 else f"These {len(found):,} permission sets are"
    blocks = [
        section(f"*{these} no longer assigned to anybody.* Only admins may delete one; nothing is deleted by itself.")
    ]
    lines = [(f"• *{permission_set_label(one)}*", one) for one in found[:MOST_EMPTIED]]
    blocks += [_with_button(line, one) if buttons else section(line) for line, one in lines]
    if not buttons:
        blocks.append(section(f"To delete one: `{TO_PRUNE}`"))
    if len(found) > MOST_EMPTIED:
        blocks.append(section(f"{plural(len(found) - MOST_EMPTIED, 'more', 'more')}: `/leavers unused`"))
    return blocks
