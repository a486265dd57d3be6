"""Put together what is shown about a case."""

from bot.core.cases import Case, CaseState, CloseReason
from bot.core.plans import ActionKind
from bot.core.policy import Rules
from bot.core.views import ActionState, CaseView, Control, DenyView
from bot.ports import StoredDeny
from bot.services.parts import Parts


def case_view(parts: Parts, case: Case) -> CaseView:
    """The case with everything its message shows, from the store alone."""
    store, rules = parts.store, parts.rules
    deny = store.deny(case.user.id)
    newest = store.newest_case(case.user.id)
    superseded = newest is not None and newest.case.id != case.id
    protected = rules.is_protected(case.user)
    busy = store.unfinished_lanes(case.user.id)
    delete = store.newest_action(case.id, ActionKind.DELETE)
    deleted = delete is not None and delete.state is ActionState.DONE and not delete.dry_run
    buttons = controls(case, rules, deny=deny, protected=protected, superseded=superseded, busy=busy, deleted=deleted)
    return CaseView(
        case=case,
        controls=buttons,
        latest=store.newest_action(case.id),
        revoke=store.newest_action(case.id, ActionKind.REVOKE),
        deny=deny_view(deny),
        protected=protected,
        watch_only=rules.watch_only,
        dry_run=rules.dry_run,
        deny_ready=rules.deny_ready,
        superseded=superseded,
        deleted=deleted,
    )


def deny_view(deny: StoredDeny | None) -> DenyView | None:
    """What is known to be in force; a deny that was not read back yet is not shown as one."""
    if deny is None or not deny.confirmed:
        return None
    return DenyView(deny.user.id, deny.policy_id, deny.since, deny.by, deny.cover)


def _holds(deny: StoredDeny | None) -> bool:
    """Whether a deny is in force somewhere, as far as is known; one that holds nowhere can be placed again."""
    if deny is None or not deny.confirmed:
        return False
    return not deny.cover or any(item.covered is not False for item in deny.cover)


def controls(
    case: Case,
    rules: Rules,
    *,
    deny: StoredDeny | None,
    protected: bool,
    superseded: bool,
    busy: frozenset[str],
    deleted: bool,
) -> tuple[Control, ...]:
    """The buttons that fit the state, in the order of `Control`."""
    if rules.watch_only or superseded:
        return ()
    if protected:
        return (Control.DETAILS,)
    gone = deleted or case.closed_reason in {CloseReason.GONE, CloseReason.DELETED}
    enabled = case.closed_reason is CloseReason.ENABLED
    shown = set()
    if case.state is CaseState.OPEN and "access" not in busy:
        shown.add(Control.REVOKE)
    if "deny" not in busy:
        if deny:
            shown.add(Control.LIFT)
        if rules.deny_ready and not enabled and not _holds(deny):
            # Also after everything was taken away: open sessions live on for hours.
            shown.add(Control.DENY)
    if rules.admins and not gone and not enabled and "access" not in busy:
        shown.add(Control.DELETE)
    if not gone:
        shown.add(Control.DETAILS)
    return tuple(control for control in Control if control in shown)
