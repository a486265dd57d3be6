"""Digests in the database: which of their cases have a message of their own, and when they are drawn again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.lists.digests import First
from bot.core.models import Use
from bot.core.scan.coverage import ScanStatus
from bot.ports import MessageKind, Posted
from bot.store.store import SqlStore
from tests.in_line import outdated, outdated_cases
from tests.store.records import T0, grant, save, scan_of, user


def used(number: int) -> PersonRead:
    return PersonRead(
        user(number), (grant(),), used=Use("Federate", T0, "111111111111", "eu-west-1", f"event-{number}")
    )


def critical(number: int) -> PersonRead:
    """In the management account."""
    return PersonRead(user(number), (grant("999999999999"),))


def normal(number: int) -> PersonRead:
    return PersonRead(user(number), (grant(),))


def alone(store: SqlStore) -> set[str]:
    """Who has, or waits for, a message of their own."""
    posted = {store.case(case_id).case.user.id for case_id in store.places()}
    return posted | {stored.case.user.id for stored in outdated_cases(store)}


def ids(numbers: Iterable[int]) -> set[str]:
    return {user(number).id for number in numbers}


@pytest.mark.parametrize(("found", "digests"), [(5, 0), (6, 1)])
def test_only_more_new_cases_than_the_limit_are_a_digest(store: SqlStore, found: int, digests: int) -> None:
    save(store, scan_of(*map(normal, range(found))), digest_after=5)
    assert len(outdated(store)) == digests
    assert len(alone(store)) == (0 if digests else found)


def test_incidents_come_first_then_critical_cases_and_no_more_than_five(store: SqlStore) -> None:
    people = [*map(critical, range(1, 9)), *map(used, range(9, 12)), *map(normal, range(12, 20))]
    save(store, scan_of(*people), digest_after=5)
    assert {9, 10, 11} == {number for number in range(9, 12) if user(number).id in alone(store)}
    assert len(alone(store) & ids(range(1, 9))) == 2
    assert len(alone(store)) == 5
    (digest,) = outdated(store)
    assert len(store.digest_cases(digest.ref)) == 19


def test_of_cases_found_together_incidents_are_posted_first_then_the_worst(store: SqlStore) -> None:
    save(store, scan_of(normal(1), critical(2), normal(3), used(4), critical(5)))
    order = [stored.case.user.label for stored in outdated_cases(store)]
    assert order[0] == "User 4"
    assert set(order[1:3]) == {"User 2", "User 5"}


def test_whoever_becomes_an_incident_later_gets_a_message_five_at_a_time(store: SqlStore) -> None:
    save(store, scan_of(*map(critical, range(1, 9)), *map(normal, range(9, 20))), digest_after=5)
    at_first = alone(store)
    assert len(at_first) == 5
    later = T0 + timedelta(minutes=15)
    save(store, scan_of(*map(critical, range(1, 9)), *map(used, range(9, 20)), at=later), digest_after=5)
    incidents = alone(store) & ids(range(9, 20))
    assert len(incidents) == 5
    assert alone(store) == at_first | incidents


def test_reviewing_one_brings_the_next_incident(store: SqlStore) -> None:
    save(store, scan_of(*map(used, range(1, 8))), digest_after=5)
    before = alone(store)
    assert len(before) == 5
    first = next(case for case in store.open_cases().values() if case.user.id in before)
    store.review(first.id, first.version, "UALICE", T0)
    assert len(alone(store) - before) == 1


def test_a_digest_is_drawn_again_when_a_message_of_one_of_its_cases_is_there(store: SqlStore) -> None:
    save(store, scan_of(critical(1), *map(normal, range(2, 9))), digest_after=5)
    (digest,) = outdated(store)
    store.posted(digest.seq, Posted("C1", "1.1"), T0, digest.version)
    assert outdated(store) == []
    (stored,) = outdated_cases(store)
    store.shown(stored.case.id, stored.case.version, Posted("C1", "1.2"))
    assert [one.kind for one in outdated(store)] == [MessageKind.DIGEST]


@pytest.mark.parametrize(
    ("earlier", "status", "first"),
    [
        (None, ScanStatus.COMPLETE, First.WHOLE),
        (None, ScanStatus.PARTIAL, First.PART),
        (ScanStatus.FAILED, ScanStatus.COMPLETE, First.WHOLE),
        (ScanStatus.PARTIAL, ScanStatus.COMPLETE, ""),
        (ScanStatus.COMPLETE, ScanStatus.PARTIAL, ""),
    ],
)
def test_the_first_scan_ever_is_the_first_that_read_anything(
    store: SqlStore, earlier: ScanStatus | None, status: ScanStatus, first: str
) -> None:
    if earlier:
        save(store, scan_of(at=T0 - timedelta(hours=1), status=earlier))
    save(store, scan_of(*map(normal, range(1, 9)), status=status), digest_after=5)
    (digest,) = outdated(store)
    assert digest.text == first


def test_a_digest_stays_the_first_when_later_scans_find_many_more(store: SqlStore) -> None:
    save(store, scan_of(*map(normal, range(1, 9))), digest_after=5)
    save(store, scan_of(*map(normal, range(1, 30)), at=T0 + timedelta(days=1)), digest_after=5)
    assert [one.text for one in outdated(store)] == [First.WHOLE, ""]


def test_the_newest_case_of_each_person_says_where_the_message_is(store: SqlStore) -> None:
    save(store, scan_of(*map(normal, range(1, 3))))
    cases = {case.user.id: case for case in store.open_cases().values()}
    store.shown(cases[user(1).id].id, 1, Posted("C1", "1.1"))
    assert store.places_of([user(1).id, user(2).id, "nobody"]) == {user(1).id: Posted("C1", "1.1")}
    gone = replace(normal(1), grants=())
    save(store, scan_of(gone, normal(2), at=T0 + timedelta(hours=1)))
    assert store.places_of([user(1).id]) == {user(1).id: Posted("C1", "1.1")}
    save(store, scan_of(normal(1), normal(2), at=T0 + timedelta(hours=2)))
    assert store.places_of([user(1).id]) == {}
    assert store.places_of([]) == {}
