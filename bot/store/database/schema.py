"""The tables, as queries see them. What makes them is the SQL text in migrations/ (see migrate.py)."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware time, kept as UTC text of fixed width, so that it sorts and reads the same in every database."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return datetime.fromisoformat(value) if value else None


metadata = sa.MetaData()
_Id = sa.String(64)
_Text = sa.Text
_Json = sa.JSON

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("user_id", _Id, nullable=False),
    sa.Column("user", _Json, nullable=False),
    sa.Column("grants", _Json, nullable=False),
    # Ids of every account that any version of the case had a usable grant in.
    sa.Column("reached", _Json, nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("found_by", _Text, nullable=False),
    sa.Column("read_at", Moment, nullable=False),
    sa.Column("read_complete", sa.Boolean, nullable=False),
    sa.Column("management_account_id", sa.String(16)),
    sa.Column("caller_account_id", sa.String(16)),
    sa.Column("used", sa.JSON(none_as_null=True)),
    # Where sessions may live for days (kind, name, whether that is sure), of all grants any version of the case had.
    sa.Column("background", _Json, nullable=False, default=list),
    sa.Column("closed_at", Moment),
    sa.Column("closed_reason", sa.String(16)),
    sa.Column("closed_by", _Text),
    sa.Column("sessions_until", Moment),
    # The message: where it stands and which version it shows. In a digest: announced there, no message yet.
    sa.Column("channel", _Text),
    sa.Column("ts", _Text),
    sa.Column("shown_version", sa.Integer, nullable=False, default=0),
    sa.Column("digest_scan_id", _Id),
    sa.Column("wants_message", sa.Boolean, nullable=False, default=True),
    # Who looked into the use of the access after the disabling.
    sa.Column("reviewed_at", Moment),
    sa.Column("reviewed_by", _Text),
    sa.Index("ix_cases_user", "user_id"),
    sa.Index("ix_cases_digest", "digest_scan_id"),
    sa.Index(
        "ux_cases_one_open",
        "user_id",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)

changes = sa.Table(
    "case_changes",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("case_id", _Id, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("added", _Json, nullable=False),
    sa.Column("removed", _Json, nullable=False),
)

scans = sa.Table(
    "scans",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("trigger", sa.String(32), nullable=False),
    sa.Column("askers", _Json, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("status", sa.String(16)),
    sa.Column("coverage", _Json),
    # Of the newest scan that read people only.
    sa.Column("orphans", _Json),
    sa.Column("workflow_id", _Text, nullable=False, default=""),
    # How many cases it opened and closed.
    sa.Column("opened", sa.Integer),
    sa.Column("closed", sa.Integer),
    sa.Index(
        "ux_scans_one_running",
        "state",
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    ),
)

_UNFINISHED = "state IN ('queued', 'running')"
actions = sa.Table(
    "actions",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("key", sa.String(255), nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),
    # Revoke and delete change access, deny and lift the denies; one unfinished action a user in each lane. A shut-out
    # has a lane of its own, and its steps, actions with it as parent, are in theirs.
    sa.Column("lane", sa.String(16), nullable=False),
    # For a prune the permission set's ARN.
    sa.Column("user_id", sa.String(255), nullable=False),
    sa.Column("user", _Json, nullable=False),
    sa.Column("case_id", _Id, sa.ForeignKey("cases.id")),
    sa.Column("by", _Text, nullable=False),
    sa.Column("channel", _Text, nullable=False),
    sa.Column("response_url", _Text, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("revision", _Text, nullable=False),
    sa.Column("dry_run", sa.Boolean, nullable=False),
    sa.Column("workflow_id", _Text, nullable=False, default=""),
    sa.Column("started_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("message", _Text, nullable=False, default=""),
    sa.Column("remaining", _Json),
    sa.Column("verified_at", Moment),
    sa.Column("undo", _Json),
    sa.Column("elsewhere", _Json),
    sa.Column("cover", _Json),
    sa.Column("reason", _Text, nullable=False, default=""),
    sa.Column("not_disabled", sa.Boolean, nullable=False, default=False),
    sa.Column("with_delete", sa.Boolean, nullable=False, default=False),
    sa.Column("emptied", _Json),
    sa.Column("parent", _Id, nullable=False, default=""),
    # What an unfinished action waits for, once that is worth telling.
    sa.Column("waiting", sa.JSON(none_as_null=True)),
    sa.Index("ix_actions_user", "user_id"),
    sa.Index("ix_actions_parent", "parent"),
    sa.Index(
        "ux_actions_one_unfinished",
        "user_id",
        "lane",
        unique=True,
        sqlite_where=sa.text(_UNFINISHED),
        postgresql_where=sa.text(_UNFINISHED),
    ),
)

operations = sa.Table(
    "operations",
    metadata,
    sa.Column("action_id", _Id, sa.ForeignKey("actions.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("operation", _Json, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("request_id", _Text, nullable=False, default=""),
    sa.Column("detail", _Text, nullable=False, default=""),
    sa.Column("moved_at", Moment),
)

denies = sa.Table(
    "denies",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("user_id", _Id, nullable=False),
    sa.Column("user", _Json, nullable=False),
    sa.Column("policy_id", _Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("by", _Text, nullable=False),
    sa.Column("cover", _Json, nullable=False),
    sa.Column("confirmed", sa.Boolean, nullable=False),
    sa.Column("names", _Json, nullable=False),
    sa.Column("inline", _Json, nullable=False),
    sa.Column("reason", _Text, nullable=False),
    sa.Column("not_disabled", sa.Boolean, nullable=False),
    sa.Column("clear_since", Moment),
    sa.Column("missing", _Text, nullable=False),
    sa.Column("lent", _Json, nullable=False, default=list),
    sa.Column("background", _Json, nullable=False, default=list),
    sa.Column("lifted_at", Moment),
    sa.Column("lifted_by", _Text),
    sa.Index(
        "ux_denies_one_in_force",
        "user_id",
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    ),
)

# What a deny policy held while nobody was denied, and what a permission set's inline policy was before our first deny.
deny_policies = sa.Table(
    "deny_policies",
    metadata,
    # AWS allows 130 characters (Organizations API reference, PolicyId).
    sa.Column("policy_id", sa.String(255), primary_key=True),
    sa.Column("placeholder", _Text, nullable=False),
)
inline_policies = sa.Table(
    "inline_policies",
    metadata,
    sa.Column("permission_set_arn", sa.String(255), primary_key=True),
    sa.Column("former", _Text, nullable=False),
    sa.Column("written", _Text, nullable=False),
)

# Permission sets that nobody is assigned, and since when that is known.
unused_sets = sa.Table(
    "unused_sets",
    metadata,
    sa.Column("permission_set_arn", sa.String(255), primary_key=True),
    sa.Column("since", Moment, nullable=False),
)

dialogs = sa.Table(
    "dialogs",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("by", _Text, nullable=False),
    sa.Column("channel", _Text, nullable=False),
    sa.Column("response_url", _Text, nullable=False),
    sa.Column("view_id", _Text, nullable=False),
    sa.Column("case_id", _Id),
    sa.Column("user_id", _Text, nullable=False),
    sa.Column("query", _Text, nullable=False),
    sa.Column("user", _Json),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("admin", sa.Boolean, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(255), nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("ref", _Id, nullable=False),
    sa.Column("case_id", _Id),
    sa.Column("asker", _Json),
    sa.Column("text", _Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    # When it was drawn last, where it stands, which version of its subject is to be shown, and which it shows.
    sa.Column("posted_at", Moment),
    sa.Column("channel", _Text),
    sa.Column("ts", _Text),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("shown_version", sa.Integer, nullable=False, default=0),
    sa.Index("ix_messages_waiting", "posted_at", "seq"),
    sa.Index("ix_messages_subject", "kind", "ref"),
)

# What the messages were last drawn with: when settings change what they show, they are drawn again.
drawn_with = sa.Table("drawn_with", metadata, sa.Column("fingerprint", _Text, primary_key=True))

# What one process learned and the next one can use, by name.
remembered = sa.Table(
    "remembered",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", _Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

summaries = sa.Table(
    "summaries",
    metadata,
    sa.Column("id", sa.String(255), primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", _Text, nullable=False),
    sa.Column("what", _Text, nullable=False),
    sa.Column("subject", _Text, nullable=False),
    sa.Column("verdict", sa.String(32), nullable=False),
    sa.Column("reason", _Text, nullable=False),
    # SHA-256 over the entry and the hash before it: a changed or removed entry breaks the chain.
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
)

versions = sa.Table("leaverbot_schema", metadata, sa.Column("version", sa.Integer, primary_key=True))
