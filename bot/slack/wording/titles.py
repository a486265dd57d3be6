"""The title of a case: the one sentence that has to be right, and the mark that is seen first."""

from collections.abc import Mapping

from bot.core.access.severity import Severity
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.models import GrantKind
from bot.core.views import CaseView
from bot.slack.wording import names, ways_in
from bot.slack.wording.text import about, capital, name, plural, when

USED = "used their access while disabled"
# A mark never stands without its word.
MARKS = {Severity.CRITICAL: "🔴", Severity.HIGH: "🟠", Severity.NORMAL: "🟡"}
UNDER_WAY, OVER = "⏳", "⚪"
_FOUND_BY = {
    "schedule": "the scheduled scan",
    "start": "the scan at the start of leaverbot",
    "command": "a scan somebody asked for",
    "action": "the scan after an action",
    "events": "an event from AWS",
    "once": "the scan of leaverbot once",
}


def case_title(view: CaseView) -> str:
    """Who, and how things stand."""
    case, who = view.case, names.user_label(view.case.user, 100)
    if case.state is CaseState.OPEN:
        return f"{who} {USED if case.used else 'is disabled'}{_reach(view)}"
    return f"{who} {_closed(view)}"


def marked(view: CaseView, *, bold: bool = True) -> str:
    """The title with its mark and word: 🔴 *Critical: Dana Rossi is disabled and can still get into 5 AWS accounts*."""
    mark, word = _mark(view)
    text = f"{word}: {case_title(view)}"
    return f"{mark} *{text}*" if bold else f"{mark} {text}"


def severity_word(case: Case) -> str:
    return capital(str(case.severity))


def by_severity(counts: Mapping[Severity, int]) -> str:
    """1 critical, 2 high, 3 normal."""
    return ", ".join(f"{counts[level]} {level}" for level in Severity if counts.get(level))


def with_incidents(title: str, used: int) -> str:
    """The title with how many of these people used their access while disabled."""
    return f"{title}; {used:,} used it while disabled" if used else title


def to_review(closed: int) -> str:
    """What titles say of closed cases whose access was used and that nobody has reviewed."""
    return f"{plural(closed, 'closed case')} to review: access used while disabled"


def under_way(view: CaseView) -> bool:
    """Whether somebody works on it, so that its mark does not show the severity."""
    return view.latest is not None and not view.latest.state.final


def disabled(case: Case) -> str:
    """Since when the user has been disabled, as far as is known."""
    if case.user.updated_at is None or case.user.updated_at > case.opened_at:
        return f"Disabled before {when(case.opened_at)}"
    return f"Disabled {about(case.user.updated_at)}"


def found_by(case: Case) -> str:
    """What found it: the scheduled scan."""
    return _FOUND_BY.get(case.found_by) or name(case.found_by, 40)


def _mark(view: CaseView) -> tuple[str, str]:
    if view.latest and under_way(view):
        return UNDER_WAY, "Waiting" if view.latest.parked else "Working"
    if view.case.state is CaseState.CLOSED:
        return OVER, "Closed, not reviewed" if view.case.unreviewed else "Closed"
    return MARKS[view.case.severity], severity_word(view.case)


def _closed(view: CaseView) -> str:
    case = view.case
    if view.deleted or case.closed_reason is CloseReason.DELETED:
        return "was deleted from the directory"
    if case.closed_reason is CloseReason.ENABLED:
        return f"was enabled again{_still_denied(view)}"
    if case.closed_reason is CloseReason.GONE:
        return "is no longer in the directory"
    # A case is closed for lack of access only when every kind of it was read.
    usable = "usable " if any(not grant.usable for grant in case.grants) else ""
    if view.superseded:
        return f"had no {usable}way in when this was closed"
    return f"has no {usable}way in any more"


def _still_denied(view: CaseView) -> str:
    if view.deny is None:
        return ""
    return f". The emergency deny {'may still block' if view.deny.missing else 'still blocks'} them"


def _reach(view: CaseView) -> str:
    """What can be got into, and what of it an emergency deny blocks; the end of the title of an open case."""
    usable = view.case.usable
    accounts, applications = ways_in.account_ids(usable), ways_in.application_ids(usable)
    if not accounts and not applications:
        return f" and still has {plural(len(usable), 'way')} in" if usable else " and may have access"
    # A deny of which somebody removed anything is not trusted to block.
    holds = view.deny is not None and not view.deny.missing
    denied = {cover.account.id for cover in view.deny.cover if cover.covered} if view.deny and holds else set()
    within = [account for account in accounts if account not in denied]
    held = len(accounts) - len(within)
    if not within and not applications:
        return f"; an emergency deny blocks {plural(held, 'AWS account')}"
    text = " and can still get into "
    if within:
        return f"{text}{len(within)} of {plural(len(accounts), 'AWS account')}" if held else f"{text}{_count(within)}"
    blocked = f"; the {'AWS account is' if held == 1 else f'{_count(accounts)} are'} blocked" if held else ""
    return f"{text}{_applications(view, len(applications))}{blocked}"


def _count(accounts: list[str]) -> str:
    return plural(len(accounts), "AWS account")


def _applications(view: CaseView, count: int) -> str:
    """A single one by its name."""
    if count > 1:
        return plural(count, "application")
    only = next(grant for grant in view.case.usable if grant.kind is GrantKind.APPLICATION)
    return ways_in.application_label(only.application_arn, only.application_name)
