"""Messages that name the people of cases, and so link to their messages."""

import sqlalchemy as sa

from bot.core.leaves.leave import OPEN
from bot.ports import MessageKind
from bot.store import outbox
from bot.store.database.leave_tables import leaves
from bot.store.database.rule_tables import braked_people, brakes, held_people, holds


def redraw_naming(connection: sa.Connection, user_id: str) -> None:
    """Have the messages that stay and may name this person drawn again: now there is a message to link to. Those of
    digests are drawn again without this (`store/outbox.py`).
    """
    outbox.redraw_denies(connection, user_id)
    theirs = sa.select(leaves.c.id).where(leaves.c.user_id == user_id, leaves.c.state.in_(OPEN))
    outbox.redraw(connection, MessageKind.LEAVE, connection.execute(theirs).scalars().all())
    braked = sa.select(braked_people.c.brake_id).where(braked_people.c.user_id == user_id)
    engaged = sa.select(brakes.c.id).where(brakes.c.ended_at.is_(None), brakes.c.id.in_(braked))
    outbox.redraw(connection, MessageKind.BRAKE, connection.execute(engaged).scalars().all())
    held = sa.select(held_people.c.hold_id).where(held_people.c.user_id == user_id)
    in_force = sa.select(holds.c.id).where(holds.c.accepted_at.is_(None), holds.c.id.in_(held))
    outbox.redraw(connection, MessageKind.HOLD, connection.execute(in_force).scalars().all())
