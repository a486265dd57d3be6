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
from bot.services.context import CaseFacts, Parts
from bot.services.denies import deny_view, ends_at
from bot.services.kinds.deny import rounds, user_names
from bot.services.kinds.deny.roles import names_of

step = rounds.step


def offered(facts: CaseFacts) -> bool:
    return facts.deny is not None


def preview(parts: Parts, view: DialogView, user: User) -> DialogView:
    stored = parts.store.deny(user.id)
    # The policy decides: a deny placed by hand, or by a leaverbot whose database is lost, can be lifted too.
    if stored is None and not _denied_in(parts, user.id):
        return replace(view, message=_not_denied(parts, user))
    return replace(view, state=DialogState.READY, deny=deny_view(parts, stored))


def _not_denied(parts: Parts, user: User) -> str:
    """Why there is nothing to lift; somebody else's deny may hold this user's name."""
    text = f"No emergency deny is in force for {user.label}."
    other = user_names.holds_name_of(parts, user)
    if other is None:
        return text
    return (
        f"{text} But the deny of {other.user.label} ({other.user.id}) holds the user name {user.user_name}, so AWS may "
        f"refuse what {user.label} does. Every scan takes such a name out: /leavers scan starts one. To lift that "
        f"deny: /leavers lift {other.user.id}"
    )


def plan(parts: Parts, action: Action) -> Plan | Result:
    """The plan, or why there is none. Raises AwsError, DenyError."""
    if action.asker.user == LEAVERBOT and not _time_is_over(parts, action.user):
        return refused("It was not started: leaverbot by itself only lifts a deny whose time is over.")
    user = user_now(parts, action)
    if user is None:
        # Of a deleted user who is known to be denied, the names are known, too; somebody else may have this one now.
        gone = action.user
        user = replace(gone, user_name="" if parts.store.deny(gone.id) else gone.user_name)
    return user if isinstance(user, Result) else _plan(parts, user)


def _plan(parts: Parts, user: User) -> Plan | Result:
    known = parts.store.deny(user.id)
    if known is None and not _denied_in(parts, user.id):
        return refused(f"No emergency deny is in force for {user.label}, so there was nothing to lift.")
    places = known.inline if known else ()
    roles = [RoleAt(account, place.permission_set_arn) for place in places for account in place.account_ids]
    scp = bool(parts.rules.deny.policy_ids) or bool(known and known.policy_id)
    return plan_lift(user, scp=scp, places=places, names=names_of(parts, roles))


def _denied_in(parts: Parts, user_id: str) -> tuple[str, ...]:
    """The configured policies that deny this user, whoever put the id there. Raises AwsError, DenyError."""
    return tuple(name for name in parts.rules.deny.policy_ids if user_id in denied_users(parts.deny.text(name)))


def _time_is_over(parts: Parts, user: User) -> bool:
    """Whether the deny has come to its end, and the user has no way in. Raises AwsError."""
    deny = parts.store.deny(user.id)
    ends = ends_at(parts, deny) if deny else None
    if ends is None or parts.clock.now() < ends:
        return False
    try:
        _, read = read_person(parts, parts.directory.user(user.id))
    except AwsNotFound:
        return True
    return not read.missing and not read.usable
