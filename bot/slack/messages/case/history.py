"""The history of a case: how its actions ended, what is under way, when it was opened and closed."""

from bot.core.actions import Action, ActionState
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.views import CaseView
from bot.slack import kinds
from bot.slack.wording import operations
from bot.slack.wording.text import mention, name, when

FOUND_BY = {
    "schedule": "the scheduled scan",
    "start": "the scan at the start of leaverbot",
    "command": "a scan somebody asked for",
    "action": "the scan after an action",
    "events": "an event from AWS",
    "once": "the scan of leaverbot once",
}


def result(view: CaseView) -> str:
    """How the newest action ended, where title and deny line do not say it; and how the access was taken away."""
    latest, revoke = view.latest, view.revoke
    steps = {step.id for step in latest.steps} if latest else set()
    lines = []
    if revoke and revoke != latest and revoke.id not in steps:
        done = revoke.state is ActionState.DONE and not revoke.dry_run
        lines.append(kinds.presenter_of(revoke.kind).result(view, revoke) if done else "")
    if latest and latest.state.final:
        lines.append(kinds.presenter_of(latest.kind).result(view, latest))
    return "\n".join(line for line in lines if line)


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


def progress(action: Action, management: str | None) -> str:
    """Revoke started by @x, 09:42 · 5 of 7 done; and what it waits for."""
    presenter, dry = kinds.presenter_of(action.kind), "Dry run: " if action.dry_run else ""
    started = f"{dry}{presenter.noun} started by {mention(action.by)}, {when(action.asked_at)}"
    waits = [operations.waits(action.waiting)] if action.waiting else []
    return " · ".join([started, presenter.progress(action, management), *waits])


def _closed(case: Case) -> str:
    return f"closed {when(case.closed_at)}: {why_closed(case)}" if case.closed_at else f"closed: {why_closed(case)}"


def why_closed(case: Case) -> str:
    """Why the case is closed, and by whom."""
    who = mention(case.closed_by) if case.closed_by else "leaverbot"
    return {
        CloseReason.NO_GRANTS: "somebody removed the access outside leaverbot",
        CloseReason.REVOKED: f"revoked by {who}",
        CloseReason.ENABLED: "the user was enabled again. If that is wrong, disable the account in your directory",
        CloseReason.GONE: "somebody deleted the user outside leaverbot",
        CloseReason.DELETED: f"deleted by {who}",
        None: "no reason is known",
    }[case.closed_reason]
