"""The tables, as queries see them. The SQL texts in migrations/ create them (see migrate.py)."""

import sqlalchemy as sa

from bot.core.access.sessions import LongSession
from bot.core.access.severity import Severity
from bot.core.actions import UNFINISHED, ActionState, Asker
from bot.core.cases import CaseState, CloseReason
from bot.core.deny.placed import InlinePlace
from bot.core.events.reads import ReadAs
from bot.core.events.subjects import Says
from bot.core.kinds import KINDS, Lane, dialog_named
from bot.core.models import Grant, Orphan, RoleAt, Use, User
from bot.core.plans.operations import Operation, OperationState
from bot.core.scan.coverage import ScanState, ScanStatus
from bot.core.terminal.wishes import WishState
from bot.core.views import DialogState
from bot.core.waiting import Wait
from bot.ports import MessageKind
from bot.store.database.columns import KeptCover, KeptCoverage, Moment, Named, NamedSet, Value

metadata = sa.MetaData()
_Id = sa.String(64)
_Text = sa.Text
_Texts = Value(tuple[str, ...])
_User = Value(User)
_Grants = Value(tuple[Grant, ...])
_Cover = Value(tuple[KeptCover, ...])
_LongSessions = Value(tuple[LongSession, ...])


def one_where(name: str, *columns: str, where: str) -> sa.Index:
    """At most one row for each value of the columns, among the rows that match `where`."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def some_where(name: str, *columns: str, where: str) -> sa.Index:
    """The rows that match `where`, which are few. A query has to say it in the same words."""
    condition = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


IS_QUEUED = "state = 'queued'"

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("user_id", _Id, nullable=False),
    sa.Column("user", _User, nullable=False),
    sa.Column("grants", _Grants, nullable=False),
    # Ids of every account in which any version of the case had a usable grant.
    sa.Column("reached", Value(tuple[RoleAt, ...]), nullable=False),
    sa.Column("severity", Named(Severity), nullable=False),
    sa.Column("state", Named(CaseState), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("found_by", _Text, nullable=False),
    sa.Column("read_at", Moment, nullable=False),
    sa.Column("read_complete", sa.Boolean, nullable=False),
    sa.Column("management_account_id", sa.String(16)),
    sa.Column("caller_account_id", sa.String(16)),
    sa.Column("used", Value(Use, none_as_null=True)),
    # Where sessions may live for days (kind, name, whether that is sure), from all grants any version of the case had.
    sa.Column("background", _LongSessions, nullable=False, default=()),
    sa.Column("closed_at", Moment),
    sa.Column("closed_reason", Named(CloseReason)),
    sa.Column("closed_by", _Text),
    sa.Column("sessions_until", Moment),
    # The message: where it is and which version it shows. In a digest: announced there, no message of its own yet.
    sa.Column("channel", _Text),
    sa.Column("ts", _Text),
    sa.Column("shown_version", sa.Integer, nullable=False, default=0),
    sa.Column("digest_scan_id", _Id),
    sa.Column("wants_message", sa.Boolean, nullable=False, default=True),
    # Who looked into the use of access after the user was disabled.
    sa.Column("reviewed_at", Moment),
    sa.Column("reviewed_by", _Text),
    sa.Index("ix_cases_user", "user_id"),
    sa.Index("ix_cases_digest", "digest_scan_id"),
    one_where("ux_cases_one_open", "user_id", where="state = 'open'"),
)

changes = sa.Table(
    "case_changes",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("case_id", _Id, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("added", _Grants, nullable=False),
    sa.Column("removed", _Grants, nullable=False),
)

scans = sa.Table(
    "scans",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("state", Named(ScanState), nullable=False),
    sa.Column("trigger", sa.String(32), nullable=False),
    sa.Column("askers", Value(tuple[Asker, ...]), nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("status", Named(ScanStatus)),
    sa.Column("coverage", Value(KeptCoverage)),
    # Only kept for the newest scan that read people.
    sa.Column("orphans", Value(tuple[Orphan, ...])),
    sa.Column("workflow_id", _Text, nullable=False, default=""),
    # How many cases it opened and closed.
    sa.Column("opened", sa.Integer),
    sa.Column("closed", sa.Integer),
    one_where("ux_scans_one_running", "state", where="state = 'running'"),
)

_UNFINISHED = ", ".join(f"'{state}'" for state in UNFINISHED)
actions = sa.Table(
    "actions",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("key", sa.String(255), nullable=False, unique=True),
    sa.Column("kind", Named(KINDS.__getitem__), nullable=False),
    # Revoke and delete change access; deny and lift change denies. At most one unfinished action per user and lane. A
    # shut-out has a lane of its own; its steps, actions with it as parent, are in theirs.
    sa.Column("lane", Named(Lane), nullable=False),
    # For a prune, the permission set's ARN.
    sa.Column("user_id", sa.String(255), nullable=False),
    sa.Column("user", _User, nullable=False),
    sa.Column("case_id", _Id, sa.ForeignKey("cases.id")),
    sa.Column("by", _Text, nullable=False),
    sa.Column("channel", _Text, nullable=False),
    sa.Column("response_url", _Text, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("state", Named(ActionState), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("revision", _Text, nullable=False),
    sa.Column("dry_run", sa.Boolean, nullable=False),
    sa.Column("workflow_id", _Text, nullable=False, default=""),
    sa.Column("started_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("message", _Text, nullable=False, default=""),
    sa.Column("remaining", _Grants),
    sa.Column("verified_at", Moment),
    sa.Column("undo", _Texts),
    sa.Column("elsewhere", _Texts),
    sa.Column("cover", _Cover),
    sa.Column("reason", _Text, nullable=False, default=""),
    sa.Column("not_disabled", sa.Boolean, nullable=False, default=False),
    sa.Column("with_delete", sa.Boolean, nullable=False, default=False),
    sa.Column("emptied", Value(tuple[NamedSet, ...])),
    sa.Column("parent", _Id, nullable=False, default=""),
    # What an unfinished action waits for, once people should know.
    sa.Column("waiting", Value(Wait, none_as_null=True)),
    # Since when, and until about when, it waits for a place in the hour.
    sa.Column("parked_since", Moment),
    sa.Column("parked_until", Moment),
    sa.Index("ix_actions_user", "user_id"),
    sa.Index("ix_actions_parent", "parent"),
    sa.Index("ix_actions_started", "started_at"),
    some_where("ix_actions_queued", "asked_at", where=IS_QUEUED),
    one_where("ux_actions_one_unfinished", "user_id", "lane", where=f"state IN ({_UNFINISHED})"),
)

operations = sa.Table(
    "operations",
    metadata,
    sa.Column("action_id", _Id, sa.ForeignKey("actions.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("operation", Value(Operation), nullable=False),
    sa.Column("state", Named(OperationState), nullable=False),
    sa.Column("request_id", _Text, nullable=False, default=""),
    sa.Column("detail", _Text, nullable=False, default=""),
    sa.Column("moved_at", Moment),
)

denies = sa.Table(
    "denies",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("user_id", _Id, nullable=False),
    sa.Column("user", _User, nullable=False),
    sa.Column("policy_id", _Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("by", _Text, nullable=False),
    sa.Column("cover", _Cover, nullable=False),
    sa.Column("confirmed", sa.Boolean, nullable=False),
    sa.Column("names", _Texts, nullable=False),
    sa.Column("inline", Value(tuple[InlinePlace, ...]), nullable=False),
    sa.Column("reason", _Text, nullable=False),
    sa.Column("not_disabled", sa.Boolean, nullable=False),
    sa.Column("clear_since", Moment),
    sa.Column("enabled_since", Moment),
    sa.Column("missing", _Text, nullable=False),
    sa.Column("lent", _Texts, nullable=False, default=()),
    sa.Column("background", _LongSessions, nullable=False, default=()),
    sa.Column("lifted_at", Moment),
    sa.Column("lifted_by", _Text),
    one_where("ux_denies_one_in_force", "user_id", where="lifted_at IS NULL"),
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

# The newest read of everybody who was seen disabled, or whom an event was about.
user_reads = sa.Table(
    "user_reads",
    metadata,
    sa.Column("user_id", _Id, primary_key=True),
    sa.Column("status", Named(ReadAs), nullable=False),
    sa.Column("read_started_at", Moment, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("first_disabled_at", Moment),
    # From when rules count, and when a read first showed the user disabled; "user" as last seen disabled.
    sa.Column("counts_from", Moment),
    sa.Column("turned_at", Moment),
    sa.Column("user", Value(User)),
    sa.Column("group_ids", _Texts, nullable=False),
    # Who found it, where that counts: "event", "scan", or "late" when an event told of it after the scan.
    sa.Column("found_by", sa.String(16), nullable=False, default=""),
)

# Who is to be read because of events; "*" stands for all open leavers.
wanted_reads = sa.Table(
    "wanted_reads",
    metadata,
    sa.Column("user_id", _Id, primary_key=True),
    sa.Column("event_at", Moment, nullable=False),
    sa.Column("says", Named(Says), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
)

# Events, by which a second copy is known; and messages that hold none (`poison`), so that each counts once.
heard_events = sa.Table(
    "heard_events",
    metadata,
    sa.Column("id", sa.String(128), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("poison", sa.Boolean, nullable=False),
    sa.Index("ix_heard_events_at", "at"),
)

event_counts = sa.Table(
    "event_counts",
    metadata,
    # The day in UTC, as 2026-11-28.
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
)

# Permission sets that are not assigned to anybody, and since when that is known.
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
    sa.Column("kind", Named(dialog_named), nullable=False),
    sa.Column("state", Named(DialogState), nullable=False),
    sa.Column("by", _Text, nullable=False),
    sa.Column("channel", _Text, nullable=False),
    sa.Column("response_url", _Text, nullable=False),
    sa.Column("view_id", _Text, nullable=False),
    sa.Column("case_id", _Id),
    sa.Column("user_id", _Text, nullable=False),
    sa.Column("query", _Text, nullable=False),
    sa.Column("user", _User),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("admin", sa.Boolean, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
)

# What people asked for from a terminal, for the process that carries it out (core/terminal/wishes.py).
wishes = sa.Table(
    "wishes",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("what", sa.String(32), nullable=False),
    sa.Column("user", _User, nullable=False),
    sa.Column("os_user", _Text, nullable=False),
    sa.Column("host", _Text, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("reason", _Text, nullable=False),
    sa.Column("not_disabled", sa.Boolean, nullable=False),
    sa.Column("with_delete", sa.Boolean, nullable=False),
    sa.Column("dry_run", sa.Boolean, nullable=False),
    sa.Column("case_id", _Id, nullable=False),
    sa.Column("case_version", sa.Integer, nullable=False),
    sa.Column("proof", _Text, nullable=False),
    sa.Column("state", Named(WishState), nullable=False),
    sa.Column("answer", _Text, nullable=False),
    sa.Index("ix_wishes_state", "state"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(255), nullable=False, unique=True),
    sa.Column("kind", Named(MessageKind), nullable=False),
    sa.Column("ref", _Id, nullable=False),
    sa.Column("case_id", _Id),
    sa.Column("asker", Value(Asker)),
    sa.Column("text", _Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    # When it was last drawn, where it is, which version of its subject to show, and which one it shows.
    sa.Column("posted_at", Moment),
    sa.Column("channel", _Text),
    sa.Column("ts", _Text),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("shown_version", sa.Integer, nullable=False, default=0),
    sa.Index("ix_messages_waiting", "posted_at", "seq"),
    sa.Index("ix_messages_subject", "kind", "ref"),
)

# The settings the messages were last drawn with: when a change affects what they show, they are drawn again.
drawn_with = sa.Table("drawn_with", metadata, sa.Column("fingerprint", _Text, primary_key=True))

# Values that one process learned and the next one can use, by name.
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
    # SHA-256 of the entry and the hash before it: changing or removing an entry breaks the chain.
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
)

versions = sa.Table("leaverbot_schema", metadata, sa.Column("version", sa.Integer, primary_key=True))
