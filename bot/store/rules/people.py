"""What rules know of disabled people, read from all the tables it is in."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from bot.core.actions import UNFINISHED
from bot.core.events.reads import ReadAs, UserRead
from bot.core.kinds import KINDS, OCCUPIES, Kind, Lane
from bot.core.rules.announcements import Announcement, AnnouncementState
from bot.core.rules.facts import LastAction, OpenCase, Person, Stop
from bot.store.cases.table import IS_OPEN
from bot.store.database.connection import Database
from bot.store.database.rule_tables import announcements, held_people, holds, rule_stops
from bot.store.database.schema import actions, cases, denies, user_reads
from bot.store.rows import value_of

_READ = [
    column for column in user_reads.c if column.name in UserRead.__dataclass_fields__ and column.name != "group_ids"
]


class PeopleTable:
    """Implements the part of `ports.RuleStore` about the people whom rules are about."""

    _db: Database

    def disabled_people(self, user_id: str = "") -> list[Person]:
        with self._db.transaction(reads=True) as connection:
            return _People(connection, user_id).all()


class _People:
    """All disabled people, or one: a handful of queries, however many there are."""

    def __init__(self, connection: sa.Connection, user_id: str) -> None:
        self._connection, self._user_id = connection, user_id

    def all(self) -> list[Person]:
        disabled = sa.select(*_READ).where(user_reads.c.status == ReadAs.DISABLED)
        reads = [value_of(UserRead, row, group_ids=()) for row in self._rows(disabled, user_reads.c.user_id)]
        if not reads:
            return []
        found, denied, busy = self._cases(), self._denied(), self._busy()
        stops, held, waiting, last = self._stops(), self._held(), self._waiting(), self._last()
        return [
            Person(
                read=read,
                case=found.get(read.user_id),
                denied=read.user_id in denied,
                busy=busy.get(read.user_id, frozenset()),
                stop=stops.get(read.user_id),
                held=read.user_id in held,
                waiting=waiting.get(read.user_id, {}),
                last=last.get(read.user_id, {}),
            )
            for read in reads
        ]

    def _rows(self, query: sa.Select[Any], user_id: sa.ColumnElement[str]) -> Iterator[sa.RowMapping]:
        wanted = query.where(user_id == self._user_id) if self._user_id else query
        return iter(self._connection.execute(wanted).mappings())

    def _cases(self) -> dict[str, OpenCase]:
        incident = cases.c.used.is_not(None).label("incident")
        found = sa.select(cases.c.id, cases.c.user_id, cases.c.severity, incident).where(IS_OPEN)
        rows = self._rows(found, cases.c.user_id)
        return {row["user_id"]: OpenCase(row["id"], row["severity"], bool(row["incident"])) for row in rows}

    def _denied(self) -> set[str]:
        in_force = sa.select(denies.c.user_id).where(denies.c.lifted_at.is_(None))
        return {row["user_id"] for row in self._rows(in_force, denies.c.user_id)}

    def _busy(self) -> dict[str, frozenset[Lane]]:
        unfinished = sa.select(actions.c.user_id, actions.c.lane).where(actions.c.state.in_(UNFINISHED))
        found: dict[str, frozenset[Lane]] = {}
        for row in self._rows(unfinished, actions.c.user_id):
            found[row["user_id"]] = found.get(row["user_id"], frozenset()) | OCCUPIES[row["lane"]]
        return found

    def _stops(self) -> dict[str, Stop]:
        rows = self._rows(sa.select(rule_stops), rule_stops.c.user_id)
        return {row["user_id"]: Stop(row["by"], row["at"]) for row in rows}

    def _held(self) -> set[str]:
        held = sa.select(held_people.c.user_id).join(holds, holds.c.id == held_people.c.hold_id)
        return {row["user_id"] for row in self._rows(held.where(holds.c.accepted_at.is_(None)), held_people.c.user_id)}

    def _waiting(self) -> dict[str, dict[Kind, Announcement]]:
        waiting = sa.select(announcements).where(
            announcements.c.state == AnnouncementState.WAITING, announcements.c.kind.in_(list(KINDS))
        )
        found: defaultdict[str, dict[Kind, Announcement]] = defaultdict(dict)
        for row in self._rows(waiting, announcements.c.user_id):
            found[row["user_id"]][row["kind"]] = value_of(Announcement, row)
        return found

    def _last(self) -> dict[str, dict[Kind, LastAction]]:
        """The newest action of each kind that a rule asked for."""
        columns = (announcements.c.user_id, announcements.c.kind, announcements.c.counts_from, announcements.c.case_id)
        disabled = sa.select(user_reads.c.user_id).where(user_reads.c.status == ReadAs.DISABLED)
        asked = (
            sa.select(*columns, actions.c.id, actions.c.state, actions.c.finished_at, actions.c.dry_run)
            .join(actions, actions.c.id == announcements.c.action_id)
            .where(announcements.c.state == AnnouncementState.ASKED, announcements.c.kind.in_(list(KINDS)))
            .where(announcements.c.user_id.in_(disabled))
            .order_by(announcements.c.made_at)
        )
        found: defaultdict[str, dict[Kind, LastAction]] = defaultdict(dict)
        for row in self._rows(asked, announcements.c.user_id):
            found[row["user_id"]][row["kind"]] = value_of(LastAction, row)
        return found
