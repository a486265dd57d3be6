"""What happened to one person, a line for each thing: when, what, who."""

from collections.abc import Callable, Mapping

from bot.core.actions import LEAVERBOT, Action
from bot.core.cases import Case
from bot.core.history import AuditEntry, Entry, History, What
from bot.core.kinds import KINDS
from bot.core.leaves.leave import Leave, LeaveState
from bot.core.models import Grant, worst_first
from bot.core.rules.brake import Brake
from bot.core.views import CaseChange
from bot.slack import kinds
from bot.slack.blocks import Block, Message, context, packed, paged
from bot.slack.kinds.presenter import HOW_IT_ENDED
from bot.slack.messages.case.history import why_closed
from bot.slack.wording import denies, names, operations, ways_in
from bot.slack.wording.rules.rules import why_over, will_do
from bot.slack.wording.text import clean, listed, mention, name, plural, say, when
from bot.slack.wording.titles import found_by

MOST_NAMED = 5
_LEFT = {
    LeaveState.DONE: "done",
    LeaveState.FAILED: "not carried out",
    LeaveState.CANCELLED: "cancelled",
    LeaveState.REPLACED: "scheduled again",
}


def history_message(history: History) -> list[Message]:
    """The history, oldest first, in as many messages as it takes; how things stand is the last line."""
    who = names.user_label(history.user, 100)
    title = f"What happened to {who}" if history.entries else f"Nothing is stored about {who}"
    lines = [f"*{title}*", names.identity(history.user), *map(_line, history.entries)]
    last = denies.deny_line(history.deny) if history.deny else ""
    notes: list[str | Block] = [last] if last else []
    if history.protected:
        notes.append(context(names.PROTECTED))
    return paged(title, [*packed(line for line in lines if line), *notes])


def _line(entry: Entry) -> str:
    return f"• {when(entry.at)} · {_what(entry)}{_who(entry)}"


def _who(entry: Entry) -> str:
    """Who did it, unless the entry already says so."""
    if not entry.who or entry.what in {What.CLOSED, What.ENDED}:
        return ""
    return f" · {_person(entry.who)}"


def _person(who: str) -> str:
    return "leaverbot on its own" if who == LEAVERBOT else mention(who)


def _what(entry: Entry) -> str:
    if entry.case:
        return _OF_CASE[entry.what](entry.case)
    if entry.change:
        return _changed(entry.change)
    if entry.action:
        return _asked(entry.action) if entry.what is What.ASKED else _ended(entry.action)
    if entry.leave:
        return _scheduled(entry.leave) if entry.what is What.SCHEDULED else _left(entry.leave)
    if entry.brake:
        return _brake(entry.what, entry.brake)
    if entry.rule:
        return _rule(entry.what, entry.rule)
    return _refused(entry.refusal) if entry.refusal else say(entry.text, 500)


def _brake(what: What, brake: Brake) -> str:
    if what is What.BRAKED:
        return "The brake engaged: too many people were disabled within a day, this one among them"
    return "The brake was released" if brake.ended_by else "The brake ended by itself"


def _opened(case: Case) -> str:
    return f"Case opened, found by {found_by(case)}"


def _used(case: Case) -> str:
    return f"Access used while disabled: {ways_in.use_words(case.used)}" if case.used else ""


_OF_CASE: Mapping[What, Callable[[Case], str]] = {
    What.OPENED: _opened,
    What.USED: _used,
    What.REVIEWED: lambda _: "Access used while disabled was reviewed",
    What.CLOSED: lambda case: f"Case closed: {why_closed(case)}",
}


def _changed(change: CaseChange) -> str:
    parts = [_grants("new grant", change.added), _grants("grant gone", change.removed, "grants gone")]
    return "; ".join(part for part in parts if part) or "Something changed"


def _grants(one: str, grants: tuple[Grant, ...], many: str = "") -> str:
    if not grants:
        return ""
    ordered = worst_first(grants, None)
    return (
        f"{plural(len(ordered), one, many)}: {listed([ways_in.what(grant, None, 40) for grant in ordered], MOST_NAMED)}"
    )


def _called(action: Action) -> str:
    dry = "Dry run: " if action.dry_run else ""
    return f"{dry}{kinds.presenter_of(action.kind).noun}"


def _asked(action: Action) -> str:
    text = f"{_called(action)} asked for"
    reason = denies.reason_line(action.reason)
    return f"{text}. {reason}" if reason else text


def _ended(action: Action) -> str:
    """How it ended and how much of it was done; a step of another action has no asker of its own."""
    by = "" if action.parent else f" by {_person(action.by)}"
    text = f"{_called(action)}{by} {HOW_IT_ENDED[action.state]}"
    if action.operations and not action.dry_run:
        done = operations.counted(action.operations)
        text += f": {done or f'{action.done} of {len(action.operations)} done'}"
    return f"{text}. {say(action.message, 500)}" if clean(action.message) else text


def _scheduled(leave: Leave) -> str:
    revoke = ", and to be revoked once disabled" if leave.revoke else ""
    return f"Leave scheduled: to be denied {when(leave.at)}{revoke}"


def _left(leave: Leave) -> str:
    """How a scheduled leave ended; its deny and its revoke have lines of their own."""
    text = f"Scheduled leave {_LEFT.get(leave.state, 'ended')}"
    return f"{text}: {say(leave.why, 500)}" if clean(leave.why) else text


def _rule(what: What, entry: AuditEntry) -> str:
    """What a rule announced, or what became of that; who stopped rules or let them run."""
    if what is What.STOPPED:
        return "Rules stopped for this user"
    if what is What.LET_RUN:
        return "Rules may act on this user again"
    does = will_do(entry.what)
    if what is What.ANNOUNCED:
        return f"Announced: a rule will {does}"
    return f"A rule will not {does} after all. {why_over(entry.reason)}".rstrip()


def _refused(refusal: AuditEntry) -> str:
    kind = KINDS.get(refusal.what)
    what = kinds.presenter_of(kind).noun if kind else name(refusal.what, 40)
    return f"{what} refused: {say(refusal.reason, 500)}"
