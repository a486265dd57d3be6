"""The contract of `ports.Store` about denies and permission sets nobody uses, held by every database we support."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.core.access.person_read import PersonRead
from bot.core.deny.placed import AccountCover, InlinePlace, PlacedDeny
from bot.core.models import Account
from bot.core.views import NoticeKind
from bot.ports import MessageKind, StoredInline
from bot.store.database import schema
from bot.store.store import SqlStore
from tests.in_line import outdated
from tests.store.records import T0, grant, new_id, open_case, save, scan_of, user

LATER = T0 + timedelta(hours=1)
COVER = (AccountCover(Account("111111111111", "a", "ACTIVE"), covered=True, why="root"),)
ONE, TWO = (f"arn:aws:sso:::permissionSet/ssoins-1234567890123456/ps-{number:016}" for number in (1, 2))


def deny(number: int = 1, **more: object) -> PlacedDeny:
    values = {"user": user(number), "policy_id": "p-1", "since": T0, "by": "UALICE", "cover": COVER, **more}
    return PlacedDeny(**{"id": new_id(), **values})  # type: ignore[arg-type]


def in_force(store: SqlStore, number: int = 1) -> PlacedDeny:
    found = store.deny(user(number).id)
    assert found is not None
    return found


FULL = {
    "names": ("user1@example.com",),
    "inline": (InlinePlace(ONE, ("111111111111",), ("111111111111",)), InlinePlace(TWO)),
    "reason": "a stolen laptop",
    "not_disabled": True,
    "clear_since": T0 + timedelta(minutes=5),
    "missing": "It was taken out of p-1.",
}


@pytest.mark.parametrize("more", [{}, FULL, {"policy_id": "", "cover": (), "confirmed": False}])
def test_a_deny_comes_back_as_it_was_placed(store: SqlStore, more: dict[str, object]) -> None:
    placed = deny(**more)
    store.place_denies([placed])
    assert store.deny(user().id) == placed
    assert store.denies() == [placed]
    assert store.deny(user(2).id) is None


def test_lifting_ends_a_deny_and_another_may_be_placed(store: SqlStore) -> None:
    store.place_denies([deny(), deny(2)])
    store.lift_deny(user().id, "UBOB", LATER)
    assert store.deny(user().id) is None
    assert [found.user for found in store.denies()] == [user(2)]
    again = deny(since=LATER, by="UBOB")
    store.place_denies([again])
    assert store.deny(user().id) == again


def test_denies_in_force_are_told_the_oldest_first(store: SqlStore) -> None:
    store.place_denies([deny(1, since=LATER), deny(2), deny(3, since=LATER + timedelta(hours=1))])
    assert [found.user for found in store.denies()] == [user(2), user(1), user(3)]


def test_placing_a_deny_again_keeps_who_placed_it_first_when_and_why(store: SqlStore) -> None:
    first = deny(reason="a stolen laptop", not_disabled=True)
    store.place_denies([first])
    store.place_denies([deny(since=LATER, by="UBOB", reason="left", not_disabled=False)])
    assert store.denies() == [first]
    store.place_denies([deny(2)])
    store.place_denies([deny(2, reason="left", not_disabled=True)])
    assert (in_force(store, 2).reason, in_force(store, 2).not_disabled) == ("", False)


def test_placing_a_deny_again_adds_names_and_permission_sets_and_takes_none_away(store: SqlStore) -> None:
    known = InlinePlace(ONE, ("111111111111", "222222222222"), ("111111111111",))
    store.place_denies([deny(names=("old", "same"), inline=(known,))])
    more = (InlinePlace(ONE, ("222222222222", "333333333333"), ("222222222222",)), InlinePlace(TWO))
    store.place_denies([deny(names=("same", "new"), inline=more)])
    store.place_denies([deny()])
    found = in_force(store)
    assert found.names == ("old", "same", "new")
    assert found.inline == (
        InlinePlace(ONE, ("111111111111", "222222222222", "333333333333"), ("111111111111", "222222222222")),
        InlinePlace(TWO),
    )


def test_two_denies_of_one_user_at_once_are_one(store: SqlStore) -> None:
    store.place_denies([deny(names=("a",)), deny(names=("b",))])
    (found,) = store.denies()
    assert found.names == ("a", "b")


def test_a_deny_that_was_confirmed_stays_so_and_one_that_was_not_becomes_it(store: SqlStore) -> None:
    store.place_denies([deny(confirmed=False)])
    assert not in_force(store).confirmed
    store.place_denies([deny()])
    store.place_denies([deny(confirmed=False)])
    assert in_force(store).confirmed


def test_placing_a_deny_again_forgets_nothing_of_how_it_stands(store: SqlStore) -> None:
    store.place_denies([deny(clear_since=LATER, missing="It was taken out.")])
    store.place_denies([deny(policy_id="", cover=())])
    found = in_force(store)
    assert (found.policy_id, found.cover, found.clear_since, found.missing) == (
        "p-1",
        COVER,
        LATER,
        "It was taken out.",
    )


def test_placing_a_deny_again_brings_the_user_the_policy_and_the_cover_up_to_date(store: SqlStore) -> None:
    store.place_denies([deny()])
    renamed = replace(user(), user_name="renamed@example.com")
    cover = (replace(COVER[0], covered=None, why="could not be read"),)
    store.place_denies([deny(user=renamed, policy_id="p-2", cover=cover)])
    found = in_force(store)
    assert (found.user, found.policy_id, found.cover) == (renamed, "p-2", cover)


def test_a_deny_in_force_is_set_as_it_is_given(store: SqlStore) -> None:
    store.place_denies([deny(**FULL), deny(2)])
    known = in_force(store)
    now = replace(known, cover=(), clear_since=None, missing="", inline=known.inline[:1], names=(), confirmed=False)
    store.set_deny(now)
    assert in_force(store) == now
    assert in_force(store, 2).cover == COVER


def test_a_look_at_aws_does_not_bring_a_lifted_deny_back(store: SqlStore) -> None:
    store.place_denies([deny()])
    known = in_force(store)
    store.lift_deny(user().id, "UALICE", T0)
    store.set_deny(replace(known, missing="It was taken out."))
    assert store.denies() == []
    store.place_denies([deny(since=LATER)])
    store.set_deny(replace(known, missing="It was taken out."))
    assert in_force(store).missing == ""
    store.set_deny(deny(3))
    assert store.deny(user(3).id) is None
    with store._db.transaction(reads=True) as connection:
        assert connection.execute(sa.select(schema.denies.c.missing)).scalars().all() == ["", ""]


@pytest.mark.parametrize("policy_id", ["p-1", f"p-{'x' * 128}"])
def test_the_first_placeholder_of_a_policy_stays(store: SqlStore, policy_id: str) -> None:
    assert store.placeholder(policy_id) is None
    store.keep_placeholder(policy_id, "Add user ID here")
    store.keep_placeholder(policy_id, "something else")
    store.keep_placeholder("p-2", "")
    assert (store.placeholder(policy_id), store.placeholder("p-2")) == ("Add user ID here", "")


def test_what_was_written_into_a_permission_set_is_known_until_nothing_of_it_is_left(store: SqlStore) -> None:
    assert store.inline(ONE) is None
    first, second = StoredInline("", '{"a": "é"}'), StoredInline("  former\n", "two")
    store.keep_inline(ONE, first)
    store.keep_inline(TWO, second)
    assert (store.inline(ONE), store.inline(TWO)) == (first, second)
    store.keep_inline(ONE, second)
    assert store.inline(ONE) == second
    for _ in range(2):
        store.keep_inline(ONE, None)
        assert (store.inline(ONE), store.inline(TWO)) == (None, second)


def test_unused_permission_sets_are_known_since_they_were_first_seen_so(store: SqlStore) -> None:
    assert store.note_unused([], T0) == {}
    assert store.note_unused([ONE], T0) == {ONE: T0}
    assert store.note_unused({ONE, TWO}, LATER) == {ONE: T0, TWO: LATER}
    assert (store.unused_since(ONE), store.unused_since(TWO)) == (T0, LATER)
    assert store.unused_since("arn:another") is None


def test_a_permission_set_that_was_used_in_between_begins_anew(store: SqlStore) -> None:
    store.note_unused([ONE, TWO], T0)
    assert store.note_unused([TWO], LATER) == {TWO: T0}
    assert store.unused_since(ONE) is None
    last = LATER + timedelta(hours=1)
    assert store.note_unused([ONE, TWO], last) == {ONE: last, TWO: T0}
    assert store.note_unused([], last) == {}
    assert store.unused_since(TWO) is None


def test_a_notice_is_queued_once_for_the_thread_of_the_newest_case(store: SqlStore) -> None:
    open_case(store)
    save(store, scan_of(PersonRead(user()), at=T0 + timedelta(minutes=1)))
    save(store, scan_of(PersonRead(user(), (grant(),)), at=T0 + timedelta(minutes=2)))
    newest = store.open_cases()[user().id].id
    store.notice("k1", NoticeKind.ENABLED, user().id, "Enabled again: lift?", LATER)
    store.notice("k1", NoticeKind.ENABLED, user().id, "the same again", LATER)
    store.notice("k2", NoticeKind.DRIFT, user().id, "Taken out by hand.", LATER)
    found = [item for item in outdated(store) if item.kind is MessageKind.NOTICE]
    assert [(item.key, item.ref, item.case_id, item.text, item.asker, item.created_at) for item in found] == [
        ("k1", f"enabled:{user().id}", newest, "Enabled again: lift?", None, LATER),
        ("k2", f"drift:{user().id}", newest, "Taken out by hand.", None, LATER),
    ]


def test_a_notice_that_was_posted_is_not_queued_again(store: SqlStore) -> None:
    store.notice("k1", NoticeKind.STAYS, user().id, "It stays.", T0)
    store.posted(outdated(store)[0].seq, None, T0)
    store.notice("k1", NoticeKind.STAYS, user().id, "It stays.", LATER)
    assert outdated(store) == []


@pytest.mark.parametrize("user_id", ["", f"0123456789-{user().id}"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_about_no_case_goes_to_the_channel(store: SqlStore, kind: NoticeKind, user_id: str) -> None:
    open_case(store)
    store.notice("k1", kind, user_id, "words", T0)
    (found,) = outdated(store)
    assert (found.case_id, found.ref) == (None, f"{kind}:{user_id}")
