"""The roles that a deny has to reach, and where it can be placed for them."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.access.sessions import LongSession, long_sessions
from bot.core.deny.plans import Names
from bot.core.errors import AwsError, AwsUnavailable
from bot.core.models import RoleAt, User
from bot.core.reasons import Code, Reason
from bot.services.context import Context
from bot.services.kinds.deny.coverage import permission_set_name
from bot.services.scan.person import ACCOUNT_AGE, PersonReader


def roles_of(context: Context, user_id: str, *, fresh: bool, patient: bool = False) -> frozenset[RoleAt]:
    """The roles the user can or could have sessions of: what cases remember, and with `fresh` what AWS lists now.

    What cannot be read now is covered by what the cases remember; `patient`: AwsUnavailable is raised for what passes.
    """
    return reach_of(context, user_id, patient=patient).roles if fresh else context.store.reached(user_id)


@dataclass(frozen=True, slots=True)
class Reach:
    """What the user can or could reach: the roles, and what of it may have sessions that live for days."""

    roles: frozenset[RoleAt]
    long_sessions: tuple[LongSession, ...]


def reach_of(context: Context, user_id: str, *, patient: bool = False) -> Reach:
    """The same, with what AWS lists now."""
    read = PersonReader(context.directory, context.access, max_account_age=ACCOUNT_AGE).read_one(User(user_id))
    passing = [problem for problem in read.missing if problem.passing]
    if patient and passing:
        raise AwsUnavailable(context.words(Reason(Code.UNREAD, missing=passing[:1])))
    roles = context.store.reached(user_id) | {grant.role for grant in read.usable if grant.role}
    return Reach(roles, long_sessions(read.grants, context.store.long_sessions(user_id)))


def inline_roles(context: Context, roles: Iterable[RoleAt]) -> list[RoleAt]:
    """Those of the roles whose permission sets have to deny, because no service control policy does it.

    Permission sets of the management account can be changed from there only
    (docs/facts.md#management-account-only).
    Raises AwsError.
    """
    rules = context.rules.deny
    if not rules.inline:
        return []
    management = context.access.management_account_id()
    from_there = context.access.caller_account_id() == management
    return [
        role
        for role in roles
        if role.permission_set_arn and (from_there if role.account_id == management else not rules.scp)
    ]


def names_of(context: Context, roles: Iterable[RoleAt]) -> Names:
    """How the accounts and permission sets of these roles are called; by id and ARN where that cannot be read."""
    roles = list(roles)
    try:
        accounts = context.access.accounts(max_age=ACCOUNT_AGE)
    except AwsError:
        accounts = {}
    return Names(
        {role.account_id: accounts[role.account_id].name for role in roles if role.account_id in accounts},
        {arn: permission_set_name(context, arn) for arn in {role.permission_set_arn for role in roles} - {""}},
    )


def deny_roles(context: Context, user: User, *, patient: bool = False) -> frozenset[RoleAt]:
    """The roles a deny has to reach, as far as they are planned for. Where a policy holds in seconds nobody waits for
    AWS's lists first: what the cases know will do, and the rest is added after the policy was written.
    """
    return roles_of(context, user.id, fresh=not context.rules.deny.scp, patient=patient)
