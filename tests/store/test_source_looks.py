"""What was last seen of leavers in the directory that they come from."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.directory.source import ActiveThere, CouldNotLook, Looked, Off, OffThere, SourceLook, Unseen
from bot.core.models import UserStatus
from bot.core.scan.coverage import Seen
from bot.store.store import SqlStore
from tests.store.records import T0, grant, new_id, scan_of, user

ONE, TWO = user(1), user(2)
ACTIVE = ActiveThere("user1@example.com")
ANSWERS: list[Looked] = [
    ACTIVE,
    OffThere(Off.DISABLED, None, "user1@example.com"),
    OffThere(Off.DELETED, T0 + timedelta(days=30), "user1@example.com"),
    *(CouldNotLook(why, "Microsoft says so") for why in Unseen),
]


@pytest.fixture
def open_case(store: SqlStore) -> str:
    scan = scan_of(PersonRead(ONE, (grant(),)), PersonRead(TWO, ()))
    store.save_scan(store.begin_scan("s-1", "schedule", None, T0).id, scan, 20, new_id)
    return store.open_cases()[ONE.id].id


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_every_answer_comes_back_as_it_was(store: SqlStore, open_case: str, answer: Looked) -> None:
    store.keep_source_looks({ONE.id: answer}, T0)
    assert store.source_look(ONE.id) == SourceLook(answer, T0)
    assert store.source_look(TWO.id) is None


def test_a_look_replaces_the_one_before_and_leaves_others_alone(store: SqlStore, open_case: str) -> None:
    store.keep_source_looks({ONE.id: ACTIVE, TWO.id: ACTIVE}, T0)
    later = T0 + timedelta(hours=1)
    store.keep_source_looks({ONE.id: ANSWERS[1]}, later)
    assert store.source_looks() == {ONE.id: SourceLook(ANSWERS[1], later), TWO.id: SourceLook(ACTIVE, T0)}


def test_the_alert_is_drawn_again_when_somebody_turns_active_there_or_no_longer_is(
    store: SqlStore, open_case: str
) -> None:
    drawn = []
    for answer in (ANSWERS[1], ACTIVE, ACTIVE, ANSWERS[3], ANSWERS[4], ACTIVE):
        before = store.case(open_case).case.version
        again = store.keep_source_looks({ONE.id: answer}, T0)
        assert again == (store.case(open_case).case.version > before)
        drawn.append(again)
    assert drawn == [False, True, False, True, False, True]


def test_who_is_not_disabled_any_more_is_not_counted(store: SqlStore, open_case: str) -> None:
    store.keep_source_looks({ONE.id: ACTIVE, TWO.id: ACTIVE}, T0)
    at = T0 + timedelta(hours=1)
    scan = replace(scan_of(PersonRead(TWO, ()), at=at), others={ONE.id: Seen.ENABLED})
    store.save_scan(store.begin_scan("s-2", "schedule", None, at).id, scan, 20, new_id)
    assert set(store.source_looks()) == {TWO.id}
    assert ONE.status is UserStatus.DISABLED


def test_what_is_forgotten_is_on_no_alert(store: SqlStore, open_case: str) -> None:
    assert not store.forget_source_looks()
    store.keep_source_looks({ONE.id: ACTIVE}, T0)
    before = store.case(open_case).case.version
    assert store.forget_source_looks()
    assert store.source_look(ONE.id) is None
    assert store.case(open_case).case.version == before + 1


def test_many_looks_are_kept_at_once(store: SqlStore) -> None:
    looks = {f"user-{number}": ACTIVE for number in range(1200)}
    store.keep_source_looks(looks, T0)
    store.keep_source_looks(looks, T0 + timedelta(hours=1))
    assert store.source_look("user-1199") == SourceLook(ACTIVE, T0 + timedelta(hours=1))
