"""What the end of an action changes: the action itself, its case, and the messages."""

from datetime import datetime

import sqlalchemy as sa

from bot.core.actions import Action, Result
from bot.core.bulk.bulk import bulk_of
from bot.ports import MessageKind
from bot.store import outbox
from bot.store.actions.rows import NOT_PARKED, bump
from bot.store.cases.digests import show_incidents_of
from bot.store.cases.table import save
from bot.store.database.schema import actions, cases, denies
from bot.store.rows import case_of
from bot.store.rules.drawing import redraw_asked


def end(connection: sa.Connection, action: Action, result: Result, at: datetime) -> None:
    values = {
        "state": result.state,
        "finished_at": at,
        "message": result.message,
        "remaining": result.read.grants if result.read else (),
        "verified_at": result.verified_at,
        "cover": result.cover,
        "waiting": None,
        "emptied": result.emptied,
        **NOT_PARKED,
    }
    connection.execute(actions.update().where(actions.c.id == action.id).values(**values))
    if action.case_id:
        _update_case(connection, action.case_id, result, action.by, at)
    bump(connection, action.case_id, action.user.id)
    redraw_asked(connection, action.id)
    _tell(connection, action, result, at)


def _update_case(connection: sa.Connection, case_id: str, result: Result, by: str, at: datetime) -> None:
    before = case_of(connection.execute(sa.select(cases).where(cases.c.id == case_id)).mappings().one())
    case = before
    # A closed case stays closed; the next scan opens a new case for access found after that.
    if result.read and result.verified_at and (case.is_open or not result.read.usable):
        case = case.after(result.read, result.verified_at)
    if result.close and case.is_open:
        case = case.closed(result.close, by, at)
    if case != before:
        save(connection, case)
        if case.unreviewed:
            show_incidents_of(connection, [case.id])


def _tell(connection: sa.Connection, action: Action, result: Result, at: datetime) -> None:
    bulk_id = bulk_of(action.key)
    if bulk_id:
        outbox.redraw(connection, MessageKind.BULK, [bulk_id])
    if action.parent or bulk_id:
        # The shut-out or the bulk that it is part of reports the whole.
        return
    if result.state.reported:
        outbox.queue(connection, f"report:{action.id}", MessageKind.REPORT, at, ref=action.id, case_id=action.case_id)
    if action.not_disabled and not action.dry_run:
        _tell_loudly(connection, action.user.id, at)
    if result.tell and action.asker.in_slack:
        outbox.queue(connection, f"tell:{action.id}", MessageKind.TELL, at, asker=action.asker, text=result.tell)


def _tell_loudly(connection: sa.Connection, user_id: str, at: datetime) -> None:
    """Announce the deny of somebody who is not disabled in the channel, in a message that lives as long as the deny."""
    in_force = sa.select(denies.c.id).where(denies.c.user_id == user_id, denies.c.lifted_at.is_(None))
    deny_id = connection.execute(in_force).scalar()
    if deny_id:
        outbox.queue(connection, f"deny:{deny_id}", MessageKind.DENY, at, ref=deny_id)
