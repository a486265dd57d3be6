"""The people for whom rules are stopped, in the database."""

from datetime import datetime

import sqlalchemy as sa

from bot.core.kinds import LET_RUN, STOP
from bot.core.models import User
from bot.core.rules.facts import Stop
from bot.ports import Verdict
from bot.store import audit
from bot.store.actions.rows import bump
from bot.store.database.connection import Database
from bot.store.database.rule_tables import rule_stops
from bot.store.rules.drawing import redraw_of


class StopTable:
    """Implements the part of `ports.RuleStore` about stops."""

    _db: Database

    def stop_rules(self, user: User, by: str, at: datetime) -> bool:
        with self._db.transaction() as connection:
            if _stop_of(connection, user.id):
                return False
            connection.execute(rule_stops.insert().values(user_id=user.id, by=by, at=at))
            _note(connection, user.id, by, at, str(STOP))
            return True

    def let_rules_run(self, user: User, by: str, at: datetime) -> bool:
        with self._db.transaction() as connection:
            if not _stop_of(connection, user.id):
                return False
            connection.execute(rule_stops.delete().where(rule_stops.c.user_id == user.id))
            _note(connection, user.id, by, at, str(LET_RUN))
            return True

    def rule_stop(self, user_id: str) -> Stop | None:
        with self._db.transaction(reads=True) as connection:
            return _stop_of(connection, user_id)

    def rule_stops(self) -> dict[str, Stop]:
        return {row["user_id"]: Stop(row["by"], row["at"]) for row in self._db.rows(sa.select(rule_stops))}


def _stop_of(connection: sa.Connection, user_id: str) -> Stop | None:
    row = connection.execute(sa.select(rule_stops).where(rule_stops.c.user_id == user_id)).mappings().one_or_none()
    return Stop(row["by"], row["at"]) if row else None


def _note(connection: sa.Connection, user_id: str, by: str, at: datetime, what: str) -> None:
    """Audit it, and have everything that shows it drawn again."""
    audit.append(connection, at, by, what, user_id, Verdict.DONE, "")
    redraw_of(connection, user_id)
    bump(connection, None, user_id)
