"""Messages about a bulk: one that lives while it works and ends as its report, and one on who was not done."""

from collections.abc import Iterable

from bot.core.bulk.bulk import Bulk, BulkState
from bot.core.bulk.next_step import BulkResult, Fate
from bot.core.bulk.views import BulkView
from bot.slack.blocks import Block, Message, code_blocks, context, message, packed, plain_text, section, with_rest
from bot.slack.buttons import actions
from bot.slack.lists.bulk_payloads import DELETE_NEXT, STOP_BULK, encode_bulk
from bot.slack.terminal_words import terminal_command
from bot.slack.wording import bulk as words
from bot.slack.wording.text import capital, code, mention, plural, say, took, when

STOP, DELETE_THEM = "Stop", "Delete users"
# What is typed in a terminal to stop one, and to read its results.
STOP_COMMAND, SHOW_COMMAND = "bulks stop", "bulks show"
# Of those who were not done for the same reason, so many are named; and so many lines fit into one message.
_MOST_NAMED, _MOST_LINES, _LINES_SIZE = 15, 60, 9000


def bulk_message(view: BulkView, *, thread: bool = True) -> Message:
    """One message from the start to the end, always as the bulk is now. `thread`: it has one, with who was not done."""
    bulk = view.bulk
    title = _title(view)
    lines = [f"*{title}*", _so_far(view), *_notes(view, thread=thread)]
    blocks = [section(text) for text in packed(line for line in lines if line)]
    return message(title, [*blocks, *_buttons(view), context(_asked_for(bulk))])


def _title(view: BulkView) -> str:
    bulk, counts = view.bulk, view.counts
    dry = "Dry run: " if bulk.dry_run else ""
    if bulk.state is BulkState.RUNNING:
        return f"⏳ {dry}Working: {words.does(bulk)}"
    if bulk.state is BulkState.STOPPING:
        return f"⏳ {dry}Stopping: {words.does(bulk)}"
    done = capital(words.did(bulk.kind, counts.done))
    if counts.done == counts.total:
        return f"✅ {dry}{done}"
    return f"⚠️ {dry}{done}, {counts.total - counts.done:,} not"


def _so_far(view: BulkView) -> str:
    """57 done · 2 not done · 141 left."""
    counts, ended = view.counts, view.bulk.state is BulkState.ENDED
    left = f"{counts.left:,} {'not started' if ended else 'left'}"
    parts = [f"{counts.done:,} done", f"{counts.not_done:,} not done", left]
    return " · ".join(parts if counts.left or not ended else parts[:2])


def _notes(view: BulkView, *, thread: bool) -> Iterable[str]:
    bulk, counts = view.bulk, view.counts
    if bulk.stopped_at:
        who = "Stopped by the brake" if bulk.braked else f"Stopped by {mention(bulk.stopped_by)}"
        under_way = plural(counts.under_way, "under way finishes", "under way finish")
        ends = f" {under_way}, nothing more starts." if bulk.state is BulkState.STOPPING else ""
        yield f"{who} {when(bulk.stopped_at)}.{ends}"
    if counts.parked and bulk.state is BulkState.RUNNING:
        until = min(result.until for result in view.results if result.until)
        waits = f"{plural(counts.parked + counts.waiting, 'person waits', 'people wait')} for the hourly limit"
        yield f"{waits}, the first until about {when(until)}. An admin can let them go on: {code('/leavers go-on')}"
    if bulk.state is BulkState.ENDED:
        yield from _report(view, thread=thread)


def _report(view: BulkView, *, thread: bool) -> Iterable[str]:
    if thread and any(result.fate is not Fate.DONE for result in view.results):
        yield "Who was not done, and why, is in the thread."
    yield f"Each result, with the commands that undo it: {code(terminal_command(SHOW_COMMAND, view.bulk.id))}"


def _asked_for(bulk: Bulk) -> str:
    began = when(bulk.began_at) if bulk.began_at else ""
    lasted = ""
    if bulk.began_at and bulk.ended_at:
        lasted = f", in {took((bulk.ended_at - bulk.began_at).total_seconds())}"
    raises = " Above the hourly limit, by the typed number." if bulk.raises_limit else ""
    dry = " Dry run: nothing is changed in AWS." if bulk.dry_run else ""
    return f"By {mention(bulk.by)}{words.found(bulk)}, {began}{lasted}.{raises}{dry}"


def _buttons(view: BulkView) -> list[Block]:
    bulk = view.bulk
    if bulk.state is BulkState.RUNNING:
        if view.buttons:
            return [actions([_button(STOP_BULK, STOP, bulk)])]
        return code_blocks([terminal_command(STOP_COMMAND, bulk.id)])
    if view.deletes_next and view.buttons and view.done:
        return [actions([_button(DELETE_NEXT, f"{DELETE_THEM} ({len(view.done):,})", bulk)])]
    return []


def _button(name: str, label: str, bulk: Bulk) -> Block:
    return {"type": "button", "action_id": name, "text": plain_text(label), "value": encode_bulk(bulk.id)}


def bulk_rest_message(view: BulkView) -> Message:
    """Everybody who was not done, by why; in one message, however many they are."""
    missed, left_out = view.not_done, view.bulk.left_out
    title = f"Not done: {len(missed):,} of {words.people_of(view.bulk.kind, view.counts.total)}"
    lines = list(_missed(view, missed))
    out = words.left_out_lines(left_out, view.links, _MOST_NAMED)
    if out:
        lines += [f"*Left out of the plan: {len(left_out):,}*", *out]
    see = f". {code(terminal_command(SHOW_COMMAND, view.bulk.id))} prints all."
    shown = [f"*{title}*"] if missed else []
    shown += with_rest(lines, _MOST_LINES, _LINES_SIZE, see)
    return message(title if missed else lines[0].strip("*"), [section(text) for text in packed(shown)])


def _missed(view: BulkView, missed: Iterable[BulkResult]) -> Iterable[str]:
    """A line for each reason; one that several share comes with how many those are."""
    by_reason: dict[str, list[BulkResult]] = {}
    for result in missed:
        by_reason.setdefault("" if result.fate is Fate.WAITING else result.why, []).append(result)
    for why, results in sorted(by_reason.items(), key=lambda one: -len(one[1])):
        text = say(why, 300) if why else "Not started when it was stopped."
        people = words.named([result.person for result in results], view.links, _MOST_NAMED)
        yield f"• {people}: {text}" if len(results) == 1 else f"• {text} ({len(results):,}): {people}"
