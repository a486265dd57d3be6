"""What an action would do now: read the user again, check that it is still right, and plan."""

from bot.core.deny import denied_users, placeholder_of
from bot.core.errors import AwsError, AwsNotFound, AwsUnavailable
from bot.core.models import PersonRead, User
from bot.core.plans import (
    ActionKind,
    Place,
    Plan,
    plan_delete,
    plan_deny,
    plan_lift,
    plan_revoke,
    removal,
    removal_command,
)
from bot.core.policy import Refused, may_touch
from bot.core.views import ActionState
from bot.ports import Result, StoredAction
from bot.services.parts import Parts
from bot.services.reading import People

CONFLICT = (
    "{user} was changed by somebody else after the dialog was shown, so the user was not deleted. "
    "Press Delete user again to see the user as it is now."
)


def plan_action(parts: Parts, action: StoredAction) -> Plan | Result:
    """The plan, or why there is none. Raises AwsError and DenyError; AwsUnavailable when a later try may work."""
    kind, shown = action.view.kind, action.view.user
    try:
        user = parts.directory.user(shown.id)
    except AwsNotFound:
        # A deleted user holds nothing, but open sessions live on: a deny may still be placed and lifted.
        if kind in {ActionKind.REVOKE, ActionKind.DELETE}:
            return refused(f"{shown.label} is no longer in the directory, so there was nothing to change.")
        user = shown
    else:
        decision = may_touch(parts.rules, kind, user)
        if isinstance(decision, Refused):
            return refused(decision.reason)
    if kind is ActionKind.DENY:
        return _plan_deny(parts, user)
    if kind is ActionKind.LIFT:
        return _plan_lift(parts, user)
    people, read = read_person(parts, user)
    if read.missing:
        problem = read.missing[0]
        why = f"{problem.what} ({problem.why})"
        if any(problem.passing for problem in read.missing):
            raise AwsUnavailable(f"{user.label} could not be read completely: {why}")
        return refused(f"{user.label} could not be read completely, so nothing was changed: {why}")
    return _plan_revoke(action, people, read) if kind is ActionKind.REVOKE else _plan_delete(action, read)


def read_person(parts: Parts, user: User) -> tuple[People, PersonRead]:
    """The user's grants, read now; the accounts' states too, because a grant in a dead account does not count."""
    people = People(parts.directory, parts.access)
    return people, people.read_one(user)


def revoke_of(people: People, read: PersonRead, last_of: frozenset[tuple[str, str]] = frozenset()) -> Plan:
    """The revoke that can be carried out from the account the bot runs in."""
    return plan_revoke(
        read,
        last_of,
        management_account_id=people.management_account_id,
        caller_account_id=people.caller_account_id,
    )


def nothing_to_revoke(user: User, plan: Plan) -> str:
    """Why a plan has no operation."""
    if not plan.elsewhere:
        return f"{user.label} has no way in that could be taken away, so there is nothing to revoke."
    return (
        f"What {user.label} has left is in the management account. leaverbot runs in another account, and AWS lets "
        "only the management account change that. Revoke access shows the commands to run there."
    )


def elsewhere_commands(parts: Parts, user: User, plan: Plan) -> tuple[str, ...]:
    """The commands that take away, in the management account, what the plan has to leave. Raises AwsError."""
    if not plan.elsewhere:
        return ()
    found = place(parts)
    commands = (removal_command(removal(user, grant), found) for grant in plan.elsewhere)
    return tuple(command for command in commands if command)


def place(parts: Parts) -> Place:
    """What commands name: the instance and what belongs to it. Raises AwsError."""
    instance = parts.access.instance()
    try:
        account_access = parts.access.account_access_arn()
    except AwsError:
        account_access = ""
    return Place(instance.arn, instance.identity_store_id, instance.region, account_access)


def refused(reason: str) -> Result:
    return Result(ActionState.REFUSED, reason, tell=reason)


def _plan_deny(parts: Parts, user: User) -> Plan | Result:
    policy = parts.deny.read()
    if not policy.targets:
        return refused(
            f"{policy.id} is attached to nothing, so a deny in it would deny nobody. Attach it to the root or to "
            "organizational units, then press Emergency deny again."
        )
    known = parts.store.deny(user.id)
    if known and known.policy_id != policy.id:
        return refused(
            f"{user.label} is denied in {known.policy_id} already, which LEAVERBOT_DENY_SCP_ID no longer names. "
            "Press Lift deny first, then Emergency deny."
        )
    return plan_deny(user, placeholder_of(policy.text))


def _plan_lift(parts: Parts, user: User) -> Plan | Result:
    known = parts.store.deny(user.id)
    if known is None and user.id not in denied_users(parts.deny.read().text):
        return refused(f"No emergency deny is in force for {user.label}, so there was nothing to lift.")
    return plan_lift(user)


def _plan_revoke(action: StoredAction, people: People, read: PersonRead) -> Plan | Result:
    plan = revoke_of(people, read)
    if not plan.operations:
        return refused(nothing_to_revoke(read.user, plan))
    if action.digest and plan.digest != action.digest:
        return refused(
            f"What {read.user.label} can reach has changed since the plan was shown, so nothing was changed. "
            "Press Revoke access again for a fresh plan."
        )
    return plan


def _plan_delete(action: StoredAction, read: PersonRead) -> Plan | Result:
    if read.usable:
        return refused(
            f"{read.user.label} still has {len(read.usable)} grant{'s' if len(read.usable) > 1 else ''}, so the user "
            "was not deleted. Revoke access first: an assignment left behind can not be cleaned up properly."
        )
    if action.revision != read.user.revision:
        return refused(CONFLICT.format(user=read.user.label))
    return plan_delete(read.user)
