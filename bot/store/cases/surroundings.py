"""What is stored around a case, read in one transaction."""

from collections.abc import Mapping

import sqlalchemy as sa

from bot.core.actions import UNFINISHED, Action
from bot.core.cases import Case
from bot.core.kinds import KINDS, Kind, Lane, occupied
from bot.ports import Surroundings
from bot.store.actions.rows import with_operations
from bot.store.database.connection import Database
from bot.store.database.schema import actions, cases
from bot.store.denies import deny_in_force

# Made once, with values given apart.
_NEWEST_CASE = (
    sa.select(cases.c.id).where(cases.c.user_id == sa.bindparam("user_id")).order_by(cases.c.opened_at.desc()).limit(1)
)
_LANES = sa.select(actions.c.lane, actions.c.parked_since).where(
    actions.c.user_id == sa.bindparam("user_id"), actions.c.state.in_(UNFINISHED)
)


class SurroundingsTable:
    """The part of `ports.CaseStore` that looks at actions and denies, too."""

    _db: Database

    def around(self, case: Case) -> Surroundings:
        user_id = case.user.id
        with self._db.transaction(reads=True) as connection:
            newest = connection.execute(_NEWEST_CASE, {"user_id": user_id}).scalar()
            return Surroundings(
                superseded=newest is not None and newest != case.id,
                deny=deny_in_force(connection, user_id),
                newest=_newest_actions(connection, case.id),
                busy=_busy(connection, user_id),
            )

    def unfinished_lanes(self, user_id: str) -> frozenset[Lane]:
        with self._db.transaction(reads=True) as connection:
            return _busy(connection, user_id)


def _newest_actions(connection: sa.Connection, case_id: str) -> Mapping[Kind, Action]:
    """A later action of a kind replaces an earlier one."""
    of_case = sa.select(actions.c.id, actions.c.kind).where(
        actions.c.case_id == case_id, actions.c.kind.in_(list(KINDS))
    )
    ids = {row.kind: row.id for row in connection.execute(of_case.order_by(actions.c.asked_at))}
    if not ids:
        return {}
    wanted = sa.select(actions).where(actions.c.id.in_(list(ids.values()))).order_by(actions.c.asked_at.desc())
    found = with_operations(connection, connection.execute(wanted).mappings().all())
    return {action.kind: action for action in found}


def _busy(connection: sa.Connection, user_id: str) -> frozenset[Lane]:
    rows = connection.execute(_LANES, {"user_id": user_id}).all()
    return frozenset(lane for row in rows for lane in occupied(row.lane, parked=row.parked_since is not None))
