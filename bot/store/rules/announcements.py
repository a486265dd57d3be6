"""Announcements of rules in the database."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.core.actions import Action
from bot.core.kinds import KINDS
from bot.core.rules.announcements import Announcement, AnnouncementState
from bot.ports import MessageKind, Verdict
from bot.store import audit, outbox
from bot.store.actions.rows import bump
from bot.store.actions.table import add
from bot.store.database.connection import Database
from bot.store.database.rule_tables import announcements, rule_stops
from bot.store.rows import columns_of, value_of

_WAITS = announcements.c.state == AnnouncementState.WAITING


class AnnouncementTable:
    """Implements the part of `ports.RuleStore` about announcements."""

    _db: Database

    def announce(self, announcement: Announcement, by: str, *, replaces: str = "") -> bool:
        with self._db.transaction() as connection:
            user, kind = announcement.user, announcement.kind
            same = sa.and_(_WAITS, announcements.c.user_id == user.id, announcements.c.kind == kind)
            row = connection.execute(sa.select(announcements).where(same)).mappings().one_or_none()
            if row and row["id"] != replaces:
                return False
            if row:
                _change(connection, value_of(Announcement, row), state=AnnouncementState.OVER)
            connection.execute(announcements.insert().values(columns_of(announcement, user_id=user.id)))
            _queue(connection, announcement)
            bump(connection, None, user.id)
            _note(connection, announcement, announcement.made_at, by, Verdict.ANNOUNCED, announcement.rule)
            return True

    def announcement(self, announcement_id: str) -> Announcement:
        wanted = sa.select(announcements).where(announcements.c.id == announcement_id)
        return value_of(Announcement, self._db.known(wanted, "This announcement is not in the database."))

    def announcement_of(self, action_id: str) -> Announcement | None:
        asked = sa.and_(announcements.c.action_id == action_id, announcements.c.state == AnnouncementState.ASKED)
        row = self._db.row(sa.select(announcements).where(asked).limit(1)) if action_id else None
        return value_of(Announcement, row) if row else None

    def waiting_announcements(self) -> Sequence[Announcement]:
        waiting = sa.select(announcements).where(_WAITS, announcements.c.kind.in_(list(KINDS)))
        found = [value_of(Announcement, row) for row in self._db.readable_rows(waiting)]
        return sorted(found, key=lambda one: (one.made_at, one.id))

    def set_acts_at(self, announcement_id: str, at: datetime) -> None:
        with self._db.transaction() as connection:
            one = _waiting(connection, announcement_id)
            if one:
                _change(connection, one, acts_at=at)

    def set_waits_for(self, announcement_id: str, why: str) -> None:
        with self._db.transaction() as connection:
            one = _waiting(connection, announcement_id)
            if one and one.waits_for != why:
                _change(connection, one, waits_for=why)

    def end_announcement(self, announcement_id: str, why: str, at: datetime, by: str) -> None:
        with self._db.transaction() as connection:
            one = _waiting(connection, announcement_id)
            if one:
                _change(connection, one, state=AnnouncementState.OVER)
                _note(connection, one, at, by, Verdict.OVER, why)

    def add_announced_action(self, announcement_id: str, action: Action) -> Action | None:
        try:
            with self._db.transaction() as connection:
                return _ask(connection, announcement_id, action)
        except IntegrityError:
            # Somebody pressed at the same moment, and was first.
            with self._db.transaction() as connection:
                return _ask(connection, announcement_id, action)


def _queue(connection: sa.Connection, one: Announcement) -> None:
    key, case_id = f"rule:{one.id}", one.case_id or None
    outbox.queue(connection, key, MessageKind.RULE, one.made_at, ref=one.id, case_id=case_id)


def _waiting(connection: sa.Connection, announcement_id: str) -> Announcement | None:
    wanted = sa.select(announcements).where(announcements.c.id == announcement_id, _WAITS)
    row = connection.execute(wanted).mappings().one_or_none()
    return value_of(Announcement, row) if row else None


def _change(connection: sa.Connection, one: Announcement, **values: object) -> None:
    """Change it, and have its message and the alert drawn again."""
    more = {**values, "version": announcements.c.version + 1}
    connection.execute(announcements.update().where(announcements.c.id == one.id).values(more))
    outbox.redraw(connection, MessageKind.RULE, [one.id])
    bump(connection, None, one.user.id)


def _ask(connection: sa.Connection, announcement_id: str, action: Action) -> Action | None:
    one = _waiting(connection, announcement_id)
    stopped = sa.select(rule_stops.c.user_id).where(rule_stops.c.user_id == action.user.id)
    if one is None or one.posted_at is None or (one.user.id, one.kind) != (action.user.id, action.kind):
        return None
    if connection.execute(stopped).scalar():
        return None
    stored = add(connection, action)
    _change(connection, one, state=AnnouncementState.ASKED, action_id=stored.id)
    return stored


def _note(connection: sa.Connection, one: Announcement, at: datetime, by: str, verdict: Verdict, why: str) -> None:
    audit.append(connection, at, by, str(one.kind), one.user.id, verdict, why)
