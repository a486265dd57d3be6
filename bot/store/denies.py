"""Denies, and what was in the policies before them, in the database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.core.access.sessions import long_sessions
from bot.core.deny.placed import InlinePlace, PlacedDeny
from bot.core.rules.askers import rule_asker
from bot.ports import MessageKind, StoredInline
from bot.store import outbox
from bot.store.database.connection import Database
from bot.store.database.schema import denies, deny_policies, inline_policies
from bot.store.rows import columns_of, deny_of

# Made once, with the value given apart.
_IN_FORCE = sa.select(denies).where(denies.c.user_id == sa.bindparam("denied"), denies.c.lifted_at.is_(None))


class DenyTable:
    """Implements `ports.DenyStore`, except for the line."""

    _db: Database

    def place_denies(self, placed: Sequence[PlacedDeny]) -> None:
        with self._db.transaction() as connection:
            for deny in placed:
                known = deny_in_force(connection, deny.user.id)
                if known is None:
                    connection.execute(denies.insert().values(**_values(deny)))
                    continue
                # A person who asks for it again makes the deny of a rule their own.
                theirs = rule_asker(known.by) is not None and rule_asker(deny.by) is None
                merged = replace(
                    deny,
                    id=known.id,
                    since=known.since,
                    by=deny.by if theirs else known.by,
                    reason=deny.reason if theirs else known.reason,
                    not_disabled=known.not_disabled,
                    confirmed=known.confirmed or deny.confirmed,
                    cover=deny.cover or known.cover,
                    clear_since=known.clear_since,
                    enabled_since=None if theirs else known.enabled_since,
                    missing=known.missing,
                    policy_id=deny.policy_id or known.policy_id,
                    names=tuple(dict.fromkeys((*known.names, *deny.names))),
                    long_sessions=long_sessions((), (*known.long_sessions, *deny.long_sessions)),
                    lent=tuple(name for name in known.lent if name not in deny.names),
                    inline=_joined(known.inline, deny.inline),
                )
                connection.execute(denies.update().where(denies.c.id == known.id).values(**_values(merged)))
                outbox.redraw(connection, MessageKind.DENY, [known.id])

    def set_deny(self, deny: PlacedDeny) -> None:
        where = sa.and_(denies.c.id == deny.id, denies.c.lifted_at.is_(None))
        with self._db.transaction() as connection:
            # Whose it is does not change here: somebody may have asked for it again since it was read.
            values = {name: value for name, value in _values(deny).items() if name not in {"by", "reason"}}
            connection.execute(denies.update().where(where).values(**values))
            outbox.redraw(connection, MessageKind.DENY, [deny.id])

    def lift_deny(self, user_id: str, by: str, at: datetime) -> None:
        where = sa.and_(denies.c.user_id == user_id, denies.c.lifted_at.is_(None))
        with self._db.transaction() as connection:
            outbox.redraw_denies(connection, user_id)
            connection.execute(denies.update().where(where).values(lifted_at=at, lifted_by=by))

    def deny(self, user_id: str) -> PlacedDeny | None:
        with self._db.transaction(reads=True) as connection:
            return deny_in_force(connection, user_id)

    def denies(self) -> list[PlacedDeny]:
        wanted = sa.select(denies).where(denies.c.lifted_at.is_(None)).order_by(denies.c.since)
        return [deny_of(row) for row in self._db.rows(wanted)]

    def denies_seen_enabled(self) -> list[PlacedDeny]:
        wanted = sa.select(denies).where(denies.c.lifted_at.is_(None), denies.c.enabled_since.is_not(None))
        return [deny_of(row) for row in self._db.rows(wanted)]

    def told_deny(self, deny_id: str) -> PlacedDeny:
        row = self._db.known(
            sa.select(denies).where(denies.c.id == deny_id), "This emergency deny is not in the database."
        )
        return deny_of(row)

    def placeholder(self, policy_id: str) -> str | None:
        wanted = sa.select(deny_policies.c.placeholder).where(deny_policies.c.policy_id == policy_id)
        return self._db.value(wanted)

    def keep_placeholder(self, policy_id: str, placeholder: str) -> None:
        known = sa.select(deny_policies.c.policy_id).where(deny_policies.c.policy_id == policy_id)
        with self._db.transaction() as connection:
            if connection.execute(known).scalar() is None:
                connection.execute(deny_policies.insert().values(policy_id=policy_id, placeholder=placeholder))

    def inline(self, permission_set_arn: str) -> StoredInline | None:
        wanted = sa.select(inline_policies).where(inline_policies.c.permission_set_arn == permission_set_arn)
        row = self._db.row(wanted)
        return StoredInline(row["former"], row["written"]) if row else None

    def keep_inline(self, permission_set_arn: str, inline: StoredInline | None) -> None:
        with self._db.transaction() as connection:
            where = inline_policies.c.permission_set_arn == permission_set_arn
            connection.execute(inline_policies.delete().where(where))
            if inline:
                values = {"former": inline.former, "written": inline.written}
                connection.execute(inline_policies.insert().values(permission_set_arn=permission_set_arn, **values))


def deny_in_force(connection: sa.Connection, user_id: str) -> PlacedDeny | None:
    row = connection.execute(_IN_FORCE, {"denied": user_id}).mappings().one_or_none()
    return deny_of(row) if row else None


def _joined(known: Sequence[InlinePlace], more: Sequence[InlinePlace]) -> tuple[InlinePlace, ...]:
    """Every permission set of either, each with all its accounts."""
    places: dict[str, InlinePlace] = {}
    for place in (*known, *more):
        arn = place.permission_set_arn
        places[arn] = places[arn].joined(place) if arn in places else place
    return tuple(places.values())


def _values(deny: PlacedDeny) -> dict[str, object]:
    left_out = ("long_sessions", "lifted_at", "lifted_by")
    return columns_of(deny, *left_out, user_id=deny.user.id, background=deny.long_sessions)
