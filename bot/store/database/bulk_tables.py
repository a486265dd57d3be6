"""The tables of bulks, as queries see them."""

import sqlalchemy as sa

from bot.core.bulk.bulk import OPEN, BulkState, LeftOut
from bot.core.bulk.plan import BulkPlan
from bot.core.kinds import KINDS
from bot.core.models import User
from bot.store.database.columns import Moment, Named, Value
from bot.store.database.schema import metadata, some_where

_OPEN = ", ".join(f"'{state}'" for state in OPEN)
IS_OPEN = f"state IN ({_OPEN})"
bulks = sa.Table(
    "bulks",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("kind", Named(KINDS.__getitem__), nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("filter_text", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("plan", Value(BulkPlan, none_as_null=True)),
    sa.Column("dry_run", sa.Boolean, nullable=False),
    sa.Column("raises_limit", sa.Boolean, nullable=False),
    sa.Column("state", Named(BulkState), nullable=False),
    sa.Column("view_id", sa.Text, nullable=False),
    sa.Column("began_at", Moment),
    sa.Column("stopped_at", Moment),
    sa.Column("stopped_by", sa.Text, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Index("ix_bulks_made", "made_at"),
    some_where("ix_bulks_open", "began_at", where=IS_OPEN),
)

people = sa.Table(
    "bulk_people",
    metadata,
    sa.Column("bulk_id", sa.String(36), sa.ForeignKey("bulks.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.String(64), nullable=False),
    sa.Column("user", Value(User), nullable=False),
    sa.Column("case_id", sa.String(64)),
    sa.Column("left_out", Named(LeftOut)),
    sa.Column("why", sa.Text, nullable=False),
    # Proves that a leaverbot began it with this person (core/bulk/bulk.py `Bulk.sealed`).
    sa.Column("seal", sa.String(64), nullable=False),
    # A person is in a bulk once.
    sa.Index("ux_bulk_people_user", "bulk_id", "user_id", unique=True),
)
