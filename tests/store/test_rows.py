"""A database continues both ways: what is stored has the same spelling as before, and what was stored is read."""

from bot.store.store import SqlStore
from tests.store import everything


def test_the_same_rows_are_written_as_before(store: SqlStore) -> None:
    everything.fill(store)
    assert everything.rows(store._db.engine) == everything.kept()


def test_rows_that_were_written_before_are_read(store: SqlStore) -> None:
    everything.fill(store)
    told = everything.told(store)
    everything.put(store._db.engine, everything.kept())
    assert everything.told(store) == told
