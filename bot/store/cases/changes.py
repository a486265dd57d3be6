"""What a read of people changes about their cases and messages."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.core.actions import UNSETTLED
from bot.core.cases import Case, Change, Closed, CloseReason, Opened, Updated, reconcile
from bot.core.events.reads import EVENTS, ReadAs
from bot.core.kinds import KINDS, TAKING, Lane
from bot.core.models import Grant
from bot.core.scan.coverage import Scan
from bot.ports import MessageKind, Verdict
from bot.store import audit, outbox
from bot.store.cases.digests import show_incidents_of
from bot.store.cases.table import IS_OPEN, add, open_cases, redraw, save
from bot.store.database.schema import actions, cases, changes, user_reads


def changed(connection: sa.Connection, scan: Scan, touched: Collection[str]) -> list[Change]:
    """What the scan, or a read of some users, changes about the cases of all but `touched`."""
    found = reconcile(open_cases(connection), scan)
    return [change for change in found if _user_id(change) not in touched]


def apply(
    connection: sa.Connection,
    found: Sequence[Change],
    scan: Scan,
    found_by: str,
    new_id: Callable[[], str],
) -> None:
    """Store the changes. Each new case has a message of its own, unless `announce_together` or the brake says else."""
    for change in found:
        _apply(connection, change, scan, found_by, new_id())
    known = [change.case.id for change in found if not isinstance(change, Opened)]
    if known:
        show_incidents_of(connection, known)


def new_cases(connection: sa.Connection, found: Sequence[Change]) -> list[str]:
    """The ids of the cases just opened that are to be announced: not of those for whose people the brake is on."""
    users = {change.read.user.id for change in found if isinstance(change, Opened)}
    alone = sa.select(cases.c.id, cases.c.user_id).where(IS_OPEN, cases.c.digest_scan_id.is_(None))
    return [row.id for row in connection.execute(alone) if row.user_id in users] if users else []


def touched_since(connection: sa.Connection, scan: Scan) -> set[str]:
    """Users that an action is changing, or changed after the scan began; and those whom a later read has read."""
    since = scan.coverage.started_at
    wanted = sa.or_(actions.c.finished_at.is_(None), actions.c.finished_at >= since)
    changing = sa.select(actions.c.user_id).where(wanted, actions.c.lane == Lane.ACCESS)
    return {*connection.execute(changing).scalars(), *read_later(connection, scan)}


def read_later(connection: sa.Connection, scan: Scan) -> set[str]:
    """Users whom a read that began while this scan was under way has read, and stored."""
    # A read that claims to have begun after this scan's end was stored with a wrong clock.
    begun = user_reads.c.read_started_at
    later = sa.and_(begun > scan.coverage.started_at, begun <= scan.coverage.finished_at)
    return set(connection.execute(sa.select(user_reads.c.user_id).where(later)).scalars())


def _user_id(change: Change) -> str:
    return change.read.user.id if isinstance(change, Opened) else change.case.user.id


def _apply(connection: sa.Connection, change: Change, scan: Scan, found_by: str, new_id: str) -> None:
    at, who = scan.coverage.finished_at, EVENTS if found_by == EVENTS else "scan"
    if isinstance(change, Opened):
        _open(connection, change.case(new_id, scan, found_by), who)
        _count_anew(connection, change.read.user.id, at, sa.or_(user_reads.c.complete, _had_case(change.read.user.id)))
    elif isinstance(change, Updated):
        _note_change(connection, change.case, change.grants, at, new_id)
        if _came_back(connection, change):
            _count_anew(connection, change.case.user.id, at)
        save(connection, change.becomes(scan))
    else:
        reason, by = _credit(connection, change)
        save(connection, change.becomes(scan, reason, by))
        audit.append(connection, at, who, change.verb, change.case.user.id, Verdict.DONE, reason)


def _had_case(user_id: str) -> sa.Exists:
    """Whether an earlier case of this user is closed; an incomplete read may hide that its access was gone."""
    return sa.exists().where(cases.c.user_id == user_id, cases.c.closed_at.is_not(None))


def _came_back(connection: sa.Connection, change: Updated) -> bool:
    """Whether there is access that was not there before, after an action took some."""
    before = {grant.key for grant in change.case.usable}
    if not any(grant.usable and grant.key not in before for grant in change.grants):
        return False
    taken = sa.and_(actions.c.case_id == change.case.id, actions.c.kind.in_(TAKING), actions.c.started_at.is_not(None))
    return connection.execute(sa.select(actions.c.id).where(taken).limit(1)).scalar() is not None


def _count_anew(connection: sa.Connection, user_id: str, at: datetime, *which: sa.ColumnElement[bool]) -> None:
    """From now on, rules count anew for a leaver who was read before."""
    known = sa.and_(user_reads.c.user_id == user_id, user_reads.c.status == ReadAs.DISABLED, *which)
    connection.execute(user_reads.update().where(known).values(counts_from=at))


def _credit(connection: sa.Connection, change: Closed) -> tuple[CloseReason, str | None]:
    """Why it is closed and by whom: credits an action that was carried out but could not be read back."""
    newest = (
        connection.execute(
            sa.select(actions.c.kind, actions.c.state, actions.c.dry_run, actions.c.by)
            .where(actions.c.case_id == change.case.id, actions.c.lane == Lane.ACCESS)
            .where(actions.c.kind.in_(list(KINDS)))
            .order_by(actions.c.asked_at.desc())
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )
    if newest is None or newest["state"] not in UNSETTLED or newest["dry_run"]:
        return change.reason, None
    if newest["kind"].takes and change.reason is CloseReason.NO_GRANTS:
        return CloseReason.REVOKED, newest["by"]
    if newest["kind"].deletes and change.reason is CloseReason.GONE:
        return CloseReason.DELETED, newest["by"]
    return change.reason, None


def _open(connection: sa.Connection, case: Case, who: str) -> None:
    outbox.redraw_denies(connection, case.user.id)
    # The messages of the same person's closed cases lose their buttons.
    redraw(connection, cases.c.user_id == case.user.id, cases.c.ts.is_not(None))
    add(connection, case)
    audit.append(connection, case.opened_at, who, Opened.verb, case.user.id, Verdict.DONE, f"{len(case.usable)} grants")


def _note_change(connection: sa.Connection, case: Case, grants: tuple[Grant, ...], at: datetime, new_id: str) -> None:
    before, after = {grant.key: grant for grant in case.grants}, {grant.key: grant for grant in grants}
    added = tuple(grant for key, grant in after.items() if key not in before)
    removed = tuple(grant for key, grant in before.items() if key not in after)
    if not added and not removed:
        return
    connection.execute(changes.insert().values(id=new_id, case_id=case.id, at=at, added=added, removed=removed))
    outbox.queue(connection, f"change:{new_id}", MessageKind.CHANGE, at, ref=new_id, case_id=case.id)
