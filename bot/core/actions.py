"""What people ask for: the kinds of actions, the states an action goes through, and which move may follow which.

Everything that differs by kind and needs neither AWS nor Slack stands in the kind's row here. What a kind does in AWS
is in `services/kinds/`, how it looks in Slack in `slack/kinds/`; whoever handles actions in general looks the kind up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.core.cases import CloseReason
from bot.core.deny.placed import AccountCover
from bot.core.models import Grant, PermissionSet, User
from bot.core.operations import Operation, OperationState, Outcome
from bot.core.person_read import PersonRead
from bot.core.waiting import Wait


class Role(StrEnum):
    RESPONDER = "responder"  # may revoke, deny, lift and shut out
    ADMIN = "admin"  # may also delete, and deny somebody who is not disabled


class Lane(StrEnum):
    """Of the actions on one user, one at a time is unfinished in each lane."""

    ACCESS = "access"
    DENY = "deny"
    WHOLE = "play"  # keeps every other action on the user out, but its own steps
    PRUNE = "prune"


# The lanes that an unfinished action in a lane keeps others out of.
OCCUPIES: Mapping[Lane, frozenset[Lane]] = {
    **{lane: frozenset({lane}) for lane in Lane},
    Lane.WHOLE: frozenset({Lane.ACCESS, Lane.DENY}),
}


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of action. `name` is stored, and is part of the names of its button and its dialog.

    `role`: who may ask for it. `may`: what such a person may do, as in "Only admins may delete a user". `needs_name`,
    `needs_reason`: what its dialog asks for. `steps`: the kinds it is made of, in order. `on_user`: it is about a user,
    else about a permission set. `in_line`: carried out together with all others of that sort, in one line.
    `frees`: it takes nothing from a user, so neither protection nor status matters. `asked_for`: people can ask for it.
    `by_itself`: leaverbot may ask for it. `on_deleted`: also about a user who is deleted. `on_enabled`: admins may ask
    for it of somebody who is not disabled, too, with a reason. `denies`: it ends sessions, leaverbot's own too.
    `deletes`: what it is about exists no more when it is done. `rights`: the IAM actions it takes beside those that a
    scan takes (docs/aws-rights.md).
    """

    name: str
    lane: Lane
    role: Role
    may: str
    needs_name: bool = False
    needs_reason: bool = False
    steps: tuple["Kind", ...] = ()
    on_user: bool = True
    in_line: bool = False
    frees: bool = False
    asked_for: bool = True
    by_itself: bool = False
    on_deleted: bool = False
    on_enabled: bool = False
    denies: bool = False
    deletes: bool = False
    rights: tuple[str, ...] = ()

    @property
    def optional(self) -> "Kind | None":
        """The step that is left out unless a name is typed."""
        return next((step for step in self.steps if step.needs_name), None)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(frozen=True, slots=True, eq=False)
class Note:
    """What people write down about a case: it changes nothing in AWS. `name` is part of the name of its button."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What people look at beside the message of a case. `name` is stored, as that of a kind."""

    name: str

    def __str__(self) -> str:
        return self.name


# What a button of a case can be for, and what a dialog can be about.
Control = Kind | Note | Look
Dialog = Kind | Look

_KINDS: dict[str, Kind] = {}
# Every kind by its name, in the order in which they are shown.
KINDS: Mapping[str, Kind] = MappingProxyType(_KINDS)


def register(kind: Kind) -> Kind:
    """Make a kind known."""
    return _KINDS.setdefault(kind.name, kind)


_DENY_RIGHTS = (
    "organizations:DescribePolicy",
    "organizations:ListTargetsForPolicy",
    "organizations:UpdatePolicy",
    "sso:DeleteInlinePolicyFromPermissionSet",
    "sso:DescribePermissionSetProvisioningStatus",
    "sso:GetInlinePolicyForPermissionSet",
    "sso:ProvisionPermissionSet",
    "sso:PutInlinePolicyToPermissionSet",
)

DELETE = Kind(
    "delete",
    Lane.ACCESS,
    Role.ADMIN,
    "delete a user",
    needs_name=True,
    deletes=True,
    rights=("identitystore:DeleteUser",),
)
REVOKE = register(
    Kind(
        "revoke",
        Lane.ACCESS,
        Role.RESPONDER,
        "revoke",
        rights=(
            "account-access:DeleteEntitlement",
            "identitystore:DeleteGroupMembership",
            "sso:DeleteAccountAssignment",
            "sso:DeleteApplicationAssignment",
            "sso:DescribeAccountAssignmentDeletionStatus",
            "sso:ListAccountAssignmentDeletionStatus",
        ),
    )
)
DENY = register(
    Kind(
        "deny",
        Lane.DENY,
        Role.RESPONDER,
        "deny",
        in_line=True,
        on_deleted=True,
        on_enabled=True,
        denies=True,
        rights=_DENY_RIGHTS,
    )
)
SHUT_OUT = register(Kind("shut_out", Lane.WHOLE, Role.RESPONDER, "shut out", steps=(DENY, REVOKE, DELETE), denies=True))
LIFT = register(
    Kind(
        "lift",
        Lane.DENY,
        Role.RESPONDER,
        "lift",
        needs_reason=True,
        in_line=True,
        frees=True,
        by_itself=True,
        on_deleted=True,
        rights=_DENY_RIGHTS,
    )
)
register(DELETE)
PRUNE = register(
    Kind(
        "prune",
        Lane.PRUNE,
        Role.ADMIN,
        "delete a permission set",
        on_user=False,
        frees=True,
        deletes=True,
        rights=("sso:DeletePermissionSet", "sso:ListAccountsForProvisionedPermissionSet", "sso:ListPermissionSets"),
    )
)
# Brings the names in a deny in line with who holds them now.
RENAME = register(
    Kind(
        "rename",
        Lane.DENY,
        Role.RESPONDER,
        "rename",
        in_line=True,
        frees=True,
        asked_for=False,
        by_itself=True,
        rights=_DENY_RIGHTS,
    )
)

REVIEWED = Note("reviewed")
DETAILS = Look("details")


def controls() -> tuple[Control, ...]:
    """All that a button of a case can be for, in the order in which the buttons are shown."""
    return (*(kind for kind in KINDS.values() if kind.asked_for and kind.on_user), REVIEWED, DETAILS)


def dialogs() -> tuple[Dialog, ...]:
    """All that a dialog can be about."""
    return (*(kind for kind in KINDS.values() if kind.asked_for), DETAILS)


def dialog_named(name: str) -> Dialog:
    """What a stored dialog is about."""
    return KINDS.get(name) or {DETAILS.name: DETAILS}[name]


# What changes denies is carried out in one line, all that waits at once.
IN_LINE = tuple(kind for kind in KINDS.values() if kind.in_line)
# Who acts when nobody asked: leaverbot itself lifts a deny that has come to its end, and keeps the names in one right.
LEAVERBOT = "leaverbot"


class ActionState(StrEnum):
    """How far an action is. `MOVES` holds which move may follow which."""

    QUEUED = "queued"  # stored before Slack got its ack
    RUNNING = "running"  # a worker has it
    DONE = "done"  # everything asked for happened, read back
    INCOMPLETE = "incomplete"  # something is left, or AWS refused part of it
    REFUSED = "refused"  # the state at the press did not allow it; nothing was changed
    FAILED = "failed"  # it could not be carried out or read back

    @property
    def final(self) -> bool:
        return not MOVES[self]

    @property
    def reported(self) -> bool:
        """Whether everybody is told what came of it; of a refusal only who asked is."""
        return self is not ActionState.REFUSED


_ENDED = frozenset({ActionState.DONE, ActionState.INCOMPLETE, ActionState.REFUSED, ActionState.FAILED})
MOVES: Mapping[ActionState, frozenset[ActionState]] = {
    ActionState.QUEUED: frozenset({ActionState.RUNNING, *_ENDED}),
    ActionState.RUNNING: _ENDED,
    **dict.fromkeys(_ENDED, frozenset()),
}
UNFINISHED = tuple(state for state, onwards in MOVES.items() if onwards)
# As it is stored at first, and once a worker has it.
FIRST, BEGUN = ActionState.QUEUED, ActionState.RUNNING
CARRIED_OUT = (ActionState.DONE,)
# What a scan that reads the user later may tell more about.
UNSETTLED = (ActionState.INCOMPLETE,)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, and where an answer that only they see can go. `response_url` is "" where Slack gave none."""

    user: str
    channel: str
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody asked for, how far it is, and what came of it. `key` is unique for one press: the same press again
    is the same action.

    `user` stands for the permission set where it is about one (`plans.subject_of`). `digest` is the digest of the plan
    that the person saw, "" when none was shown; `revision` the user's. `reason`: what the person gave as one;
    `not_disabled`: it was asked for of somebody who was not disabled; `with_delete`: with the step that is optional.
    `parent`: the id of the action it is a step of; `steps` are its own so far, in order. `workflow_id`: the durable
    workflow that carries it out; `waiting`: what it waits for while it is unfinished.

    `message` says in plain text why it was refused or failed, or what else a reader must know. `left` are the grants
    that the read afterwards, at `verified_at`, still found; `cover`: where a deny holds; `emptied`: permission sets
    that nobody is assigned any more. `undo` are AWS CLI commands, one for each thing removed; `management_commands`
    remove what only the management account can remove, where leaverbot does not run. `user_gone`: the user is deleted
    by now, so nothing can be put back; `taken` is then all that leaverbot took from the user. `deny_kept`, for a
    report: how long a deny is kept after the last way in is gone.
    """

    id: str
    key: str
    kind: Kind
    user: User
    case_id: str | None
    asker: Asker
    asked_at: datetime
    digest: str = ""
    revision: str = ""
    dry_run: bool = False
    reason: str = ""
    not_disabled: bool = False
    with_delete: bool = False
    parent: str = ""
    state: ActionState = ActionState.QUEUED
    workflow_id: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    operations: tuple[Outcome, ...] = ()
    steps: tuple["Action", ...] = ()
    waiting: Wait | None = None
    message: str = ""
    left: tuple[Grant, ...] = ()
    verified_at: datetime | None = None
    cover: tuple[AccountCover, ...] = ()
    emptied: tuple[PermissionSet, ...] = ()
    undo: tuple[str, ...] = ()
    management_commands: tuple[str, ...] = ()
    user_gone: bool = False
    taken: tuple[Operation, ...] = ()
    deny_kept: timedelta | None = None

    @property
    def by(self) -> str:
        """Who asked for it: a Slack user id, or `LEAVERBOT`."""
        return self.asker.user

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Its operations, with those of its steps."""
        return (*self.operations, *(outcome for step in self.steps for outcome in step.outcomes))

    @property
    def done(self) -> int:
        """How many of its operations AWS has carried out, as far as is known."""
        return sum(outcome.state in {OperationState.DONE, OperationState.ANSWERED} for outcome in self.outcomes)

    @property
    def through(self) -> bool:
        """Whether each of its operations has come to its end."""
        return all(op.state.final for op in self.operations)

    @property
    def progress(self) -> tuple[object, ...]:
        """What is different once it has got on: a request that is sent again and again is no progress."""
        return self.state, tuple(step.id for step in self.steps), *((op.state, op.request_id) for op in self.operations)

    @property
    def carried_out(self) -> bool:
        """Whether everything was done, in AWS."""
        return self.state is ActionState.DONE and not self.dry_run

    @property
    def why_missed(self) -> str:
        """What is said of operations that were not done, each reason once."""
        return " ".join(dict.fromkeys(one.detail for one in self.outcomes if one.missed and one.detail))


@dataclass(frozen=True, slots=True)
class Result:
    """How an action ended. `read` is the fresh read afterwards, where one was made."""

    state: ActionState
    message: str = ""
    read: PersonRead | None = None
    verified_at: datetime | None = None
    cover: tuple[AccountCover, ...] = ()
    close: CloseReason | None = None
    tell: str = ""
    emptied: tuple[PermissionSet, ...] = ()
