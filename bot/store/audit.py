"""The audit log: append-only, each entry chained to the previous one by its hash."""

import hashlib
import json
from datetime import datetime

import sqlalchemy as sa

from bot.store.database.schema import audit

GENESIS = "0" * 64
NEWEST = sa.select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1)


def append(
    connection: sa.Connection, at: datetime, who: str, what: str, subject: str, verdict: str, reason: str
) -> None:
    """Add an entry within the caller's transaction, so that nothing happens without its entry."""
    before = connection.execute(NEWEST).scalar() or GENESIS
    entry = {"at": at, "who": who, "what": what, "subject": subject, "verdict": verdict, "reason": reason}
    connection.execute(audit.insert(), {**entry, "hash": chained(before, entry)})


def chained(before: str, entry: dict[str, object]) -> str:
    """The hash of an entry that follows one with the hash `before`."""
    at = entry["at"]
    plain = {**entry, "at": at.timestamp() if isinstance(at, datetime) else at}
    return hashlib.sha256((before + json.dumps(plain, sort_keys=True)).encode()).hexdigest()
