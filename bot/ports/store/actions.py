"""Actions as the inside sees them stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.actions import Action, Kind, Lane, Result
from bot.core.operations import Operation, OperationState
from bot.core.waiting import Wait


class ActionStore(Protocol):
    """Actions: one a press, and one unfinished a user and lane.

    Beside a shut-out no other action on the user begins but its own steps.
    """

    def add_action(self, action: Action) -> Action:
        """Store and audit; the same press again gives the first one. Raises AlreadyUnderWay."""
        ...

    def action(self, action_id: str) -> Action:
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

    def unfinished_actions(self, *kinds: Kind) -> list[Action]:
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
        self, action_id: str, seq: int, state: OperationState, at: datetime, *, request_id: str = "", detail: str = ""
    ) -> None:
        """Move an operation on; one in a final state stays as it is."""
        ...

    def busy_accounts(self) -> list[str]:
        """The account of each assignment deletion that AWS is working on, for whatever action."""
        ...

    def end_action(self, action_id: str, result: Result, at: datetime) -> None:
        """To a final state: the case updated or closed, the report queued, audited. An ended one is left alone."""
        ...

    def newest_actions(self, case_id: str) -> Mapping[Kind, Action]:
        """The newest action of this case of each kind, the newest of all first."""
        ...

    def unfinished_lanes(self, user_id: str) -> frozenset[Lane]:
        """The lanes ("access", "deny") that an unfinished action on the user occupies; a shut-out occupies both."""
        ...
