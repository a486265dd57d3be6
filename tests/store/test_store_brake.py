"""The brake in the database: engaged, extended and ended by what scans and events show."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.core.access.person_read import PersonRead
from bot.core.models import Use
from bot.core.rules.brake import BrakeLimits, BrakeState
from bot.core.rules.holds import WhyHeld
from bot.core.scan.coverage import Scan, Seen
from bot.ports import MessageKind, Posted
from bot.store.database.schema import audit
from bot.store.store import SqlStore
from tests.in_line import outdated, outdated_cases
from tests.store.records import T0, grant, new_id, scan_of, user

LIMITS = BrakeLimits(count=3, percent=100)
MINUTE, QUARTER, HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
PEOPLE = 1_000


def leaver(number: int, *, access: bool = True, used: Use | None = None) -> PersonRead:
    return PersonRead(user(number), (grant(),) if access else (), used=used)


def shows(
    numbers: Iterable[int],
    at: datetime,
    *,
    back: Iterable[int] = (),
    gone: Iterable[int] = (),
    whole: bool = True,
    people: Iterable[PersonRead] = (),
    users: int = PEOPLE,
) -> Scan:
    others = {user(one).id: Seen.ENABLED for one in back} | {user(one).id: Seen.GONE for one in gone}
    scan = scan_of(*(leaver(number) for number in numbers), *people, at=at, others=others)
    return replace(scan, coverage=replace(scan.coverage, user_list_complete=whole, users_read=users if whole else 0))


def scan(
    store: SqlStore, numbers: Iterable[int], at: datetime, *, limits: BrakeLimits = LIMITS, **more: object
) -> None:
    stored = store.begin_scan(new_id(), "schedule", None, at)
    store.save_scan(stored.id, shows(numbers, at, **more), 20, new_id, brake=limits)


def read(store: SqlStore, numbers: Iterable[int], at: datetime, **more: object) -> None:
    """What events led to."""
    store.save_reads(shows(numbers, at, whole=False, **more), (), 20, new_id, brake=LIMITS)


def engaged(store: SqlStore, numbers: Iterable[int] = range(1, 5)) -> str:
    """A first scan at nine, and these people disabled in the next: the brake's id."""
    scan(store, [], T0)
    scan(store, numbers, T0 + QUARTER)
    brake = store.brake()
    assert brake
    return brake.id


def kinds(store: SqlStore) -> list[MessageKind]:
    return [one.kind for one in outdated(store)]


def alerts(store: SqlStore) -> set[str]:
    """Whose alert is to be posted or drawn again."""
    return {stored.case.user.id for stored in outdated_cases(store)}


def braked(store: SqlStore, brake_id: str) -> tuple[int, set[str]]:
    total, left = store.braked(brake_id)
    return total, {one.user_id for one in left}


def ids(*numbers: int) -> set[str]:
    return {user(number).id for number in numbers}


# Engaging


def test_one_more_than_the_limit_engages_it_with_one_message_and_no_alert_for_anybody(store: SqlStore) -> None:
    scan(store, [], T0)
    scan(store, range(1, 4), T0 + QUARTER)
    assert store.brake() is None
    scan(store, range(1, 5), T0 + 2 * QUARTER)
    brake = store.brake()
    assert brake
    assert (brake.state, brake.users, brake.version) == (BrakeState.ENGAGED, PEOPLE, 1)
    assert braked(store, brake.id) == (4, ids(1, 2, 3, 4))
    assert kinds(store) == [MessageKind.BRAKE]
    assert not alerts(store), "alerts that were not posted yet are kept back, too"


def test_its_times_are_those_of_the_reads_before_and_after(store: SqlStore) -> None:
    brake = store.told_brake(engaged(store))
    assert (brake.disabled_after, brake.newest_at) == (T0, T0 + QUARTER + timedelta(seconds=5))


def test_scans_and_events_count_together(store: SqlStore) -> None:
    scan(store, [], T0)
    scan(store, [1, 2], T0 + QUARTER)
    read(store, [3], T0 + 20 * MINUTE)
    assert store.brake() is None
    read(store, [4], T0 + 40 * MINUTE)
    brake = store.brake()
    assert brake
    assert (brake.disabled_after, brake.newest_at) == (T0, T0 + 40 * MINUTE + timedelta(seconds=5))
    assert braked(store, brake.id) == (4, ids(1, 2, 3, 4))


def test_whoever_the_first_scan_finds_disabled_never_counts(store: SqlStore) -> None:
    scan(store, range(1, 100), T0)
    scan(store, range(1, 103), T0 + QUARTER)
    assert store.brake() is None
    scan(store, range(1, 104), T0 + 2 * QUARTER)
    assert store.brake()


def test_before_any_complete_list_of_users_nobody_turned_disabled(store: SqlStore) -> None:
    scan(store, range(1, 50), T0, whole=False)
    read(store, range(50, 100), T0 + MINUTE)
    scan(store, range(1, 100), T0 + QUARTER)
    assert store.brake() is None


def test_people_without_access_count_too(store: SqlStore) -> None:
    scan(store, [], T0)
    scan(store, [], T0 + QUARTER, people=[leaver(number, access=False) for number in range(1, 5)])
    assert store.brake()


def test_people_enabled_again_or_gone_do_not_count(store: SqlStore) -> None:
    scan(store, [], T0)
    scan(store, [1, 2, 3], T0 + QUARTER)
    scan(store, [3, 4, 5], T0 + 2 * QUARTER, back=[1], gone=[2])
    assert store.brake() is None
    scan(store, [3, 4, 5, 6], T0 + 3 * QUARTER)
    brake = store.brake()
    assert brake
    assert braked(store, brake.id) == (4, ids(3, 4, 5, 6))


def test_people_count_for_a_day_and_not_longer(store: SqlStore) -> None:
    scan(store, [], T0)
    scan(store, [1, 2], T0 + QUARTER)
    scan(store, [1, 2, 3, 4], T0 + QUARTER + timedelta(days=1, seconds=1))
    assert store.brake() is None
    scan(store, [1, 2, 3, 4, 5, 6], T0 + QUARTER + timedelta(days=2, seconds=1))
    assert store.brake(), "exactly a day after the others"


def test_a_share_of_the_users_engages_it_too_and_events_know_how_many_users_there_are(store: SqlStore) -> None:
    share = BrakeLimits(count=1_000, percent=5)
    scan(store, [], T0, limits=share, users=200)
    scan(store, range(1, 11), T0 + QUARTER, limits=share, users=200)
    assert store.brake() is None
    store.save_reads(shows([11], T0 + HOUR, whole=False), (), 20, new_id, brake=share)
    assert store.brake()


def test_an_incomplete_scan_engages_it(store: SqlStore) -> None:
    scan(store, [], T0)
    scan(store, range(1, 5), T0 + QUARTER, whole=False)
    assert store.brake()


def test_without_limits_nothing_engages_it(store: SqlStore) -> None:
    scan(store, [], T0)
    stored = store.begin_scan(new_id(), "schedule", None, T0 + QUARTER)
    store.save_scan(stored.id, shows(range(1, 50), T0 + QUARTER), 20, new_id)
    assert store.brake() is None


# What people are told


def test_an_alert_that_stands_already_stays(store: SqlStore) -> None:
    scan(store, [], T0)
    scan(store, [1], T0 + QUARTER)
    (case,) = store.open_cases().values()
    store.shown(case.id, case.version, Posted("C1", "1.1"))
    scan(store, range(1, 5), T0 + 2 * QUARTER)
    assert store.brake()
    assert store.case(case.id).posted
    assert not store.case(case.id).digest
    store.mark_stale(case.id)
    assert alerts(store) == ids(1)


def test_used_access_has_its_own_alert_at_once_or_when_it_is_seen(store: SqlStore) -> None:
    used = Use("Federate", T0, "111111111111", "eu-west-1", "event-1")
    scan(store, [], T0)
    scan(store, [1, 2, 3], T0 + QUARTER, people=[leaver(4, used=used)])
    assert alerts(store) == ids(4)
    scan(store, [2, 3], T0 + 2 * QUARTER, people=[leaver(1, used=used), leaver(4, used=used)])
    assert alerts(store) == ids(1, 4)


def test_of_many_who_used_access_five_have_an_alert_while_the_brake_is_on_and_after_it(store: SqlStore) -> None:
    used = Use("Federate", T0, "111111111111", "eu-west-1", "event-1")
    scan(store, [], T0)
    scan(store, [1, 2], T0 + QUARTER, people=[leaver(number, used=used) for number in range(3, 11)])
    during = alerts(store)
    assert len(during) == 5
    assert during < ids(*range(3, 11))
    brake = store.brake()
    assert brake
    assert store.release_brake(brake.id, brake.version, "UALICE", T0 + HOUR)
    assert alerts(store) == during


def test_whoever_used_access_is_in_the_digest_at_the_end_too(store: SqlStore) -> None:
    used = Use("Federate", T0, "111111111111", "eu-west-1", "event-1")
    scan(store, [], T0)
    scan(store, [1, 2, 3], T0 + QUARTER, people=[leaver(4, used=used)])
    brake = store.brake()
    assert brake
    assert store.release_brake(brake.id, brake.version, "UALICE", T0 + HOUR)
    assert {case.user.id for case in store.digest_cases(brake.digest)} == ids(1, 2, 3, 4)
    assert alerts(store) == ids(4)


def test_a_hold_is_accepted_only_as_it_was_shown_and_only_once(store: SqlStore) -> None:
    engaged(store)
    scan(store, [1, 2, 3], T0 + HOUR, back=[4])
    (shown,) = store.holds()
    scan(store, [1, 2], T0 + 2 * HOUR, back=[3])
    assert not store.accept_hold(shown.id, shown.version, "UALICE", T0 + 3 * HOUR)
    assert store.held() == ids(1, 2)
    (now,) = store.holds()
    assert store.accept_hold(now.id, now.version, "UALICE", T0 + 3 * HOUR)
    assert not store.accept_hold(now.id, now.version, "UBOB", T0 + 4 * HOUR)
    assert (store.held(), store.told_hold(now.id).accepted_by) == (frozenset(), "UALICE")


def test_others_who_are_found_meanwhile_are_announced_as_ever(store: SqlStore) -> None:
    engaged(store)
    scan(store, range(1, 6), T0 + timedelta(days=2))
    assert alerts(store) == ids(5)


def test_a_digest_of_the_others_is_made_only_of_them(store: SqlStore) -> None:
    """Found by the first scan: they did not turn disabled."""
    scan(store, [], T0)
    stored = store.begin_scan("s2", "schedule", None, T0 + QUARTER)
    store.save_scan(stored.id, shows(range(1, 3), T0 + QUARTER), 1, new_id, brake=LIMITS)
    assert kinds(store) == [MessageKind.DIGEST]
    assert len(store.digest_cases("s2")) == 2
    stored = store.begin_scan("s3", "schedule", None, T0 + 2 * QUARTER)
    store.save_scan(stored.id, shows(range(1, 9), T0 + 2 * QUARTER), 1, new_id, brake=LIMITS)
    assert kinds(store) == [MessageKind.DIGEST, MessageKind.BRAKE]
    assert len(store.digest_cases("s2")) == 2


def test_whoever_is_disabled_in_the_same_day_comes_in_and_the_message_is_drawn_again(store: SqlStore) -> None:
    brake_id = engaged(store)
    (message,) = outdated(store)
    store.posted(message.seq, Posted("C1", "1.1"), T0, message.version)
    read(store, [5], T0 + HOUR)
    assert braked(store, brake_id) == (5, ids(1, 2, 3, 4, 5))
    assert store.told_brake(brake_id).newest_at == T0 + HOUR + timedelta(seconds=5)
    assert kinds(store) == [MessageKind.BRAKE]
    assert not alerts(store)


def test_a_message_of_the_brake_that_is_engaged_is_not_forgotten(store: SqlStore) -> None:
    engaged(store)
    (message,) = outdated(store)
    store.posted(message.seq, Posted("C1", "1.1"), T0, message.version)
    store.prune(T0 + timedelta(days=200))
    scan(store, range(1, 5), T0 + timedelta(days=200), back=[])
    read(store, [], T0 + timedelta(days=200, hours=1), back=[1])
    assert kinds(store) == [MessageKind.BRAKE]


# Asking again


def test_a_day_after_the_last_people_it_asks_once_more(store: SqlStore) -> None:
    engaged(store)
    store.ask_about_brake(T0 + timedelta(days=1))
    assert len(outdated(store)) == 1
    store.ask_about_brake(T0 + timedelta(days=1, hours=1))
    store.ask_about_brake(T0 + timedelta(days=1, hours=2))
    assert kinds(store) == [MessageKind.BRAKE] * 2


def test_its_message_is_drawn_again_when_somebody_it_may_name_has_an_alert_to_link_to(store: SqlStore) -> None:
    engaged(store)
    for case, again in ((store.open_cases()[user(1).id], True), (store.open_cases()[user(1).id], False)):
        for message in outdated(store):
            store.posted(message.seq, Posted("C1", "1.1"), T0, message.version)
        store.mark_stale(case.id)
        store.shown(case.id, store.case(case.id).case.version, Posted("C1", "1.2"))
        assert kinds(store) == [MessageKind.BRAKE] * again


# Releasing


def test_released_its_open_cases_are_one_digest(store: SqlStore) -> None:
    brake_id = engaged(store)
    brake = store.told_brake(brake_id)
    assert store.release_brake(brake_id, brake.version, "UALICE", T0 + HOUR)
    assert store.brake() is None
    over = store.told_brake(brake_id)
    assert (over.state, over.ended_by, over.ended_at) == (BrakeState.ENDED, "UALICE", T0 + HOUR)
    assert kinds(store) == [MessageKind.BRAKE, MessageKind.DIGEST]
    assert len(store.digest_cases(brake.digest)) == 4
    assert not alerts(store)


def test_only_as_it_was_shown_and_only_once(store: SqlStore) -> None:
    brake_id = engaged(store)
    version = store.told_brake(brake_id).version
    read(store, [5], T0 + HOUR)
    assert not store.release_brake(brake_id, version, "UALICE", T0 + 2 * HOUR)
    assert store.brake()
    version = store.told_brake(brake_id).version
    assert store.release_brake(brake_id, version, "UALICE", T0 + 2 * HOUR)
    assert not store.release_brake(brake_id, version, "UBOB", T0 + 3 * HOUR)
    assert store.told_brake(brake_id).ended_by == "UALICE"


def test_after_that_only_others_engage_it_if_they_alone_are_too_many(store: SqlStore) -> None:
    first = engaged(store)
    assert store.release_brake(first, store.told_brake(first).version, "UALICE", T0 + HOUR)
    scan(store, range(1, 8), T0 + 2 * HOUR)
    assert store.brake() is None
    scan(store, range(1, 9), T0 + 3 * HOUR)
    second = store.brake()
    assert second
    assert braked(store, second.id) == (4, ids(5, 6, 7, 8))


def test_somebody_let_through_who_was_enabled_and_is_disabled_again_counts_anew(store: SqlStore) -> None:
    first = engaged(store)
    assert store.release_brake(first, store.told_brake(first).version, "UALICE", T0 + HOUR)
    scan(store, [], T0 + 2 * HOUR, back=range(1, 5))
    scan(store, range(1, 5), T0 + 3 * HOUR)
    assert store.brake()


# Ending by itself


def test_it_ends_when_those_left_are_below_both_limits_and_those_wait(store: SqlStore) -> None:
    brake_id = engaged(store, range(1, 7))
    scan(store, [1, 2, 3, 4], T0 + HOUR, back=[5], gone=[6])
    assert store.brake()
    scan(store, [1, 2, 3], T0 + 2 * HOUR, back=[4])
    assert store.brake() is None
    over = store.told_brake(brake_id)
    assert (over.ended_by, over.ended_at) == ("", T0 + 2 * HOUR + timedelta(seconds=5))
    (hold,) = store.holds()
    assert (hold.why, hold.user_ids, hold.made_at) == (WhyHeld.BRAKE_ENDED, ids(1, 2, 3), over.ended_at)
    assert store.held() == ids(1, 2, 3)
    assert kinds(store) == [MessageKind.BRAKE, MessageKind.DIGEST], "nothing is asked where no rule is on"


def test_of_nobody_left_there_is_neither_digest_nor_hold(store: SqlStore) -> None:
    engaged(store)
    scan(store, [], T0 + HOUR, back=range(1, 5))
    assert store.brake() is None
    assert store.holds() == []
    assert kinds(store) == [MessageKind.BRAKE]


def test_an_incomplete_list_never_ends_it(store: SqlStore) -> None:
    brake_id = engaged(store)
    scan(store, [1], T0 + HOUR, back=[2, 3, 4], whole=False)
    read(store, [], T0 + 2 * HOUR, back=[1])
    assert store.brake()
    assert braked(store, brake_id) == (4, set())


def test_time_alone_never_ends_it(store: SqlStore) -> None:
    engaged(store)
    scan(store, range(1, 5), T0 + timedelta(days=30))
    assert store.brake()


def test_after_it_ended_by_itself_the_same_people_still_count(store: SqlStore) -> None:
    engaged(store)
    scan(store, [1, 2, 3], T0 + HOUR, back=[4])
    assert store.brake() is None
    scan(store, [1, 2, 3, 5], T0 + 2 * HOUR)
    brake = store.brake()
    assert brake
    assert braked(store, brake.id) == (4, ids(1, 2, 3, 5))


def test_the_audit_log_has_each_step_under_its_id(store: SqlStore) -> None:
    first = engaged(store)
    store.release_brake(first, store.told_brake(first).version, "UALICE", T0 + HOUR)
    with store._db.transaction(reads=True) as connection:
        rows = connection.execute(sa.select(audit).where(audit.c.subject == first).order_by(audit.c.seq)).mappings()
        told = [(row["who"], row["what"], row["verdict"], row["reason"]) for row in rows]
    assert told == [("scan", "brake", "done", f"4 people of {PEOPLE}"), ("UALICE", "release", "done", "4 people")]


@pytest.mark.parametrize("known", [True, False])
def test_an_unknown_one_is_not_released(store: SqlStore, known: bool) -> None:
    if known:
        engaged(store)
    assert not store.release_brake("another", 1, "UALICE", T0)
