"""The plan of an action: the list of AWS changes it would make, computed from a fresh read, with a digest.

A plan only ever holds operations on the one user it is for: a group's assignment is never deleted to stop one
member; the member leaves the group.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.actions import DELETE, PRUNE, REVOKE, ActionState, Kind
from bot.core.models import Grant, GrantKind, Group, Path, PermissionSet, PersonRead, User, only_from_management

# What is said of an operation that AWS says it carried out, and whose grant a fresh read still shows; and of one that
# AWS did not carry out, and whose grant is gone.
STILL_SHOWN = "AWS says that it is done, and still shows it."
GONE_ANYWAY = "It is gone all the same."


class OperationKind(StrEnum):
    DELETE_ASSIGNMENT = "delete_assignment"
    DELETE_APPLICATION_ASSIGNMENT = "delete_application_assignment"
    DELETE_ENTITLEMENT = "delete_entitlement"
    LEAVE_GROUP = "leave_group"
    ADD_TO_DENY = "add_to_deny"
    REMOVE_FROM_DENY = "remove_from_deny"
    DENY_IN_SET = "deny_in_permission_set"
    LIFT_IN_SET = "lift_in_permission_set"
    RELEASE_NAME = "release_name"
    DENY_NAME = "deny_name"
    PROVISION = "provision"
    DELETE_USER = "delete_user"
    DELETE_PERMISSION_SET = "delete_permission_set"


class OperationState(StrEnum):
    """How far one operation is, and what became of it. `OPERATION_MOVES` holds which move may follow which.

    Only what was read is called done. What was asked for, refused, left undone, or cannot be known are other things.
    """

    WAITING = "waiting"  # planned, nothing was sent yet
    ASKED = "asked"  # the request is about to be sent, or was; its answer may be lost
    RUNNING = "running"  # AWS works on it under a request id
    ANSWERED = "answered"  # AWS says that it did it; not read back yet
    DONE = "done"  # read from AWS: it is as it should be
    REFUSED = "refused"  # AWS said no, with what it said, or a look right after showed that it did not take
    UNKNOWN = "unknown"  # asked for, and what AWS did could not be read; it may still do it
    NOT_BEGUN = "not_begun"  # given up before anything was sent, with the reason

    @property
    def final(self) -> bool:
        """Whether nothing more is asked for; a read back may still tell more."""
        return self not in {OperationState.WAITING, OperationState.ASKED, OperationState.RUNNING}

    @property
    def may_have_changed(self) -> bool:
        """Whether AWS did it, or may have."""
        return self not in {OperationState.WAITING, OperationState.REFUSED, OperationState.NOT_BEGUN}


_UNDER_WAY = frozenset({OperationState.ASKED, OperationState.RUNNING})
_CAME_TO = frozenset(
    {OperationState.ANSWERED, OperationState.DONE, OperationState.REFUSED, OperationState.UNKNOWN},
)
OPERATION_MOVES: Mapping[OperationState, frozenset[OperationState]] = {
    # Done without being asked for: a look showed that it is so already.
    OperationState.WAITING: frozenset(
        {OperationState.ASKED, OperationState.DONE, OperationState.REFUSED, OperationState.NOT_BEGUN}
    ),
    # Back to waiting when AWS said that it did nothing, because it was busy.
    OperationState.ASKED: frozenset({OperationState.WAITING, OperationState.NOT_BEGUN, *_UNDER_WAY, *_CAME_TO}),
    # Back to asked when AWS forgot the request id; back to waiting when asking again does no harm.
    OperationState.RUNNING: frozenset({OperationState.WAITING, *_UNDER_WAY, *_CAME_TO}),
    # What is read back decides.
    OperationState.ANSWERED: frozenset({OperationState.DONE, OperationState.UNKNOWN}),
    OperationState.UNKNOWN: frozenset({OperationState.DONE, OperationState.UNKNOWN}),
    OperationState.DONE: frozenset(),
    # More may be known about them later.
    OperationState.REFUSED: frozenset({OperationState.REFUSED}),
    OperationState.NOT_BEGUN: frozenset({OperationState.NOT_BEGUN}),
}

# As it is stored at first, and while AWS works on it.
PLANNED, IN_AWS = OperationState.WAITING, OperationState.RUNNING

_KINDS = {
    OperationKind.DELETE_ASSIGNMENT: GrantKind.ACCOUNT,
    OperationKind.DELETE_APPLICATION_ASSIGNMENT: GrantKind.APPLICATION,
    OperationKind.DELETE_ENTITLEMENT: GrantKind.ENTITLEMENT,
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One AWS change. `args` are what AWS is given; `shown` are names and warnings for people, not in the digest.

    Keys of `args`: delete_assignment: account_id, permission_set_arn, user_id; delete_application_assignment:
    application_arn, user_id; delete_entitlement: entitlement_id, role_arn, user_id; leave_group: membership_id,
    group_id, user_id; add_to_deny, remove_from_deny: user_id, user_name (as it is now, "" to leave names alone);
    deny_in_permission_set, lift_in_permission_set: permission_set_arn, user_id, user_name; release_name, deny_name:
    user_id, user_name, policy_id and permission_set_arn, one of them ""; provision: permission_set_arn, account_id;
    delete_user: user_id, revision; delete_permission_set: permission_set_arn.
    """

    kind: OperationKind
    args: Mapping[str, str]
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an action would do, and what it leaves alone.

    `kept_groups` grant nothing, so the user stays in them; `dead_grants` are in suspended or closed accounts,
    where AWS refuses changes; `needs_management_account`: only the management account can remove
    them, and leaverbot runs in another.
    """

    kind: Kind
    user_id: str
    operations: tuple[Operation, ...] = ()
    kept_groups: tuple[Group, ...] = ()
    dead_grants: tuple[Grant, ...] = ()
    needs_management_account: tuple[Grant, ...] = ()

    @property
    def digest(self) -> str:
        """Equal for equal changes to AWS, whatever the order they were read in.

        JSON is only how it is spelled for the hash: open dialogs and stored actions hold digests of that spelling.
        """
        parts = sorted(json.dumps([op.kind, dict(op.args)], sort_keys=True) for op in self.operations)
        return hashlib.sha256(json.dumps([self.kind.name, self.user_id, parts]).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One operation of an action with what became of it; `at`: when it came to that."""

    operation: Operation
    state: OperationState
    detail: str = ""
    at: datetime | None = None

    @property
    def missed(self) -> bool:
        """Whether it came to its end without being known as done."""
        return self.state.final and self.state is not OperationState.DONE


def read_back(outcome: Outcome, read: PersonRead) -> Outcome:
    """What a fresh read of the user says of an operation of a revoke; the same where it says nothing."""
    if not outcome.state.final or outcome.state is OperationState.DONE:
        return outcome
    if _still_there(outcome.operation, read):
        answered = outcome.state is OperationState.ANSWERED
        return replace(outcome, state=OperationState.UNKNOWN, detail=STILL_SHOWN) if answered else outcome
    if read.hides(*_removes(outcome.operation)):
        return outcome
    if outcome.state.may_have_changed:
        return replace(outcome, state=OperationState.DONE, detail="")
    # Not by us, then.
    told = outcome.detail.endswith(GONE_ANYWAY)
    return outcome if told else replace(outcome, detail=f"{outcome.detail} {GONE_ANYWAY}".strip())


def settled(read: PersonRead) -> ActionState:
    """What a revoke that nobody could read back came to, as a later scan reads its user."""
    return ActionState.DONE if read.complete and not read.usable else ActionState.INCOMPLETE


def tally(outcomes: Iterable[Outcome], how: str = "") -> str:
    """How many of the operations came to what: "18 of 40 done, 2 refused, 12 not started". `how` follows "done"."""
    states = Counter(outcome.state for outcome in outcomes)
    parts = [f"{states[OperationState.DONE]} of {states.total()} done{how}"]
    if states[OperationState.ANSWERED]:
        parts.append(f"{states[OperationState.ANSWERED]} done according to AWS, not read back")
    unknown = states[OperationState.UNKNOWN] + states[OperationState.ASKED] + states[OperationState.RUNNING]
    if unknown:
        parts.append(f"{unknown} asked for, outcome not known yet")
    if states[OperationState.REFUSED]:
        parts.append(f"{states[OperationState.REFUSED]} refused")
    not_begun = states[OperationState.NOT_BEGUN] + states[OperationState.WAITING]
    return ", ".join([*parts, *([f"{not_begun} not started"] if not_begun else [])])


def _still_there(operation: Operation, read: PersonRead) -> bool:
    if operation.kind is OperationKind.LEAVE_GROUP:
        return operation.args["group_id"] in {member.group.id for member in read.memberships}
    held = [removal(read.user, grant) for grant in read.grants if grant.path is Path.DIRECT]
    return any((one.kind, one.args) == (operation.kind, operation.args) for one in held)


def _removes(operation: Operation) -> tuple[GrantKind | None, Path]:
    """The kind of grant that an operation takes away, None for every kind, and by which path it came."""
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

    `last_of` holds the (account id, permission set ARN) pairs whose only assignment is this user's: removing it
    makes AWS delete the role there, and a later assignment gets a new role name
    (docs/facts.md#last-assignment).
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
    """Delete the user exactly as it was shown: the revision is part of the plan."""
    args = {"user_id": user.id, "revision": user.revision}
    operation = Operation(OperationKind.DELETE_USER, args, {"user": user.label})
    return Plan(DELETE, user.id, (operation,))


def subject_of(permission_set: PermissionSet) -> User:
    """What a prune is about, in the place where every other action has its user: the ARN as id, the name as name."""
    return User(permission_set.arn, display_name=permission_set.name)


def plan_prune(permission_set: PermissionSet) -> Plan:
    """Delete a permission set."""
    args = {"permission_set_arn": permission_set.arn}
    shown = {"permission_set": permission_set.name or permission_set.arn}
    operation = Operation(OperationKind.DELETE_PERMISSION_SET, args, shown)
    return Plan(PRUNE, permission_set.arn, (operation,))
