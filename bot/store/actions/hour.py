"""Who was changed within the last hour, what waits for a place in it, and an hour that begins anew, in the database."""

from datetime import UTC, datetime

import sqlalchemy as sa

from bot.core.bulk.bulk import bulk_of
from bot.core.kinds import KINDS
from bot.core.leaves.leave import leave_of
from bot.core.rules.askers import rule_asker
from bot.core.rules.limits import HOUR, Claim, Hour, Pool, pool_of
from bot.ports import MessageKind, Verdict
from bot.store import audit, outbox
from bot.store.actions.rows import bump_cases_of
from bot.store.database.connection import Database
from bot.store.database.schema import IS_QUEUED, actions, remembered

# Under which name the newest Go on now is remembered, and is in the audit log.
GO_ON = "go_on"
_LAST = datetime(9999, 1, 1, tzinfo=UTC)
_COUNTED = [kind for kind in KINDS.values() if pool_of(kind)]
_CHANGED = (
    sa.select(actions.c.user_id, actions.c.kind, actions.c.parent, sa.func.max(actions.c.started_at).label("at"))
    .where(actions.c.started_at.between(sa.bindparam("since"), sa.bindparam("until")))
    .where(actions.c.dry_run.is_(False), actions.c.kind.in_(_COUNTED))
    .group_by(actions.c.user_id, actions.c.kind, actions.c.parent)
)
_QUEUED = sa.select(
    actions.c.id,
    actions.c.user_id,
    actions.c.kind,
    actions.c.by,
    actions.c.asked_at,
    actions.c.parked_since,
    actions.c.parent,
).where(sa.text(IS_QUEUED), actions.c.dry_run.is_(False), actions.c.kind.in_(_COUNTED))


class HourTable:
    """Implements `ports.LimitStore`."""

    _db: Database

    def hour(self, at: datetime) -> Hour:
        with self._db.transaction(reads=True) as connection:
            return read_hour(connection, at)

    def park(self, action_id: str, at: datetime, until: datetime) -> None:
        with self._db.transaction() as connection:
            park(connection, action_id, at, until)

    def begin_hour_anew(self, by: str, at: datetime) -> None:
        with self._db.transaction() as connection:
            connection.execute(remembered.delete().where(remembered.c.name == GO_ON))
            connection.execute(remembered.insert().values(name=GO_ON, value=by, at=at))
            audit.append(connection, at, by, GO_ON, "", Verdict.DONE, "")


def read_hour(connection: sa.Connection, at: datetime) -> Hour:
    """The hour up to `at`, or since it began anew."""
    anew = connection.execute(sa.select(remembered.c.at).where(remembered.c.name == GO_ON)).scalar()
    # What began later than now was stored by a clock that was wrong: it counts until an admin begins the hour anew.
    since, until = at - HOUR, _LAST
    # One in the future is of such a clock, too, and would let everything begin.
    if anew and since < anew <= at:
        since, until = anew, at
    changed: dict[Pool, dict[str, datetime]] = {pool: {} for pool in Pool}
    for row in connection.execute(_CHANGED, {"since": since, "until": until}).mappings():
        pool = Pool.CHANGES if row["parent"] else pool_of(row["kind"])
        if pool:
            known = changed[pool].get(row["user_id"], row["at"])
            changed[pool][row["user_id"]] = max(known, row["at"])
    queued = tuple(_claim(row) for row in connection.execute(_QUEUED).mappings())
    return Hour(at, changed, tuple(claim for claim in queued if claim))


def park(connection: sa.Connection, action_id: str, at: datetime, until: datetime) -> None:
    """Note, within the caller's transaction, that a queued action waits, since when, and until about when."""
    mine = sa.and_(actions.c.id == action_id, sa.text(IS_QUEUED))
    since = sa.func.coalesce(actions.c.parked_since, sa.bindparam("at", at, type_=actions.c.parked_since.type))
    parked = connection.execute(actions.update().where(mine).values(parked_since=since, parked_until=until))
    if parked.rowcount:
        bump_cases_of(connection, action_id)
        # The messages of a scheduled leave and of a bulk say what waits, too.
        key = connection.execute(sa.select(actions.c.key).where(actions.c.id == action_id)).scalar_one()
        outbox.redraw(connection, MessageKind.LEAVE, [leave_of(key)])
        outbox.redraw(connection, MessageKind.BULK, [bulk_of(key)])


def _claim(row: sa.RowMapping) -> Claim | None:
    """The place that it waits for; a step of another action needs none."""
    if row["parent"]:
        return None
    pool, by_rule = pool_of(row["kind"]), rule_asker(row["by"]) is not None
    parked = row["parked_since"] is not None
    return Claim(row["id"], row["user_id"], pool, by_rule, row["asked_at"], parked) if pool else None
