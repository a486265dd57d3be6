"""What rules did, counted: for the summary and the metrics."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.core.actions import UNFINISHED, Action, ActionState
from bot.core.kinds import KINDS, Kind
from bot.core.rules.announcements import AnnouncementState
from bot.ports import RuleTotals
from bot.store.actions.rows import readable_actions
from bot.store.database.connection import Database
from bot.store.database.rule_tables import announcements, rule_stops
from bot.store.database.schema import actions

_BY_RULE = actions.c.id.in_(
    sa.select(announcements.c.action_id).where(announcements.c.state == AnnouncementState.ASKED)
)
_ENDED = sa.and_(_BY_RULE, actions.c.finished_at.is_not(None))


class RuleCounts:
    """Implements the part of `ports.RuleStore` that counts."""

    _db: Database

    def rules_did(self, since: datetime) -> Mapping[tuple[Kind, ActionState], int]:
        known = actions.c.kind.in_(list(KINDS))
        counted = sa.select(actions.c.kind, actions.c.state, sa.func.count()).where(
            _ENDED, known, actions.c.finished_at > since
        )
        with self._db.transaction(reads=True) as connection:
            found = connection.execute(counted.group_by(actions.c.kind, actions.c.state)).all()
        return {(kind, state): count for kind, state, count in found}

    def unfinished_by_rules(self) -> list[Action]:
        unfinished = sa.and_(_BY_RULE, actions.c.state.in_(UNFINISHED), actions.c.kind.in_(list(KINDS)))
        with self._db.transaction(reads=True) as connection:
            return readable_actions(connection, unfinished)[0]

    def rule_totals(self) -> RuleTotals:
        # By name, so that what only a newer version knows is counted too.
        state, kind = (sa.type_coerce(one, sa.String) for one in (announcements.c.state, actions.c.kind))
        waits = announcements.c.state == AnnouncementState.WAITING
        unposted = sa.select(sa.func.min(announcements.c.made_at)).where(waits, announcements.c.posted_at.is_(None))
        did = sa.select(kind, actions.c.state, sa.func.count()).where(_ENDED).group_by(actions.c.kind, actions.c.state)
        with self._db.transaction(reads=True) as connection:
            by_state = connection.execute(sa.select(state, sa.func.count()).group_by(announcements.c.state)).all()
            return RuleTotals(
                announcements={row[0]: row[1] for row in by_state},
                actions={(row[0], str(row[1])): row[2] for row in connection.execute(did)},
                stops=connection.execute(sa.select(sa.func.count()).select_from(rule_stops)).scalar() or 0,
                oldest_unposted=connection.execute(unposted).scalar(),
            )
