"""A database continues both ways: what is stored has the same spelling as before, and what was stored is read."""

from bot.ports import MessageKind
from bot.store.store import SqlStore
from tests.store import everything


def test_the_same_rows_are_written_as_before(store: SqlStore) -> None:
    everything.fill(store)
    assert everything.as_before(everything.rows(store._db.engine)) == everything.as_before(everything.kept())


def test_rows_that_were_written_before_are_read(store: SqlStore) -> None:
    everything.fill(store)
    told = everything.told(store)
    everything.put(store._db.engine, everything.kept())
    assert everything.told(store) == told


def test_what_an_older_version_queued_about_scans_and_summaries_is_read(store: SqlStore) -> None:
    everything.put(store._db.engine, everything.kept())
    queued = [store.message(key) for key in ("scan:scan-2", "scan:scan-3", "summary:summary-1")]
    assert [(one.kind, one.ref, one.asker, one.text) for one in queued if one] == [
        (MessageKind.SCAN, "scan-2", None, ""),
        (MessageKind.SCAN, "scan-3", None, ""),
        (MessageKind.SUMMARY, "summary-1", None, ""),
    ]
    assert store.open_at_summary_before(None) is None
