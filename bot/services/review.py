"""Reviewed: somebody says that they looked into access that was used after its user was disabled. A note, no action."""

from bot.core.actions import Asker, Role
from bot.core.authorization import Refused, may_review
from bot.core.cases import Case
from bot.ports import Verdict
from bot.services.context import Parts


def review(parts: Parts, case_id: str, version: int, asker: Asker, roles: frozenset[Role]) -> Case | Refused:
    """Note it, for the case as it was at `version`; once noted, asking again changes nothing. Raises NotFound."""
    case = parts.store.case(case_id).case
    decision = may_review(parts.rules, roles)
    if isinstance(decision, Refused):
        return _refuse(parts, case, asker, decision)
    reviewed = parts.store.review(case_id, version, asker.user, parts.clock.now())
    if reviewed.reviewed_at is None:
        parts.store.mark_stale(case_id)
        parts.work.wake()
        changed = f"This alert of {case.user.label} has changed. Look at it again, then press."
        return _refuse(parts, case, asker, Refused(changed))
    parts.work.wake()
    return reviewed


def _refuse(parts: Parts, case: Case, asker: Asker, refused: Refused) -> Refused:
    parts.store.record(parts.clock.now(), asker.user, "review", case.user.id, Verdict.REFUSED, refused.reason)
    return refused
