"""Put together what is shown about a case."""

from collections.abc import Collection, Mapping

from bot.core.cases import Case
from bot.core.kinds import DETAILS, GO_ON, REVIEWED, REVOKE, Control, Kind, Lane, occupied
from bot.core.kinds import controls as all_controls
from bot.core.rules.views import OnPerson
from bot.core.views import CaseView
from bot.services.context import CaseFacts, Context, KindService
from bot.services.denies import deny_view
from bot.services.rules.foresee import on_person


def case_view(context: Context, case: Case) -> CaseView:
    """The case with everything its message shows, from the store alone."""
    rules, around = context.rules, context.store.around(case)
    facts = CaseFacts(case, rules, around.deny, around.newest)
    return CaseView(
        case=case,
        controls=controls(facts, context.kinds, busy=around.busy, superseded=around.superseded),
        # What is made of others stands for its steps.
        latest=next((action for action in facts.newest.values() if not action.parent), None),
        revoke=facts.newest.get(REVOKE),
        deny=deny_view(context, facts.deny),
        protected=rules.is_protected(case.user),
        watch_only=rules.watch_only,
        dry_run=rules.dry_run,
        deny_ready=rules.deny_ready,
        superseded=around.superseded,
        deleted=facts.deleted,
        deny_in_management=rules.deny.inline and case.caller_account_id == case.management_account_id,
        buttons=rules.buttons,
        source=context.store.source_look(case.user.id) if case.is_open else None,
        rules=on_person(context, case.user.id) if case.is_open else OnPerson(),
    )


def controls(
    facts: CaseFacts, kinds: Mapping[Kind, KindService], *, busy: Collection[Lane], superseded: bool
) -> tuple[Control, ...]:
    """The buttons that fit the state, in the order in which they are shown. `busy`: the lanes in which something is
    under way.
    """
    if facts.rules.watch_only and facts.rules.buttons:
        return ()
    noted: list[Control] = [REVIEWED] if facts.case.unreviewed else []
    if any(action.parked for action in facts.newest.values()):
        noted.append(GO_ON)
    if superseded:
        return tuple(noted)
    protected = facts.rules.is_protected(facts.case.user)
    shown = {*noted, *([DETAILS] if protected or not facts.gone else [])}
    for kind, service in kinds.items():
        may_begin = occupied(kind.lane, parked=False).isdisjoint(busy) and (kind.frees or not protected)
        if may_begin and service.offered(facts):
            shown.add(kind)
    return tuple(control for control in all_controls() if control in shown)
