"""Rows to values."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from bot.core.cases import Case
from bot.core.deny.placed import PlacedDeny
from bot.core.plans import Outcome
from bot.core.views import ActionView
from bot.core.waiting import Wait
from bot.ports import Asker, Posted, StoredAction, StoredCase, StoredDialog, StoredOperation, Waiting

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = sa.RowMapping
T = TypeVar("T", bound="DataclassInstance")


def value_of(kind: type[T], row: Row, **other: Any) -> T:
    """The value of this dataclass whose fields are columns of the row, but for those given apart."""
    return kind(**{field.name: row[field.name] for field in fields(kind) if field.name not in other}, **other)


def columns_of(value: "DataclassInstance", *left_out: str, **other: Any) -> dict[str, Any]:
    """The values of the columns named as its fields, without those left out, and with others."""
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name not in left_out} | other


def case_of(row: Row) -> Case:
    return value_of(Case, row, long_sessions=row["background"])


def stored_case_of(row: Row) -> StoredCase:
    return StoredCase(case_of(row), posted_of(row), row["shown_version"], digest=not row["wants_message"])


def operation_of(row: Row) -> StoredOperation:
    return value_of(StoredOperation, row, at=row["moved_at"])


def action_of(row: Row, operations: tuple[StoredOperation, ...], steps: tuple[StoredAction, ...] = ()) -> StoredAction:
    """The action; `steps` are those of a shut-out, and its outcomes are theirs."""
    view = ActionView(
        id=row["id"],
        kind=row["kind"],
        state=row["state"],
        user=row["user"],
        by=row["by"],
        asked_at=row["asked_at"],
        finished_at=row["finished_at"],
        dry_run=row["dry_run"],
        outcomes=tuple(Outcome(op.operation, op.state, op.detail, op.at) for op in operations)
        + tuple(outcome for step in steps for outcome in step.view.outcomes),
        left=row["remaining"] or (),
        verified_at=row["verified_at"],
        message=row["message"],
        undo=_undo(row["undo"] or (), operations),
        management_commands=row["elsewhere"] or (),
        cover=row["cover"] or (),
        reason=row["reason"],
        not_disabled=row["not_disabled"],
        emptied=row["emptied"] or (),
        with_delete=row["with_delete"],
        steps=tuple(step.view for step in steps),
        waiting=_wait_of(row, steps),
    )
    return StoredAction(
        view,
        row["case_id"],
        _asker_of(row),
        row["digest"],
        row["revision"],
        row["workflow_id"],
        row["started_at"],
        operations,
        row["parent"],
        tuple(step.view.id for step in steps),
    )


def _wait_of(row: Row, steps: tuple[StoredAction, ...]) -> Wait | None:
    """What it waits for; a shut-out waits for what its step waits for."""
    return row["waiting"] or next((step.view.waiting for step in steps if step.view.waiting), None)


def _undo(commands: tuple[str, ...], operations: tuple[StoredOperation, ...]) -> tuple[str, ...]:
    """The commands that put back what was or may have been removed; one for each operation, "" where none exists."""
    pairs = zip(commands, operations, strict=False)
    return tuple(command for command, op in pairs if command and op.state.may_have_changed)


def deny_of(row: Row) -> PlacedDeny:
    return value_of(PlacedDeny, row, long_sessions=row["background"], lifted_by=row["lifted_by"] or "")


def dialog_of(row: Row) -> StoredDialog:
    return value_of(StoredDialog, row, asker=_asker_of(row))


def waiting_of(row: Row) -> Waiting:
    return value_of(Waiting, row, version=row["newest"], posted=posted_of(row))


def posted_of(row: Row) -> Posted | None:
    return Posted(row["channel"], row["ts"]) if row["ts"] else None


def _asker_of(row: Row) -> Asker:
    return Asker(row["by"], row["channel"], row["response_url"])
