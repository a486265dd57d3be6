"""What an action would do now: read the user again, check that it is still right, and plan."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.actions import DELETE, DENY, LIFT, PRUNE, RENAME, REVOKE, ActionState, Kind
from bot.core.authorization import Refused, may_touch
from bot.core.aws_commands import InstanceArgs, removal_command
from bot.core.deny.plans import Names, plan_deny, plan_lift, plan_rename
from bot.core.deny.policy_document import denied_users
from bot.core.errors import AwsError, AwsNotFound, AwsUnavailable
from bot.core.models import PersonRead, Problem, RoleAt, User, alike
from bot.core.plans import Plan, plan_delete, plan_revoke, removal
from bot.ports import Result, StoredAction
from bot.services.context import Parts
from bot.services.kinds.deny import names
from bot.services.kinds.deny.coverage import ACCOUNT_AGE, permission_set_name, roles_of
from bot.services.kinds.prune import plan_of
from bot.services.scan.people import People

CONFLICT = (
    "{user} was changed by somebody else after the dialog was shown, so the user was not deleted. "
    "Press Delete user again to see the user as it is now."
)


def plan_action(parts: Parts, action: StoredAction) -> Plan | Result:
    """The plan, or why there is none. Raises AwsError and DenyError; AwsUnavailable when a later try may work."""
    kind, shown = action.view.kind, action.view.user
    if kind is PRUNE:
        return plan_of(parts, shown.id)
    if kind is RENAME:
        return _plan_rename(parts, shown)
    try:
        user = parts.directory.user(shown.id)
    except AwsNotFound:
        # A deleted user holds nothing, but open sessions live on: a deny may still be placed and lifted.
        if kind in {REVOKE, DELETE}:
            return refused(f"{shown.label} is no longer in the directory, so there was nothing to change.")
        user = replace(shown, user_name=_name_of_gone(parts, kind, shown))
    else:
        decision = may_touch(
            parts.rules, kind, user, not_disabled=action.view.not_disabled, own_name=parts.access.caller_user_name()
        )
        if isinstance(decision, Refused):
            return refused(decision.reason)
    if kind is DENY:
        return _plan_deny(parts, user)
    if kind is LIFT:
        return _plan_lift(parts, user)
    people, read = read_person(parts, user)
    why = problems(read.missing)
    if any(problem.passing for problem in read.missing):
        raise AwsUnavailable(f"{user.label} could not be read completely: {why}")
    if read.missing and kind is DELETE:
        return refused(f"{user.label} could not be read completely, so the user was not deleted: {why}")
    return _plan_revoke(action, people, read) if kind is REVOKE else _plan_delete(action, read)


def _name_of_gone(parts: Parts, kind: Kind, gone: User) -> str:
    """The name by which a deleted user can be denied, or lifted, without doing it to whoever has the name now."""
    if kind is LIFT:
        return "" if parts.store.deny(gone.id) else gone.user_name
    return names.free_name(parts, gone)


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


def problems(found: Sequence[Problem]) -> str:
    """What could not be read and why; equal reasons once, with how many there are besides."""
    return " ".join(f"{problem.what}: {problem.why}" for problem in alike(found))


def nothing_to_revoke(user: User, plan: Plan, missing: Sequence[Problem] = ()) -> str:
    """Why a plan has no operation."""
    unread = f" Not everything could be read: {problems(missing)}" if missing else ""
    known = f"What could be read of {user.label}" if missing else f"What {user.label} has left"
    if plan.needs_management_account:
        return (
            f"{known} is in the management account. leaverbot runs in another account, and AWS lets only the "
            f"management account change that. Revoke access shows the commands to run there.{unread}"
        )
    if missing:
        return f"{known} holds no way in that could be taken away.{unread}"
    return f"{user.label} has no way in that could be taken away, so there is nothing to revoke."


def management_commands(parts: Parts, user: User, plan: Plan) -> tuple[str, ...]:
    """The commands that take away, in the management account, what the plan has to leave. Raises AwsError."""
    if not plan.needs_management_account:
        return ()
    found = place(parts)
    commands = (removal_command(removal(user, grant), found) for grant in plan.needs_management_account)
    return tuple(command for command in commands if command)


def place(parts: Parts) -> InstanceArgs:
    """What commands name: the instance and what belongs to it. Raises AwsError."""
    instance = parts.access.instance()
    try:
        account_access = parts.access.account_access_arn()
    except AwsError:
        account_access = ""
    return InstanceArgs(instance.arn, instance.identity_store_id, instance.region, account_access)


def refused(reason: str) -> Result:
    return Result(ActionState.REFUSED, reason, tell=reason)


def inline_roles(parts: Parts, roles: Iterable[RoleAt]) -> list[RoleAt]:
    """Those of the roles whose permission sets have to deny, because no service control policy does it.

    Permission sets of the management account can be changed from there only
    (docs/facts.md#management-account-only).
    Raises AwsError.
    """
    rules = parts.rules.deny
    if not rules.inline:
        return []
    management = parts.access.management_account_id()
    from_there = parts.access.caller_account_id() == management
    return [
        role
        for role in roles
        if role.permission_set_arn and (from_there if role.account_id == management else not rules.scp)
    ]


def names_of(parts: Parts, roles: Iterable[RoleAt]) -> Names:
    """How the accounts and permission sets of these roles are called; by id and ARN where that cannot be read."""
    roles = list(roles)
    try:
        accounts = parts.access.accounts(max_age=ACCOUNT_AGE)
    except AwsError:
        accounts = {}
    return Names(
        {role.account_id: accounts[role.account_id].name for role in roles if role.account_id in accounts},
        {arn: permission_set_name(parts, arn) for arn in {role.permission_set_arn for role in roles} - {""}},
    )


def nowhere_to_deny(user: User) -> str:
    """Why somebody without an account assignment cannot be denied where no policy is set up."""
    return (
        f"There is no permission set in which {user.label} could be denied: no account assignment that leaverbot may "
        "change is known. A service control policy denies everywhere: leaverbot deny setup makes one."
    )


def deny_roles(parts: Parts, user: User, *, patient: bool = False) -> frozenset[RoleAt]:
    """The roles a deny has to reach, as far as they are planned for. Where a policy holds in seconds nobody waits for
    AWS's lists first: what the cases know will do, and the rest is added after the policy was written.
    """
    return roles_of(parts, user.id, fresh=not parts.rules.deny.scp, patient=patient)


def _plan_deny(parts: Parts, user: User) -> Plan | Result:
    scp = parts.rules.deny.scp
    known = parts.store.deny(user.id)
    if known and known.policy_id and known.policy_id not in parts.rules.deny.policy_ids:
        return refused(
            f"{user.label} is denied in {known.policy_id} already, which LEAVERBOT_DENY_SCP_ID no longer names. "
            "Press Lift deny first, then Emergency deny."
        )
    roles = inline_roles(parts, deny_roles(parts, user))
    if not scp and not roles:
        # Nothing is known only when all could be read.
        deny_roles(parts, user, patient=True)
        return refused(nowhere_to_deny(user))
    return plan_deny(names.as_denied(parts, user), scp=scp, roles=roles, names=names_of(parts, roles))


def _plan_lift(parts: Parts, user: User) -> Plan | Result:
    known = parts.store.deny(user.id)
    policy_ids = parts.rules.deny.policy_ids
    if known is None and not denied_in(parts, user.id):
        return refused(f"No emergency deny is in force for {user.label}, so there was nothing to lift.")
    places = known.inline if known else ()
    roles = [RoleAt(account, place.permission_set_arn) for place in places for account in place.account_ids]
    scp = bool(policy_ids) or bool(known and known.policy_id)
    return plan_lift(user, scp=scp, places=places, names=names_of(parts, roles))


def _plan_rename(parts: Parts, user: User) -> Plan | Result:
    known = parts.store.deny(user.id)
    if known is None:
        return refused(f"No emergency deny is in force for {user.label}, so there was nothing to change.")
    policies, places = names.changes_now(parts, known)
    roles = [RoleAt(account, place.permission_set_arn) for place in places for account in place.account_ids]
    plan = plan_rename(user, policies, places, names_of(parts, roles))
    return plan if plan.operations else refused(f"The names in the emergency deny of {user.label} are right.")


def denied_in(parts: Parts, user_id: str) -> tuple[str, ...]:
    """The configured policies that deny this user, whoever put the id there. Raises AwsError, DenyError."""
    return tuple(name for name in parts.rules.deny.policy_ids if user_id in denied_users(parts.deny.text(name)))


def _plan_revoke(action: StoredAction, people: People, read: PersonRead) -> Plan | Result:
    plan = revoke_of(people, read)
    if not plan.operations:
        return refused(nothing_to_revoke(read.user, plan, read.missing))
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
            "was not deleted. Revoke access first: an assignment left behind cannot be cleaned up properly."
        )
    if action.revision != read.user.revision:
        return refused(CONFLICT.format(user=read.user.label))
    return plan_delete(read.user)
