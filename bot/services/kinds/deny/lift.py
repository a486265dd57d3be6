"""Lift: take a deny back wherever it was placed."""

from dataclasses import replace

from bot.core.actions import LEAVERBOT, Action, Result
from bot.core.deny.plans import plan_lift
from bot.core.deny.policy_document import denied_users
from bot.core.errors import AwsNotFound
from bot.core.models import RoleAt, User, UserStatus
from bot.core.plans.plan import Plan
from bot.core.reasons import Code, Reason
from bot.core.views import DialogState, DialogView
from bot.services.actions.planning import read_person, refused, user_now
from bot.services.context import CaseFacts, Context
from bot.services.denies import deny_view, ends_at
from bot.services.kinds.deny import enabled_again, rounds, user_names
from bot.services.kinds.deny.policies.roles import names_of

step = rounds.step


def offered(facts: CaseFacts) -> bool:
    return facts.deny is not None


def preview(context: Context, view: DialogView, user: User) -> DialogView:
    stored = context.store.deny(user.id)
    # The policy decides: a deny placed by hand, or by a leaverbot whose database is lost, can be lifted too.
    if stored is None and not _denied_in(context, user.id):
        return replace(view, message=context.words(_not_denied(context, user)))
    return replace(view, state=DialogState.READY, deny=deny_view(context, stored))


def _not_denied(context: Context, user: User) -> Reason:
    """Why there is nothing to lift; somebody else's deny may hold this user's name."""
    other = user_names.holds_name_of(context, user)
    if other is None:
        return Reason(Code.NOT_DENIED, user)
    return Reason(Code.NOT_DENIED_BUT_NAME, user, other=other.user)


def plan(context: Context, action: Action) -> Plan | Result:
    """The plan, or why there is none. Raises AwsError, DenyError."""
    if action.asker.user == LEAVERBOT and not _may_by_itself(context, action.user):
        return refused(context, Reason(Code.NOT_BY_ITSELF))
    user = user_now(context, action)
    if user is None:
        # Of a deleted user who is known to be denied, the names are known, too; somebody else may have this one now.
        gone = action.user
        user = replace(gone, user_name="" if context.store.deny(gone.id) else gone.user_name)
    return user if isinstance(user, Result) else _plan(context, user)


def _plan(context: Context, user: User) -> Plan | Result:
    known = context.store.deny(user.id)
    if known is None and not _denied_in(context, user.id):
        return refused(context, Reason(Code.NOTHING_TO_LIFT, user))
    places = known.inline if known else ()
    roles = [RoleAt(account, place.permission_set_arn) for place in places for account in place.account_ids]
    scp = bool(context.rules.deny.policy_ids) or bool(known and known.policy_id)
    return plan_lift(user, scp=scp, places=places, names=names_of(context, roles))


def _denied_in(context: Context, user_id: str) -> tuple[str, ...]:
    """The configured policies that deny this user, whoever put the id there. Raises AwsError, DenyError."""
    return tuple(name for name in context.rules.deny.policy_ids if user_id in denied_users(context.deny.text(name)))


def _may_by_itself(context: Context, user: User) -> bool:
    """Whether leaverbot lifts it without being asked. Raises AwsError."""
    return enabled_again.is_enabled_again(context, user.id) or _time_is_over(context, user)


def _time_is_over(context: Context, user: User) -> bool:
    """Whether the deny has come to its end, and the user has no way in. Raises AwsError."""
    deny = context.store.deny(user.id)
    ends = ends_at(context, deny) if deny else None
    if deny is None or ends is None or context.clock.now() < ends:
        return False
    try:
        _, read = read_person(context, context.directory.user(user.id))
    except AwsNotFound:
        return True
    works_here = deny.not_disabled and read.user.status is not UserStatus.DISABLED
    return not (read.missing or read.usable or works_here)
