"""The contract of `ports.RuleStore`, and from when rules count, held by every database we support."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.core.access.person_read import PersonRead, Problem
from bot.core.actions import ActionState, Result
from bot.core.cases import CloseReason
from bot.core.errors import AlreadyUnderWay, NotFound
from bot.core.events.reads import UNSEEN, UserRead
from bot.core.kinds import DELETE, DENY, REVOKE, Lane
from bot.core.models import Grant, Use
from bot.core.rules.announcements import AnnouncementState
from bot.core.rules.facts import OpenCase, Person, Stop
from bot.core.rules.holds import WhyHeld
from bot.core.scan.coverage import Scan, ScanStatus, Seen
from bot.ports import MessageKind, Posted
from bot.store.database.rule_tables import held_people, holds
from bot.store.store import SqlStore
from tests.in_line import outdated
from tests.store.everything import PLACED
from tests.store.records import T0, action, broken_at, grant, new_id, open_case, save, scan_of, user
from tests.store.ruled import HOUR, announced, announcement, asked_by_rule, by, post

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
TAKES = 5 * SECOND
SEEN = T0 + TAKES


def leaver(number: int = 1, *grants: Grant) -> PersonRead:
    return PersonRead(user(number), grants)


def scan(store: SqlStore, *people: PersonRead, after: timedelta = timedelta(0), **others: Seen) -> None:
    save(store, scan_of(*people, at=T0 + after, others={user(int(name[1:])).id: seen for name, seen in others.items()}))


def read_of(store: SqlStore, number: int = 1) -> UserRead:
    found = store.user_read(user(number).id)
    assert found
    return found


def audited(store: SqlStore) -> list[tuple[str, str, str, str]]:
    with store._db.engine.connect() as connection:
        assert broken_at(connection) is None
        rows = connection.execute(sa.text("SELECT who, what, subject, verdict FROM audit ORDER BY seq"))
        return [tuple(row) for row in rows]


def waiting(store: SqlStore) -> list[str]:
    return [one.id for one in store.waiting_announcements()]


def person(store: SqlStore, number: int = 1) -> Person:
    (found,) = store.disabled_people(user(number).id)
    return found


# From when rules count


def test_rules_count_from_the_end_of_the_first_read_that_showed_somebody_disabled(store: SqlStore) -> None:
    scan(store, leaver())
    scan(store, leaver(), after=HOUR)
    assert (read_of(store).counts_from, read_of(store).first_disabled_at) == (SEEN, SEEN)


@pytest.mark.parametrize("gap", [UNSEEN, UNSEEN + SECOND])
def test_more_than_25_hours_without_a_read_do_not_count(store: SqlStore, gap: timedelta) -> None:
    scan(store, leaver())
    scan(store, leaver(), after=HOUR)
    scan(store, leaver(), after=HOUR + gap)
    assert read_of(store).counts_from == (SEEN if gap == UNSEEN else SEEN + gap)
    assert read_of(store).first_disabled_at == SEEN


def test_a_read_as_enabled_starts_the_time_anew(store: SqlStore) -> None:
    scan(store, leaver())
    scan(store, after=HOUR, u1=Seen.ENABLED)
    assert read_of(store).counts_from is None
    scan(store, leaver(), after=2 * HOUR)
    assert read_of(store).counts_from == SEEN + 2 * HOUR


def test_access_that_somebody_gets_while_disabled_starts_the_time_anew(store: SqlStore) -> None:
    scan(store, leaver())
    scan(store, leaver(1, grant()), after=HOUR)
    assert read_of(store).counts_from == SEEN + HOUR
    assert read_of(store).first_disabled_at == SEEN


def test_access_that_an_incomplete_read_may_have_hidden_starts_nothing_anew(store: SqlStore) -> None:
    scan(store, replace(leaver(), unread=(Problem("a group", "denied"),)))
    scan(store, leaver(1, grant()), after=HOUR)
    assert read_of(store).counts_from == SEEN


def test_access_that_comes_back_after_a_revoke_starts_the_time_anew(store: SqlStore) -> None:
    open_case(store, 1, grant(), grant("222222222222"))
    _revoke(store, ActionState.INCOMPLETE, grant())
    scan(store, leaver(1, grant(), grant("222222222222")), after=2 * HOUR)
    assert read_of(store).counts_from == SEEN + 2 * HOUR


def test_access_that_comes_back_after_the_last_went_starts_the_time_anew_whatever_a_scan_saw_meanwhile(
    store: SqlStore,
) -> None:
    open_case(store)
    revoke = action(store.open_cases()[user().id].id)
    store.add_action(revoke)
    scan(store, leaver(1, grant()), after=HOUR)
    assert not read_of(store).complete
    read = PersonRead(user())
    store.end_action(revoke.id, Result(ActionState.DONE, "", read, T0 + HOUR, close=CloseReason.REVOKED), T0 + HOUR)
    scan(store, leaver(1, grant()), after=2 * HOUR)
    assert read_of(store).counts_from == SEEN + 2 * HOUR


def test_more_access_without_any_action_starts_nothing_anew(store: SqlStore) -> None:
    open_case(store)
    scan(store, leaver(1, grant(), grant("222222222222")), after=HOUR)
    assert read_of(store).counts_from == SEEN


def test_after_time_without_reads_access_that_comes_back_counts_from_its_own_read(store: SqlStore) -> None:
    scan(store, leaver())
    scan(store, leaver(1, grant()), after=3 * DAY)
    assert read_of(store).counts_from == SEEN + 3 * DAY


def test_whoever_the_first_whole_scan_finds_did_not_turn_disabled_and_everybody_later_did(store: SqlStore) -> None:
    part = scan_of(leaver(1), at=T0, status=ScanStatus.PARTIAL)
    save(store, Scan(replace(part.coverage, user_list_complete=False), part.people, None, "999999999999"))
    scan(store, leaver(1), leaver(2), after=HOUR)
    scan(store, leaver(1), leaver(2), leaver(3), after=2 * HOUR)
    assert [read_of(store, number).turned_at for number in (1, 2, 3)] == [None, None, SEEN + 2 * HOUR]
    scan(store, leaver(3), after=3 * HOUR, u1=Seen.ENABLED)
    scan(store, leaver(1), leaver(3), after=4 * HOUR)
    assert read_of(store, 1).turned_at == SEEN + 4 * HOUR
    assert read_of(store, 3).turned_at == SEEN + 2 * HOUR


def test_somebody_who_came_without_a_status_was_not_read_completely(store: SqlStore) -> None:
    scan(store, leaver(1), leaver(2))
    scan(store, leaver(2), after=HOUR, u1=Seen.UNREAD)
    assert [read_of(store, number).complete for number in (1, 2)] == [False, True]
    scan(store, leaver(1), leaver(2), after=2 * HOUR)
    assert read_of(store).complete


# Announcements


def test_an_announcement_is_stored_audited_and_queued_as_one(store: SqlStore) -> None:
    case_id = open_case(store)
    made = announcement(case_id=case_id)
    assert store.announce(made, by())
    assert not store.announce(replace(made, id=new_id()), by())
    assert store.announcement(made.id) == made
    (message,) = [one for one in outdated(store) if one.kind is MessageKind.RULE]
    assert (message.ref, message.case_id) == (made.id, case_id)
    assert audited(store)[1:] == [(by(), "revoke", user().id, "announced")]
    with pytest.raises(NotFound):
        store.announcement("another")


def test_a_new_announcement_takes_the_place_of_the_one_that_waits(store: SqlStore) -> None:
    first, other, kind = announced(store), announced(store, 2), announced(store, 1, DENY)
    second = announcement()
    assert not store.announce(second, by(), replaces=other.id)
    assert store.announce(second, by(), replaces=first.id)
    assert set(waiting(store)) == {other.id, kind.id, second.id}
    assert store.announcement(first.id).state is AnnouncementState.OVER
    assert {one.ref for one in outdated(store)} == {first.id, second.id}


@pytest.mark.parametrize(
    ("ts", "since"),
    [
        (f"{(T0 + 3 * HOUR).timestamp():.6f}", T0 + 3 * HOUR),
        (f"{(T0 - DAY).timestamp():.6f}", T0 + HOUR),
        ("nonsense", T0 + HOUR),
    ],
)
def test_an_announcement_stands_since_slack_says_or_since_later_by_this_clock(
    store: SqlStore, ts: str, since: datetime
) -> None:
    made = announcement()
    store.announce(made, by())
    assert store.announcement(made.id).posted_at is None
    post(store, ts)
    assert store.announcement(made.id).posted_at == since


def test_drawn_again_an_announcement_stands_since_it_was_first_posted(store: SqlStore) -> None:
    made = announced(store)
    store.set_acts_at(made.id, T0 + 3 * HOUR)
    (message,) = outdated(store)
    store.posted(message.seq, Posted("C1", "1.0"), T0 + DAY, message.version)
    assert store.announcement(made.id).posted_at == made.posted_at
    assert store.announcement(made.id).acts_at == T0 + 3 * HOUR
    assert outdated(store) == []


def test_what_no_longer_applies_is_over_audited_and_drawn_again(store: SqlStore) -> None:
    made = announced(store)
    for _ in range(2):
        store.end_announcement(made.id, "not_disabled", T0 + 2 * HOUR, by())
    assert waiting(store) == []
    assert [one.ref for one in outdated(store)] == [made.id]
    assert audited(store)[1:] == [(by(), "revoke", user().id, "over")]
    store.set_acts_at(made.id, T0 + DAY)
    assert store.announcement(made.id).acts_at == made.acts_at


def test_what_an_announcement_asks_for_is_stored_with_it_once(store: SqlStore) -> None:
    made = announced(store)
    asked = asked_by_rule(made)
    stored = store.add_announced_action(made.id, asked)
    assert stored
    assert stored.by == by()
    after = store.announcement(made.id)
    assert (after.state, after.action_id) == (AnnouncementState.ASKED, asked.id)
    assert store.announcement_of(asked.id) == after
    assert store.add_announced_action(made.id, asked_by_rule(made)) is None
    assert [one.id for one in store.unfinished_actions()] == [asked.id]


def test_nothing_is_asked_for_that_is_not_in_slack_or_is_about_another(store: SqlStore) -> None:
    made = announcement()
    store.announce(made, by())
    assert store.add_announced_action(made.id, asked_by_rule(made)) is None
    post(store)
    assert store.add_announced_action(made.id, asked_by_rule(replace(made, user=user(2)))) is None
    assert store.add_announced_action(made.id, asked_by_rule(replace(made, kind=DENY))) is None
    assert store.unfinished_actions() == []


def test_nothing_is_asked_for_while_rules_are_stopped_however_late_the_stop_came(store: SqlStore) -> None:
    made = announced(store)
    store.stop_rules(user(), "UALICE", T0)
    assert store.add_announced_action(made.id, asked_by_rule(made)) is None
    assert store.announcement(made.id).state is AnnouncementState.WAITING
    store.let_rules_run(user(), "UALICE", T0)
    assert store.add_announced_action(made.id, asked_by_rule(made))


def test_an_action_under_way_leaves_the_announcement_waiting(store: SqlStore) -> None:
    made = announced(store)
    store.add_action(action(None))
    with pytest.raises(AlreadyUnderWay):
        store.add_announced_action(made.id, asked_by_rule(made))
    assert waiting(store) == [made.id]


def test_the_message_of_an_announcement_that_waits_is_kept(store: SqlStore) -> None:
    waits, over = announced(store), announced(store, 2)
    store.end_announcement(over.id, "not_disabled", T0, by())
    post(store)
    store.prune(T0 + 365 * DAY)
    with store._db.transaction() as connection:
        connection.execute(sa.text("UPDATE messages SET version = version + 1"))
    assert [one.ref for one in outdated(store)] == [waits.id]


def test_what_a_rule_announces_for_people_without_a_case_has_the_newest_summary_as_its_thread(store: SqlStore) -> None:
    assert store.summary_thread() is None
    for number, name in enumerate(("first", "second", "third")):
        store.add_summary(name, T0 + number * DAY)
        (message,) = outdated(store)
        if name != "third":
            store.posted(message.seq, Posted("C1", f"{number}.0"), T0, message.version)
    assert store.summary_thread() == Posted("C1", "1.0")


# Stops


def test_rules_are_stopped_for_one_person_once_and_audited(store: SqlStore) -> None:
    made = announced(store)
    assert [store.stop_rules(user(), name, T0 + HOUR) for name in ("UALICE", "UBOB")] == [True, False]
    assert store.rule_stop(user().id) == Stop("UALICE", T0 + HOUR)
    assert store.rule_stops() == {user().id: Stop("UALICE", T0 + HOUR)}
    assert [one.ref for one in outdated(store)] == [made.id]
    post(store)
    assert [store.let_rules_run(user(), name, T0 + HOUR) for name in ("UBOB", "UALICE")] == [True, False]
    assert store.rule_stop(user().id) is None
    assert [one.ref for one in outdated(store)] == [made.id]
    wanted = [("UALICE", "stop", user().id, "done"), ("UBOB", "let_run", user().id, "done")]
    assert audited(store)[1:] == wanted


def test_a_stop_draws_the_alert_again(store: SqlStore) -> None:
    case_id = open_case(store)
    before = store.case(case_id).case.version
    store.stop_rules(user(), "UALICE", T0)
    assert store.case(case_id).case.version == before + 1


# People


def test_rules_know_of_everybody_disabled_what_all_the_tables_say(store: SqlStore) -> None:
    scan(store, leaver(1, grant()), leaver(2), leaver(3))
    scan(store, replace(leaver(1, grant()), used=Use("Federate", T0)), leaver(2), after=HOUR, u3=Seen.ENABLED)
    case = store.open_cases()[user().id]
    store.place_denies([replace(PLACED, user=user(2), id="deny-2")])
    store.stop_rules(user(2), "UALICE", T0)
    made = announced(store, 2, DELETE)
    one, two = sorted(store.disabled_people(), key=lambda found: found.read.user_id)
    assert one.read == replace(read_of(store), group_ids=())
    assert one.user == user()
    assert one.case == OpenCase(case.id, case.severity, incident=True)
    assert (one.denied, one.stop, one.busy, one.last) == (False, None, frozenset(), {})
    assert (two.case, two.denied, two.stop) == (None, True, Stop("UALICE", T0))
    assert two.waiting == {DELETE: made}
    assert store.disabled_people(user(2).id) == [two]
    assert store.disabled_people(user(3).id) == []


def test_rules_know_what_their_newest_action_of_each_kind_came_to(store: SqlStore) -> None:
    case_id = open_case(store)
    made = announced(store, case_id=case_id)
    asked = store.add_announced_action(made.id, asked_by_rule(made))
    assert asked
    assert person(store).busy == {Lane.ACCESS}
    assert person(store).last[REVOKE].finished_at is None
    store.end_action(asked.id, Result(ActionState.FAILED), T0 + DAY)
    last = person(store).last[REVOKE]
    assert (last.state, last.finished_at, last.case_id) == (ActionState.FAILED, T0 + DAY, case_id)
    assert last.counts_from == made.counts_from


def test_whoever_is_in_a_hold_is_held_until_it_is_accepted(store: SqlStore) -> None:
    scan(store, leaver(1), leaver(2))
    with store._db.transaction() as connection:
        hold = {"id": "hold-1", "why": WhyHeld.FIRST_SCAN, "made_at": T0, "accepted_by": "", "version": 1}
        connection.execute(holds.insert().values(hold))
        connection.execute(held_people.insert().values(hold_id="hold-1", user_id=user().id))
    assert [person(store, number).held for number in (1, 2)] == [True, False]
    with store._db.transaction() as connection:
        connection.execute(holds.update().values(accepted_at=T0, accepted_by="UALICE"))
    assert not person(store).held


def _revoke(store: SqlStore, state: ActionState, *left: Grant) -> None:
    """An action that took some access."""
    revoke = action(store.open_cases()[user().id].id)
    store.add_action(revoke)
    store.begin_action(revoke.id, (), T0 + HOUR)
    store.end_action(revoke.id, Result(state, "", PersonRead(user(), left), T0 + HOUR), T0 + HOUR)
