"""The open cases, worst first, from the store."""

from bot.core.cases import CaseState
from bot.core.lists.order import most_urgent_first
from bot.core.views import CaseList
from bot.services.context import Context
from bot.services.denies import holds_everywhere


def list_open(context: Context) -> CaseList:
    cases = most_urgent_first(context.store.open_cases().values())
    denies = context.store.denies()
    denied = frozenset(deny.user.id for deny in denies if holds_everywhere(deny))
    return CaseList(
        cases=cases,
        last_scan=context.store.last_scan(),
        scanning=bool(context.store.running_scans()),
        links={case_id: context.chat.link(posted) for case_id, posted in context.store.places().items()},
        denied=denied,
        to_review=sum(stored.case.state is CaseState.CLOSED for stored in context.store.unreviewed()),
        denied_in_part=frozenset(deny.user.id for deny in denies) - denied,
    )
