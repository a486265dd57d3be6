"""Rows that this version cannot read, as after going back from a newer one: told in a sentence, and in nobody's way."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.core.actions import ActionState, Result
from bot.core.errors import StoreError
from bot.core.kinds import DENY
from bot.core.scan.coverage import Seen
from bot.store.store import SqlStore
from tests.store.records import T0, action, open_case, save, scan_of, user

ODD = {
    "a word": "UPDATE cases SET state = 'paused', closed_at = NULL",
    "a value without what belongs to it": "UPDATE cases SET \"user\" = '{}'",
    "a value of another shape": "UPDATE cases SET grants = '7'",
    "no time": "UPDATE cases SET opened_at = 'soon'",
}


def write(store: SqlStore, text: str) -> None:
    with store._db.transaction() as connection:
        connection.execute(sa.text(text))


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_what_cannot_be_read_is_told_in_a_sentence(store: SqlStore, text: str) -> None:
    case_id = open_case(store)
    write(store, text)
    with pytest.raises(StoreError, match="cannot read"):
        store.case(case_id)


def test_an_unfinished_action_of_an_unknown_kind_keeps_no_other_from_being_carried_on(store: SqlStore) -> None:
    case_id = open_case(store)
    theirs = store.add_action(action(case_id)).id
    ours = store.add_action(action(open_case(store, 2), DENY, number=2)).id
    write(store, f"UPDATE actions SET kind = 'walk', waiting = '{{}}' WHERE id = '{theirs}'")  # noqa: S608 - our own id
    assert [one.id for one in store.unfinished_actions()] == [ours]
    assert store.waits() == {}
    assert store.newest_actions(case_id) == {}
    with pytest.raises(StoreError, match="cannot read"):
        store.action(theirs)


def test_an_action_of_an_unknown_kind_is_counted_and_keeps_no_scan_from_being_saved(store: SqlStore) -> None:
    case_id = open_case(store)
    ended = store.add_action(action(case_id)).id
    store.end_action(ended, Result(ActionState.DONE), T0)
    write(store, "UPDATE actions SET kind = 'walk'")
    assert store.totals()[1] == {("walk", ActionState.DONE): 1}
    later = T0 + timedelta(hours=1)
    save(store, scan_of(at=later, others={user().id: Seen.GONE}))
    assert not store.open_cases()


def test_nothing_more_begins_on_the_user_of_an_action_of_an_unknown_kind(store: SqlStore) -> None:
    case_id = open_case(store)
    store.add_action(action(case_id))
    write(store, "UPDATE actions SET kind = 'walk'")
    with pytest.raises(StoreError):
        store.add_action(action(case_id))
    assert store.begin_scan("another", "schedule", None, T0).id == "another"
