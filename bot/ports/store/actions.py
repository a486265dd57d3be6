"""Stored actions, as services see them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.actions import Action, Result
from bot.core.kinds import Kind, Lane
from bot.core.plans.operations import Operation, OperationState
from bot.core.rules.limits import HourlyLimits
from bot.core.waiting import Wait


class ActionStore(Protocol):
    """Actions: one per press, and at most one unfinished per user and lane.

    While a shut-out is unfinished, no other action on the user begins except its own steps.
    """

    def add_action(self, action: Action) -> Action:
        """Store and audit it; the same press again returns the first one. Raises AlreadyUnderWay."""
        ...

    def action(self, action_id: str) -> Action:
        """Raises NotFound."""
        ...

    def actions(self, action_ids: Collection[str]) -> list[Action]:
        """Several at once, in this order. Raises NotFound."""
        ...

    def knows_press(self, key: str) -> bool:
        """Whether this press already became an action."""
        ...

    def waits(self) -> Mapping[str, Wait]:
        """What unfinished actions wait for, as people are told, by id."""
        ...

    def set_wait(self, action_id: str, wait: Wait | None) -> None:
        """Store what the action waits for, None once it no longer waits; its message is drawn again."""
        ...

    def unfinished_actions(self, *kinds: Kind) -> list[Action]:
        """Unfinished actions of these kinds (of all kinds if none is named), oldest first. One that this version cannot
        read is logged and left out, because it must not hold up the others.
        """
        ...

    def unreadable_actions(self) -> list[str]:
        """The ids of unfinished actions that this version cannot read."""
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
        limits: HourlyLimits | None = None,
    ) -> datetime | None:
        """Queued -> running, with the plan that was checked, and for each operation its undo command or "".

        `management_commands` are the commands for what only the management account can do. An action that is already
        running keeps its operations. `limits`: if the hour is full, the action stays queued; answers about when its
        turn comes.
        """
        ...

    def add_operations(self, action_id: str, operations: Sequence[Operation]) -> None:
        """Append operations to those of a running action."""
        ...

    def set_operation(
        self, action_id: str, seq: int, state: OperationState, at: datetime, *, request_id: str = "", detail: str = ""
    ) -> None:
        """Move an operation on; one in a final state stays as it is."""
        ...

    def busy_accounts(self) -> list[str]:
        """The account of each assignment deletion that AWS is working on, for any action."""
        ...

    def end_action(self, action_id: str, result: Result, at: datetime) -> None:
        """End it: update or close the case, queue the report, audit. An action that has ended is left alone."""
        ...

    def unfinished_lanes(self, user_id: str) -> frozenset[Lane]:
        """The lanes ("access", "deny") that unfinished actions on the user occupy; a shut-out occupies both, but not
        while it is parked.
        """
        ...
