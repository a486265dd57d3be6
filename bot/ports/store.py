"""The database as the inside sees it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.actions import ActionState, Dialog, Kind, Lane
from bot.core.cases import Case, Change, CloseReason
from bot.core.deny.plans import InlinePlace
from bot.core.models import PermissionSet, PersonRead, RoleAt, User
from bot.core.plans import Operation, OperationState
from bot.core.scan.coverage import Coverage, Scan
from bot.core.sessions import LongSession
from bot.core.views import AccountCover, ActionView, CaseChange, DialogState, NoticeKind, OrphanList
from bot.core.waiting import Wait
from bot.ports.chat import Asker, Posted


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with where its message stands and which version of it that shows (0: none).

    `digest`: it was announced in a digest and has no message of its own yet.
    """

    case: Case
    posted: Posted | None
    shown_version: int
    digest: bool


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action to store. `key` is unique for one press: the same press again finds the first action.

    `digest` is the plan's digest that the person saw, "" when none was shown; `revision` the user's revision.
    `not_disabled`: an admin wants this deny of somebody who is not disabled. `parent`: the shut-out it is a step of.
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


@dataclass(frozen=True, slots=True)
class StoredOperation:
    """An operation of a running action. `request_id` is AWS's job, once known; `at`: when it came to its state."""

    seq: int
    operation: Operation
    state: OperationState
    request_id: str = ""
    detail: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredAction:
    """An action with everything stored about it. `workflow_id` is the durable workflow that carries it out; `parent`
    the shut-out it is a step of, `steps` the ids of the actions that are steps of this one.
    """

    view: ActionView
    case_id: str | None
    asker: Asker
    digest: str
    revision: str
    workflow_id: str
    started_at: datetime | None
    operations: tuple[StoredOperation, ...]
    parent: str = ""
    steps: tuple[str, ...] = ()

    @property
    def progress(self) -> tuple[object, ...]:
        """What is different once the action has got on: a request that is sent again and again is no progress."""
        return self.view.state, *((op.state, op.request_id) for op in self.operations)


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


@dataclass(frozen=True, slots=True)
class StoredDialog:
    """A dialog that is open, or was. `query` is what a command named; `user` is known once it was read. `admin`: the
    person who opened it is one.
    """

    id: str
    kind: Dialog
    state: DialogState
    asker: Asker
    view_id: str = ""
    case_id: str | None = None
    user_id: str = ""
    query: str = ""
    user: User | None = None
    digest: str = ""
    admin: bool = False


@dataclass(frozen=True, slots=True)
class StoredScan:
    """A scan under way or ended. `coverage` is there once it ended. `askers`: the Slack users who asked for it;
    `opened` and `closed`: how many cases it did.
    """

    id: str
    trigger: str
    started_at: datetime
    coverage: Coverage | None
    workflow_id: str
    askers: tuple[str, ...] = ()
    opened: int = 0
    closed: int = 0


class MessageKind(StrEnum):
    """What a message is about, and by which `ref` that is found.

    Those about a case, a digest, a deny of somebody who was not disabled and a scan somebody asked for live as long as
    what they are about, and are drawn again whenever it changes. The others are posted once.
    """

    CASE = "case"  # ref: case id
    DENY = "deny"  # ref: deny id
    SCAN = "scan"  # ref: scan id
    REPORT = "report"  # ref: action id
    CHANGE = "change"  # ref: change id
    DIGEST = "digest"  # ref: scan id
    SUMMARY = "summary"  # ref: summary id
    NOTICE = "notice"  # ref: "<NoticeKind>:<user id>", text
    TELL = "tell"  # text
    CARD = "card"  # ref: case id; replaces the card whose button was pressed


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits to be drawn as `version` of what it is about. `key` is unique. `posted`: where it stands,
    None before it is posted.
    """

    seq: int
    key: str
    kind: MessageKind
    ref: str
    case_id: str | None
    asker: Asker | None
    text: str
    created_at: datetime
    version: int = 1
    posted: Posted | None = None


@dataclass(frozen=True, slots=True)
class Unshown:
    """A message that does not show what is stored now. `posted`: it stands in Slack, showing something older.

    `asked`: a person did something about it a short while ago, and looks for what comes of it.
    """

    key: str
    kind: MessageKind
    ref: str
    version: int
    case_id: str | None
    posted: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class StoredDeny:
    """A deny as we placed it.

    `policy_id` "": in no service control policy (yet). `names`: the user names that are denied besides the id; `lent`:
    those the user had while denied that are not, because somebody else has them now. `long_sessions`: what of the ways
    in may have sessions that live for days.
    `inline`: the permission sets that deny the user. `confirmed` False: it is about to be written, or was and could
    not be read back; nobody may forget to lift it. `clear_since`: since when no way in is left, as far as was seen.
    `missing`: what of it somebody took out by hand. `lifted_at`: when it was lifted, by whom.
    """

    user: User
    policy_id: str
    since: datetime
    by: str
    cover: tuple[AccountCover, ...]
    confirmed: bool = True
    names: tuple[str, ...] = ()
    inline: tuple[InlinePlace, ...] = ()
    reason: str = ""
    not_disabled: bool = False
    clear_since: datetime | None = None
    missing: str = ""
    lent: tuple[str, ...] = ()
    long_sessions: tuple[LongSession, ...] = ()
    id: str = ""
    lifted_at: datetime | None = None
    lifted_by: str = ""


@dataclass(frozen=True, slots=True)
class StoredInline:
    """The inline policy of a permission set that holds denies of ours: what it was before the first ("" for none),
    and what we wrote last. A lift puts `former` back exactly when nobody changed what we wrote.
    """

    former: str
    written: str


class DenyLine(Protocol):
    """The one place in the whole database from which deny policies are written."""

    def check(self) -> None:
        """Raises StoreError when the place was lost, because the database lost the one who has it."""
        ...

    def leave(self) -> None: ...


class Store(Protocol):
    """The database. One transaction a method: it happened whole or not at all. Raises StoreError.

    Uniqueness is the database's: one open case a user, one scan at a time, one unfinished action a user and lane
    (access: revoke and delete; deny: deny and lift; play: shut out; prune), one deny in force a user, one action a
    press. Beside a shut-out no other action on the user begins but its own steps.
    """

    # cases
    def open_cases(self) -> dict[str, Case]: ...

    def case(self, case_id: str) -> StoredCase:
        """Raises NotFound."""
        ...

    def places(self) -> dict[str, Posted]:
        """Where the messages of the open cases stand, by case id."""
        ...

    def newest_case(self, user_id: str) -> StoredCase | None: ...

    def cases_since(self, since: datetime) -> list[Case]:
        """Every open case, and every one opened or closed at or after `since`."""
        ...

    def unreviewed(self) -> list[StoredCase]:
        """Every case, open or closed, whose access was used after the disabling and that nobody has reviewed."""
        ...

    def review(self, case_id: str, version: int, by: str, at: datetime) -> Case:
        """Note that `by` looked into the use, and log it; the case as it is then. One that was reviewed already, or
        changed since `version`, stays as it is. Raises NotFound.
        """
        ...

    def touch(self, case_id: str) -> None:
        """The case's message has to be drawn again."""
        ...

    def want_message(self, case_id: str) -> None:
        """A case announced in a digest gets a message of its own."""
        ...

    def draw_again_if_changed(self, fingerprint: str, since: datetime) -> None:
        """Draw the messages of open cases, and of those closed after `since`, again when this is another fingerprint
        of the settings than the last one.
        """
        ...

    def shown(self, case_id: str, version: int, posted: Posted) -> None: ...

    def long_sessions(self, user_id: str) -> tuple[LongSession, ...]:
        """What of all that any case of the user ever had may have sessions that live for days."""
        ...

    def reached(self, user_id: str) -> frozenset[RoleAt]:
        """Every role in an account that any case of the user ever had a usable grant of."""
        ...

    # scans
    def begin_scan(self, scan_id: str, trigger: str, asker: Asker | None, at: datetime) -> StoredScan:
        """A new running scan, or the running one, which `asker` joins."""
        ...

    def running_scans(self) -> list[StoredScan]: ...

    def scan(self, scan_id: str) -> StoredScan: ...

    def set_scan_workflow(self, scan_id: str, workflow_id: str, before: str) -> bool:
        """Note which workflow runs the scan; False when it is no longer `before` that does."""
        ...

    def save_scan(
        self,
        scan_id: str,
        scan: Scan,
        digest_after: int,
        new_id: Callable[[], str],
    ) -> list[Change]:
        """End the scan: apply what it changes, and queue what people are told.

        A scan that ended is left alone.

        Nothing is changed for a user whom an action touched after the scan began: it read the state before.
        """
        ...

    def last_scan(self) -> Coverage | None: ...

    def newest_scans(self, count: int) -> list[Coverage]:
        """The scans that ended last, the newest first."""
        ...

    def last_complete_scan(self) -> datetime | None:
        """When the newest complete scan ended."""
        ...

    def orphans(self) -> OrphanList:
        """What the newest scan that read the leavers found of grants of deleted users."""
        ...

    def scans_since(self, since: datetime) -> list[Coverage]: ...

    # actions
    def add_action(self, action: NewAction) -> StoredAction:
        """Store and audit; the same press again gives the first one. Raises AlreadyUnderWay."""
        ...

    def action(self, action_id: str) -> StoredAction:
        """Raises NotFound."""
        ...

    def knows_press(self, key: str) -> bool:
        """Whether this very press became an action already."""
        ...

    def waits(self) -> Mapping[str, Wait]:
        """What unfinished actions are said to wait for, by id."""
        ...

    def set_wait(self, action_id: str, wait: Wait | None) -> None:
        """What the action waits for, None for nothing any more; its message is drawn again."""
        ...

    def unfinished_actions(self, *kinds: Kind) -> list[StoredAction]:
        """Those of these kinds (none named: of all), the oldest first."""
        ...

    def set_workflow(self, action_id: str, workflow_id: str, before: str) -> bool:
        """Note which workflow carries the action out; False when it is no longer `before` that does."""
        ...

    def begin_action(
        self,
        action_id: str,
        operations: tuple[Operation, ...],
        at: datetime,
        *,
        undo: tuple[str, ...] = (),
        management_commands: tuple[str, ...] = (),
    ) -> None:
        """Queued -> running, with the plan that was checked, and for each operation its undo command or "".

        `management_commands` are the commands for what only the management account can do. An action that already
        runs keeps its operations.
        """
        ...

    def add_operations(self, action_id: str, operations: Sequence[Operation]) -> None:
        """Append to those of a running action."""
        ...

    def set_operation(
        self,
        action_id: str,
        seq: int,
        state: OperationState,
        at: datetime,
        *,
        request_id: str = "",
        detail: str = "",
    ) -> None:
        """Move an operation on; one in a final state stays as it is."""
        ...

    def busy_accounts(self) -> list[str]:
        """The account of each assignment deletion that AWS is working on, for whatever action."""
        ...

    def end_action(self, action_id: str, result: Result, at: datetime) -> None:
        """To a final state: the case updated or closed, the report queued, audited. An ended one is left alone."""
        ...

    def newest_action(self, case_id: str, kind: Kind | None = None) -> ActionView | None:
        """The newest action of this case, of this kind if one is named; unnamed, a shut-out stands for its steps."""
        ...

    def unfinished_lanes(self, user_id: str) -> frozenset[Lane]:
        """The lanes ("access", "deny") that an unfinished action on the user occupies; a shut-out occupies both."""
        ...

    # denies
    def take_deny_line(self) -> DenyLine | None:
        """The place, until it is left or this process dies; None while anybody else has it, in whatever process."""
        ...

    def place_denies(self, denies: Sequence[StoredDeny]) -> None:
        """Remember denies that are in AWS, or are about to be. Of a user denied already `since`, `by`, `reason` and
        `not_disabled` stay as they were, names and permission sets are added, the rest is brought up to date. One that
        was confirmed stays so.
        """
        ...

    def set_deny(self, deny: StoredDeny) -> None:
        """Bring a deny in force (by its `id`) up to date as it is here; one lifted meanwhile stays lifted."""
        ...

    def lift_deny(self, user_id: str, by: str, at: datetime) -> None: ...

    def deny(self, user_id: str) -> StoredDeny | None: ...

    def denies(self) -> list[StoredDeny]: ...

    def told_deny(self, deny_id: str) -> StoredDeny:
        """A deny in force or lifted. Raises NotFound."""
        ...

    def placeholder(self, policy_id: str) -> str | None:
        """What stood in the policy while nobody was denied; None when that is not known."""
        ...

    def keep_placeholder(self, policy_id: str, placeholder: str) -> None:
        """Remember it; the first one stays."""
        ...

    def inline(self, permission_set_arn: str) -> StoredInline | None: ...

    def keep_inline(self, permission_set_arn: str, inline: StoredInline | None) -> None:
        """Remember what was written there; None: nothing of ours is left in it."""
        ...

    def notice(self, key: str, kind: NoticeKind, user_id: str, text: str, at: datetime) -> None:
        """Queue a notice for the thread of the user's newest case, or for the channel; a key again does nothing."""
        ...

    # permission sets
    def unused_since(self, permission_set_arn: str) -> datetime | None:
        """Since when this permission set is known to be unused; None when it is not."""
        ...

    def note_unused(self, arns: Collection[str], at: datetime) -> dict[str, datetime]:
        """These, and no others, are unused now; since when each is known to be. One used in between begins anew."""
        ...

    # dialogs
    def add_dialog(self, dialog: StoredDialog, at: datetime) -> None: ...

    def dialog(self, dialog_id: str) -> StoredDialog:
        """Raises NotFound."""
        ...

    def set_dialog(self, dialog: StoredDialog) -> None: ...

    # messages
    def unshown(self, since: datetime) -> list[Unshown]:
        """Every message that does not show what is stored now, the cases' first, each in the order they came about.

        `asked` is what people did something about after `since`.
        """
        ...

    def message(self, key: str) -> Waiting | None:
        """The message, while it does not show what is stored."""
        ...

    def posted(self, seq: int, posted: Posted | None, at: datetime, version: int = 1) -> None:
        """It shows this version now, and stands there; None: it needs no place (any more)."""
        ...

    def deny_message(self, user_id: str) -> tuple[bool, Posted | None]:
        """Whether the channel is told of a deny of this user in a message of its own, and where the newest stands."""
        ...

    def tell(self, key: str, asker: Asker, text: str, at: datetime) -> None:
        """Queue a sentence that only the asker sees."""
        ...

    def renew_card(self, key: str, asker: Asker, case_id: str, at: datetime) -> None:
        """Replace the message about the case that only the asker sees, and pressed a button of, by how it is now."""
        ...

    def change(self, ref: str) -> CaseChange: ...

    def digest_cases(self, scan_id: str) -> list[Case]: ...

    def add_summary(self, summary_id: str, at: datetime) -> None:
        """Queue a summary of what happened since the one before; the same id again does nothing."""
        ...

    def summary_times(self, summary_id: str | None) -> tuple[datetime | None, datetime | None]:
        """(when it was made, when the one before was made), None for what never was; no id: the newest."""
        ...

    # audit
    def record(self, at: datetime, who: str, what: str, subject: str, verdict: str, reason: str) -> None:
        """Append to the audit log."""
        ...

    # what the next process can use
    def remember(self, name: str, value: str, at: datetime) -> None:
        """Keep a value under a name, in place of the one before."""
        ...

    def recall(self, name: str) -> tuple[str, datetime] | None:
        """The value of a name, and since when."""
        ...

    def prune(self, at: datetime) -> None:
        """Forget what nobody needs any more at `at`: old dialogs, posted messages and scans. Never the audit log,
        cases, actions or denies.
        """
        ...

    def totals(self) -> tuple[Mapping[str, int], Mapping[tuple[str, str], int], datetime | None]:
        """Ended scans by status, ended actions by (kind, state), and when the newest complete scan ended."""
        ...
