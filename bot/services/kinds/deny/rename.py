"""Rename: change the names in a deny; only leaverbot asks for it."""

import contextlib
import hashlib

from bot.core.actions import LEAVERBOT, Action, Asker, Result
from bot.core.deny.placed import PlacedDeny
from bot.core.deny.plans import plan_rename
from bot.core.errors import AlreadyUnderWay
from bot.core.kinds import RENAME
from bot.core.models import RoleAt, User
from bot.core.plans.plan import Plan
from bot.core.reasons import Code, Reason
from bot.core.views import DialogView
from bot.services.actions.ask import begin
from bot.services.actions.planning import refused
from bot.services.context import CaseFacts, Context
from bot.services.kinds.deny import rounds, user_names
from bot.services.kinds.deny.policies.roles import names_of

step = rounds.step


def offered(_facts: CaseFacts) -> bool:
    return False


def preview(_context: Context, view: DialogView, _user: User) -> DialogView:
    return view


def plan(context: Context, action: Action) -> Plan | Result:
    """The plan, or why there is none. Raises AwsError, DenyError."""
    user = action.user
    known = context.store.deny(user.id)
    if known is None:
        return refused(context, Reason(Code.NOTHING_TO_RENAME, user))
    policies, places = user_names.changes_now(context, known)
    roles = [RoleAt(account, place.permission_set_arn) for place in places for account in place.account_ids]
    found = plan_rename(user, policies, places, names_of(context, roles))
    return found if found.operations else refused(context, Reason(Code.NAMES_RIGHT, user))


def ask(context: Context, known: PlacedDeny, found: user_names.Changes) -> None:
    """Have the names changed, in the line of denies. Letting somebody out is tried after every scan, putting a name in
    once a day.
    """
    policies, places = found
    every = [*policies.values(), *places.values()]
    if not any(every):
        return
    now = context.clock.now()
    often = "%Y-%m-%dT%H:%M:%S" if any(one.out for one in every) else "%Y-%m-%d"
    what = hashlib.sha256(repr(sorted((sorted(one.out), sorted(one.into)) for one in every)).encode()).hexdigest()[:16]
    action = Action(
        id=context.new_id(),
        key=f"names:{known.id}:{what}:{now.strftime(often)}",
        kind=RENAME,
        user=known.user,
        # Told in the channel, not in a thread: it is about somebody else, too.
        case_id=None,
        asker=Asker(LEAVERBOT, ""),
        asked_at=now,
        dry_run=context.rules.dry_run,
    )
    with contextlib.suppress(AlreadyUnderWay):
        begin(context, action)
