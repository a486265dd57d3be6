"""The dialog behind Details of a report: everything that came of an action, or that a scan changed, from the store."""

from collections.abc import Iterable

from bot.core.actions import Action
from bot.core.models import worst_first
from bot.core.text import utc
from bot.core.views import CaseChange
from bot.slack.blocks import (
    VIEW_BLOCKS,
    VIEW_BYTES,
    Block,
    code_blocks,
    context,
    packed,
    plain_text,
    section,
    view_size,
)
from bot.slack.kinds.details import Details
from bot.slack.messages.case.reports import details_command
from bot.slack.messages.case.whole_reports import commands_of, lines_of, taken_of
from bot.slack.wording import denies, ways_in
from bot.slack.wording.text import code, exactly


def action_view(action: Action) -> Block:
    """Operations, accounts and every command of an action; ids, and times in UTC, at the end of the first part."""
    accounts = [denies.cover_line(cover) for cover in action.cover]
    every = packed(["*Every account of the emergency deny:*", *accounts]) if accounts else []
    blocks = [section(text) for text in [*packed(lines_of(action)), *every, *taken_of(action)]]
    blocks.append(context(_ids(action)))
    for head, commands in commands_of(action):
        blocks += [section(head), *code_blocks(commands)]
    return _modal(_fitting(blocks, f"The rest does not fit here: {details_command(action)} prints all of it."))


def change_view(change: CaseChange) -> Block:
    """Every grant that is new or gone."""
    lines = [f"Found by the scan of {utc(change.at)}."]
    for head, grants in (("*New*", change.added), ("*Gone*", change.removed)):
        if grants:
            lines += [head, *(ways_in.grant_line(one, None, ids=True) for one in worst_first(grants, None))]
    return _modal(_fitting([section(text) for text in packed(lines)], "The rest does not fit here."))


def _ids(action: Action) -> str:
    """Ids and times for whoever compares this with a log."""
    times = {"asked": action.asked_at, "begun": action.started_at, "ended": action.finished_at}
    times["checked again"] = action.verified_at
    told = [f"{what} {exactly(at)}" for what, at in times.items() if at]
    about = "user" if action.kind.on_user else "permission set"
    return f"Action {code(action.id)} · {about} {code(action.user.id)} · {', '.join(told)}"


def _fitting(blocks: list[Block], rest: str) -> list[Block]:
    """The first blocks that a dialog holds, and where the others are."""
    room, kept = VIEW_BYTES, list[Block]()
    for block in blocks:
        room -= view_size([block])
        if room < 0 or len(kept) == VIEW_BLOCKS - 1:
            return [*kept, section(rest)]
        kept.append(block)
    return kept


def _modal(blocks: Iterable[Block]) -> Block:
    title = Details.label
    return {"type": "modal", "title": plain_text(title), "close": plain_text("Close"), "blocks": list(blocks)}
