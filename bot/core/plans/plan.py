"""The plan of an action: the list of AWS changes it would make, computed from a fresh read, with a digest.

A plan only ever touches the one user it is for: a group's assignment is never deleted to stop one member; the member
leaves the group instead.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.access.person_read import PersonRead
from bot.core.actions import ActionState
from bot.core.kinds import DELETE, PRUNE, REVOKE, Kind
from bot.core.models import Grant, GrantKind, Group, Path, PermissionSet, User, only_from_management
from bot.core.plans.operations import Operation, OperationKind, OperationState, Outcome

# The detail of an operation that AWS says it carried out, though a fresh read still shows the grant; and of one that
# AWS did not carry out, though the grant is gone.
STILL_SHOWN = "AWS says it is done, but still shows it."
GONE_ANYWAY = "It is gone all the same."


_KINDS = {
    OperationKind.DELETE_ASSIGNMENT: GrantKind.ACCOUNT,
    OperationKind.DELETE_APPLICATION_ASSIGNMENT: GrantKind.APPLICATION,
    OperationKind.DELETE_ENTITLEMENT: GrantKind.ENTITLEMENT,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What an action would do, and what it leaves alone.

    `kept_groups` grant nothing, so the user stays in them; `dead_grants` are in suspended or closed accounts, where AWS
    refuses changes; `needs_management_account`: only the management account can remove them, and leaverbot runs in
    another account.
    """

    kind: Kind
    user_id: str
    operations: tuple[Operation, ...] = ()
    kept_groups: tuple[Group, ...] = ()
    dead_grants: tuple[Grant, ...] = ()
    needs_management_account: tuple[Grant, ...] = ()

    @property
    def digest(self) -> str:
        """The same for the same changes to AWS, in whatever order they were read.

        The JSON must not change: open dialogs and stored actions hold digests of it.
        """
        parts = sorted(json.dumps([op.kind, dict(op.args)], sort_keys=True) for op in self.operations)
        return hashlib.sha256(json.dumps([self.kind.name, self.user_id, parts]).encode()).hexdigest()[:32]


def read_back(outcome: Outcome, read: PersonRead) -> Outcome:
    """An operation of a revoke after a fresh read of the user; unchanged where the read says nothing about it."""
    if not outcome.state.final or outcome.state is OperationState.DONE:
        return outcome
    if _still_there(outcome.operation, read):
        answered = outcome.state is OperationState.ANSWERED
        return replace(outcome, state=OperationState.UNKNOWN, detail=STILL_SHOWN) if answered else outcome
    if read.hides(*_removes(outcome.operation)):
        return outcome
    if outcome.state.may_have_changed:
        return replace(outcome, state=OperationState.DONE, detail="")
    # Somebody else removed it, then.
    told = outcome.detail.endswith(GONE_ANYWAY)
    return outcome if told else replace(outcome, detail=f"{outcome.detail} {GONE_ANYWAY}".strip())


def settled(read: PersonRead) -> ActionState:
    """How a revoke that could not be read back ended, going by a later scan of its user."""
    return ActionState.DONE if read.complete and not read.usable else ActionState.INCOMPLETE


def _still_there(operation: Operation, read: PersonRead) -> bool:
    if operation.kind is OperationKind.LEAVE_GROUP:
        return operation.args["group_id"] in {member.group.id for member in read.memberships}
    held = [removal(read.user, grant) for grant in read.grants if grant.path is Path.DIRECT]
    return any((one.kind, one.args) == (operation.kind, operation.args) for one in held)


def _removes(operation: Operation) -> tuple[GrantKind | None, Path]:
    """The kind of grant that an operation takes away (None: every kind), and the path it came by."""
    if operation.kind is OperationKind.LEAVE_GROUP:
        return None, Path.GROUP
    return _KINDS[operation.kind], Path.DIRECT


def plan_revoke(
    read: PersonRead,
    last_of: frozenset[tuple[str, str]] = frozenset(),
    *,
    management_account_id: str | None = None,
    caller_account_id: str | None = None,
) -> Plan:
    """Remove every direct grant that can be changed from here, and leave every group that grants something.

    `last_of` holds the (account id, permission set ARN) pairs whose only assignment is this user's: once it is removed,
    AWS deletes the role there, and a later assignment gets a new role name (docs/facts.md#last-assignment).
    """
    needs_management_account = only_from_management(read.usable, management_account_id, caller_account_id)
    operations = [
        removal(read.user, grant, last_of)
        for grant in read.usable
        if grant.path is Path.DIRECT and grant not in needs_management_account
    ]
    granting = {grant.group_id for grant in read.grants if grant.path is Path.GROUP}
    operations += [
        Operation(
            OperationKind.LEAVE_GROUP,
            {"membership_id": member.id, "group_id": member.group.id, "user_id": read.user.id},
            {
                "group": member.group.label,
                "scim": member.group.scim,
                "session_seconds": _longest(grant for grant in read.grants if grant.group_id == member.group.id),
            },
        )
        for member in read.memberships
        if member.group.id in granting
    ]
    operations.sort(key=lambda op: (op.kind, sorted(op.args.items())))
    return Plan(
        REVOKE,
        read.user.id,
        tuple(operations),
        tuple(member.group for member in read.memberships if member.group.id not in granting),
        tuple(grant for grant in read.grants if not grant.usable and grant.path is Path.DIRECT),
        needs_management_account,
    )


def removal(user: User, grant: Grant, last_of: frozenset[tuple[str, str]] = frozenset()) -> Operation:
    """The operation that takes this direct grant from the user."""
    if grant.kind is GrantKind.APPLICATION:
        arn = grant.application_arn or ""
        return Operation(
            OperationKind.DELETE_APPLICATION_ASSIGNMENT,
            {"application_arn": arn, "user_id": user.id},
            {"application": grant.application_name or arn, "session_seconds": grant.session_seconds},
        )
    account = grant.account_name or grant.account_id
    if grant.kind is GrantKind.ENTITLEMENT:
        return Operation(
            OperationKind.DELETE_ENTITLEMENT,
            {"entitlement_id": grant.entitlement_id or "", "role_arn": grant.role_arn or "", "user_id": user.id},
            {"account": account, "account_id": grant.account_id, "session_seconds": grant.session_seconds},
        )
    return Operation(
        OperationKind.DELETE_ASSIGNMENT,
        {
            "account_id": grant.account_id or "",
            "permission_set_arn": grant.permission_set_arn or "",
            "user_id": user.id,
        },
        {
            "account": account,
            "permission_set": grant.permission_set_name or grant.permission_set_arn,
            "removes_role": (grant.account_id, grant.permission_set_arn) in last_of,
            "session_seconds": grant.session_seconds,
        },
    )


def _longest(grants: Iterable[Grant]) -> int | None:
    """The longest session any of them allows, in seconds; None when one is not known."""
    lengths = [grant.session_seconds for grant in grants if grant.usable]
    return max((length for length in lengths if length is not None), default=None) if None not in lengths else None


def plan_delete(user: User) -> Plan:
    """Delete the user exactly as shown: the revision is part of the plan."""
    args = {"user_id": user.id, "revision": user.revision}
    operation = Operation(OperationKind.DELETE_USER, args, {"user": user.label})
    return Plan(DELETE, user.id, (operation,))


def subject_of(permission_set: PermissionSet) -> User:
    """The permission set of a prune, in the form of the user that every other action has: its ARN as id, its name as
    display name.
    """
    return User(permission_set.arn, display_name=permission_set.name)


def plan_prune(permission_set: PermissionSet) -> Plan:
    """Delete a permission set."""
    args = {"permission_set_arn": permission_set.arn}
    shown = {"permission_set": permission_set.name or permission_set.arn}
    operation = Operation(OperationKind.DELETE_PERMISSION_SET, args, shown)
    return Plan(PRUNE, permission_set.arn, (operation,))
