"""Messages that wait to be posted, queued in the transaction of what they tell about."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.ports import Asker, MessageKind, Posted, Unshown, Waiting
from bot.store.database import Database
from bot.store.rows import asker_json, waiting_of
from bot.store.schema import actions, cases, messages, summaries


class Outbox:
    """The part of `ports.Store` about messages that are posted once, and summaries."""

    _db: Database

    def unshown(self, since: datetime) -> list[Unshown]:
        with self._db.transaction(reads=True) as connection:
            drawn = [_unshown_case(row) for row in connection.execute(_stale_cases(since)).mappings()]
            columns = (messages.c.key, messages.c.kind, messages.c.ref, messages.c.case_id)
            unposted = sa.select(*columns).where(messages.c.posted_at.is_(None)).order_by(messages.c.seq)
            return drawn + [_unshown(row) for row in connection.execute(unposted).mappings()]

    def message(self, key: str) -> Waiting | None:
        wanted = sa.select(messages).where(messages.c.key == key, messages.c.posted_at.is_(None))
        with self._db.transaction(reads=True) as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        return waiting_of(row) if row else None

    def waiting(self) -> list[Waiting]:
        with self._db.transaction(reads=True) as connection:
            unposted = sa.select(messages).where(messages.c.posted_at.is_(None)).order_by(messages.c.seq)
            return [waiting_of(row) for row in connection.execute(unposted).mappings()]

    def posted(self, seq: int, posted: Posted | None, at: datetime) -> None:
        where = {"channel": posted.channel, "ts": posted.ts} if posted else {}
        with self._db.transaction() as connection:
            connection.execute(messages.update().where(messages.c.seq == seq).values(posted_at=at, **where))

    def tell(self, key: str, asker: Asker, text: str, at: datetime) -> None:
        with self._db.transaction() as connection:
            queue(connection, key, MessageKind.TELL, at, asker=asker, text=text)

    def add_summary(self, summary_id: str, at: datetime) -> None:
        with self._db.transaction() as connection:
            known = connection.execute(sa.select(summaries.c.id).where(summaries.c.id == summary_id)).scalar()
            if known is None:
                connection.execute(summaries.insert().values(id=summary_id, at=at))
                queue(connection, f"summary:{summary_id}", MessageKind.SUMMARY, at, ref=summary_id)

    def summary_times(self, summary_id: str | None) -> tuple[datetime | None, datetime | None]:
        with self._db.transaction(reads=True) as connection:
            times = sa.select(summaries.c.at).order_by(summaries.c.at.desc())
            if summary_id is None:
                return connection.execute(times.limit(1)).scalar(), None
            at = connection.execute(sa.select(summaries.c.at).where(summaries.c.id == summary_id)).scalar()
            before = connection.execute(times.where(summaries.c.at < at).limit(1)).scalar() if at else None
            return at, before


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
    values = {"key": key, "kind": str(kind), "ref": ref, "case_id": case_id, "text": text, "created_at": at}
    connection.execute(messages.insert().values(**values, asker=asker_json(asker)))


# What a person who did something looks for: what comes of it. Nobody acted to get the others.
_ASKED = frozenset({MessageKind.REPORT, MessageKind.TELL})


def _stale_cases(since: datetime) -> sa.Select[Any]:
    """Cases whose message is behind; of each only what it takes to put them in order."""
    recent = sa.or_(actions.c.finished_at.is_(None), actions.c.finished_at >= since)
    acted = sa.exists().where(actions.c.user_id == cases.c.user_id, recent)
    # A message of its own for a case of a digest was asked for, too.
    asked = sa.or_(acted, sa.and_(cases.c.digest_scan_id.is_not(None), cases.c.ts.is_(None)))
    columns = (cases.c.id, cases.c.version, cases.c.ts, asked.label("asked"))
    stale = sa.and_(cases.c.shown_version < cases.c.version, cases.c.wants_message)
    return sa.select(*columns).where(stale).order_by(cases.c.opened_at)


def _unshown_case(row: sa.RowMapping) -> Unshown:
    case_id = row["id"]
    posted, asked = row["ts"] is not None, bool(row["asked"])
    return Unshown(f"case:{case_id}", MessageKind.CASE, case_id, row["version"], case_id, posted=posted, asked=asked)


def _unshown(row: sa.RowMapping) -> Unshown:
    kind = MessageKind(row["kind"])
    return Unshown(row["key"], kind, row["ref"], 1, row["case_id"], posted=False, asked=kind in _ASKED)
