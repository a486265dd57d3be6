"""The table of scheduled leaves, as queries see it."""

import sqlalchemy as sa

from bot.core.leaves.leave import OPEN, LeaveState
from bot.core.models import User
from bot.store.database.columns import Moment, Named, Value
from bot.store.database.schema import metadata, one_where

_OPEN = ", ".join(f"'{state}'" for state in OPEN)
leaves = sa.Table(
    "leaves",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(64), nullable=False),
    sa.Column("user", Value(User), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("scheduled_at", Moment, nullable=False),
    sa.Column("revoke", sa.Boolean, nullable=False),
    sa.Column("dry_run", sa.Boolean, nullable=False),
    # Proves that a leaverbot stored it (core/leaves/leave.py `Leave.sealed`).
    sa.Column("seal", sa.String(64), nullable=False),
    sa.Column("state", Named(LeaveState), nullable=False),
    sa.Column("announced_at", Moment),
    sa.Column("began_at", Moment),
    sa.Column("denied_at", Moment),
    sa.Column("asked_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("ended_by", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("ix_leaves_user", "user_id"),
    # A person has at most one that is open.
    one_where("ux_leaves_one_open", "user_id", where=f"state IN ({_OPEN})"),
)
