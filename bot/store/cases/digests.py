"""Digests in the database: cases that are announced together, and which of them have a message of their own."""

from collections.abc import Callable, Collection
from datetime import datetime

import sqlalchemy as sa

from bot.core.access.severity import Severity
from bot.core.cases import Case
from bot.core.lists.digests import announced_alone, incidents_alone
from bot.ports import MessageKind
from bot.store import outbox
from bot.store.database.connection import Database
from bot.store.database.schema import cases
from bot.store.rows import case_of

# Given the cases and the ids of those with a message of their own: the ids of those that get one now.
_Choose = Callable[[Collection[Case], Collection[str]], Collection[str]]


class DigestTable:
    """The part of `ports.CaseStore` about digests."""

    _db: Database

    def digest_cases(self, digest: str) -> list[Case]:
        return [case_of(row) for row in self._db.rows(sa.select(cases).where(cases.c.digest_scan_id == digest))]


def announce_together(
    connection: sa.Connection, case_ids: Collection[str], digest: str, at: datetime, *, text: str = ""
) -> None:
    """Announce these cases in one message in place of one each, but for the few that have their own all the same."""
    in_digest = cases.update().where(cases.c.id == sa.bindparam("announced"))
    values = [{"announced": case_id} for case_id in case_ids]
    connection.execute(in_digest.values(digest_scan_id=digest, wants_message=False), values)
    announce(connection, digest, at, text=text)


def announce(connection: sa.Connection, digest: str, at: datetime, *, text: str = "") -> None:
    """Post the digest of the cases that are in it."""
    outbox.queue(connection, f"digest:{digest}", MessageKind.DIGEST, at, ref=digest, text=text)
    worth = sa.or_(cases.c.used.is_not(None), cases.c.severity == Severity.CRITICAL)
    _give_messages(connection, digest, worth, announced_alone)


def show_incidents(connection: sa.Connection, digest: str) -> None:
    """Give incidents that nobody has reviewed a message of their own, a few at a time: a digest has no Reviewed."""
    unreviewed = sa.and_(cases.c.used.is_not(None), cases.c.reviewed_at.is_(None))
    _give_messages(connection, digest, unreviewed, incidents_alone)


def show_incidents_of(connection: sa.Connection, case_ids: Collection[str]) -> None:
    """The same for every digest in which one of these cases is."""
    theirs = sa.select(cases.c.digest_scan_id).where(cases.c.id.in_(case_ids), cases.c.digest_scan_id.is_not(None))
    for digest in connection.execute(theirs.distinct()).scalars().all():
        show_incidents(connection, digest)


def _give_messages(connection: sa.Connection, digest: str, which: sa.ColumnElement[bool], choose: _Choose) -> None:
    rows = connection.execute(sa.select(cases).where(cases.c.digest_scan_id == digest, which)).mappings().all()
    alone = {row["id"] for row in rows if row["wants_message"]}
    chosen = choose([case_of(row) for row in rows], alone)
    if chosen:
        connection.execute(cases.update().where(cases.c.id.in_(chosen)).values(wants_message=True))
