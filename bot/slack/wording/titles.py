"""The title of a case: the one sentence that has to be right."""

from bot.core.cases import Case, CaseState, CloseReason
from bot.core.views import CaseView
from bot.slack.wording import names, ways_in
from bot.slack.wording.text import about, capital, plural, when

USED = "used their access after being disabled"


def case_title(view: CaseView) -> str:
    """Who, and how things stand; access that was used after the disabling comes first."""
    case, who = view.case, names.user_label(view.case.user, 100)
    if case.used is None:
        return f"{who} {_state(view)}"
    return f"{who} {USED}" + ("" if case.state is CaseState.OPEN else f", and {_state(view)}")


def still_open(view: CaseView) -> str:
    """What the title of an open case leaves out when it says that the access was used."""
    if view.case.used is None or view.case.state is not CaseState.OPEN:
        return ""
    return capital(_state(view))


def disabled(case: Case) -> str:
    """Since when the user has been disabled, as far as is known."""
    if case.user.updated_at is None or case.user.updated_at > case.opened_at:
        return f"Disabled before {when(case.opened_at)}"
    return f"Disabled {about(case.user.updated_at)}"


def _state(view: CaseView) -> str:
    case = view.case
    if case.state is CaseState.OPEN:
        return _reach(view)
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
    return f", but an emergency deny {'may still block' if view.deny.missing else 'still blocks'} them"


def _reach(view: CaseView) -> str:
    """What can be got into, and what of it an emergency deny blocks."""
    usable = view.case.usable
    accounts, applications = ways_in.account_ids(usable), len(ways_in.application_ids(usable))
    if not accounts and not applications:
        return f"still has {plural(len(usable), 'way')} in" if usable else "may have access"
    # A deny of which somebody removed anything is not trusted to block.
    holds = view.deny is not None and not view.deny.missing
    denied = {cover.account.id for cover in view.deny.cover if cover.covered} if view.deny and holds else set()
    within = [account for account in accounts if account not in denied]
    held = len(accounts) - len(within)
    if not within and not applications:
        return f"still has access to {plural(held, 'AWS account')}, blocked by an emergency deny"
    text = f"can still get into {ways_in.reach(len(within), applications)}"
    if not held:
        return text
    blocked = f"{held} more" if not applications else plural(held, "more account" if within else "AWS account")
    return f"{text}; an emergency deny blocks {blocked}"
