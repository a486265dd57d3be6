"""The course of a case: how its actions ended, what is under way, and its history."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.core.actions import DELETE, DENY, LEAVERBOT, LIFT, REVOKE, SHUT_OUT, ActionState
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.models import worst_first
from bot.core.plans import OperationState, tally
from bot.core.sessions import LongSession, long_sessions
from bot.core.views import ActionView, CaseView
from bot.slack.controls import deny_label
from bot.slack.kinds import shut_out
from bot.slack.wording import deny_progress, operations, ways_in, words
from bot.slack.wording.text import clean, listed, mention, name, say, took, when

FOUND_BY = {
    "schedule": "the scheduled scan",
    "start": "the scan at the start of leaverbot",
    "command": "a scan somebody asked for",
    "action": "the scan after an action",
}


def sessions_end(view: CaseView) -> str:
    """When the last session that was opened with access that is gone now is over."""
    case, until = view.case, view.case.sessions_until
    if case.closed_reason is CloseReason.ENABLED:
        return ""
    if case.state is CaseState.CLOSED:
        return sessions_left(until, case.long_sessions)
    # What the ways in that are left allow is said with them.
    long = ways_in.long_lived([one for one in case.long_sessions if one not in long_sessions(case.grants)])
    ends = f"Sessions opened with access that is already removed may last until {when(until)}." if until else ""
    return " ".join(text for text in (ends, long) if text)


def sessions_left(until: datetime | None, long: Sequence[LongSession]) -> str:
    """Until when sessions live that were opened with access that is gone; "" when none can be."""
    lived = ways_in.long_lived(long)
    if until is None:
        return lived
    others = "All other open sessions" if lived else "Open sessions"
    return f"{lived} {others} end by {when(until)} at the latest.".strip()


def result(view: CaseView) -> str:
    """How the newest action ended, where title and deny line do not say it; and how the access was taken away."""
    lines = [_ended(view)]
    revoke = view.revoke
    steps = {step.id for step in view.latest.steps} if view.latest else set()
    if (
        revoke
        and revoke != view.latest
        and revoke.id not in steps
        and revoke.state is ActionState.DONE
        and not revoke.dry_run
    ):
        lines.insert(0, _revoked(view, revoke))
    return "\n".join(line for line in lines if line)


def _ended(view: CaseView) -> str:
    latest = view.latest
    if latest is None or not latest.state.final:
        return ""
    at = when(latest.verified_at or latest.finished_at or latest.asked_at)
    what, who = words.ACTION_NAMES[latest.kind], mention(latest.by)
    why = f" {say(latest.message, 600)}" if clean(latest.message) else ""
    if latest.kind is SHUT_OUT:
        return shut_out.ended(latest, view.case.management_account_id)
    if latest.state is ActionState.REFUSED:
        return f"{what} by {who} was refused, {at}.{why}"
    if latest.state is ActionState.FAILED:
        return "\n".join([f"{what} by {who} failed, {at}.{why}", *_not_everywhere(view, latest)])
    if latest.dry_run:
        return f"{what} by {who}, {at}.{why or ' Dry run: nothing was sent to AWS.'}"
    return _revoked(view, latest) if latest.kind is REVOKE else _came_out(view, latest, at, why)


def _came_out(view: CaseView, latest: ActionView, at: str, why: str) -> str:
    """How a deny, a lift or a delete came out that was carried out, at least in part."""
    what, who = words.ACTION_NAMES[latest.kind], mention(latest.by)
    if latest.kind is LIFT and latest.state is ActionState.DONE and not view.deny:
        return f"Deny lifted by {who}{', its time was over' if latest.by == LEAVERBOT else ''}, {at}."
    not_everywhere = _not_everywhere(view, latest)
    if not_everywhere:
        # With a deny in force, its own line and the failures say why.
        return "\n".join([f"{what} by {who}, {at}: not all of it worked.{'' if view.deny else why}", *not_everywhere])
    if latest.kind is DENY and view.deny:
        return ""
    if latest.kind is DELETE and latest.state is ActionState.DONE:
        return f"Deleted by {who}, {at}."
    return f"{what} by {who}, {at}.{why}" if why else ""


def _not_everywhere(view: CaseView, latest: ActionView) -> list[str]:
    """Place by place what a deny or a lift did not do, why, and what tries it again; nothing when all was done."""
    if latest.kind not in {DENY, LIFT} or not latest.outcomes:
        return []
    if all(outcome.state is OperationState.DONE for outcome in latest.outcomes):
        return []
    far = deny_progress.by_place(latest.outcomes, view.case.management_account_id, ended=True)
    again = DENY if latest.kind is DENY else LIFT
    label = deny_label(view.deny) if again is DENY else "Lift deny"
    tries = [f"*{label}* tries it again."] if again in view.controls else []
    return [*([f"{far[:1].upper()}{far[1:]}"] if far else []), *deny_progress.failures(latest.outcomes), *tries]


def _revoked(view: CaseView, latest: ActionView) -> str:
    who, finished = mention(latest.by), latest.finished_at or latest.asked_at
    duration = took((finished - latest.asked_at).total_seconds())
    did = operations.counted(latest.outcomes) or "nothing was removed"
    checked = f"Checked again {when(latest.verified_at)}" if latest.verified_at else "Not checked again yet"
    if latest.state is ActionState.DONE:
        return f"Revoked by {who} in {duration}: {did}. {checked}: {words.still_left(latest)}."
    counted = tally(latest.outcomes, f" in {duration} ({did})") if latest.outcomes else did
    return "\n".join([f"Revoke by {who}: {counted}. {checked}.", *_left(view, latest)])


def _left(view: CaseView, latest: ActionView) -> Iterable[str]:
    """What a revoke did not take away, and why."""
    management, left = view.case.management_account_id, words.left_open(latest)
    if left:
        named = listed([ways_in.what(grant, management, 40) for grant in worst_first(left, management)], most=3)
        if operations.only_needs_management_account(latest):
            it = "it" if len(left) == 1 else "them"
            yield f"Left: {named}. Only the management account can take {it} away: commands in the thread."
            return
        yield f"Left: {named}."
    if clean(latest.message):
        yield f"Why: {say(latest.message, 600)}"


def history(view: CaseView) -> str:
    case = view.case
    parts = [f"Open since {when(case.opened_at)}" if case.state is CaseState.OPEN else f"Opened {when(case.opened_at)}"]
    parts.append(f"found by {FOUND_BY.get(case.found_by) or name(case.found_by, 40)}")
    latest = view.latest
    if case.state is CaseState.CLOSED:
        parts.append(_closed(case))
    elif latest is None:
        parts.append("nobody is on it yet")
    if latest and not latest.state.final:
        parts = [progress(latest, case.management_account_id), *parts]
    return " · ".join(parts)


def progress(latest: ActionView, management: str | None) -> str:
    """Revoke started by @x, 09:42 · 5 of 7 done; and what it waits for."""
    far = _far(latest, management)
    return f"{far} · {words.waits(latest.waiting)}" if latest.waiting else far


def _far(latest: ActionView, management: str | None) -> str:
    dry = "Dry run: " if latest.dry_run else ""
    started = f"{dry}{words.ACTION_NAMES[latest.kind]} started by {mention(latest.by)}, {when(latest.asked_at)}"
    if latest.steps:
        return f"{started} · {shut_out.steps_line(latest, management)}"
    if latest.state is ActionState.QUEUED or not latest.outcomes:
        return f"{started} · reading AWS first"
    placed = deny_progress.by_place(latest.outcomes, management)
    if placed and not latest.dry_run:
        return f"{started} · {placed}"
    return f"{started} · {latest.done} of {len(latest.outcomes)} done"


def _closed(case: Case) -> str:
    who = mention(case.closed_by) if case.closed_by else "leaverbot"
    reason = {
        CloseReason.NO_GRANTS: "somebody removed the access outside leaverbot",
        CloseReason.REVOKED: f"revoked by {who}",
        CloseReason.ENABLED: "the user was enabled again. If that is wrong, disable the account in your directory",
        CloseReason.GONE: "somebody deleted the user outside leaverbot",
        CloseReason.DELETED: f"deleted by {who}",
        None: "no reason is known",
    }[case.closed_reason]
    return f"closed {when(case.closed_at)}: {reason}" if case.closed_at else f"closed: {reason}"
