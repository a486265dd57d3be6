"""Since when an announcement stands in Slack."""

from datetime import UTC, datetime

import sqlalchemy as sa

from bot.core.rules.announcements import AnnouncementState
from bot.ports import Posted
from bot.store.database.rule_tables import announcements


def note_posted(connection: sa.Connection, announcement_id: str, posted: Posted, at: datetime) -> None:
    """It stands in Slack now, for the first time, or anew after somebody deleted it: since the time that Slack gave it,
    or since `at` if that is later, so that no clock that is wrong makes this time shorter.
    """
    waits = sa.or_(announcements.c.state == AnnouncementState.WAITING, announcements.c.posted_at.is_(None))
    since = max(at, _slack_time(posted) or at)
    mine = sa.and_(announcements.c.id == announcement_id, waits)
    connection.execute(announcements.update().where(mine).values(posted_at=since))


def _slack_time(posted: Posted) -> datetime | None:
    """The time in a message's `ts`: seconds since 1970 by Slack's clock (docs/facts.md)."""
    try:
        return datetime.fromtimestamp(float(posted.ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
