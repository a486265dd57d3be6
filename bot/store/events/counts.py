"""Counts of events by day, and when something last happened."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.core.events.counts import Counted, EventCounts
from bot.core.events.subjects import DropReason
from bot.store.database.schema import event_counts, remembered, wanted_reads

# Times that are remembered, by name.
LISTENING, HEARD, NEWEST = "events listening since", "events heard", "newest event"
# The newest request of the company directory that AWS carried out.
SCIM = "newest scim event"
# The first scan of the database that read the list of users to its end.
LISTED = "users listed"
ANYBODY_READ, SCAN_ASKED = "all open leavers read", "scan asked for by events"
DROPPED, SOURCE = "dropped:", "source:"


def count(connection: sa.Connection, at: datetime, counted: Mapping[str, int]) -> None:
    """Add these numbers to those of the day."""
    day = f"{at:%Y-%m-%d}"
    for name, number in counted.items():
        same = sa.and_(event_counts.c.day == day, event_counts.c.name == name)
        more = event_counts.update().where(same).values(number=event_counts.c.number + number)
        if number and not connection.execute(more).rowcount:
            connection.execute(event_counts.insert().values(day=day, name=name, number=number))


def numbers(connection: sa.Connection, since: datetime | None) -> EventCounts:
    """Everything that was counted since that day; None: ever."""
    wanted = sa.select(event_counts.c.name, sa.func.sum(event_counts.c.number)).group_by(event_counts.c.name)
    if since:
        wanted = wanted.where(event_counts.c.day >= f"{since:%Y-%m-%d}")
    found = Counter({name: int(number) for name, number in connection.execute(wanted)})
    return EventCounts(
        listening_since=when(connection, LISTENING),
        heard_at=when(connection, HEARD),
        newest_at=when(connection, NEWEST),
        waiting=connection.execute(sa.select(sa.func.count()).select_from(wanted_reads)).scalar_one(),
        counts={one: found[one] for one in Counted},
        sources={
            name.removeprefix(SOURCE): number for name, number in sorted(found.items()) if name.startswith(SOURCE)
        },
        dropped={one: found[f"{DROPPED}{one}"] for one in DropReason if found[f"{DROPPED}{one}"]},
    )


def when(connection: sa.Connection, name: str) -> datetime | None:
    """When this last happened."""
    return connection.execute(sa.select(remembered.c.at).where(remembered.c.name == name)).scalar()


def happened(connection: sa.Connection, name: str, at: datetime | None) -> None:
    """Note that it happened at this time; None: forget that it ever did."""
    connection.execute(remembered.delete().where(remembered.c.name == name))
    if at:
        connection.execute(remembered.insert().values(name=name, value="", at=at))
