"""Lift: take a deny back wherever it was placed."""

from dataclasses import replace

from bot.core.actions import LEAVERBOT, Action, Result
from bot.core.deny.plans import plan_lift
from bot.core.deny.policy_document import denied_users
from bot.core.errors import AwsNotFound
from bot.core.models import RoleAt, User
from bot.core.plans import Plan
from bot.core.views import DialogState, DialogView
from bot.services.actions.planning import read_person, refused, user_now
from bot.services.context import CaseFacts, Context
from bot.services.denies import deny_view, ends_at
from bot.services.kinds.deny import rounds, user_names
from bot.services.kinds.deny.roles import names_of

step = rounds.step


def offered(facts: CaseFacts) -> bool:
    return facts.deny is not None


def preview(context: Context, view: DialogView, user: User) -> DialogView:
    stored = context.store.deny(user.id)
    # The policy decides: a deny placed by hand, or by a leaverbot whose database is lost, can be lifted too.
    if stored is None and not _denied_in(context, user.id):
        return replace(view, message=_not_denied(context, user))
    return replace(view, state=DialogState.READY, deny=deny_view(context, stored))


def _not_denied(context: Context, user: User) -> str:
    """Why there is nothing to lift; somebody else's deny may hold this user's name."""
    text = f"No emergency deny is in force for {user.label}."
    other = user_names.holds_name_of(context, user)
    if other is None:
        return text
    return (
        f"{text} But the deny of {other.user.label} ({other.user.id}) holds the user name {user.user_name}, so AWS may "
        f"refuse what {user.label} does. Every scan takes such a name out: /leavers scan starts one. To lift that "
        f"deny: /leavers lift {other.user.id}"
    )


def plan(context: Context, action: Action) -> Plan | Result:
    """The plan, or why there is none. Raises AwsError, DenyError."""
    if action.asker.user == LEAVERBOT and not _time_is_over(context, action.user):
        return refused("It was not started: leaverbot by itself only lifts a deny whose time is over.")
    user = user_now(context, action)
    if user is None:
        # Of a deleted user who is known to be denied, the names are known, too; somebody else may have this one now.
        gone = action.user
        user = replace(gone, user_name="" if context.store.deny(gone.id) else gone.user_name)
    return user if isinstance(user, Result) else _plan(context, user)


def _plan(context: Context, user: User) -> Plan | Result:
    known = context.store.deny(user.id)
    if known is None and not _denied_in(context, user.id):
        return refused(f"No emergency deny is in force for {user.label}, so there was nothing to lift.")
    places = known.inline if known else ()
    roles = [RoleAt(account, place.permission_set_arn) for place in places for account in place.account_ids]
    scp = bool(context.rules.deny.policy_ids) or bool(known and known.policy_id)
    return plan_lift(user, scp=scp, places=places, names=names_of(context, roles))


def _denied_in(context: Context, user_id: str) -> tuple[str, ...]:
    """The configured policies that deny this user, whoever put the id there. Raises AwsError, DenyError."""
    return tuple(name for name in context.rules.deny.policy_ids if user_id in denied_users(context.deny.text(name)))


def _time_is_over(context: Context, user: User) -> bool:
    """Whether the deny has come to its end, and the user has no way in. Raises AwsError."""
    deny = context.store.deny(user.id)
    ends = ends_at(context, deny) if deny else None
    if ends is None or context.clock.now() < ends:
        return False
    try:
        _, read = read_person(context, context.directory.user(user.id))
    except AwsNotFound:
        return True
    return not read.missing and not read.usable
