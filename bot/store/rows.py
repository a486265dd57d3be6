"""Rows to values and back."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from bot.core.actions import KINDS, ActionState
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.deny.plans import InlinePlace
from bot.core.models import Account, Grant, GrantKind, PermissionSet, Severity, Use, User
from bot.core.plans import Operation, OperationState, Outcome
from bot.core.sessions import LongSession
from bot.core.views import AccountCover, ActionView, DialogKind, DialogState
from bot.core.waiting import Wait
from bot.ports import (
    Asker,
    MessageKind,
    Posted,
    StoredAction,
    StoredCase,
    StoredDeny,
    StoredDialog,
    StoredOperation,
    Waiting,
)

Row = sa.RowMapping


def grants_json(grants: tuple[Grant, ...]) -> list[dict[str, Any]]:
    return [grant.to_json() for grant in grants]


def grants_of(data: list[dict[str, Any]] | None) -> tuple[Grant, ...]:
    return tuple(Grant.from_json(item) for item in data or [])


def cover_json(cover: tuple[AccountCover, ...]) -> list[dict[str, Any]]:
    return [
        {"id": c.account.id, "name": c.account.name, "status": c.account.status, "covered": c.covered, "why": c.why}
        for c in cover
    ]


def cover_of(data: list[dict[str, Any]] | None) -> tuple[AccountCover, ...]:
    return tuple(
        AccountCover(Account(item["id"], item["name"], item["status"]), item["covered"], item["why"])
        for item in data or []
    )


def asker_json(asker: Asker | None) -> dict[str, str] | None:
    return {"user": asker.user, "channel": asker.channel, "response_url": asker.response_url} if asker else None


def asker_of(data: dict[str, str] | None) -> Asker | None:
    return Asker(**data) if data else None


def case_of(row: Row) -> Case:
    return Case(
        id=row["id"],
        user=User.from_json(row["user"]),
        grants=grants_of(row["grants"]),
        severity=Severity(row["severity"]),
        state=CaseState(row["state"]),
        version=row["version"],
        opened_at=row["opened_at"],
        found_by=row["found_by"],
        read_at=row["read_at"],
        read_complete=row["read_complete"],
        management_account_id=row["management_account_id"],
        closed_at=row["closed_at"],
        closed_reason=CloseReason(row["closed_reason"]) if row["closed_reason"] else None,
        closed_by=row["closed_by"],
        sessions_until=row["sessions_until"],
        caller_account_id=row["caller_account_id"],
        used=Use.from_json(row["used"]) if row["used"] else None,
        reviewed_at=row["reviewed_at"],
        reviewed_by=row["reviewed_by"],
        long_sessions=long_sessions_of(row["background"]),
    )


def long_sessions_of(data: Iterable[Iterable[Any]]) -> tuple[LongSession, ...]:
    return tuple(LongSession(GrantKind(kind), name, sure) for kind, name, sure in data)


def stored_case_of(row: Row) -> StoredCase:
    posted = Posted(row["channel"], row["ts"]) if row["ts"] else None
    return StoredCase(case_of(row), posted, row["shown_version"], digest=not row["wants_message"])


def operation_of(row: Row) -> StoredOperation:
    return StoredOperation(
        row["seq"],
        Operation.from_json(row["operation"]),
        OperationState(row["state"]),
        row["request_id"],
        row["detail"],
        row["moved_at"],
    )


def action_of(row: Row, operations: tuple[StoredOperation, ...], steps: tuple[StoredAction, ...] = ()) -> StoredAction:
    """The action; `steps` are those of a shut-out, and its outcomes are theirs."""
    view = ActionView(
        id=row["id"],
        kind=KINDS[row["kind"]],
        state=ActionState(row["state"]),
        user=User.from_json(row["user"]),
        by=row["by"],
        asked_at=row["asked_at"],
        finished_at=row["finished_at"],
        dry_run=row["dry_run"],
        outcomes=tuple(Outcome(op.operation, op.state, op.detail, op.at) for op in operations)
        + tuple(outcome for step in steps for outcome in step.view.outcomes),
        left=grants_of(row["remaining"]),
        verified_at=row["verified_at"],
        message=row["message"],
        undo=_undo(row["undo"] or [], operations),
        management_commands=tuple(row["elsewhere"] or ()),
        cover=cover_of(row["cover"]),
        reason=row["reason"],
        not_disabled=row["not_disabled"],
        emptied=tuple(PermissionSet(item["arn"], item["name"]) for item in row["emptied"] or ()),
        with_delete=row["with_delete"],
        steps=tuple(step.view for step in steps),
        waiting=_wait_of(row, steps),
    )
    asker = Asker(row["by"], row["channel"], row["response_url"])
    return StoredAction(
        view,
        row["case_id"],
        asker,
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
    if row["waiting"]:
        return Wait.from_json(row["waiting"])
    return next((step.view.waiting for step in steps if step.view.waiting), None)


def _undo(commands: list[str], operations: tuple[StoredOperation, ...]) -> tuple[str, ...]:
    """The commands that put back what was or may have been removed; one for each operation, "" where none exists."""
    pairs = zip(commands, operations, strict=False)
    return tuple(command for command, op in pairs if command and op.state.may_have_changed)


def deny_of(row: Row) -> StoredDeny:
    return StoredDeny(
        User.from_json(row["user"]),
        row["policy_id"],
        row["since"],
        row["by"],
        cover_of(row["cover"]),
        confirmed=row["confirmed"],
        names=tuple(row["names"]),
        inline=tuple(InlinePlace.from_json(item) for item in row["inline"]),
        reason=row["reason"],
        not_disabled=row["not_disabled"],
        clear_since=row["clear_since"],
        missing=row["missing"],
        lent=tuple(row["lent"]),
        long_sessions=long_sessions_of(row["background"]),
        id=row["id"],
        lifted_at=row["lifted_at"],
        lifted_by=row["lifted_by"] or "",
    )


def dialog_of(row: Row) -> StoredDialog:
    return StoredDialog(
        id=row["id"],
        kind=DialogKind(row["kind"]),
        state=DialogState(row["state"]),
        asker=Asker(row["by"], row["channel"], row["response_url"]),
        view_id=row["view_id"],
        case_id=row["case_id"],
        user_id=row["user_id"],
        query=row["query"],
        user=User.from_json(row["user"]) if row["user"] else None,
        digest=row["digest"],
        admin=row["admin"],
    )


def waiting_of(row: Row) -> Waiting:
    return Waiting(
        row["seq"],
        row["key"],
        MessageKind(row["kind"]),
        row["ref"],
        row["case_id"],
        asker_of(row["asker"]),
        row["text"],
        row["created_at"],
        row["newest"],
        Posted(row["channel"], row["ts"]) if row["ts"] else None,
    )
