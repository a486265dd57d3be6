"""The kinds of actions: one row each.

Everything that differs by kind and needs neither AWS nor Slack is in the kind's row here. What a kind does in AWS is in
`services/kinds/`, how it looks in Slack in `slack/kinds/`; code that handles actions in general looks the kind up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


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


def occupied(lane: Lane, *, parked: bool) -> frozenset[Lane]:
    """What an unfinished action in this lane keeps others out of. While it is `parked`, it holds up nothing but another
    of its own lane: an emergency deny never waits for a shut-out that waits.
    """
    return frozenset({lane}) if parked else OCCUPIES[lane] | {lane}


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of action. `name` is stored, and is part of the names of its button and its dialog.

    `role`: who may ask for it. `may`: what such a person may do, as in "Only admins may delete a user". `needs_name`,
    `needs_reason`: what its dialog asks for. `steps`: the kinds it is made of, in order. `on_user`: it is about a user;
    otherwise it is about a permission set. `in_line`: it runs in the one line that changes denies, with all that wait.
    `frees`: it takes nothing from a user, so neither protection nor status matters. `asked_for`: people can ask for it.
    `by_itself`: leaverbot may ask for it. `on_deleted`: it also works on a deleted user. `on_enabled`: admins may also
    ask for it for a user who is not disabled, with a reason. `denies`: it ends sessions, even leaverbot's own.
    `takes`: it takes ways in from a user, so reading the user tells what came of it, even later. `deletes`: it deletes
    what it is about. `rights`: the IAM actions it needs on top of those a scan needs
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
    takes: bool = False
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
    """What people note about a case or a person; it changes nothing in AWS. `name` is part of its button's name."""

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
        takes=True,
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
# No rule acts on this person until somebody lets it run.
STOP, LET_RUN = Note("stop"), Note("let_run")
# What admins decide about many people: the brake ends, rules may act on the people of a hold.
RELEASE, ACCEPT = Note("release"), Note("accept")
# Starts the hourly limit anew; shown where an action waits for it.
GO_ON = Note("go_on")
DETAILS = Look("details")


def controls() -> tuple[Control, ...]:
    """Everything that a button of a case can be for, in the order in which the buttons are shown."""
    return (*(kind for kind in KINDS.values() if kind.asked_for and kind.on_user), GO_ON, REVIEWED, DETAILS)


def dialogs() -> tuple[Dialog, ...]:
    """Everything that a dialog can be about."""
    return (*(kind for kind in KINDS.values() if kind.asked_for), DETAILS)


def dialog_named(name: str) -> Dialog:
    """What a stored dialog is about."""
    return KINDS.get(name) or {DETAILS.name: DETAILS}[name]


# Whatever changes denies runs in one line; each turn takes everything that is waiting.
IN_LINE = tuple(kind for kind in KINDS.values() if kind.in_line)
# What takes access, so that a later read of its user can settle it.
TAKING = tuple(kind for kind in KINDS.values() if kind.takes)
