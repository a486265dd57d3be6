"""The hourly limit in the database: who counts, and that counting and beginning are one step."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.core.actions import Action, ActionState, Asker, Result
from bot.core.errors import AlreadyUnderWay
from bot.core.kinds import DELETE, DENY, LIFT, REVOKE, SHUT_OUT, Kind, Lane
from bot.core.rules.limits import HOUR, HourlyLimits, Pool
from bot.core.waiting import Trouble, Wait
from bot.store.actions.hour import _CHANGED, _QUEUED
from bot.store.database.schema import audit
from bot.store.store import SqlStore
from tests.store.records import ALICE, T0, new_id, user

RULE = Asker("rule LEAVERBOT_AUTO_REVOKE_AFTER=3d", "")
SECOND = timedelta(seconds=1)
_OF = {"sqlite": "QUERY PLAN", "postgresql": ""}


def asked(store: SqlStore, number: int, kind: Kind = REVOKE, **more: object) -> Action:
    name = new_id()
    action = Action(name, f"key-{name}", kind, user(number), None, ALICE, T0)
    return store.add_action(replace(action, **more))  # type: ignore[arg-type]  # any field


def begun(store: SqlStore, number: int, kind: Kind = REVOKE, *, after: timedelta = timedelta(), **more: object) -> str:
    action = asked(store, number, kind, **more)
    store.begin_action(action.id, (), T0 + after)
    return action.id


def changed(store: SqlStore, pool: Pool = Pool.CHANGES, after: timedelta = timedelta()) -> set[str]:
    return set(store.hour(T0 + after).changed[pool])


def test_only_what_changes_a_person_counts(store: SqlStore) -> None:
    begun(store, 1)
    begun(store, 2, DELETE)
    begun(store, 3, dry_run=True)
    begun(store, 4, DENY)
    begun(store, 5, LIFT)
    store.end_action(asked(store, 6).id, Result(ActionState.REFUSED), T0)
    whole = begun(store, 7, SHUT_OUT)
    begun(store, 7, DENY, parent=whole)
    asked(store, 8)
    assert changed(store) == {user(number).id for number in (1, 2, 7)}
    assert changed(store, Pool.DENIES) == {user(4).id}


def test_a_person_counts_for_an_hour_after_the_newest_begin(store: SqlStore) -> None:
    first = begun(store, 1)
    store.end_action(first, Result(ActionState.DONE), T0)
    begun(store, 1, DELETE, after=timedelta(minutes=30))
    assert store.hour(T0 + HOUR).changed[Pool.CHANGES] == {user(1).id: T0 + timedelta(minutes=30)}
    assert changed(store, after=timedelta(minutes=90))
    assert not changed(store, after=timedelta(minutes=90) + SECOND)


def test_many_that_begin_at_the_same_moment_never_pass_the_limit(store: SqlStore) -> None:
    actions = [asked(store, number, asked_at=T0 + number * SECOND) for number in range(1, 13)]
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda action: store.begin_action(action.id, (), T0, limits=HourlyLimits(5)), actions))
    assert waits.count(None) == 5
    assert len(changed(store)) == 5
    hour = store.hour(T0)
    assert len(hour.parked) == 7
    # Once the hour is over, those go first that asked first.
    later = T0 + HOUR + SECOND
    last, first = hour.parked[-1], hour.parked[0]
    with_two_parked_more = HourlyLimits(6)
    assert store.begin_action(last.action_id, (), later, limits=with_two_parked_more)
    assert store.begin_action(first.action_id, (), later, limits=with_two_parked_more) is None


def test_what_is_parked_says_since_when_and_until_when_and_no_longer_once_it_begins(store: SqlStore) -> None:
    begun(store, 1)
    waits = asked(store, 2)
    until = store.begin_action(waits.id, (), T0 + SECOND, limits=HourlyLimits(1))
    assert until == T0 + HOUR
    parked = store.action(waits.id)
    assert (parked.state, parked.parked) == (ActionState.QUEUED, True)
    assert parked.waiting == Wait(Trouble.LIMIT, T0 + SECOND, until)
    store.park(waits.id, T0 + timedelta(minutes=5), until + SECOND)
    assert store.action(waits.id).waiting == Wait(Trouble.LIMIT, T0 + SECOND, until + SECOND)
    assert store.waits() == {}
    assert store.begin_action(waits.id, (), T0 + 2 * HOUR, limits=HourlyLimits(1)) is None
    assert (store.action(waits.id).waiting, store.hour(T0 + 2 * HOUR).parked) == (None, ())


def test_people_go_before_rules_and_rules_stop_at_four_fifths(store: SqlStore) -> None:
    limits = HourlyLimits(5)
    for number in range(1, 5):
        assert store.begin_action(asked(store, number, asker=RULE).id, (), T0, limits=limits) is None
    rule = asked(store, 5, asker=RULE)
    assert store.begin_action(rule.id, (), T0, limits=limits)
    person = asked(store, 6, asked_at=T0 + SECOND)
    assert store.begin_action(person.id, (), T0, limits=limits) is None
    assert [claim.by_rule for claim in store.hour(T0).parked] == [True]


def test_a_parked_shut_out_holds_up_no_deny_and_no_revoke_and_there_is_one_at_a_time(store: SqlStore) -> None:
    begun(store, 1)
    whole = asked(store, 2, SHUT_OUT)
    with pytest.raises(AlreadyUnderWay):
        asked(store, 2, DENY)
    assert store.begin_action(whole.id, (), T0, limits=HourlyLimits(1))
    assert store.unfinished_lanes(user(2).id) == {Lane.WHOLE}
    with pytest.raises(AlreadyUnderWay):
        asked(store, 2, SHUT_OUT)
    assert asked(store, 2, DENY)
    assert asked(store, 2, REVOKE)


def test_go_on_now_begins_the_hour_anew_and_is_audited(store: SqlStore) -> None:
    begun(store, 1)
    store.begin_hour_anew("UALICE", T0 + SECOND)
    assert not changed(store, after=2 * SECOND)
    begun(store, 2, after=2 * SECOND)
    assert changed(store, after=3 * SECOND) == {user(2).id}
    # A clock that was ahead when it was pressed lets nobody through.
    store.begin_hour_anew("UALICE", T0 + 9 * HOUR)
    assert changed(store, after=3 * SECOND) == {user(1).id, user(2).id}
    newest = store._db.rows(sa.select(audit).order_by(audit.c.seq))[-1]
    assert (newest["who"], newest["what"], newest["verdict"]) == ("UALICE", "go_on", "done")


def test_counting_goes_through_an_index_and_never_through_all_actions(store: SqlStore) -> None:
    with store._db.transaction(reads=True) as connection:
        for query, index in (
            (_CHANGED.params(since=T0, until=T0), "ix_actions_started"),
            (_QUEUED, "ix_actions_queued"),
        ):
            text = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
            if connection.dialect.name == "postgresql":
                # It goes through the few rows of a test.
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plan = connection.exec_driver_sql(f"EXPLAIN {_OF[connection.dialect.name]} {text}").all()
            assert any(index in str(line) for line in plan), plan
