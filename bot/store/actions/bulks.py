"""Bulks and their people, in the database."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.actions import ActionState
from bot.core.bulk.bulk import MOVES, Bulk, BulkPerson, BulkState, audited
from bot.core.bulk.next_step import BulkResult, Fate, counts
from bot.core.cases import Case
from bot.core.errors import NotFound
from bot.core.kinds import Kind
from bot.ports import MessageKind, Posted, Verdict
from bot.store import audit, outbox
from bot.store.actions.rows import NOT_PARKED, bump, some
from bot.store.database.bulk_tables import IS_OPEN, bulks, people
from bot.store.database.connection import Database
from bot.store.database.schema import IS_QUEUED, actions, cases, messages
from bot.store.rows import case_of, columns_of, posted_of, value_of

_PERSON = [field.name for field in fields(BulkPerson)]
# The id of the action of a person of a bulk, as `Bulk.action_id` makes it.
_ACTION_ID = people.c.bulk_id + "-" + sa.cast(people.c.number, sa.String)
_RESULTS = (
    sa.select(
        *(people.c[name] for name in _PERSON),
        actions.c.state.label("state"),
        actions.c.parked_until,
        actions.c.message,
        cases.c.channel,
        cases.c.ts,
    )
    .select_from(people.outerjoin(actions, actions.c.id == _ACTION_ID).outerjoin(cases, cases.c.id == people.c.case_id))
    .where(people.c.bulk_id == sa.bindparam("bulk"))
    .order_by(people.c.number)
)


class BulkTable:
    """Implements `ports.BulkStore`."""

    _db: Database

    def add_bulk(self, bulk: Bulk) -> None:
        with self._db.transaction() as connection:
            if connection.execute(sa.select(bulks.c.id).where(bulks.c.id == bulk.id)).scalar() is None:
                connection.execute(bulks.insert().values(**columns_of(bulk, "people")))
                _add_people(connection, bulk)

    def bulk(self, bulk_id: str) -> Bulk:
        with self._db.transaction(reads=True) as connection:
            return _read(connection, bulk_id)

    def plan_bulk(self, bulk: Bulk) -> bool:
        with self._db.transaction() as connection:
            if not _move(connection, bulk.id, BulkState.PREVIEW, plan=bulk.plan):
                return False
            connection.execute(people.delete().where(people.c.bulk_id == bulk.id))
            _add_people(connection, bulk)
        return True

    def show_bulk(self, bulk_id: str, view_id: str) -> None:
        with self._db.transaction() as connection:
            connection.execute(bulks.update().where(bulks.c.id == bulk_id).values(view_id=view_id))

    def begin_bulk(self, bulk: Bulk, at: datetime) -> bool:
        values = {
            "state": BulkState.RUNNING,
            "raises_limit": bulk.raises_limit,
            "dry_run": bulk.dry_run,
            "began_at": at,
        }
        with self._db.transaction() as connection:
            if not _move(connection, bulk.id, BulkState.PREVIEW, **values):
                return False
            seals = [{"of": person.number, "seal": person.seal} for person in bulk.planned]
            connection.execute(
                people.update().where(people.c.bulk_id == bulk.id, people.c.number == sa.bindparam("of")), seals
            )
            outbox.queue(connection, f"bulk:{bulk.id}", MessageKind.BULK, at, ref=bulk.id)
            _note(connection, at, bulk.by, bulk.kind, bulk.id, Verdict.ASKED, _asked_for(bulk))
        return True

    def stop_bulk(self, bulk_id: str, by: str, at: datetime) -> bool:
        values = {"stopped_by": by, "stopped_at": at}
        with self._db.transaction() as connection:
            if not _move(connection, bulk_id, BulkState.RUNNING, state=BulkState.STOPPING, **values):
                return False
            kind = connection.execute(sa.select(bulks.c.kind).where(bulks.c.id == bulk_id)).scalar_one()
            _note(connection, at, by, kind, bulk_id, BulkState.STOPPING, "")
        return True

    def end_bulk(self, bulk_id: str, at: datetime) -> bool:
        ends = [state for state, onwards in MOVES.items() if BulkState.ENDED in onwards]
        with self._db.transaction() as connection:
            if not _move(connection, bulk_id, *ends, state=BulkState.ENDED, ended_at=at):
                return False
            bulk, results = _read(connection, bulk_id), _results(connection, bulk_id)
            found = counts(results)
            told = f"{found.done} done, {found.not_done} not done, {found.left} not begun"
            _note(connection, at, bulk.by, bulk.kind, bulk_id, BulkState.ENDED, told)
            if any(result.fate is not Fate.DONE for result in results):
                outbox.queue(connection, f"bulk-rest:{bulk_id}", MessageKind.BULK_REST, at, ref=bulk_id)
        return True

    def skip_in_bulk(self, bulk_id: str, number: int, why: str) -> None:
        person = sa.and_(people.c.bulk_id == bulk_id, people.c.number == number)
        with self._db.transaction() as connection:
            connection.execute(people.update().where(person).values(why=why))
            redraw_bulk(connection, bulk_id)

    def withdraw_parked(self, bulk_id: str, why: str, at: datetime) -> int:
        values = {"state": ActionState.REFUSED, "message": why, "finished_at": at, **NOT_PARKED}
        of_bulk = sa.select(_ACTION_ID).where(people.c.bulk_id == bulk_id)
        parked = sa.and_(sa.text(IS_QUEUED), actions.c.parked_since.is_not(None), actions.c.id.in_(of_bulk))
        with self._db.transaction() as connection:
            found = connection.execute(sa.select(actions).where(parked)).mappings().all()
            withdrawn = [row for row in found if _withdraw(connection, row["id"], values)]
            for row in withdrawn:
                bump(connection, row["case_id"], row["user_id"])
                audit.append(connection, at, row["by"], str(row["kind"]), row["user_id"], Verdict.REFUSED, why)
            if withdrawn:
                redraw_bulk(connection, bulk_id)
        return len(withdrawn)

    def bulk_with(self, bulk_id: str, user_id: str) -> Bulk:
        with self._db.transaction(reads=True) as connection:
            return _read(connection, bulk_id, people.c.user_id == user_id)

    def open_bulks(self) -> list[Bulk]:
        with self._db.transaction(reads=True) as connection:
            wanted = sa.select(bulks).where(sa.text(IS_OPEN)).order_by(bulks.c.began_at, bulks.c.id)
            return _heads(connection, wanted)

    def bulks(self, most: int) -> list[Bulk]:
        began = sa.select(bulks).where(bulks.c.began_at.is_not(None))
        with self._db.transaction(reads=True) as connection:
            return _heads(connection, began.order_by(bulks.c.began_at.desc(), bulks.c.id).limit(most))

    def bulk_results(self, bulk_id: str) -> list[BulkResult]:
        with self._db.transaction(reads=True) as connection:
            return _results(connection, bulk_id)

    def bulk_message(self, bulk_id: str) -> Posted | None:
        told = sa.and_(messages.c.kind == MessageKind.BULK, messages.c.ref == bulk_id)
        row = self._db.row(sa.select(messages.c.channel, messages.c.ts).where(told))
        return posted_of(row) if row else None

    def newest_cases(self, user_ids: Collection[str]) -> dict[str, Case]:
        found: dict[str, Case] = {}
        with self._db.transaction(reads=True) as connection:
            for names in some(sorted(user_ids)):
                wanted = sa.select(cases).where(cases.c.user_id.in_(names)).order_by(cases.c.opened_at)
                # The newest comes last.
                found |= {row["user_id"]: case_of(row) for row in connection.execute(wanted).mappings()}
        return found


def redraw_bulk(connection: sa.Connection, bulk_id: str) -> None:
    """Have the message of a bulk drawn again, because what it shows has changed."""
    if bulk_id:
        outbox.redraw(connection, MessageKind.BULK, [bulk_id])


def drop_previews(connection: sa.Connection, before: datetime) -> None:
    """Nobody submits those any more that were made before then."""
    old = sa.and_(bulks.c.state == BulkState.PREVIEW, bulks.c.made_at < before)
    connection.execute(people.delete().where(people.c.bulk_id.in_(sa.select(bulks.c.id).where(old))))
    connection.execute(bulks.update().where(old).values(state=BulkState.DROPPED))


def _withdraw(connection: sa.Connection, action_id: str, values: dict[str, Any]) -> bool:
    """Refuse the action if it still waits: whoever begins it changes the same row."""
    same = sa.and_(actions.c.id == action_id, sa.text(IS_QUEUED))
    return connection.execute(actions.update().where(same).values(**values)).rowcount == 1


def _read(connection: sa.Connection, bulk_id: str, *which: sa.ColumnElement[bool]) -> Bulk:
    """The bulk with its people, or with those of them."""
    row = connection.execute(sa.select(bulks).where(bulks.c.id == bulk_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("This bulk action is not in the database.")
    wanted = sa.select(people).where(people.c.bulk_id == bulk_id, *which).order_by(people.c.number)
    found = connection.execute(wanted).mappings()
    return value_of(Bulk, row, people=tuple(value_of(BulkPerson, person) for person in found))


def _heads(connection: sa.Connection, wanted: sa.Select[Any]) -> list[Bulk]:
    """Bulks without their people."""
    return [value_of(Bulk, row, people=()) for row in connection.execute(wanted).mappings()]


def _add_people(connection: sa.Connection, bulk: Bulk) -> None:
    rows = [columns_of(person, bulk_id=bulk.id, user_id=person.user.id) for person in bulk.people]
    if rows:
        connection.execute(people.insert(), rows)


def _results(connection: sa.Connection, bulk_id: str) -> list[BulkResult]:
    return [_result(row) for row in connection.execute(_RESULTS, {"bulk": bulk_id}).mappings()]


def _result(row: sa.RowMapping) -> BulkResult:
    place = (row["channel"] or "", row["ts"] or "")
    return BulkResult(value_of(BulkPerson, row), row["state"], row["parked_until"], row["message"] or "", *place)


def _move(connection: sa.Connection, bulk_id: str, *before: BulkState, **values: Any) -> bool:
    """Change it if it is in one of these states."""
    there = sa.and_(bulks.c.id == bulk_id, bulks.c.state.in_(before))
    moved = connection.execute(bulks.update().where(there).values(**values)).rowcount == 1
    if moved:
        redraw_bulk(connection, bulk_id)
    return moved


def _asked_for(bulk: Bulk) -> str:
    raises = ", above the hourly limit" if bulk.raises_limit else ""
    return f"{bulk.size} people{raises}{f': {bulk.filter_text}' if bulk.filter_text else ''}"


def _note(
    connection: sa.Connection, at: datetime, who: str, kind: Kind, bulk_id: str, verdict: str, reason: str
) -> None:
    audit.append(connection, at, who, audited(kind), bulk_id, str(verdict), reason)
