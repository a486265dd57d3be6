"""What a scan settles about events: which leavers they missed, and which wanted reads the scan has done."""

from collections.abc import Collection

import sqlalchemy as sa

from bot.core.events.reads import ANYBODY
from bot.core.scan.coverage import Scan
from bot.store.events import counts, users, wanted


def note_scan(connection: sa.Connection, scan: Scan, touched: Collection[str]) -> int:
    """Store what the scan read of users, and settle the reads that were wanted before it began; how many people it
    found disabled that no event had reported.
    """
    missed = users.note(connection, scan, touched, users.SCAN)
    if scan.coverage.user_list_complete and counts.when(connection, counts.LISTED) is None:
        counts.happened(connection, counts.LISTED, scan.coverage.finished_at)
    answers = wanted.Answers(scan, touched)
    wishes = wanted.asked_before(connection, scan)
    answered = {wish: wish.user_id == ANYBODY or answers.has(wish) for wish in wishes}
    wanted.settle(connection, answered, scan.coverage.finished_at)
    return missed
