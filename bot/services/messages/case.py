"""Put together what is shown about a case."""

from datetime import datetime

from bot.core.actions import DELETE, DENY, DETAILS, LIFT, REVIEWED, REVOKE, SHUT_OUT, ActionState, Control
from bot.core.actions import controls as all_controls
from bot.core.authorization import Rules
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.deny.policy_document import by_name
from bot.core.views import CaseView, DenyView
from bot.ports import StoredDeny
from bot.services.context import Parts


def case_view(parts: Parts, case: Case) -> CaseView:
    """The case with everything its message shows, from the store alone."""
    store, rules = parts.store, parts.rules
    deny = store.deny(case.user.id)
    newest = store.newest_case(case.user.id)
    superseded = newest is not None and newest.case.id != case.id
    protected = rules.is_protected(case.user)
    busy = store.unfinished_lanes(case.user.id)
    delete = store.newest_action(case.id, DELETE)
    deleted = delete is not None and delete.state is ActionState.DONE and not delete.dry_run
    newest_deny = store.newest_action(case.id, DENY)
    retry = newest_deny is not None and any(one.missed for one in newest_deny.outcomes)
    buttons = controls(
        case, rules, deny=deny, retry=retry, protected=protected, superseded=superseded, busy=busy, deleted=deleted
    )
    return CaseView(
        case=case,
        controls=buttons,
        latest=store.newest_action(case.id),
        revoke=store.newest_action(case.id, REVOKE),
        deny=deny_view(parts, deny),
        protected=protected,
        watch_only=rules.watch_only,
        dry_run=rules.dry_run,
        deny_ready=rules.deny_ready,
        superseded=superseded,
        deleted=deleted,
        deny_in_management=rules.deny.inline and case.caller_account_id == case.management_account_id,
    )


def deny_view(parts: Parts, deny: StoredDeny | None) -> DenyView | None:
    """What is known to be in force; a deny that was not read back yet is not shown as one."""
    if deny is None or not deny.confirmed:
        return None
    return DenyView(
        user_id=deny.user.id,
        policy_id=deny.policy_id,
        since=deny.since,
        by=deny.by,
        cover=deny.cover,
        reason=deny.reason,
        ends_at=ends_at(parts, deny),
        missing=deny.missing,
        not_disabled=deny.not_disabled,
        kept=parts.rules.deny.kept(deny.long_sessions),
        long_sessions=deny.long_sessions,
        lent=deny.lent,
        unmatched=parts.rules.deny.names and not by_name(deny.user.user_name),
    )


def ends_at(parts: Parts, deny: StoredDeny) -> datetime | None:
    """When a deny lifts itself; None while a way in is, or may be, left."""
    return deny.clear_since + parts.rules.deny.kept(deny.long_sessions) if deny.clear_since else None


def _holds(deny: StoredDeny | None) -> bool:
    """Whether a deny is in force somewhere, as far as is known; one that holds nowhere can be placed again."""
    if deny is None or not deny.confirmed or deny.missing:
        return False
    return not deny.cover or any(item.covered is not False for item in deny.cover)


def holds_everywhere(deny: StoredDeny) -> bool:
    """Whether a deny was read back as it was placed, and holds in every account; not when no account was looked at."""
    return deny.confirmed and not deny.missing and bool(deny.cover) and all(item.covered for item in deny.cover)


def controls(
    case: Case,
    rules: Rules,
    *,
    deny: StoredDeny | None,
    retry: bool,
    protected: bool,
    superseded: bool,
    busy: frozenset[str],
    deleted: bool,
) -> tuple[Control, ...]:
    """The buttons that fit the state, in the order in which they are shown. `retry`: part of the newest deny failed."""
    if rules.watch_only:
        return ()
    shown: set[Control] = {REVIEWED} if case.unreviewed else set()
    if superseded:
        return tuple(shown)
    if protected:
        shown |= {LIFT} if deny and "deny" not in busy else set()
        return tuple(control for control in all_controls() if control in {*shown, DETAILS})
    gone = deleted or case.closed_reason in {CloseReason.GONE, CloseReason.DELETED}
    enabled = case.closed_reason is CloseReason.ENABLED
    if case.state is CaseState.OPEN and "access" not in busy:
        shown.add(REVOKE)
    if "deny" not in busy:
        if deny:
            shown.add(LIFT)
        if rules.deny_ready and not enabled and (retry or not _holds(deny)):
            # Also after everything was taken away: open sessions live on for hours.
            shown.add(DENY)
    if {REVOKE, DENY} <= shown and not busy:
        shown.add(SHUT_OUT)
    if rules.admins and not gone and not enabled and "access" not in busy:
        shown.add(DELETE)
    if not gone:
        shown.add(DETAILS)
    return tuple(control for control in all_controls() if control in shown)
