"""The contract of `ports.WishStore`."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.actions import ActionState, Result
from bot.core.errors import NotFound
from bot.core.models import UserStatus
from bot.core.terminal.wishes import Wish, WishState
from bot.store.store import SqlStore
from tests.store.records import T0, action, user

WISH = Wish(
    "wish-1",
    "revoke",
    replace(user(1), status=UserStatus.DISABLED, revision="7"),
    "alice",
    "host7",
    T0,
    "digest",
    "left in anger",
    not_disabled=True,
    with_delete=True,
    dry_run=True,
    case_id="case-1",
    case_version=3,
    proof="proof",
)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with closing(SqlStore.open(url)) as opened:
        yield opened


def test_a_wish_is_read_back_whole_so_that_its_proof_still_holds(store: SqlStore) -> None:
    store.add_wish(WISH)
    assert store.wish("wish-1") == WISH
    assert store.wish("wish-1").binding == WISH.binding
    with pytest.raises(NotFound):
        store.wish("another")


def test_open_wishes_come_in_their_order(store: SqlStore) -> None:
    for number, later in ((1, 2), (2, 1), (3, 3)):
        store.add_wish(replace(WISH, id=f"wish-{number}", asked_at=T0 + timedelta(seconds=later)))
    store.move_wish("wish-3", WishState.REFUSED, answer="No.")
    store.move_wish("wish-1", WishState.TAKEN)
    assert [(wish.id, wish.state) for wish in store.open_wishes()] == [
        ("wish-2", WishState.WAITING),
        ("wish-1", WishState.TAKEN),
    ]
    assert store.wish("wish-3").answer == "No."


@pytest.mark.parametrize(
    ("first", "then", "moves"),
    [
        (WishState.TAKEN, WishState.TAKEN, False),
        (WishState.TAKEN, WishState.WITHDRAWN, False),
        (WishState.TAKEN, WishState.ACCEPTED, True),
        (WishState.TAKEN, WishState.REFUSED, True),
        (WishState.WITHDRAWN, WishState.TAKEN, False),
        (WishState.WITHDRAWN, WishState.ACCEPTED, False),
        (WishState.ACCEPTED, WishState.WITHDRAWN, False),
        (WishState.REFUSED, WishState.ACCEPTED, False),
    ],
)
def test_what_was_taken_cannot_be_withdrawn_and_what_was_withdrawn_not_taken(
    store: SqlStore, first: WishState, then: WishState, moves: bool
) -> None:
    store.add_wish(WISH)
    assert store.move_wish(WISH.id, first)
    assert store.move_wish(WISH.id, then) is moves
    assert store.wish(WISH.id).state is (then if moves else first)


def test_the_proof_stays_as_long_as_the_action_has_not_begun(store: SqlStore) -> None:
    store.add_wish(WISH)
    store.move_wish(WISH.id, WishState.TAKEN)
    store.add_action(replace(action(None), id=WISH.id, key=WISH.key))
    store.move_wish(WISH.id, WishState.ACCEPTED)
    assert store.wish(WISH.id).proof
    store.begin_action(WISH.id, (), T0)
    assert store.wish(WISH.id).proof == ""


def test_the_proof_is_gone_with_an_action_that_ended_before_it_began(store: SqlStore) -> None:
    store.add_wish(WISH)
    store.add_action(replace(action(None), id=WISH.id, key=WISH.key))
    store.end_action(WISH.id, Result(ActionState.REFUSED), T0)
    assert store.wish(WISH.id).proof == ""


@pytest.mark.parametrize("state", [WishState.WITHDRAWN, WishState.REFUSED, WishState.ACCEPTED])
def test_the_proof_is_gone_once_no_action_needs_it(store: SqlStore, state: WishState) -> None:
    store.add_wish(WISH)
    store.move_wish(WISH.id, state)
    assert store.wish(WISH.id).proof == ""


def test_old_wishes_are_forgotten(store: SqlStore) -> None:
    store.add_wish(WISH)
    store.prune(T0 + timedelta(days=89))
    assert store.wish(WISH.id)
    store.prune(T0 + timedelta(days=91))
    with pytest.raises(NotFound):
        store.wish(WISH.id)


def test_a_wish_that_cannot_be_read_holds_up_no_other_one(store: SqlStore) -> None:
    for name in ("broken", "whole"):
        store.add_wish(replace(WISH, id=name))
    with store._db.transaction() as connection:
        connection.exec_driver_sql("UPDATE wishes SET asked_at = 'yesterday' WHERE id = 'broken'")
    assert [wish.id for wish in store.open_wishes()] == ["whole"]
