"""Put together what the messages show that live as long as what they are about: digests, loud denies, scans."""

from collections import Counter

from bot.core.access.severity import Severity
from bot.core.cases import CaseState
from bot.core.kinds import KINDS, Lane
from bot.core.lists.digests import Digest, First
from bot.core.lists.order import most_urgent_first
from bot.core.rules.brake import digest_of
from bot.core.views import LoudDeny
from bot.ports import Waiting
from bot.services.context import Context
from bot.services.denies import deny_view
from bot.services.messages.links import links_to

# How many cases a digest names.
DIGEST_NAMES = 5
# By what is stored with the digest.
_FIRST = {str(first): first for first in First}


def digest_view(context: Context, message: Waiting) -> Digest:
    """The cases that were found together, as they are now."""
    cases = context.store.digest_cases(message.ref)
    still = most_urgent_first(case for case in cases if case.is_open)
    counted = Counter(case.severity for case in still)
    named = still[:DIGEST_NAMES]
    return Digest(
        id=message.ref,
        found=len(cases),
        open_now=len(still),
        by_severity={level: counted[level] for level in Severity},
        worst=named,
        found_at=message.created_at,
        links=links_to(context, (case.user for case in named)),
        used=sum(case.used is not None for case in still),
        first=_FIRST.get(message.text),
        brake=bool(digest_of(message.ref)),
        buttons=context.rules.buttons,
    )


def loud_deny(context: Context, deny_id: str) -> LoudDeny:
    """The deny of somebody who was not disabled, as it is now. Raises NotFound."""
    stored = context.store.told_deny(deny_id)
    newest = context.store.newest_case(stored.user.id)
    has_alert = newest is not None and newest.case.state is CaseState.OPEN
    kinds = (kind for kind in KINDS.values() if kind.lane is Lane.DENY and kind.asked_for)
    under_way = context.store.unfinished_actions(*kinds)
    return LoudDeny(
        user=newest.case.user if newest and has_alert else stored.user,
        deny=deny_view(context, stored),
        lifted_at=stored.lifted_at,
        lifted_by=stored.lifted_by,
        under_way=next((action for action in under_way if action.user.id == stored.user.id), None),
        has_alert=has_alert,
        alert=context.chat.link(newest.posted) if newest and has_alert and newest.posted else "",
        buttons=context.rules.buttons,
    )
