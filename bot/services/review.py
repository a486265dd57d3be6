"""Reviewed: somebody says that they looked into access that was used after its user was disabled. A note, no action."""

from bot.core.actions import Asker
from bot.core.authorization import Refused, may_review
from bot.core.cases import Case
from bot.core.kinds import Role
from bot.core.reasons import Code, Reason
from bot.core.terminal.askers import terminal_asker
from bot.services.context import Context
from bot.services.refusals import note_refusal


def review(context: Context, case_id: str, version: int, asker: Asker, roles: frozenset[Role]) -> Case | Refused:
    """Note it, for the case as it was at `version`; once noted, asking again changes nothing. Raises NotFound."""
    case = context.store.case(case_id).case
    decision = may_review(context.rules, roles, terminal=terminal_asker(asker.user) is not None)
    if isinstance(decision, Refused):
        return note_refusal(context, "review", case.user.id, asker, decision)
    reviewed = context.store.review(case_id, version, asker.user, context.clock.now())
    if reviewed.reviewed_at is None:
        context.store.mark_stale(case_id)
        context.work.wake()
        return note_refusal(context, "review", case.user.id, asker, Refused(Reason(Code.ALERT_CHANGED, case.user)))
    context.work.wake()
    return reviewed
