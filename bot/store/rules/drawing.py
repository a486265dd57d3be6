"""Has everything drawn again that shows what rules do to somebody."""

import sqlalchemy as sa

from bot.core.rules.announcements import AnnouncementState
from bot.ports import MessageKind
from bot.store import outbox
from bot.store.database.rule_tables import announcements


def redraw_of(connection: sa.Connection, user_id: str) -> None:
    """The messages of this person's announcements, except those that are over."""
    _redraw(connection, sa.and_(announcements.c.user_id == user_id, announcements.c.state != AnnouncementState.OVER))


def redraw_asked(connection: sa.Connection, action_id: str) -> None:
    """The message of the announcement that asked for this action, if a rule did."""
    _redraw(connection, announcements.c.action_id == action_id)


def _redraw(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    found = connection.execute(sa.select(announcements.c.id).where(which)).scalars().all()
    if found:
        outbox.redraw(connection, MessageKind.RULE, found)
