"""The history of a case: how its actions ended, what is under way, when it was opened and closed."""

from bot.core.actions import Action, ActionState
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.views import CaseView
from bot.slack import kinds
from bot.slack.wording import operations
from bot.slack.wording.text import mention, when


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
    """Since when the case is open, or when and how it was closed."""
    case = view.case
    if case.state is CaseState.CLOSED:
        return f"Opened {when(case.opened_at)} · {_closed(case)}"
    return f"Open since {when(case.opened_at)}"


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
