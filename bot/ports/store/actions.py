"""Actions as the inside sees them stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.actions import ActionState, Kind, Lane
from bot.core.cases import CloseReason
from bot.core.deny.placed import AccountCover
from bot.core.models import PermissionSet, PersonRead, User
from bot.core.plans import Operation, OperationState
from bot.core.views import ActionView
from bot.core.waiting import Wait
from bot.ports.chat import Asker


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
        return self.view.state, self.steps, *((op.state, op.request_id) for op in self.operations)

    @property
    def through(self) -> bool:
        """Whether each of its operations has come to its end."""
        return all(op.state.final for op in self.operations)


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


class ActionStore(Protocol):
    """Actions: one a press, and one unfinished a user and lane.

    Beside a shut-out no other action on the user begins but its own steps.
    """

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
