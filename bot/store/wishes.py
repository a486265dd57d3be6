"""Wishes from terminals, in the database."""

import sqlalchemy as sa

from bot.core.actions import FIRST
from bot.core.terminal.wishes import Wish, WishState
from bot.store.database.connection import Database
from bot.store.database.schema import actions, wishes
from bot.store.rows import columns_of, value_of

OPEN = tuple(state for state in WishState if state.open)


class WishTable:
    """Implements `ports.WishStore`."""

    _db: Database

    def add_wish(self, wish: Wish) -> None:
        with self._db.transaction() as connection:
            connection.execute(wishes.insert().values(**columns_of(wish)))

    def wish(self, wish_id: str) -> Wish:
        row = self._db.known(sa.select(wishes).where(wishes.c.id == wish_id), "This wish is not in the database.")
        return value_of(Wish, row)

    def open_wishes(self) -> list[Wish]:
        wanted = sa.select(wishes).where(wishes.c.state.in_(OPEN)).order_by(wishes.c.asked_at)
        return [value_of(Wish, row) for row in self._db.readable_rows(wanted)]

    def move_wish(self, wish_id: str, state: WishState, *, answer: str = "") -> bool:
        leaving = (WishState.WAITING,) if state in {WishState.TAKEN, WishState.WITHDRAWN} else OPEN
        where = sa.and_(wishes.c.id == wish_id, wishes.c.state.in_(leaving))
        values = {"state": state, "answer": answer}
        with self._db.transaction() as connection:
            moved = connection.execute(wishes.update().where(where).values(**values)).rowcount == 1
            if not state.open and not _to_begin(connection, wish_id):
                forget_proof(connection, wish_id)
            return moved


def _to_begin(connection: sa.Connection, action_id: str) -> bool:
    """Whether this action has not begun yet: until then, who asked for it may have to be proven again."""
    waiting = sa.select(actions.c.id).where(actions.c.id == action_id, actions.c.state == FIRST)
    return connection.execute(waiting).scalar() is not None


def forget_proof(connection: sa.Connection, wish_id: str) -> None:
    """Delete the proof, which is no longer needed. An action has the id of its wish."""
    connection.execute(wishes.update().where(wishes.c.id == wish_id, wishes.c.proof != "").values(proof=""))
