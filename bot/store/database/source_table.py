"""The table of the last looks into the directory that people are provisioned from, as queries see it."""

import sqlalchemy as sa

from bot.store.database.columns import Moment
from bot.store.database.schema import metadata

source_looks = sa.Table(
    "source_looks",
    metadata,
    sa.Column("user_id", sa.String(64), primary_key=True),
    # "active", how it is off ("disabled", "deleted"), or why nobody could look.
    sa.Column("answer", sa.String(16), nullable=False),
    sa.Column("restorable_until", Moment),
    sa.Column("name", sa.Text, nullable=False),
    # The directory's own reason.
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("looked_at", Moment, nullable=False),
)
