"""The plans of denying and lifting: where a deny is placed, and in which order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.deny.placed import InlinePlace
from bot.core.deny.user_names import NameChanges
from bot.core.kinds import DENY, LIFT, RENAME
from bot.core.models import RoleAt, User
from bot.core.plans.operations import Operation, OperationKind
from bot.core.plans.plan import Plan


@dataclass(frozen=True, slots=True)
class Names:
    """The names of accounts and permission sets, by id and ARN; only for people to read."""

    accounts: Mapping[str, str]
    permission_sets: Mapping[str, str]


def plan_deny(user: User, *, scp: bool, roles: Iterable[RoleAt], names: Names) -> Plan:
    """Deny the user in a service control policy, and in the permission sets of `roles`, which it does not reach; also
    by the name given in `user`, if any.

    The policy comes first: it holds within seconds. A permission set has to be provisioned in each account first.
    """
    first = [_in_policy(OperationKind.ADD_TO_DENY, user)] if scp else []
    inline = _in_sets(OperationKind.DENY_IN_SET, user, roles, names)
    return Plan(DENY, user.id, (*first, *inline))


def plan_lift(user: User, *, scp: bool, places: Iterable[InlinePlace], names: Names) -> Plan:
    """Take the deny back wherever it was placed, including the name given in `user`, if any."""
    first = [_in_policy(OperationKind.REMOVE_FROM_DENY, user)] if scp else []
    roles = [
        RoleAt(account_id, place.permission_set_arn) for place in places for account_id in (place.account_ids or ("",))
    ]
    return Plan(LIFT, user.id, (*first, *_in_sets(OperationKind.LIFT_IN_SET, user, roles, names)))


def plan_rename(
    user: User, policies: Mapping[str, NameChanges], places: Mapping[InlinePlace, NameChanges], names: Names
) -> Plan:
    """Correct the names in these policies (by id) and permission sets; permission sets are then provisioned."""
    operations = [
        operation for policy_id, found in policies.items() for operation in _names(user, found, policy_id=policy_id)
    ]
    for place, found in places.items():
        arn = place.permission_set_arn
        shown = {"permission_set": names.permission_sets.get(arn, arn)}
        operations += _names(user, found, arn=arn, shown=shown)
        operations += _provisions(arn, place.account_ids if found else (), shown, names)
    return Plan(RENAME, user.id, tuple(operations))


def _names(
    user: User, found: NameChanges, *, policy_id: str = "", arn: str = "", shown: Mapping[str, str] | None = None
) -> list[Operation]:
    """Whatever frees somebody comes first."""
    who = {"user_id": user.id, "policy_id": policy_id, "permission_set_arn": arn}
    out = [
        Operation(
            OperationKind.RELEASE_NAME,
            {**who, "user_name": name},
            {**(shown or {}), "user_name": name, "holder": holder.label, "holder_id": holder.id},
        )
        for name, holder in found.out.items()
    ]
    into = [
        Operation(OperationKind.DENY_NAME, {**who, "user_name": name}, {**(shown or {}), "user_name": name})
        for name in found.into
    ]
    return [*out, *into]


def _in_policy(kind: OperationKind, user: User) -> Operation:
    return Operation(kind, {"user_id": user.id, "user_name": user.user_name}, {"user": user.label})


def _provisions(arn: str, account_ids: Iterable[str], shown: Mapping[str, str], names: Names) -> list[Operation]:
    return [
        Operation(
            OperationKind.PROVISION,
            {"permission_set_arn": arn, "account_id": account_id},
            {**shown, "account": names.accounts.get(account_id, account_id)},
        )
        for account_id in sorted(account_ids)
    ]


def _in_sets(kind: OperationKind, user: User, roles: Iterable[RoleAt], names: Names) -> list[Operation]:
    accounts: dict[str, set[str]] = {}
    for role in roles:
        if role.permission_set_arn:
            accounts.setdefault(role.permission_set_arn, set()).add(role.account_id)
    operations = []
    for arn in sorted(accounts):
        shown = {"permission_set": names.permission_sets.get(arn, arn)}
        args = {"permission_set_arn": arn, "user_id": user.id, "user_name": user.user_name}
        operations.append(Operation(kind, args, shown))
        operations += _provisions(arn, accounts[arn] - {""}, shown, names)
    return operations
