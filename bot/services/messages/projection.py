"""Bring Slack in line with the store: what is to be drawn or posted, how urgent it is, and doing it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from bot.core.leaves.views import LeaveView
from bot.core.rules.askers import rule_asker
from bot.core.views import Notice, NoticeKind
from bot.ports import MessageKind, Posted, Unshown, Waiting
from bot.services.bulk.view import bulk_view
from bot.services.context import Context
from bot.services.denies import deny_view
from bot.services.leaves.views import leave_view
from bot.services.messages.case import case_view
from bot.services.messages.channel import digest_view, loud_deny
from bot.services.messages.report import report_of
from bot.services.messages.rules import rule_view
from bot.services.messages.summary import summary
from bot.services.rules.brake import brake_view
from bot.services.rules.holds import hold_view

# Nobody needs an answer that only they see after Slack was out of reach for this long, in seconds.
STALE_ANSWER_SECONDS = 3600
# For so long somebody who did something looks for what comes of it.
LOOKED_FOR = timedelta(minutes=15)
# How long a message stays as it was drawn before it is drawn again, in seconds.
REST_SECONDS, BULK_REST_SECONDS, DIGEST_REST_SECONDS = 1.0, 3.0, 10.0
_RESTS = {MessageKind.DIGEST: DIGEST_REST_SECONDS, MessageKind.BULK: BULK_REST_SECONDS}


class Road(Enum):
    """Which of Slack's limits a message falls under."""

    POST = "post"
    EDIT = "edit"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Task:
    """A message to show. Two of one `place` are shown one after the other; a lower `urgency` goes first."""

    key: str
    kind: MessageKind
    ref: str
    version: int
    road: Road
    place: str
    urgency: int
    rest: float = REST_SECONDS


def due(context: Context) -> list[Task]:
    """Every message that does not show what is stored now."""
    return [_task(unshown) for unshown in context.store.unshown(context.clock.now() - LOOKED_FOR)]


def _task(unshown: Unshown) -> Task:
    road = Road.EDIT if unshown.posted else Road.POST
    if unshown.kind in {MessageKind.TELL, MessageKind.CARD, MessageKind.SCAN}:
        road = Road.ANSWER
    # What a person waits for, then what belongs to a message that stands, then what is new.
    urgency = 0 if unshown.asked else 1 if unshown.posted or unshown.kind is not MessageKind.CASE else 2
    if unshown.kind is MessageKind.BULK:
        # One message stands for hundreds of people, and has the button that stops it.
        urgency = -1
    place = unshown.case_id or unshown.key
    rest = _RESTS.get(unshown.kind, REST_SECONDS)
    return Task(unshown.key, unshown.kind, unshown.ref, unshown.version, road, place, urgency, rest)


def show(context: Context, task: Task) -> bool:
    """Show one message as it is stored now; False when it has to wait for another. Raises ChatError, StoreError.

    What Slack refuses for good (an archived channel, say) is tried again all the same: somebody may mend it, and
    nothing is lost.
    """
    if task.kind is MessageKind.CASE:
        _show_case(context, task.ref)
        return True
    message = context.store.message(task.key)
    return message is None or _draw(context, message)


def _show_case(context: Context, case_id: str) -> None:
    stored = context.store.case(case_id)
    if stored.shown_version >= stored.case.version:
        return
    posted = context.chat.show_case(case_view(context, stored.case), stored.posted, f"case:{case_id}")
    context.store.shown(case_id, stored.case.version, posted)


def _draw(context: Context, message: Waiting) -> bool:
    now = context.clock.now()
    draw = _ALONE.get(message.kind)
    if draw:
        context.store.posted(message.seq, draw(context, message), now, message.version)
        return True
    if message.kind is MessageKind.BULK_REST:
        return _bulk_rest(context, message)
    needed, thread = _thread(context, message)
    if needed and thread is None:
        # The thread starts with the case's message, which is not there yet. In a digest a change stands alone.
        if message.kind is MessageKind.CHANGE:
            context.store.posted(message.seq, None, now)
        return message.kind is MessageKind.CHANGE
    context.store.posted(message.seq, _reply(context, message, thread), now, message.version)
    return True


def _answer(context: Context, message: Waiting) -> None:
    """What only one person sees, while they may still look for it."""
    if message.asker is None or (context.clock.now() - message.created_at).total_seconds() > STALE_ANSWER_SECONDS:
        return
    if message.kind is MessageKind.TELL:
        context.chat.tell(message.asker, message.text)
    elif message.kind is MessageKind.SCAN:
        context.chat.answer_scan(message.asker, context.store.scan(message.ref))
    else:
        stored = context.store.case(message.ref)
        link = context.chat.link(stored.posted) if stored.posted else ""
        context.chat.renew_card(message.asker, case_view(context, stored.case), link)


def _scan(context: Context, message: Waiting) -> Posted | None:
    """What came of it, to who asked; in the channel, where an older leaverbot posted that it is running."""
    if message.asker:
        _answer(context, message)
        return None
    return context.chat.show_scan(context.store.scan(message.ref), message.posted, message.key)


def _bulk_rest(context: Context, message: Waiting) -> bool:
    """Who was not done, in the thread of the bulk's message; False while that is not there yet."""
    thread = context.store.bulk_message(message.ref)
    if thread is None:
        return False
    posted = context.chat.post_bulk_rest(bulk_view(context, message.ref), thread, message.key)
    context.store.posted(message.seq, posted, context.clock.now(), message.version)
    return True


# Messages that need a thread, and a message of its own for a case that has none yet.
_REPLIES = frozenset({MessageKind.REPORT, MessageKind.NOTICE, MessageKind.RULE})


def _leave(context: Context, leave_id: str) -> LeaveView:
    return leave_view(context, context.store.leave(leave_id))


# Messages that stand for themselves.
_ALONE: Mapping[MessageKind, Callable[[Context, Waiting], Posted | None]] = {
    MessageKind.TELL: _answer,
    MessageKind.CARD: _answer,
    MessageKind.SUMMARY: lambda context, it: context.chat.post_summary(summary(context, it.ref), it.key),
    MessageKind.DIGEST: lambda context, it: context.chat.show_digest(digest_view(context, it), it.posted, it.key),
    MessageKind.DENY: lambda context, it: context.chat.show_deny(loud_deny(context, it.ref), it.posted, it.key),
    MessageKind.BRAKE: lambda context, it: context.chat.show_brake(brake_view(context, it.ref), it.posted, it.key),
    MessageKind.HOLD: lambda context, it: context.chat.show_hold(hold_view(context, it.ref), it.posted, it.key),
    MessageKind.LEAVE: lambda context, it: context.chat.show_leave(_leave(context, it.ref), it.posted, it.key),
    MessageKind.BULK: lambda context, it: context.chat.show_bulk(bulk_view(context, it.ref), it.posted, it.key),
    MessageKind.SCAN: _scan,
}


def _reply(context: Context, message: Waiting, thread: Posted | None) -> Posted | None:
    """A message in the thread of what it is about, or in the channel where that has none."""
    if message.kind is MessageKind.RULE:
        return context.chat.show_rule(rule_view(context, message.ref), message.posted, thread, message.key)
    if message.kind is MessageKind.NOTICE:
        return context.chat.post_notice(_notice(context, message), thread, message.key)
    if message.kind is MessageKind.REPORT:
        return context.chat.post_report(report_of(context, message.ref), thread, message.key)
    return context.chat.post_change(context.store.change(message.ref), thread, message.key) if thread else None


def _notice(context: Context, message: Waiting) -> Notice:
    kind, _, user_id = message.ref.partition(":")
    deny = context.store.deny(user_id) if user_id else None
    user, view = (deny.user, deny_view(context, deny)) if deny else (None, None)
    return Notice(NoticeKind(kind), message.text, user, view, buttons=context.rules.buttons)


def _thread(context: Context, message: Waiting) -> tuple[bool, Posted | None]:
    """Whether it belongs into a thread, and that thread once it is there: of the case, else of the user's loud deny; of
    what a rule announces or does for somebody without a case, that of the newest summary.
    """
    if not message.case_id:
        action = context.store.action(message.ref) if message.kind is MessageKind.REPORT else None
        if action and not rule_asker(action.by):
            return context.store.deny_message(action.user.id)
        by_rule = action or message.kind is MessageKind.RULE
        return False, context.store.summary_thread() if by_rule else None
    stored = context.store.case(message.case_id)
    if stored.posted is None and message.kind in _REPLIES:
        context.store.want_message(message.case_id)
        if stored.digest:
            context.work.wake()
    return True, stored.posted
