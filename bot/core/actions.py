"""What people ask for: the kinds of actions, the states an action goes through, and which move may follow which.

Everything that differs by kind and needs neither AWS nor Slack is in the kind's row here. What a kind does in AWS is in
`services/kinds/`, how it looks in Slack in `slack/kinds/`; code that handles actions in general looks the kind up.
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
    """A user has at most one unfinished action in each lane."""

    ACCESS = "access"
    DENY = "deny"
    WHOLE = "play"  # keeps out every other action on the user except its own steps
    PRUNE = "prune"


# The lanes that an unfinished action blocks, by its own lane.
OCCUPIES: Mapping[Lane, frozenset[Lane]] = {
    **{lane: frozenset({lane}) for lane in Lane},
    Lane.WHOLE: frozenset({Lane.ACCESS, Lane.DENY}),
}


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of action. `name` is stored, and is part of the names of its button and its dialog.

    `role`: who may ask for it. `may`: what such a person may do, as in "Only admins may delete a user". `needs_name`,
    `needs_reason`: what its dialog asks for. `steps`: the kinds it is made of, in order. `on_user`: it is about a user;
    otherwise it is about a permission set. `in_line`: it runs in the one line that changes denies, with all that wait.
    `frees`: it takes nothing from a user, so neither protection nor status matters. `asked_for`: people can ask for it.
    `by_itself`: leaverbot may ask for it. `on_deleted`: it also works on a deleted user. `on_enabled`: admins may also
    ask for it for a user who is not disabled, with a reason. `denies`: it ends sessions, even leaverbot's own.
    `deletes`: it deletes what it is about. `rights`: the IAM actions it needs on top of those a scan needs
    (docs/aws-rights.md).
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
        """The step that is skipped unless a name is typed."""
        return next((step for step in self.steps if step.needs_name), None)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(frozen=True, slots=True, eq=False)
class Note:
    """What people note about a case; it changes nothing in AWS. `name` is part of the name of its button."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What people can look at besides the message of a case. `name` is stored, like that of a kind."""

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
    """Add a kind to `KINDS`."""
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
# Updates the names in a deny to match who holds them now.
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
    """Everything that a button of a case can be for, in the order in which the buttons are shown."""
    return (*(kind for kind in KINDS.values() if kind.asked_for and kind.on_user), REVIEWED, DETAILS)


def dialogs() -> tuple[Dialog, ...]:
    """Everything that a dialog can be about."""
    return (*(kind for kind in KINDS.values() if kind.asked_for), DETAILS)


def dialog_named(name: str) -> Dialog:
    """What a stored dialog is about."""
    return KINDS.get(name) or {DETAILS.name: DETAILS}[name]


# Whatever changes denies runs in one line; each turn takes everything that is waiting.
IN_LINE = tuple(kind for kind in KINDS.values() if kind.in_line)
# Who acts when nobody asked: leaverbot itself lifts a deny whose time is over, and keeps the names in a deny correct.
LEAVERBOT = "leaverbot"


class ActionState(StrEnum):
    """How far an action is. `MOVES` says which state may follow which."""

    QUEUED = "queued"  # stored before Slack got its ack
    RUNNING = "running"  # a worker has it
    DONE = "done"  # everything asked for happened, read back
    INCOMPLETE = "incomplete"  # something is left, or AWS refused part of it
    REFUSED = "refused"  # not allowed in the state at the press; nothing was changed
    FAILED = "failed"  # it could not be carried out or read back

    @property
    def final(self) -> bool:
        return not MOVES[self]

    @property
    def reported(self) -> bool:
        """Whether everybody is told what came of it; only the asker is told of a refusal."""
        return self is not ActionState.REFUSED


_ENDED = frozenset({ActionState.DONE, ActionState.INCOMPLETE, ActionState.REFUSED, ActionState.FAILED})
MOVES: Mapping[ActionState, frozenset[ActionState]] = {
    ActionState.QUEUED: frozenset({ActionState.RUNNING, *_ENDED}),
    ActionState.RUNNING: _ENDED,
    **dict.fromkeys(_ENDED, frozenset()),
}
UNFINISHED = tuple(state for state, onwards in MOVES.items() if onwards)
# Its state when first stored, and once a worker has it.
FIRST, BEGUN = ActionState.QUEUED, ActionState.RUNNING
CARRIED_OUT = (ActionState.DONE,)
# What a later scan of the user may settle.
UNSETTLED = (ActionState.INCOMPLETE,)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, and where to send an answer that only they see. `response_url` is "" where Slack gave none."""

    user: str
    channel: str
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody asked for, how far it is, and what came of it. `key` is unique for one press: the same press again
    is the same action.

    `user` stands for the permission set where it is about one (`plans.subject_of`). `digest` is the digest of the plan
    that the person saw, "" when none was shown; `revision` is the user's. `reason`: the reason the person gave;
    `not_disabled`: the user was not disabled when it was asked for; `with_delete`: it includes the optional step.
    `parent`: the id of the action it is a step of; `steps` are its own so far, in order. `workflow_id`: the durable
    workflow that carries it out; `waiting`: what it waits for while it is unfinished.

    `message` says in plain text why it was refused or failed, or what else a reader must know. `left` are the grants
    that the read afterwards, at `verified_at`, still found; `cover`: where a deny holds; `emptied`: permission sets
    that are no longer assigned to anybody. `undo` are AWS CLI commands, one for each thing removed;
    `management_commands` remove what only the management account can remove, when leaverbot runs in another account.
    `user_gone`: the user has since been deleted, so nothing can be put back; `taken` is then everything that leaverbot
    took from the user. `deny_kept`, for a report: how long a deny is kept after the last way in is gone.
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
        """Its operations and those of its steps."""
        return (*self.operations, *(outcome for step in self.steps for outcome in step.outcomes))

    @property
    def done(self) -> int:
        """How many of its operations AWS has carried out, as far as is known."""
        return sum(outcome.state in {OperationState.DONE, OperationState.ANSWERED} for outcome in self.outcomes)

    @property
    def through(self) -> bool:
        """Whether each of its operations has ended."""
        return all(op.state.final for op in self.operations)

    @property
    def progress(self) -> tuple[object, ...]:
        """Changes whenever the action gets further; sending the same request again is not progress."""
        return self.state, tuple(step.id for step in self.steps), *((op.state, op.request_id) for op in self.operations)

    @property
    def carried_out(self) -> bool:
        """Whether everything was really done in AWS."""
        return self.state is ActionState.DONE and not self.dry_run

    @property
    def why_missed(self) -> str:
        """Why operations were not done, each reason once."""
        return " ".join(dict.fromkeys(one.detail for one in self.outcomes if one.missed and one.detail))


@dataclass(frozen=True, slots=True)
class Result:
    """How an action ended. `read` is the fresh read afterwards, if there was one."""

    state: ActionState
    message: str = ""
    read: PersonRead | None = None
    verified_at: datetime | None = None
    cover: tuple[AccountCover, ...] = ()
    close: CloseReason | None = None
    tell: str = ""
    emptied: tuple[PermissionSet, ...] = ()
