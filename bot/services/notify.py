"""Bring Slack in line with the store: draw what changed, post what waits."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import structlog

from bot.core.cases import Case
from bot.core.errors import ChatUnavailable, LeaverbotError
from bot.core.models import Severity
from bot.core.views import Digest, Notice, NoticeKind
from bot.ports import MessageKind, Posted, StoredCase, Waiting
from bot.services.parts import Parts
from bot.services.summarize import summary
from bot.services.viewing import case_view, deny_view

log = structlog.get_logger(__name__)

# Nobody needs an answer that only they see after Slack was out of reach for this long, in seconds.
STALE_ANSWER_SECONDS = 3600
# How many cases a digest names.
DIGEST_NAMES = 5


def sync(parts: Parts) -> bool:
    """Show every changed case and post every waiting message; False when something has to be tried again.

    What Slack refuses for good (an archived channel, say) is logged and tried again next time: somebody may
    mend it, and nothing is lost.
    """
    in_line = True
    for stored in parts.store.stale_cases():
        in_line &= _attempt(lambda stored=stored: _show(parts, stored), case=stored.case.id)  # type: ignore[misc]
    for message in parts.store.waiting():
        in_line &= _attempt(lambda message=message: _post(parts, message), message=message.key)  # type: ignore[misc]
    return in_line


def _attempt(show: Callable[[], None], **names: str) -> bool:
    """Show one thing; what stands against it is logged, and the others go on."""
    try:
        show()
    except ChatUnavailable as error:
        log.warning("slack is behind", why=str(error), **names)
    except LeaverbotError as error:
        log.error("slack can not show this", why=str(error), code=getattr(error, "code", ""), **names)  # noqa: TRY400 - a known error needs no trace
    except Exception:  # one thing that can not be drawn must not hide all the others
        log.exception("this could not be drawn", **names)
    else:
        return True
    return False


def _show(parts: Parts, stored: StoredCase) -> None:
    case = stored.case
    posted = parts.chat.show_case(case_view(parts, case), stored.posted, f"case:{case.id}")
    parts.store.shown(case.id, case.version, posted)


def _post(parts: Parts, message: Waiting) -> None:
    now = parts.clock.now()
    posted: Posted | None = None
    if message.kind is MessageKind.TELL:
        if message.asker and (now - message.created_at).total_seconds() < STALE_ANSWER_SECONDS:
            parts.chat.tell(message.asker, message.text)
    elif message.kind is MessageKind.SUMMARY:
        posted = parts.chat.post_summary(summary(parts, message.ref), message.key)
    elif message.kind is MessageKind.DIGEST:
        posted = parts.chat.post_digest(_digest(parts, message), message.key)
    else:
        thread = _thread(parts, message)
        if message.case_id and thread is None:
            # The case has no message yet; the thread starts with it. In a digest the report would stand alone.
            if message.kind is MessageKind.CHANGE:
                parts.store.posted(message.seq, None, now)
            return
        if message.kind is MessageKind.NOTICE:
            posted = parts.chat.post_notice(_notice(parts, message), thread, message.key)
        elif message.kind is MessageKind.REPORT:
            view = replace(parts.store.action(message.ref).view, deny_hours=parts.rules.deny.hours)
            posted = parts.chat.post_report(view, thread, message.key)
        elif thread:
            posted = parts.chat.post_change(parts.store.change(message.ref), thread, message.key)
    parts.store.posted(message.seq, posted, now)


def _notice(parts: Parts, message: Waiting) -> Notice:
    kind, _, user_id = message.ref.partition(":")
    deny = parts.store.deny(user_id) if user_id else None
    return Notice(NoticeKind(kind), message.text, deny.user if deny else None, deny_view(parts, deny))


def _thread(parts: Parts, message: Waiting) -> Posted | None:
    if not message.case_id:
        return None
    stored = parts.store.case(message.case_id)
    if stored.posted is None and message.kind in {MessageKind.REPORT, MessageKind.NOTICE}:
        parts.store.want_message(message.case_id)
        if stored.digest:
            parts.work.wake()
    return stored.posted


def _digest(parts: Parts, message: Waiting) -> Digest:
    cases = parts.store.digest_cases(message.ref)
    counted = Counter(case.severity for case in cases)
    return Digest(
        total=len(cases),
        by_severity={level: counted[level] for level in Severity},
        worst=tuple(sorted(cases, key=worst)[:DIGEST_NAMES]),
        found_at=message.created_at,
        used=sum(case.used is not None for case in cases),
    )


def worst(case: Case) -> tuple[bool, int, int, str]:
    """The order of cases: access that was used first, then the worst, by how much they reach, by name."""
    return (not case.used, case.severity.rank, -len(case.usable), case.user.label.casefold())
