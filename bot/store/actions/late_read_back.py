"""What a scan tells about actions that took access, and whose outcome could not be read back when they ended."""

from collections.abc import Collection

import sqlalchemy as sa

from bot.core.access.person_read import PersonRead
from bot.core.actions import UNSETTLED
from bot.core.bulk.bulk import bulk_of
from bot.core.kinds import TAKING
from bot.core.plans.plan import read_back, settled
from bot.core.scan.coverage import Scan
from bot.ports import MessageKind
from bot.store import audit, outbox
from bot.store.cases.table import redraw
from bot.store.database.schema import actions, cases, operations
from bot.store.rows import operation_of

READ_BACK = "Read back by a later scan."


def note_reads(connection: sa.Connection, scan: Scan, touched: Collection[str]) -> None:
    """Correct each such action that ended before this scan began and was not read back, and report it again."""
    reads = {read.user.id: read for read in scan.people if read.user.id not in touched}
    unread = sa.select(actions).where(
        actions.c.kind.in_(TAKING),
        actions.c.state.in_(UNSETTLED),
        actions.c.verified_at.is_(None),
        actions.c.dry_run.is_(False),
        actions.c.finished_at < scan.coverage.started_at,
    )
    for row in connection.execute(unread).mappings().all():
        if row["user_id"] in reads:
            _note(connection, row, reads[row["user_id"]], scan)


def _note(connection: sa.Connection, row: sa.RowMapping, read: PersonRead, scan: Scan) -> None:
    at = scan.coverage.finished_at
    of_it = sa.select(operations).where(operations.c.action_id == row["id"])
    for op in map(operation_of, connection.execute(of_it).mappings().all()):
        found = read_back(op, read)
        if (found.state, found.detail) != (op.state, op.detail):
            same = sa.and_(operations.c.action_id == row["id"], operations.c.seq == op.seq)
            values = {"state": found.state, "detail": found.detail, "moved_at": at}
            connection.execute(operations.update().where(same).values(**values))
    state = settled(read)
    values = {"state": state, "message": READ_BACK, "remaining": read.grants, "verified_at": at}
    connection.execute(actions.update().where(actions.c.id == row["id"]).values(**values))
    redraw(connection, cases.c.id == row["case_id"])
    bulk_id = bulk_of(row["key"])
    if bulk_id:
        outbox.redraw(connection, MessageKind.BULK, [bulk_id])
    elif not row["parent"]:
        key = f"report:{row['id']}:read back"
        outbox.queue(connection, key, MessageKind.REPORT, at, ref=row["id"], case_id=row["case_id"])
    audit.append(connection, at, "scan", str(row["kind"]), row["user_id"], str(state), READ_BACK)
