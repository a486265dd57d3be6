"""The contract of `ports.EventStore`, held by every database we support."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.access.person_read import PersonRead, Problem
from bot.core.cases import CaseState, Change, CloseReason, Opened
from bot.core.events.counts import Counted
from bot.core.events.reads import ANYBODY, ReadAs
from bot.core.events.subjects import (
    Dropped,
    DropReason,
    Event,
    OfAnybody,
    OfGroup,
    OfUser,
    Says,
    Subject,
    Unknown,
)
from bot.core.models import Group, Membership
from bot.core.scan.coverage import ScanStatus, Seen
from bot.ports import Heard, MessageKind
from bot.store.events import table, users
from bot.store.store import SqlStore
from tests.in_line import outdated, outdated_cases
from tests.store.records import T0, action, grant, new_id, open_case, save, scan_of, user

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
DAY = timedelta(days=1)


def hear(
    store: SqlStore, *subjects: Subject, at: datetime = T0, happened: datetime | None = None, name: str = ""
) -> list[Heard]:
    some = [Heard(new_id(), Event(subject, name, happened or at)) for subject in subjects]
    return store.take_events(some, at)


def disabled(number: int = 1) -> OfUser:
    return OfUser(user(number).id, Says.DISABLED)


def read(
    store: SqlStore,
    *people: PersonRead,
    at: datetime,
    others: dict[str, Seen] | None = None,
    digest_after: int = 20,
) -> Sequence[Change]:
    """A read of what is due at `at`; it takes five seconds."""
    return store.save_reads(scan_of(*people, at=at, others=others), store.due_reads(at), digest_after, new_id)


def leaver(number: int = 1, *groups: str, **more: Any) -> PersonRead:
    return PersonRead(user(number), (grant(),), tuple(Membership(f"m-{name}", Group(name)) for name in groups), **more)


def due(store: SqlStore, at: datetime = T0 + DAY) -> list[tuple[str, Says]]:
    return [(one.user_id, one.says) for one in store.due_reads(at)]


def counted(store: SqlStore, what: Counted) -> int:
    return store.event_counts().of(what)


# Taking in


def test_many_events_about_one_user_are_one_read(store: SqlStore) -> None:
    for batch in range(10):
        hear(store, *[disabled()] * 10, at=T0 + batch * SECOND)
    assert due(store) == [(user().id, Says.DISABLED)]
    assert store.next_read() == T0
    assert counted(store, Counted.RECEIVED) == 100


def test_a_burst_of_5_000_is_at_most_one_read_a_user(store: SqlStore) -> None:
    hear(store, *(disabled(number % 7) for number in range(5_000)))
    assert len(due(store)) == 7
    assert counted(store, Counted.RECEIVED) == 5_000


def test_a_second_copy_of_an_event_has_no_effect_and_is_counted(store: SqlStore) -> None:
    assert len(hear(store, disabled(), name="event-0001")) == 1
    read(store, leaver(), at=T0 + SECOND)
    assert hear(store, disabled(), name="event-0001") == []
    assert due(store) == []
    assert (counted(store, Counted.RECEIVED), counted(store, Counted.DUPLICATE)) == (2, 1)


def test_copies_in_one_batch_are_known_too(store: SqlStore) -> None:
    assert len(hear(store, disabled(), disabled(), name="event-0002")) == 1


def test_poison_is_counted_once_however_often_it_comes(store: SqlStore) -> None:
    poison = [Heard("message-1", Event(Unknown()))]
    assert store.take_events(poison, T0) == poison
    assert store.take_events(poison, T0 + MINUTE) == []
    store.prune(T0 + 3 * DAY)
    assert store.take_events(poison, T0 + 3 * DAY) == []
    assert (counted(store, Counted.POISON), counted(store, Counted.RECEIVED)) == (1, 0)


def test_events_of_watched_names_are_counted_by_source_once_each(store: SqlStore) -> None:
    scim = Event(disabled(), "event-0003", T0, "identitystore-scim")
    entitlement = Event(Dropped(DropReason.MASKED), "event-0004", T0, "account-access")
    for _ in range(2):
        store.take_events([Heard("1", scim), Heard("2", entitlement), Heard("3", Event(disabled(), "event-0005"))], T0)
    assert store.event_counts().sources == {"account-access": 1, "identitystore-scim": 1}


def test_what_is_dropped_is_counted_by_reason_and_leads_to_no_read(store: SqlStore) -> None:
    hear(store, Dropped(DropReason.OTHER_STORE, "d-2"), Dropped(DropReason.OTHER_STORE), Dropped(DropReason.FAILED))
    assert store.event_counts().dropped == {DropReason.OTHER_STORE: 2, DropReason.FAILED: 1}
    assert store.event_counts().newest_at is None
    assert due(store) == []


def test_a_time_that_cannot_be_is_not_that_of_the_newest_event(store: SqlStore) -> None:
    hear(store, disabled(), happened=T0 - MINUTE)
    hear(store, disabled(2), at=T0, happened=T0.replace(year=9999))
    assert store.event_counts().newest_at == T0
    hear(store, disabled(), at=T0 + MINUTE, happened=T0 + MINUTE)
    assert store.event_counts().newest_at == T0 + MINUTE


@pytest.mark.parametrize(("seconds", "old"), [(60, True), (59, False)])
def test_an_event_is_old_only_if_a_complete_read_began_a_minute_after_it(
    store: SqlStore, seconds: int, old: bool
) -> None:
    save(store, scan_of(leaver(), at=T0))
    hear(store, disabled(), at=T0 + MINUTE, happened=T0 - timedelta(seconds=seconds))
    assert bool(due(store)) is not old
    assert counted(store, Counted.OLD) == old


def test_a_read_that_was_not_complete_makes_no_event_old(store: SqlStore) -> None:
    save(store, scan_of(leaver(unread=(Problem("x", "y"),)), at=T0, status=ScanStatus.PARTIAL))
    hear(store, disabled(), at=T0 + MINUTE, happened=T0 - 10 * MINUTE)
    assert due(store) == [(user().id, Says.DISABLED)]


def test_access_for_a_group_is_read_from_the_leavers_last_seen_in_it(store: SqlStore) -> None:
    group, other = "00000000-0000-4000-8000-00000000aaaa", "00000000-0000-4000-8000-00000000bbbb"
    no_access = PersonRead(user(2), (), leaver(2, group).memberships)
    save(store, scan_of(leaver(1, group, other), no_access, leaver(3, other), at=T0 - DAY))
    hear(store, OfGroup(group))
    assert [name for name, _ in due(store)] == [user(1).id, user(2).id]


def test_a_changed_group_is_read_from_all_open_leavers_at_most_once_a_minute(store: SqlStore) -> None:
    save(store, scan_of(leaver(1), leaver(2), PersonRead(user(3)), at=T0 - DAY))
    hear(store, *[OfAnybody()] * 5)
    assert due(store, T0) == [(ANYBODY, Says.CHANGED)]
    assert store.spread(50, T0)
    assert [name for name, _ in due(store, T0)] == [user(1).id, user(2).id]
    hear(store, OfAnybody(), at=T0 + 10 * SECOND)
    assert ANYBODY not in dict(due(store, T0 + 59 * SECOND))
    assert ANYBODY in dict(due(store, T0 + 60 * SECOND))


def test_past_the_most_open_leavers_nothing_is_spread(store: SqlStore) -> None:
    save(store, scan_of(leaver(1), leaver(2), at=T0 - DAY))
    hear(store, OfAnybody())
    assert not store.spread(1, T0)
    assert due(store) == [(ANYBODY, Says.CHANGED)]


def test_what_is_left_to_a_scan_asks_for_one_at_most_once_a_minute(store: SqlStore) -> None:
    hear(store, disabled())
    assert store.leave_to_scan([user().id], T0)
    assert due(store, T0 + 59 * SECOND) == []
    assert not store.leave_to_scan([user().id], T0 + 30 * SECOND)
    assert len(due(store, T0 + 60 * SECOND)) == 1
    assert store.leave_to_scan([user().id], T0 + 60 * SECOND)
    assert counted(store, Counted.SCANS) == 2


# Reading


def test_a_read_of_one_user_opens_changes_and_closes_their_case_and_touches_nobody_else(store: SqlStore) -> None:
    other = open_case(store, 2)
    hear(store, disabled())
    (opened,) = read(store, leaver(), at=T0)
    assert isinstance(opened, Opened)
    case = store.open_cases()[user().id]
    assert case.found_by == "events"
    hear(store, OfUser(user().id, Says.ACCESS), at=T0 + MINUTE)
    more = PersonRead(user(), (grant(), grant("222222222222")))
    read(store, more, at=T0 + MINUTE)
    assert store.open_cases()[user().id].grants == more.grants
    hear(store, OfUser(user().id, Says.ENABLED), at=T0 + 2 * MINUTE)
    read(store, at=T0 + 2 * MINUTE, others={user().id: Seen.ENABLED})
    assert store.case(case.id).case.closed_reason is CloseReason.ENABLED
    assert store.case(other).case.state is CaseState.OPEN
    assert due(store) == []


def test_a_read_that_does_not_show_it_is_made_again_after_2_10_and_60_seconds(store: SqlStore) -> None:
    hear(store, disabled())
    at = T0
    for pause in (2, 10, 60):
        read(store, at=at, others={user().id: Seen.ENABLED})
        ended = at + 5 * SECOND
        at = ended + timedelta(seconds=pause)
        assert store.next_read() == at
    read(store, at=at, others={user().id: Seen.ENABLED})
    assert (store.next_read(), counted(store, Counted.UNSHOWN)) == (None, 1)


@pytest.mark.parametrize("seen", [Seen.UNREAD, None])
def test_a_user_who_could_not_be_read_is_read_again(store: SqlStore, seen: Seen | None) -> None:
    hear(store, disabled())
    people = () if seen else (leaver(unread=(Problem("x", "y"),)),)
    read(store, *people, at=T0, others={user().id: seen} if seen else None)
    assert store.next_read() == T0 + 7 * SECOND


def test_a_newer_event_that_came_during_the_read_is_not_settled_by_it(store: SqlStore) -> None:
    hear(store, disabled())
    before = store.due_reads(T0)
    hear(store, OfUser(user().id, Says.ENABLED), at=T0 + SECOND)
    store.save_reads(scan_of(leaver(), at=T0), before, 20, new_id)
    assert due(store) == [(user().id, Says.ENABLED)]


def test_a_user_whom_an_action_changes_is_left_alone_and_read_again(store: SqlStore) -> None:
    case_id = open_case(store)
    store.add_action(action(case_id))
    hear(store, OfUser(user().id, Says.ENABLED), at=T0 + MINUTE)
    assert read(store, at=T0 + MINUTE, others={user().id: Seen.ENABLED}) == []
    assert store.case(case_id).case.state is CaseState.OPEN
    assert store.next_read() == T0 + MINUTE + 7 * SECOND
    known = store.user_read(user().id)
    assert known
    assert not known.complete


def test_what_was_read_of_a_leaver_during_an_action_makes_no_event_old(store: SqlStore) -> None:
    store.add_action(action(open_case(store)))
    save(store, scan_of(leaver(), at=T0 + MINUTE))
    known = store.user_read(user().id)
    assert known
    assert (known.read_started_at, known.complete) == (T0 + MINUTE, False)


def test_a_scan_that_began_before_the_read_of_an_event_does_not_undo_it(store: SqlStore) -> None:
    stored = store.begin_scan("slow", "schedule", None, T0 - MINUTE)
    hear(store, disabled())
    read(store, leaver(), at=T0)
    slow = scan_of(at=T0 - MINUTE, others={user().id: Seen.ENABLED})
    slow = replace(slow, coverage=replace(slow.coverage, finished_at=T0 + MINUTE))
    assert store.save_scan(stored.id, slow, 20, new_id) == []
    assert user().id in store.open_cases()
    known = store.user_read(user().id)
    assert known
    assert (known.status, known.read_started_at) == (ReadAs.DISABLED, T0)


def test_a_read_stored_by_a_clock_that_was_an_hour_ahead_holds_up_no_scan(store: SqlStore) -> None:
    hear(store, disabled())
    read(store, leaver(), at=T0 + 60 * MINUTE)
    save(store, scan_of(at=T0 + MINUTE, others={user().id: Seen.ENABLED}))
    assert store.open_cases() == {}


# What a scan does for events


def test_a_scan_that_began_after_the_event_answers_it(store: SqlStore) -> None:
    hear(store, disabled(1), disabled(2), OfUser(user(3).id, Says.CHANGED), OfAnybody())
    save(store, scan_of(leaver(1), at=T0 + SECOND))
    # It does not show that the second is disabled.
    assert due(store) == [(user(2).id, Says.DISABLED)]


def test_a_scan_that_began_before_the_event_does_not(store: SqlStore) -> None:
    hear(store, disabled())
    save(store, scan_of(leaver(), at=T0 - SECOND))
    assert due(store) == [(user().id, Says.DISABLED)]


def test_a_scan_that_failed_answers_nothing(store: SqlStore) -> None:
    hear(store, OfUser(user().id, Says.CHANGED))
    save(store, scan_of(at=T0 + SECOND, status=ScanStatus.FAILED))
    assert due(store) == [(user().id, Says.CHANGED)]


def test_who_was_seen_disabled_is_kept_for_everybody_with_access_or_without(store: SqlStore) -> None:
    save(store, scan_of(leaver(1), PersonRead(user(2)), at=T0))
    assert store.disabled_users() == {user(1).id, user(2).id}
    known = store.user_read(user(2).id)
    assert known
    assert (known.first_disabled_at, known.read_started_at) == (T0 + 5 * SECOND, T0)


def test_the_first_time_stays_until_a_read_as_enabled_begins_it_anew(store: SqlStore) -> None:
    def first(at: datetime) -> datetime | None:
        known = store.user_read(user().id)
        return known.first_disabled_at if known else None

    save(store, scan_of(PersonRead(user()), at=T0))
    save(store, scan_of(PersonRead(user()), at=T0 + MINUTE))
    assert first(T0) == T0 + 5 * SECOND
    save(store, scan_of(at=T0 + 2 * MINUTE, others={user().id: Seen.UNREAD}))
    assert first(T0) == T0 + 5 * SECOND
    save(store, scan_of(at=T0 + 3 * MINUTE, others={user().id: Seen.ENABLED}))
    assert first(T0) is None
    hear(store, disabled(), at=T0 + 4 * MINUTE)
    read(store, PersonRead(user()), at=T0 + 4 * MINUTE)
    assert first(T0) == T0 + 4 * MINUTE + 5 * SECOND


def test_a_scan_counts_whom_events_missed_and_how_much_later_they_came(store: SqlStore) -> None:
    store.listen(T0)
    save(store, scan_of(leaver(1), at=T0))  # Disabled before we listened.
    hear(store, disabled(2), at=T0 + MINUTE)
    read(store, leaver(2), at=T0 + MINUTE)
    save(store, scan_of(leaver(1), leaver(2), leaver(3), leaver(4), at=T0 + 2 * MINUTE))
    ended = T0 + 2 * MINUTE + 5 * SECOND
    for number in (3, 3):
        hear(store, disabled(number), at=ended + 40 * SECOND, happened=T0 + MINUTE)
    found = store.event_counts()
    assert (found.found_by_scan, found.leavers) == (2, 3)
    assert (found.of(Counted.LATE), found.late) == (1, 40 * SECOND)


def test_an_event_of_what_happened_after_the_scan_is_not_late(store: SqlStore) -> None:
    store.listen(T0)
    save(store, scan_of(at=T0))
    save(store, scan_of(leaver(), at=T0 + MINUTE))
    hear(store, OfUser(user().id, Says.CHANGED), at=T0 + 3 * MINUTE, happened=T0 + 2 * MINUTE)
    assert (counted(store, Counted.LEAVERS_BY_SCAN), counted(store, Counted.LATE)) == (1, 0)


def test_nobody_is_missed_while_there_is_no_queue(store: SqlStore) -> None:
    store.listen(T0)
    store.listen(None)
    for number in range(3):
        save(store, scan_of(leaver(number), at=T0 + number * MINUTE))
    assert (store.event_counts().leavers, store.event_counts().listening_since) == (0, None)


def test_how_long_events_took_is_known_on_average_and_a_wrong_time_does_not_count(store: SqlStore) -> None:
    store.listen(T0)
    hear(store, disabled(1), at=T0 + MINUTE, happened=T0)
    hear(store, disabled(2), at=T0 + MINUTE, happened=T0 + 30 * SECOND)
    hear(store, disabled(3), at=T0 + MINUTE, happened=T0 + DAY)
    found = store.event_counts()
    assert found.delay == 45 * SECOND
    assert (found.heard_at, found.waiting) == (T0 + MINUTE, 3)


def test_counts_can_be_asked_for_since_a_day(store: SqlStore) -> None:
    hear(store, disabled(1), at=T0)
    hear(store, disabled(2), at=T0 + 2 * DAY)
    assert store.event_counts(T0 + DAY).of(Counted.RECEIVED) == 1
    assert store.event_counts().of(Counted.RECEIVED) == 2


# The digest


def test_more_new_cases_than_the_limit_are_one_digest_with_no_scan_of_its_own(store: SqlStore) -> None:
    hear(store, *(disabled(number) for number in range(1, 5)))
    read(store, *(leaver(number) for number in range(1, 5)), at=T0, digest_after=3)
    (waiting,) = outdated(store)
    assert waiting.kind is MessageKind.DIGEST
    assert len(store.digest_cases(waiting.ref)) == 4
    assert outdated_cases(store) == []
    assert (store.newest_scans(5), store.last_complete_scan()) == ([], None)


def test_cases_within_a_minute_count_together_and_unannounced_ones_come_into_the_digest(store: SqlStore) -> None:
    for number in range(1, 7):
        at = T0 + number * 6 * SECOND
        hear(store, disabled(number), at=at)
        read(store, leaver(number), at=at, digest_after=3)
    (waiting,) = outdated(store)
    assert len(store.digest_cases(waiting.ref)) == 6
    assert outdated_cases(store) == []


def test_cases_of_another_minute_count_for_themselves(store: SqlStore) -> None:
    for number in range(1, 7):
        at = T0 + number * MINUTE
        hear(store, disabled(number), at=at)
        read(store, leaver(number), at=at, digest_after=1)
    assert len(outdated_cases(store)) == 6


# A flood of made-up ids


def test_those_who_do_not_exist_are_forgotten_within_hours(store: SqlStore) -> None:
    hear(store, disabled(), disabled(2))
    read(store, at=T0, others={user().id: Seen.GONE, user(2).id: Seen.ENABLED})
    store.prune(T0 + timedelta(hours=5))
    assert store.user_read(user().id)
    store.prune(T0 + timedelta(hours=7))
    assert store.user_read(user().id) is None
    assert store.user_read(user(2).id)


def test_a_scan_answers_any_number_of_wanted_reads_in_few_statements(store: SqlStore) -> None:
    hear(store, *map(disabled, range(1, 401)))
    statements = []
    sa.event.listen(store._db.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    save(store, scan_of(at=T0 + MINUTE))
    assert len(statements) < 100
    assert len(due(store)) == 400, "no read shows yet what the events say"


def test_only_the_rows_of_those_who_are_asked_for_are_read(store: SqlStore) -> None:
    everybody = {user(number).id: Seen.ENABLED for number in range(1, 1202)}
    read(store, at=T0, others=everybody)
    some = sorted(everybody)[:1100]
    with store._db.transaction(reads=True) as connection:
        assert sorted(users.of(connection, some)) == some


def test_after_a_scan_that_events_asked_for_they_rest_as_long_as_it_took(store: SqlStore) -> None:
    hear(store, disabled(), disabled(2))
    names = [user().id, user(2).id]
    assert store.leave_to_scan(names, T0)
    began, ended = T0 + SECOND, T0 + 10 * MINUTE
    store.begin_scan("long", "events", None, began)
    assert store.leave_to_scan(names, T0 + MINUTE), "it joins the scan that is running"
    scan = scan_of(at=began)
    long = replace(scan, coverage=replace(scan.coverage, finished_at=ended))
    store.save_scan("long", long, 20, new_id)
    until = ended + (ended - began)
    assert not store.leave_to_scan(names, ended + MINUTE)
    assert store.next_read() == until
    assert not store.leave_to_scan(names, until - SECOND)
    assert store.leave_to_scan(names, until)


def test_only_the_newest_events_of_a_flood_are_remembered(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_HEARD", 3)
    some = [Heard(f"message-{number}", Event(Unknown())) for number in range(5)]
    for number, one in enumerate(some):
        store.take_events([one], T0 + number * SECOND)
    store.prune(T0 + MINUTE)
    assert store.take_events(some, T0 + MINUTE) == some[:2]


# A clock that was an hour ahead


def test_a_read_that_claims_to_be_of_the_future_makes_no_event_old(store: SqlStore) -> None:
    read(store, at=T0 + 60 * MINUTE, others={user().id: Seen.ENABLED})
    hear(store, disabled(), at=T0)
    assert due(store) == [(user().id, Says.DISABLED)]


def test_what_claims_to_be_wanted_in_the_future_is_answered_by_a_scan_now(store: SqlStore) -> None:
    hear(store, disabled(), at=T0 + 60 * MINUTE)
    save(store, scan_of(leaver(), at=T0))
    assert due(store) == []
