"""Messages that wait to be posted, queued in the transaction of what they tell about."""

from datetime import datetime

import sqlalchemy as sa

from bot.ports import Asker, MessageKind, Posted, Waiting
from bot.store.database import Database
from bot.store.rows import asker_json, waiting_of
from bot.store.schema import messages, summaries


class Outbox:
    """The part of `ports.Store` about messages that are posted once, and summaries."""

    _db: Database

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
