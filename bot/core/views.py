"""What people are shown, as values: Slack and the terminal draw these and read nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from bot.core.access.person_read import PersonRead
from bot.core.access.sessions import LongSession
from bot.core.access.severity import Severity
from bot.core.actions import Action
from bot.core.cases import Case
from bot.core.deny.placed import AccountCover, PlacedDeny
from bot.core.directory.iam_users import IamLook
from bot.core.directory.next_step import NextStep
from bot.core.directory.source import SourceLook
from bot.core.kinds import Control, Dialog
from bot.core.models import Grant, Orphan, PermissionSet, User
from bot.core.plans.plan import Plan
from bot.core.rules.views import OnPerson
from bot.core.scan.coverage import Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyView(PlacedDeny):
    """A deny in force, and what the rules say about it.

    `ends_at`: when leaverbot lifts it; None while the user has, or may have, a way in. `kept`: how long it is kept
    after the last way in is gone. `unmatched`: no statement can match the form of the user name; then, and under the
    `lent` names, only the user id denies. `stays`: its time is over, but it is kept because the user has a way in.
    """

    ends_at: datetime | None = None
    kept: timedelta
    unmatched: bool = False
    stays: bool = False

    @classmethod
    def of(cls, deny: PlacedDeny, **said: Any) -> Self:
        """The deny, with what the rules say about it."""
        return cls(**{one.name: getattr(deny, one.name) for one in fields(deny)}, **said)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as it is now, with everything its message shows. `controls` are the buttons that fit its state.

    `latest` is the newest action of the case, running or ended; `revoke` the newest revoke, which may be older than
    that. `superseded`: a newer case of the same user is open, so this message has no buttons. `deleted`: leaverbot
    deleted the user. `deny_in_management`: a deny can reach the management account here. `buttons`: False where the
    commands of the terminal take their place, here and below. `source`: what the directory that people come from says.
    """

    case: Case
    controls: tuple[Control, ...] = ()
    latest: Action | None = None
    deny: DenyView | None = None
    protected: bool = False
    watch_only: bool = False
    dry_run: bool = False
    deny_ready: bool = False
    superseded: bool = False
    revoke: Action | None = None
    deleted: bool = False
    deny_in_management: bool = False
    buttons: bool = True
    source: SourceLook | None = None
    rules: OnPerson = field(default_factory=OnPerson)


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What a scan changed about an open case, for its thread. `id`: "" where nobody can ask for it."""

    at: datetime
    added: tuple[Grant, ...] = ()
    removed: tuple[Grant, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class LoudDeny:
    """The deny of somebody who was not disabled, from its placing until after it is lifted.

    `deny` is None while it is not known whether it is in force. `user.status` is what AWS last said. `under_way`: what
    is being done about it. `has_alert`: the user has an open case; `alert` links to it, "" where Slack gives no link.
    """

    user: User
    deny: DenyView | None
    lifted_at: datetime | None = None
    lifted_by: str = ""
    under_way: Action | None = None
    has_alert: bool = False
    alert: str = ""
    buttons: bool = True


class DialogState(StrEnum):
    READING = "reading"  # opened while AWS is being read; nothing to submit yet
    READY = "ready"  # the plan is shown and can be submitted (details: everything is shown)
    REFUSED = "refused"  # not possible now; `message` says why and what to do


@dataclass(frozen=True, slots=True)
class DialogView:
    """What a dialog shows. `message` is plain text. `plan` and `read` are set when `state` is READY.

    `management_commands` are the AWS CLI commands for what only the management account can remove. `needs_reason`: a
    reason is required (for a lift, or a deny of somebody who is not disabled, see `user.status`). A shut-out shows the
    `plan` of the revoke and the `cover` of the deny, and `may_delete` when this person may add the delete. A prune
    shows the `permission_set`. `notes` are further plain sentences; `warnings` come before
    everything else. `deny_kept`: how long a deny is kept after the last
    way in is gone. A delete shows the `deny` in force, and `sessions_until`: when open sessions end, except the
    `long_sessions`. `next_step`: what the company directory does next with the user. `iam`:
    IAM users that may be this user's. `source`: what Entra ID says. `case`: Details know the newest one.
    """

    id: str
    kind: Dialog
    state: DialogState
    user: User | None = None
    message: str = ""
    plan: Plan | None = None
    read: PersonRead | None = None
    cover: tuple[AccountCover, ...] = ()
    deny: DenyView | None = None
    management_account_id: str | None = None
    dry_run: bool = False
    management_commands: tuple[str, ...] = ()
    needs_reason: bool = False
    may_delete: bool = False
    deny_in_management: bool = False
    permission_set: "UnusedSet | None" = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    deny_kept: timedelta | None = None
    sessions_until: datetime | None = None
    long_sessions: tuple[LongSession, ...] = ()
    next_step: NextStep | None = None
    iam: IamLook | None = None
    source: SourceLook | None = None
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class UnusedSet:
    """A permission set that is not assigned to anybody. `since`: when leaverbot first saw that."""

    permission_set: PermissionSet
    since: datetime


@dataclass(frozen=True, slots=True)
class UnusedList:
    """The permission sets nobody uses, as just read: the longest unused first. `total` counts all permission sets."""

    sets: tuple[UnusedSet, ...]
    total: int
    read_at: datetime
    may_delete: bool = False
    buttons: bool = True


class NoticeKind(StrEnum):
    """What a scan found out, mostly about a deny in force; people are told once."""

    DRIFT = "drift"  # somebody took it out by hand: put it back?
    ENABLED = "enabled"  # the user was enabled again: lift it?
    STAYS = "stays"  # its time is over, but the user has a way in
    LEAVE = "leave"  # the user was scheduled to leave and is not disabled: lift it?
    NEARLY_FULL = "nearly_full"  # the policies are nearly full; about no user
    DIRECTORY = "directory"  # about the company directory, and no user


@dataclass(frozen=True, slots=True)
class Notice:
    """`message` is plain text and says everything."""

    kind: NoticeKind
    message: str
    user: User | None = None
    deny: DenyView | None = None
    buttons: bool = True


@dataclass(frozen=True, slots=True)
class OrphanList:
    """Grants of users who no longer exist, as found by the newest scan that looked; `last_scan` may be newer.

    `looked_for_all`: whether that scan read every account; if not, there may be more.
    """

    orphans: tuple[Orphan, ...]
    found_at: datetime | None
    looked_for_all: bool
    last_scan: Coverage | None


@dataclass(frozen=True, slots=True)
class PersonView:
    """A user of the directory as `/leavers show` presents them. `case` is set when one is or was open. `name_denied`:
    another user whose emergency deny holds this user's name. `next_step`: what the company directory does next. `iam`:
    IAM users that may be this user's; None where that was not to be told.
    `source`: what Entra ID says.
    """

    read: PersonRead
    severity: Severity
    case: CaseView | None = None
    deny: DenyView | None = None
    protected: bool = False
    link: str = ""
    management_account_id: str | None = None
    name_denied: User | None = None
    rules: OnPerson = field(default_factory=OnPerson)
    next_step: NextStep | None = None
    iam: IamLook | None = None
    source: SourceLook | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """Users found for a text that names nobody exactly. `near`: they are guesses, not matches. `unread`: why the
    directory or the user could not be read; nothing is known then. `links` lead to the messages of their cases, by user
    id.
    """

    query: str
    users: tuple[User, ...] = ()
    total: int = 0
    near: bool = False
    unread: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
