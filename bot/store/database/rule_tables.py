"""The tables of rules: announcements, stops, holds, and the brake."""

import sqlalchemy as sa

from bot.core.kinds import KINDS
from bot.core.models import User
from bot.core.rules.announcements import AnnouncementState
from bot.core.rules.brake import BrakeState
from bot.core.rules.holds import WhyHeld
from bot.store.database.columns import Moment, Named, Value
from bot.store.database.schema import metadata, one_where

_Id = sa.String(64)

announcements = sa.Table(
    "announcements",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("user_id", _Id, nullable=False),
    sa.Column("user", Value(User), nullable=False),
    sa.Column("kind", Named(KINDS.__getitem__), nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("counts_from", Moment, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("acts_at", Moment, nullable=False),
    sa.Column("case_id", _Id, nullable=False),
    sa.Column("posted_at", Moment),
    sa.Column("state", Named(AnnouncementState), nullable=False),
    sa.Column("action_id", _Id, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    # Why it does not act, where that is more than its time; "" while it will.
    sa.Column("waits_for", sa.String(32), nullable=False, default=""),
    sa.Index("ix_announcements_user", "user_id"),
    one_where("ux_announcements_one_waiting", "user_id", "kind", where="state = 'waiting'"),
)

# People on whom no rule acts until somebody lets it.
rule_stops = sa.Table(
    "rule_stops",
    metadata,
    sa.Column("user_id", _Id, primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

holds = sa.Table(
    "holds",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("why", Named(WhyHeld), nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("accepted_at", Moment),
    sa.Column("accepted_by", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

held_people = sa.Table(
    "held_people",
    metadata,
    sa.Column("hold_id", _Id, primary_key=True),
    sa.Column("user_id", _Id, primary_key=True),
    sa.Index("ix_held_people_user", "user_id"),
)

brakes = sa.Table(
    "brakes",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("state", Named(BrakeState), nullable=False),
    sa.Column("engaged_at", Moment, nullable=False),
    # The reads between which its people turned disabled: the end of the last before, and of the newest that showed one.
    sa.Column("disabled_after", Moment),
    sa.Column("newest_at", Moment, nullable=False),
    # How many users there were.
    sa.Column("users", sa.Integer, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("ended_by", sa.Text, nullable=False),
    # When people were last asked to look at it.
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    one_where("ux_brakes_one_engaged", "state", where="state = 'engaged'"),
)

braked_people = sa.Table(
    "braked_people",
    metadata,
    sa.Column("brake_id", _Id, primary_key=True),
    sa.Column("user_id", _Id, primary_key=True),
    sa.Index("ix_braked_people_user", "user_id"),
)
