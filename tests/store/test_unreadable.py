"""Rows that this version cannot read, as after going back from a newer one: told in a sentence, and in nobody's way."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.core.actions import ActionState, Asker, Result
from bot.core.errors import StoreError, StoreUnreadable
from bot.core.kinds import DENY, IN_LINE
from bot.core.plans.operations import OperationState
from bot.core.plans.plan import removal
from bot.core.scan.coverage import Seen
from bot.ports import MessageKind
from bot.store.store import SqlStore
from tests.store.records import T0, action, grant, open_case, save, scan_of, user

ODD = {
    "a word": "UPDATE cases SET state = 'paused', closed_at = NULL",
    "a value without what belongs to it": "UPDATE cases SET \"user\" = '{}'",
    "a value of another shape": "UPDATE cases SET grants = '7'",
    "no time": "UPDATE cases SET opened_at = 'soon'",
}

REMOVAL = removal(user(), grant())
UNREADABLE = {
    "cover": "UPDATE actions SET cover = '7' WHERE id = '{}'",
    "operation": "UPDATE operations SET operation = '{{}}' WHERE action_id = '{}'",
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
    assert store.unreadable_actions() == [theirs]
    assert store.waits() == {}
    assert store.around(store.case(case_id).case).newest == {}
    with pytest.raises(StoreError, match="cannot read"):
        store.action(theirs)


@pytest.mark.parametrize("column", UNREADABLE)
def test_an_unfinished_action_that_cannot_be_read_is_told_and_keeps_no_other_from_being_carried_on(
    store: SqlStore, column: str
) -> None:
    theirs = store.add_action(action(open_case(store), DENY)).id
    ours = store.add_action(action(open_case(store, 2), DENY, number=2)).id
    for action_id in (theirs, ours):
        store.begin_action(action_id, (REMOVAL,), T0)
    assert store.unreadable_actions() == []
    write(store, UNREADABLE[column].format(theirs))
    with capture_logs() as logged:
        for _ in range(2):
            assert [one.id for one in store.unfinished_actions(*IN_LINE)] == [ours]
    assert [one["action"] for one in logged] == [theirs]
    assert store.unreadable_actions() == [theirs]


def test_work_in_aws_that_cannot_be_read_keeps_no_other_from_being_counted(store: SqlStore) -> None:
    for number in (1, 2):
        begun = store.add_action(action(open_case(store, number), number=number)).id
        store.begin_action(begun, (REMOVAL,), T0)
        for state in (OperationState.ASKED, OperationState.RUNNING):
            store.set_operation(begun, 0, state, T0)
    write(store, UNREADABLE["operation"].format(begun))
    assert store.busy_accounts() == [REMOVAL.args["account_id"]]


def test_a_message_of_an_unknown_kind_hides_no_other_message(store: SqlStore) -> None:
    for number in (1, 2):
        store.tell(f"tell:{number}", Asker("U1", "C1"), "Done.", T0)
    write(store, "UPDATE messages SET kind = 'poem' WHERE key = 'tell:1'")
    unknown, known = store.unshown(T0)
    assert (unknown.key, unknown.kind) == ("tell:1", MessageKind.UNKNOWN)
    assert (known.key, known.kind) == ("tell:2", MessageKind.TELL)
    with pytest.raises(StoreUnreadable):
        store.message("tell:1")


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
