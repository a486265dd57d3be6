"""Whose account it is in the other directory, and what it says: in doubt, nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.directory.source import (
    ActiveThere,
    Attribute,
    CouldNotLook,
    Off,
    OffThere,
    SourceAccount,
    Unseen,
    agreement,
    looked,
    object_ids,
)
from bot.core.models import ExternalId, User

AT = datetime(2026, 11, 14, 9, 0, tzinfo=UTC)
ID, OTHER_ID = "aaaaaaaa-1111-2222-3333-444444444444", "bbbbbbbb-1111-2222-3333-444444444444"
DANA = User(
    "u-1",
    "dana@example.com",
    "Dana Rossi",
    "dana.rossi@example.com",
    scim=True,
    external_ids=(ExternalId("https://scim", ID),),
)
THERE = SourceAccount(ID, "dana@example.com", "dana.rossi@example.com", "dana", "Dana Rossi", enabled=False)
ON = replace(THERE, enabled=True)
DELETED = replace(THERE, principal_name=ID.replace("-", "") + THERE.principal_name, deleted=True, deleted_at=AT)
STRANGER = SourceAccount(OTHER_ID, "sam@example.com", "sam@example.com", "sam", "Sam Lee", enabled=True)

words = st.sampled_from(["", "dana", "Dana", "dana@example.com", "DANA@example.com", "sam", "o'neil@example.com"])
ids = st.sampled_from([ID, OTHER_ID, ID.upper(), "cccccccc-1111-2222-3333-444444444444"])
accounts = st.builds(
    SourceAccount,
    ids,
    words,
    words,
    words,
    words,
    enabled=st.sampled_from([True, False, None]),
    deleted=st.booleans(),
    deleted_at=st.sampled_from([None, AT]),
)
users = st.builds(
    User,
    st.just("u-1"),
    words,
    words,
    words,
    scim=st.just(True),
    external_ids=st.lists(st.builds(ExternalId, st.just("i"), ids | words), max_size=2).map(tuple),
)

several = st.lists(accounts, max_size=4, unique_by=lambda one: one.id.lower())


@given(users, several)
def test_only_an_account_that_agrees_in_two_attributes_says_anything(user: User, found: list[SourceAccount]) -> None:
    answer = looked(user, found)
    if not isinstance(answer, CouldNotLook):
        assert any(len(agreement(user, account)) >= 2 and account.name == answer.name for account in found)


@given(users, several)
def test_nobody_is_off_while_an_account_of_their_id_name_or_mail_is_on(user: User, found: list[SourceAccount]) -> None:
    keys = {Attribute.OBJECT_ID, Attribute.PRINCIPAL_NAME, Attribute.MAIL}
    on = [one for one in found if not one.deleted and one.enabled is not False and agreement(user, one) & keys]
    if on:
        assert not isinstance(looked(user, found), OffThere)


@given(users, several, st.randoms())
def test_the_order_of_accounts_changes_nothing(user: User, found: list[SourceAccount], chance: object) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert looked(user, found) == looked(user, shuffled)


@given(users, several)
def test_strangers_change_nothing(user: User, found: list[SourceAccount]) -> None:
    nobody = SourceAccount("dddddddd-1111-2222-3333-444444444444", "x@y", "x@y", "x", "X", enabled=True)
    assert looked(user, [*found, nobody]) == looked(user, found)


@pytest.mark.parametrize(
    ("account", "answer"),
    [
        (THERE, OffThere(Off.DISABLED, None, "dana@example.com")),
        (ON, ActiveThere("dana@example.com")),
        (DELETED, OffThere(Off.DELETED, AT + timedelta(days=30), "dana@example.com")),
        (replace(DELETED, deleted_at=None), OffThere(Off.DELETED, None, "dana@example.com")),
        (replace(THERE, enabled=None), CouldNotLook(Unseen.UNREADABLE)),
        (STRANGER, CouldNotLook(Unseen.NOT_FOUND)),
    ],
)
def test_an_account_is_on_off_until_when_or_unknown(account: SourceAccount, answer: object) -> None:
    assert looked(DANA, [account]) == answer
    assert looked(DANA, [STRANGER, account]) == answer


@pytest.mark.parametrize("change", [{"mail": ""}, {"principal_name": "old.name@example.com"}, {"id": OTHER_ID}])
def test_two_attributes_are_enough(change: dict[str, str]) -> None:
    assert looked(DANA, [replace(THERE, **change)]) == OffThere(
        Off.DISABLED, None, change.get("principal_name", "dana@example.com")
    )


def test_the_id_is_surer_than_a_name_that_was_given_to_somebody_else_who_is_off_too() -> None:
    old = replace(DELETED, principal_name=ID.replace("-", "") + "former@example.com")
    namesake = SourceAccount(OTHER_ID, "dana@example.com", "", "", "Dana Other", enabled=False)
    assert looked(DANA, [namesake, old]) == OffThere(Off.DELETED, AT + timedelta(days=30), "former@example.com")
    rehired = replace(namesake, enabled=True)
    assert looked(DANA, [rehired, old]) == CouldNotLook(Unseen.SEVERAL)


def test_a_soft_deleted_account_and_a_new_one_of_the_same_name_are_two() -> None:
    unlinked = replace(DANA, scim=False, external_ids=())
    assert looked(unlinked, [DELETED, replace(ON, id=OTHER_ID)]) == CouldNotLook(Unseen.SEVERAL)


def test_a_hit_that_agrees_in_nothing_else_is_uncertain() -> None:
    namesake = SourceAccount(OTHER_ID, "dana@example.com", "", "d2", "Dana Other", enabled=False)
    assert looked(DANA, [namesake]) == CouldNotLook(Unseen.UNCERTAIN)
    assert looked(DANA, [SourceAccount(ID, "x@example.com", "x@example.com", "x", "X", enabled=False)]) == CouldNotLook(
        Unseen.UNCERTAIN
    )


def test_an_account_read_both_as_there_and_as_deleted_was_just_restored() -> None:
    assert looked(DANA, [DELETED, ON]) == looked(DANA, [ON, DELETED]) == ActiveThere("dana@example.com")


def test_a_nickname_that_is_the_external_id_agrees() -> None:
    user = replace(DANA, display_name="", email="", external_ids=(ExternalId("https://scim", "dana"),))
    assert agreement(user, THERE) == {Attribute.PRINCIPAL_NAME, Attribute.NICKNAME}


@pytest.mark.parametrize("made", [lambda _: "dana", lambda one: one + "x", lambda one: one.replace("-", "")])
def test_only_what_has_the_form_of_an_object_id_is_asked_for_as_one(made: Callable[[str], str]) -> None:
    given_ids = (ExternalId("i", made(ID)), ExternalId("i", OTHER_ID.upper()))
    assert object_ids(replace(DANA, external_ids=given_ids)) == (OTHER_ID,)
