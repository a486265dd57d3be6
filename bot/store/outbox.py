"""Messages, queued and marked outdated in the same transaction as what they tell about."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.access.severity import Severity
from bot.core.actions import Asker
from bot.core.bulk.bulk import KEYS
from bot.core.views import CaseChange, NoticeKind
from bot.ports import MessageKind, Posted, Unshown, Waiting
from bot.store.database.connection import Database
from bot.store.database.schema import actions, cases, changes, denies, messages, summaries
from bot.store.rows import posted_of, value_of, waiting_of
from bot.store.rules.posted import note_posted

# A digest has no version of its own: the sum of its cases' versions changes whenever one of them does, and how many
# have a message of their own, to which it links.
_DIGEST = (
    sa.select(sa.func.sum(cases.c.version) + sa.func.count(cases.c.ts))
    .where(cases.c.digest_scan_id == messages.c.ref)
    .scalar_subquery()
)
_NEWEST = sa.case(
    (messages.c.kind == MessageKind.DIGEST, sa.func.coalesce(_DIGEST, 1)), else_=messages.c.version
).label("newest")
# Made once, with values given apart.
_REDRAW_DENIES = (
    messages.update()
    .where(
        messages.c.kind == MessageKind.DENY,
        messages.c.ref.in_(
            sa.select(denies.c.id).where(denies.c.user_id == sa.bindparam("denied"), denies.c.lifted_at.is_(None))
        ),
    )
    .values(version=messages.c.version + 1)
)
_RANK = sa.case({level: level.rank for level in Severity}, value=cases.c.severity)
_KINDS = {kind.value: kind for kind in MessageKind}
_OUTDATED = messages.c.shown_version < _NEWEST.element


class Outbox:
    """Implements `ports.MessageStore`."""

    _db: Database

    def unshown(self, since: datetime) -> list[Unshown]:
        with self._db.transaction(reads=True) as connection:
            drawn = [_unshown_case(row) for row in connection.execute(_stale_cases(since)).mappings()]
            # By name: a kind that only a newer version knows must not hide the other messages.
            kind = sa.type_coerce(messages.c.kind, sa.String).label("kind")
            columns = (messages.c.key, kind, messages.c.ref, messages.c.case_id, messages.c.ts, _NEWEST)
            outdated = sa.select(*columns).where(_OUTDATED).order_by(messages.c.seq)
            return drawn + [_unshown(row) for row in connection.execute(outdated).mappings()]

    def message(self, key: str) -> Waiting | None:
        wanted = sa.select(messages, _NEWEST).where(messages.c.key == key, _OUTDATED)
        row = self._db.row(wanted)
        return waiting_of(row) if row else None

    def posted(self, seq: int, posted: Posted | None, at: datetime, version: int = 1) -> None:
        place = {"channel": posted.channel, "ts": posted.ts} if posted else {}
        with self._db.transaction() as connection:
            before = connection.execute(sa.select(messages.c.ts).where(messages.c.seq == seq)).scalar()
            shown = messages.update().where(messages.c.seq == seq, messages.c.shown_version < version)
            connection.execute(shown.values(posted_at=at, shown_version=version, **place))
            if posted and posted.ts != before:
                _note_posted(connection, seq, posted, at)

    def deny_message(self, user_id: str) -> tuple[bool, Posted | None]:
        of_user = sa.select(denies.c.id).where(denies.c.user_id == user_id)
        told = sa.select(messages.c.channel, messages.c.ts).where(
            messages.c.kind == MessageKind.DENY, messages.c.ref.in_(of_user)
        )
        row = self._db.row(told.order_by(messages.c.seq.desc()).limit(1))
        return row is not None, posted_of(row) if row else None

    def tell(self, key: str, asker: Asker, text: str, at: datetime) -> None:
        with self._db.transaction() as connection:
            queue(connection, key, MessageKind.TELL, at, asker=asker, text=text)

    def renew_card(self, key: str, asker: Asker, case_id: str, at: datetime) -> None:
        with self._db.transaction() as connection:
            queue(connection, key, MessageKind.CARD, at, asker=asker, ref=case_id)

    def notice(self, key: str, kind: NoticeKind, user_id: str, text: str, at: datetime) -> None:
        newest = sa.select(cases.c.id).where(cases.c.user_id == user_id).order_by(cases.c.opened_at.desc()).limit(1)
        with self._db.transaction() as connection:
            case_id = connection.execute(newest).scalar()
            ref = f"{kind}:{user_id}"
            queue(connection, key, MessageKind.NOTICE, at, ref=ref, case_id=case_id, text=text)

    def change(self, ref: str) -> CaseChange:
        row = self._db.known(sa.select(changes).where(changes.c.id == ref), "This change is not in the database.")
        return value_of(CaseChange, row)

    def add_summary(self, summary_id: str, at: datetime) -> None:
        with self._db.transaction() as connection:
            known = connection.execute(sa.select(summaries.c.id).where(summaries.c.id == summary_id)).scalar()
            if known is None:
                connection.execute(summaries.insert().values(id=summary_id, at=at))
                key, text = _summary_key(summary_id), _open_now(connection)
                queue(connection, key, MessageKind.SUMMARY, at, ref=summary_id, text=text)

    def summary_times(self, summary_id: str | None) -> tuple[datetime | None, datetime | None]:
        with self._db.transaction(reads=True) as connection:
            times = sa.select(summaries.c.at).order_by(summaries.c.at.desc())
            if summary_id is None:
                return connection.execute(times.limit(1)).scalar(), None
            at = connection.execute(sa.select(summaries.c.at).where(summaries.c.id == summary_id)).scalar()
            before = connection.execute(times.where(summaries.c.at < at).limit(1)).scalar() if at else None
            return at, before

    def open_at_summary_before(self, summary_id: str | None) -> Mapping[Severity, int] | None:
        at, before = self.summary_times(summary_id)
        wanted = at if summary_id is None else before
        found = sa.select(summaries.c.id).where(summaries.c.at == wanted).order_by(summaries.c.id).limit(1)
        made = self._db.value(found) if wanted else None
        told = self._db.value(sa.select(messages.c.text).where(messages.c.key == _summary_key(made))) if made else ""
        return {level: json.loads(told).get(level, 0) for level in Severity} if told else None

    def summary_thread(self) -> Posted | None:
        posted = sa.and_(messages.c.kind == MessageKind.SUMMARY, messages.c.ts.is_not(None))
        places = sa.select(messages.c.channel, messages.c.ts).where(posted)
        row = self._db.row(places.order_by(messages.c.seq.desc()).limit(1))
        return posted_of(row) if row else None


def _summary_key(summary_id: str) -> str:
    return f"summary:{summary_id}"


def _open_now(connection: sa.Connection) -> str:
    """How many cases are open, by severity, as JSON."""
    counted = sa.select(cases.c.severity, sa.func.count()).where(cases.c.closed_at.is_(None)).group_by(cases.c.severity)
    return json.dumps({str(row[0]): row[1] for row in connection.execute(counted)})


def _note_posted(connection: sa.Connection, seq: int, posted: Posted, at: datetime) -> None:
    """What a message says stands in Slack now; of an announcement, that is stored."""
    ruled = sa.and_(messages.c.seq == seq, messages.c.kind == MessageKind.RULE)
    announcement_id = connection.execute(sa.select(messages.c.ref).where(ruled)).scalar()
    if announcement_id:
        note_posted(connection, announcement_id, posted, at)


def queue(
    connection: sa.Connection,
    key: str,
    kind: MessageKind,
    at: datetime,
    *,
    ref: str = "",
    case_id: str | None = None,
    asker: Asker | None = None,
    text: str = "",
) -> None:
    """Add a message within the caller's transaction; the same key again does nothing."""
    if connection.execute(sa.select(messages.c.seq).where(messages.c.key == key)).scalar() is not None:
        return
    values = {"key": key, "kind": kind, "ref": ref, "case_id": case_id, "text": text, "created_at": at}
    connection.execute(messages.insert().values(**values, asker=asker))


def redraw(connection: sa.Connection, kind: MessageKind, refs: Collection[str]) -> None:
    """Have the messages of this kind about these subjects drawn again, because what they show has changed."""
    outdated = messages.update().where(messages.c.kind == kind, messages.c.ref.in_(refs))
    connection.execute(outdated.values(version=messages.c.version + 1))


def redraw_denies(connection: sa.Connection, user_id: str) -> None:
    """Have the message about this user's deny in force drawn again, because what it shows has changed."""
    connection.execute(_REDRAW_DENIES, {"denied": user_id})


# The messages that somebody who did something is waiting for. Nobody acted to get the others.
_ASKED = frozenset(
    {
        MessageKind.REPORT,
        MessageKind.TELL,
        MessageKind.CARD,
        MessageKind.SCAN,
        MessageKind.DENY,
        MessageKind.LEAVE,
        MessageKind.BULK,
        MessageKind.BULK_REST,
    }
)


def _stale_cases(since: datetime) -> sa.Select[Any]:
    """Cases whose message is behind, with only the columns needed to sort them."""
    recent = sa.or_(actions.c.finished_at.is_(None), actions.c.finished_at >= since)
    # Whoever asked for a bulk looks at its own message, and one person's result must not wait behind its hundreds.
    alone = sa.not_(actions.c.key.startswith(KEYS))
    acted = sa.exists().where(actions.c.user_id == cases.c.user_id, recent, alone)
    # Of a digest only the cases that matter most have a message of their own, and those that somebody asked about.
    asked = sa.or_(acted, sa.and_(cases.c.digest_scan_id.is_not(None), cases.c.ts.is_(None)))
    columns = (cases.c.id, cases.c.version, cases.c.ts, asked.label("asked"))
    stale = sa.and_(cases.c.shown_version < cases.c.version, cases.c.wants_message)
    return sa.select(*columns).where(stale).order_by(cases.c.opened_at, cases.c.used.is_(None), _RANK)


def _unshown_case(row: sa.RowMapping) -> Unshown:
    case_id = row["id"]
    posted, asked = row["ts"] is not None, bool(row["asked"])
    return Unshown(f"case:{case_id}", MessageKind.CASE, case_id, row["version"], case_id, posted=posted, asked=asked)


def _unshown(row: sa.RowMapping) -> Unshown:
    kind = _KINDS.get(row["kind"], MessageKind.UNKNOWN)
    posted = row["ts"] is not None
    # An announcement that stands is drawn again because somebody pressed its button, or because it acts.
    asked = kind in _ASKED or (posted and kind is MessageKind.RULE)
    return Unshown(row["key"], kind, row["ref"], row["newest"], row["case_id"], posted=posted, asked=asked)
