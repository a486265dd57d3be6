"""The contract of `ports.ListStore`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.access.person_read import PersonRead, Problem
from bot.core.actions import Action, ActionState, Result
from bot.core.cases import CloseReason
from bot.core.kinds import DELETE
from bot.core.scan.coverage import Scan, ScanStatus, Seen
from bot.ports import StoredList
from bot.store.store import SqlStore
from tests.store.everything import COVERAGE
from tests.store.records import ALICE, T0, grant, user

HOUR = timedelta(hours=1)
OPENED = StoredList("list-1", "UALICE", T0, 'critical account "a b"')
DANA = user(1)


def test_a_list_is_read_back_whole_and_an_unknown_one_is_none(store: SqlStore) -> None:
    changed = replace(OPENED, page=3, selecting=True, selected=("u-1", "u-2"))
    store.add_list(changed)
    assert store.stored_list("list-1") == changed
    assert store.stored_list("another") is None


def test_of_two_changes_to_the_same_version_the_first_one_counts(store: SqlStore) -> None:
    store.add_list(OPENED)
    assert store.change_list(replace(OPENED, page=2))
    assert not store.change_list(replace(OPENED, page=7))
    assert store.stored_list("list-1") == replace(OPENED, page=2, version=2)
    assert not store.change_list(replace(OPENED, id="another"))


def test_lists_are_forgotten_after_a_day(store: SqlStore) -> None:
    store.add_list(OPENED)
    store.add_list(replace(OPENED, id="list-2", opened_at=T0 + HOUR))
    store.prune(T0 + timedelta(days=1))
    assert store.stored_list("list-1")
    store.prune(T0 + timedelta(days=1) + timedelta(seconds=1))
    assert (store.stored_list("list-1"), bool(store.stored_list("list-2"))) == (None, True)


def scan(store: SqlStore, hour: int, *people: PersonRead, **others: Seen) -> None:
    at = T0 + hour * HOUR
    coverage = replace(COVERAGE, status=ScanStatus.COMPLETE, started_at=at, finished_at=at)
    seen = {DANA.id: others["dana"]} if others else {}
    begun = store.begin_scan(f"scan-{hour}", "schedule", None, at)
    store.save_scan(begun.id, Scan(coverage, people, seen), 20, lambda: f"case-{hour}-{DANA.id[-1]}")


def found(store: SqlStore) -> list[str]:
    cases = store.without_access()
    assert store.how_many_without_access() == len(cases)
    return [case.id for case in cases]


def test_who_is_still_disabled_and_lost_every_way_in_is_without_access(store: SqlStore) -> None:
    scan(store, 1, PersonRead(DANA, (grant(),)))
    assert found(store) == []
    scan(store, 2, PersonRead(DANA))
    (case,) = store.without_access()
    assert (case.id, case.closed_reason) == ("case-1-1", CloseReason.NO_GRANTS)


def test_whoever_got_access_again_has_an_open_case_and_is_not_among_them(store: SqlStore) -> None:
    scan(store, 1, PersonRead(DANA, (grant(),)))
    scan(store, 2, PersonRead(DANA))
    scan(store, 3, PersonRead(DANA, (grant(),)))
    assert found(store) == []
    scan(store, 4, PersonRead(DANA))
    assert found(store) == ["case-3-1"]


@pytest.mark.parametrize("seen", [Seen.ENABLED, Seen.GONE])
def test_whoever_is_enabled_again_or_gone_is_not_among_them(store: SqlStore, seen: Seen) -> None:
    scan(store, 1, PersonRead(DANA, (grant(),)))
    scan(store, 2, PersonRead(DANA))
    scan(store, 3, dana=seen)
    assert found(store) == []


def test_whoever_was_not_read_completely_is_not_said_to_be_without_access(store: SqlStore) -> None:
    scan(store, 1, PersonRead(DANA, (grant(),)))
    scan(store, 2, PersonRead(DANA))
    scan(store, 3, PersonRead(DANA, unread=(Problem("a group", "throttled"),)))
    assert found(store) == []


@pytest.mark.parametrize(("dry_run", "left"), [(False, []), (True, ["case-1-1"])])
def test_whom_leaverbot_deleted_is_not_among_them_before_a_scan_says_so(
    store: SqlStore, dry_run: bool, left: list[str]
) -> None:
    scan(store, 1, PersonRead(DANA, (grant(),)))
    scan(store, 2, PersonRead(DANA))
    store.add_action(Action("delete-1", "key-1", DELETE, DANA, "case-1-1", ALICE, T0, dry_run=dry_run))
    store.begin_action("delete-1", (), T0)
    store.end_action("delete-1", Result(ActionState.DONE), T0 + 3 * HOUR)
    assert found(store) == left
