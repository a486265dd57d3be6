"""What is stored about one person, collected from every table about people."""

import sqlalchemy as sa

from bot.core.history import AuditEntry, Notice, Records
from bot.core.kinds import KINDS, LET_RUN, STOP
from bot.core.leaves.leave import Leave
from bot.core.models import User
from bot.core.rules.brake import Brake
from bot.core.views import CaseChange
from bot.ports import MessageKind, Verdict
from bot.store.actions.rows import readable_actions
from bot.store.database.connection import Database
from bot.store.database.leave_tables import leaves
from bot.store.database.rule_tables import braked_people, brakes
from bot.store.database.schema import actions, audit, cases, changes, denies, messages, user_reads
from bot.store.rows import case_of, value_of

# Kinds about people; the others are about permission sets.
_ON_PEOPLE = [kind for kind in KINDS.values() if kind.on_user]
# What rules announced, and notes about them.
_OF_RULES = sa.or_(
    audit.c.verdict.in_([Verdict.ANNOUNCED, Verdict.OVER]),
    sa.and_(audit.c.what.in_([str(STOP), str(LET_RUN)]), audit.c.verdict == Verdict.DONE),
)


class HistoryTable:
    """Implements `ports.HistoryStore`."""

    _db: Database

    def people(self) -> list[User]:
        told = (
            sa.select(actions.c.user, actions.c.asked_at.label("at")).where(actions.c.kind.in_(_ON_PEOPLE)),
            sa.select(denies.c.user, denies.c.since.label("at")),
            sa.select(cases.c.user, cases.c.read_at.label("at")),
            sa.select(leaves.c.user, leaves.c.scheduled_at.label("at")),
            sa.select(user_reads.c.user, user_reads.c.read_started_at.label("at")).where(
                user_reads.c.user.is_not(None)
            ),
        )
        rows = [row for one in told for row in self._db.readable_rows(one)]
        newest = {row["user"].id: row["user"] for row in sorted(rows, key=lambda row: row["at"])}
        return list(newest.values())

    def records(self, user_id: str) -> Records:
        of_user, of_kinds = actions.c.user_id == user_id, actions.c.kind.in_(list(KINDS))
        ids = sa.select(cases.c.id).where(cases.c.user_id == user_id)
        with self._db.transaction(reads=True) as connection:
            stored = sa.select(cases).where(cases.c.user_id == user_id).order_by(cases.c.opened_at)
            changed = sa.select(changes).where(changes.c.case_id.in_(ids)).order_by(changes.c.at)
            refused = sa.select(audit).where(audit.c.subject == user_id, audit.c.verdict == Verdict.REFUSED)
            ruled = sa.select(audit).where(audit.c.subject == user_id, _OF_RULES).order_by(audit.c.seq)
            told = sa.select(messages.c.created_at.label("at"), messages.c.text).where(
                messages.c.kind == MessageKind.NOTICE, messages.c.ref.endswith(f":{user_id}", autoescape=True)
            )
            scheduled = sa.select(leaves).where(leaves.c.user_id == user_id).order_by(leaves.c.scheduled_at)
            mine = sa.select(braked_people.c.brake_id).where(braked_people.c.user_id == user_id)
            braked = sa.select(brakes).where(brakes.c.id.in_(mine)).order_by(brakes.c.engaged_at)
            return Records(
                cases=tuple(case_of(row) for row in connection.execute(stored).mappings()),
                changes=tuple(value_of(CaseChange, row) for row in connection.execute(changed).mappings()),
                actions=tuple(readable_actions(connection, sa.and_(of_user, of_kinds))[0]),
                refusals=tuple(
                    value_of(AuditEntry, row) for row in connection.execute(refused.order_by(audit.c.seq)).mappings()
                ),
                leaves=tuple(value_of(Leave, row) for row in connection.execute(scheduled).mappings()),
                notices=tuple(
                    value_of(Notice, row) for row in connection.execute(told.order_by(messages.c.seq)).mappings()
                ),
                rules=tuple(value_of(AuditEntry, row) for row in connection.execute(ruled).mappings()),
                brakes=tuple(value_of(Brake, row) for row in connection.execute(braked).mappings()),
            )
