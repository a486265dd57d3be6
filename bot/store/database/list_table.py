"""The table of lists that people opened, as queries see it."""

import sqlalchemy as sa

from bot.store.database.columns import Moment, Value
from bot.store.database.schema import metadata

lists = sa.Table(
    "lists",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("filter", sa.Text, nullable=False),
    sa.Column("page", sa.Integer, nullable=False),
    sa.Column("selecting", sa.Boolean, nullable=False),
    # The ids of users.
    sa.Column("selected", Value(tuple[str, ...]), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
