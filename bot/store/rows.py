"""Rows to values, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from bot.core.actions import Action, Asker
from bot.core.cases import Case
from bot.core.deny.placed import PlacedDeny
from bot.core.plans.operations import Outcome
from bot.core.waiting import Trouble, Wait
from bot.ports import Posted, StoredCase, StoredDialog, Waiting

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = sa.RowMapping
T = TypeVar("T", bound="DataclassInstance")


def value_of(kind: type[T], row: Row, **other: Any) -> T:
    """The dataclass with its fields from the row's columns, except the fields passed in."""
    return kind(**{field.name: row[field.name] for field in fields(kind) if field.name not in other}, **other)


def columns_of(value: "DataclassInstance", *left_out: str, **other: Any) -> dict[str, Any]:
    """Column values from the dataclass's fields, without those in `left_out`, plus `other`."""
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name not in left_out} | other


def replace_rows(connection: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Each of these, which have all columns, in place of the row with its primary key."""
    new = [{f"new_{name}": value for name, value in row.items()} for row in rows]
    if new:
        keys = [column == sa.bindparam(f"new_{column.name}") for column in table.primary_key]
        values: dict[Any, Any] = {
            column: sa.bindparam(f"new_{column.name}") for column in table.c if not column.primary_key
        }
        connection.execute(table.update().where(*keys).values(values), new)


def case_of(row: Row) -> Case:
    return value_of(Case, row, long_sessions=row["background"])


def stored_case_of(row: Row) -> StoredCase:
    return StoredCase(case_of(row), posted_of(row), row["shown_version"], digest=not row["wants_message"])


def operation_of(row: Row) -> Outcome:
    return value_of(Outcome, row, at=row["moved_at"])


def action_of(row: Row, operations: tuple[Outcome, ...], steps: tuple[Action, ...] = ()) -> Action:
    return value_of(
        Action,
        row,
        asker=_asker_of(row),
        operations=operations,
        steps=steps,
        waiting=_wait_of(row, steps),
        left=row["remaining"] or (),
        cover=row["cover"] or (),
        emptied=row["emptied"] or (),
        undo=_undo(row["undo"] or (), operations),
        management_commands=row["elsewhere"] or (),
        # Fields that exist only for display.
        user_gone=False,
        taken=(),
        deny_kept=None,
        buttons=True,
    )


def _wait_of(row: Row, steps: tuple[Action, ...]) -> Wait | None:
    """What the action waits for; a shut-out waits for what its step waits for."""
    until = row["parked_until"]
    parked = Wait(Trouble.LIMIT, row["parked_since"] or until, until) if until else None
    return row["waiting"] or parked or next((step.waiting for step in steps if step.waiting), None)


def _undo(commands: tuple[str, ...], operations: tuple[Outcome, ...]) -> tuple[str, ...]:
    """The commands that put back what was or may have been removed; one per operation, "" where there is none."""
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


def asker_columns(asker: Asker) -> dict[str, str]:
    return {"by": asker.user, "channel": asker.channel, "response_url": asker.response_url}
