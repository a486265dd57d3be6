"""Messages about scheduled leaves: the one in the channel, the answer to the person who scheduled it, and the list."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from bot.core.actions import ActionState
from bot.core.authorization import Refused
from bot.core.leaves.leave import Leave, LeaveState
from bot.core.leaves.next_step import ANNOUNCED
from bot.core.leaves.views import LeaveList, LeaveView, Scheduled
from bot.slack.blocks import (
    MESSAGE_BLOCKS,
    MESSAGE_TEXT,
    Block,
    Message,
    code_blocks,
    context,
    first_that_fit,
    message,
    packed,
    plain_text,
    section,
)
from bot.slack.buttons import actions
from bot.slack.messages.replies import refusal_message
from bot.slack.payloads import CANCEL_LEAVE, encode_leave
from bot.slack.terminal_words import terminal_command, user_argument
from bot.slack.wording import names
from bot.slack.wording.denies import sentence
from bot.slack.wording.operations import waits
from bot.slack.wording.text import clean, code, link, mention, plural, say, when

# The button, and what is typed in a terminal in its place.
CANCEL, CANCEL_COMMAND = "Cancel", "schedule --cancel"
# How far one is, as the list says it.
_SO_FAR = {
    LeaveState.PLANNED: "",
    LeaveState.DENYING: "the deny is being placed",
    LeaveState.DENIED: "denied, waits for your directory to disable the account",
    LeaveState.REVOKING: "denied, access is being revoked",
}
_REVOKED = {ActionState.DONE: "Access was revoked", ActionState.INCOMPLETE: "Not all access was revoked"}
# Room for the title, the note at the end, and what is left out.
_MOST_LISTED = MESSAGE_BLOCKS - 5
# In characters; the rest is for the labels of so many buttons, the title and the note.
_LINES_SIZE = MESSAGE_TEXT - 2000


def leave_message(view: LeaveView) -> Message:
    """One message from the announcement until it is over, always as the leave is now."""
    leave = view.leave
    title = _TITLES[leave.state](leave)
    lines = [f"*{title}*", names.identity_linked(leave.user, view.link), *_facts(view)]
    blocks = [section(text) for text in packed(line for line in lines if line)]
    return message(title, [*blocks, *_to_cancel(view), context(_asked_for(leave))])


def _asked_for(leave: Leave) -> str:
    dry = " Dry run: nothing is changed in AWS." if leave.dry_run else ""
    return f"Scheduled by {mention(leave.by)}, {when(leave.scheduled_at)}.{dry}"


_TITLES: Mapping[LeaveState, Callable[[Leave], str]] = {
    LeaveState.PLANNED: lambda leave: f"{_who(leave)} leaves {when(leave.at)} and is denied then",
    LeaveState.DENYING: lambda leave: f"{_who(leave)} leaves now: the emergency deny is being placed",
    LeaveState.DENIED: lambda leave: f"{_who(leave)} left and is denied, as scheduled",
    LeaveState.REVOKING: lambda leave: f"{_who(leave)} left and is denied; access is being revoked",
    LeaveState.DONE: lambda leave: f"The scheduled leave of {_who(leave)} is done",
    LeaveState.FAILED: lambda leave: f"The scheduled leave of {_who(leave)} was not carried out",
    LeaveState.CANCELLED: lambda leave: (
        f"The scheduled leave of {_who(leave)} was cancelled by {mention(leave.ended_by)}"
    ),
    LeaveState.REPLACED: lambda leave: f"{_who(leave)} was scheduled again by {mention(leave.ended_by)}",
}


def _who(leave: Leave) -> str:
    return names.user_label(leave.user)


def _facts(view: LeaveView) -> Iterable[str]:
    leave = view.leave
    if leave.state is LeaveState.PLANNED:
        yield what_happens(leave)
        yield f"If that is wrong, press *{CANCEL}*." if view.buttons else ""
        return
    yield f"Scheduled for {when(leave.at)}."
    yield from _waits(view)
    if leave.late and leave.began_at:
        yield f"It began late, {when(leave.began_at)}: leaverbot was not running at its time, or could not read AWS."
    if leave.denied_at and view.deny:
        whole = view.deny.state is ActionState.DONE
        yield f"Denied {when(leave.denied_at)}{'.' if whole else f', but not everywhere. {say(view.deny.message)}'}"
    yield from _rest(view)
    if clean(leave.why):
        yield sentence(leave.why, 900)


def _waits(view: LeaveView) -> Iterable[str]:
    """What the deny or the revoke under way waits for."""
    action = {LeaveState.DENYING: view.deny, LeaveState.REVOKING: view.revoke}.get(view.leave.state)
    if action and action.waiting:
        yield f"It is {waits(action.waiting)}."
        if action.parked:
            yield f"An admin can let it go on now: {code('/leavers go-on')}"


def _rest(view: LeaveView) -> Iterable[str]:
    """What is left to do, or what became of the revoke."""
    leave = view.leave
    if leave.state is LeaveState.DENIED:
        yield "Access is revoked once your directory has disabled the account." if leave.revoke else ""
        yield "The deny stays until it is lifted."
    if leave.state is LeaveState.CANCELLED and leave.denied_at:
        yield "Access is not revoked. The deny stays until it is lifted."
    if leave.state is LeaveState.FAILED:
        yield "" if leave.denied_at else f"To deny now: {code('/leavers deny')}."
    if view.revoke and view.revoke.finished_at:
        what = _REVOKED.get(view.revoke.state, "Access was not revoked")
        # If the whole leave failed for the same reason, that follows below.
        why = say(view.revoke.message) if view.revoke.message != leave.why else ""
        yield f"{what}, {when(view.revoke.finished_at)}. {why}".strip()


def what_happens(leave: Leave) -> str:
    """What a leave leads to."""
    text = "From then on, AWS refuses everything they do in AWS accounts, in open sessions too, whether or not your "
    text += "directory has disabled the account."
    return f"{text} Access is revoked once it has." if leave.revoke else text


def proposed_message(answer: Scheduled) -> Message:
    """What is about to be scheduled, to be confirmed."""
    return message(_answered(answer), [section("\n".join(_lines(answer)))])


def scheduled_message(answer: Scheduled) -> Message:
    """The answer to the asker: the time with its zone, how long until then, and how to take it back."""
    leave, view = answer.view.leave, answer.view
    told = "It is announced in the channel now" if answer.until <= ANNOUNCED else "The channel is told an hour before"
    lines = [*_lines(answer), f"{told}. `/leavers schedule` lists what is scheduled."]
    dry = [context("Dry run: nothing is changed in AWS.")] if leave.dry_run else []
    return message(_answered(answer), [section("\n".join(lines)), *_to_cancel(view), *dry])


def _answered(answer: Scheduled) -> str:
    return f"{_who(answer.view.leave)} leaves {answer.view.said}, in {until(answer.until)}"


def _lines(answer: Scheduled) -> list[str]:
    leave = answer.view.leave
    replaced = f"It replaces the earlier time, {answer.replaced}." if answer.replaced else ""
    who = names.identity_linked(leave.user, answer.view.link)
    lines = [f"*{_answered(answer)}*", who, what_happens(leave), replaced]
    return [line for line in lines if line]


def schedule_answer(answer: Scheduled | Refused) -> Message:
    """What the asker is told, whether it was scheduled or not."""
    return refusal_message(answer) if isinstance(answer, Refused) else scheduled_message(answer)


def leaves_message(found: LeaveList) -> Message:
    """What is scheduled, the next one first, each with its button."""
    count = len(found.leaves)
    if not count:
        title = "No leave is scheduled"
        how = f"To schedule one: {code('/leavers schedule dana.rossi 2026-11-30 18:00')}"
        return message(title, [section(f"*{title}*\n{how}")])
    title = f"{plural(count, 'scheduled leave')}"
    lines = first_that_fit([_listed(view, found) for view in found.leaves], _MOST_LISTED, _LINES_SIZE)
    blocks = [_with_button(line, view) for line, view in zip(lines, found.leaves, strict=False)]
    rest = [section(f"• {count - len(lines):,} more")] if count > len(lines) else []
    return message(title, [section(f"*{title}*"), *blocks, *rest, context(f"Times are {say(found.zone)}.")])


def leave_line(view: LeaveView) -> str:
    """One leave in one line."""
    leave = view.leave
    so_far = f" · {_SO_FAR[leave.state]}" if _SO_FAR[leave.state] else ""
    revoke = ", and revoke once disabled" if leave.revoke else ""
    who = names.linked(leave.user, view.link)
    return f"• {who}, {say(view.said)}: deny{revoke} · by {mention(leave.by)}{so_far}"


def _listed(view: LeaveView, found: LeaveList) -> str:
    ahead = view.leave.at - found.now
    return leave_line(view) + (f" · in {until(ahead)}" if ahead > timedelta() else "")


def _with_button(line: str, view: LeaveView) -> Block:
    if not (view.buttons and view.leave.state.cancellable):
        return section(line)
    return {**section(line), "accessory": _button(view.leave)}


def _to_cancel(view: LeaveView) -> list[Block]:
    """The button, or the command where there are no buttons; nothing once it is too late, or nothing is left."""
    leave = view.leave
    if not leave.state.cancellable or (leave.state is LeaveState.DENIED and not leave.revoke):
        return []
    if view.buttons:
        return [actions([_button(leave)])]
    return code_blocks([terminal_command(CANCEL_COMMAND, user_argument(leave.user))])


def _button(leave: Leave) -> Block:
    label = CANCEL if leave.state is LeaveState.PLANNED else "Cancel the revoke"
    return {"type": "button", "action_id": CANCEL_LEAVE, "text": plain_text(label), "value": encode_leave(leave.id)}


def until(ahead: timedelta) -> str:
    """How long until then, in the two largest units: 6 days 3 hours, 2 hours 5 minutes, 40 minutes."""
    minutes = max(1, round(ahead.total_seconds() / 60))
    days, hours = divmod(minutes // 60, 24)
    units = ((days, "day"), (hours, "hour"), (minutes % 60, "minute"))
    first = next(number for number, (amount, _) in enumerate(units) if amount)
    return " ".join(plural(amount, unit) for amount, unit in units[first : first + 2] if amount)


def upcoming(leaves: Iterable[LeaveView]) -> str:
    """One line for the status and the summary; "" where nothing is scheduled."""
    shown = [view for view in leaves if view.leave.state.open]
    if not shown:
        return ""
    planned = [view for view in shown if view.leave.state is LeaveState.PLANNED]
    waiting = len(shown) - len(planned)
    parts = [f"{waiting:,} begun and not finished"] if waiting else []
    if planned:
        leave = planned[0].leave
        soonest = f"{link(planned[0].link, names.user_label(leave.user, 60))}, {when(leave.at)}"
        parts.insert(0, f"{plural(len(planned), 'person', 'people')} to leave, next {soonest}")
    return f"*Scheduled leaves*: {'; '.join(parts)}."
