"""One AWS change, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


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
    """How far one operation is, and what became of it. `OPERATION_MOVES` says which state may follow which.

    Only what was read back is done. What was asked for, refused, left undone or cannot be known has its own state.
    """

    WAITING = "waiting"  # planned, nothing sent yet
    ASKED = "asked"  # the request is about to be sent, or was; its answer may be lost
    RUNNING = "running"  # AWS is working on it under a request id
    ANSWERED = "answered"  # AWS says it is done; not read back yet
    DONE = "done"  # read from AWS: it is as it should be
    REFUSED = "refused"  # AWS said no (with its reason), or a look right after showed that it had no effect
    UNKNOWN = "unknown"  # asked for, and what AWS did could not be read; it may still happen
    NOT_BEGUN = "not_begun"  # given up before anything was sent, with the reason

    @property
    def final(self) -> bool:
        """Whether nothing more will be asked for; reading back may still tell more."""
        return self not in {OperationState.WAITING, OperationState.ASKED, OperationState.RUNNING}

    @property
    def may_have_changed(self) -> bool:
        """Whether AWS did it or may have done it."""
        return self not in {OperationState.WAITING, OperationState.REFUSED, OperationState.NOT_BEGUN}


_UNDER_WAY = frozenset({OperationState.ASKED, OperationState.RUNNING})
_CAME_TO = frozenset({OperationState.ANSWERED, OperationState.DONE, OperationState.REFUSED, OperationState.UNKNOWN})
OPERATION_MOVES: Mapping[OperationState, frozenset[OperationState]] = {
    # Done without being asked for: a look showed that it already is.
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
    # The details may become clearer later.
    OperationState.REFUSED: frozenset({OperationState.REFUSED}),
    OperationState.NOT_BEGUN: frozenset({OperationState.NOT_BEGUN}),
}

# Its state when first stored, and while AWS is working on it.
PLANNED, IN_AWS = OperationState.WAITING, OperationState.RUNNING


@dataclass(frozen=True, slots=True)
class Operation:
    """One AWS change. `args` go to AWS; `shown` has names and warnings for people and is not part of the digest.

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
class Outcome:
    """One operation of an action and what became of it. `seq`: its place in the plan; `at`: when it got to this state;
    `request_id`: AWS's job, once known.
    """

    operation: Operation
    state: OperationState
    detail: str = ""
    at: datetime | None = None
    seq: int = 0
    request_id: str = ""

    @property
    def missed(self) -> bool:
        """Whether it ended without being known to be done."""
        return self.state.final and self.state is not OperationState.DONE
