"""The contract of `ports.BulkStore`."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.core.actions import Action, ActionState, Result
from bot.core.bulk.bulk import Bulk, BulkPerson, BulkState, LeftOut
from bot.core.bulk.next_step import BulkResult, Fate, counts
from bot.core.bulk.plan import BulkPlan, LeftGroup, OverLimit
from bot.core.errors import NotFound
from bot.core.kinds import REVOKE
from bot.core.plans.operations import OperationKind
from bot.ports import MessageKind, Posted
from bot.store.database.schema import audit
from bot.store.store import SqlStore
from tests.in_line import outdated
from tests.store.records import ALICE, T0, open_case, user

HOUR = timedelta(hours=1)
_AUDIT = sa.select(audit).where(audit.c.what.in_(("bulk_revoke", "revoke"))).order_by(audit.c.seq)
PLAN = BulkPlan(
    ((OperationKind.DELETE_ASSIGNMENT, 7), (OperationKind.LEAVE_GROUP, 2)),
    accounts=3,
    groups=(LeftGroup("g-1", "cloud-viewers", 2, scim=True),),
    management=1,
    read_at=T0,
    over=OverLimit(1, 100, T0 + HOUR),
)
PEOPLE = (
    BulkPerson(1, user(1)),
    BulkPerson(2, user(2)),
    BulkPerson(3, user(3), left_out=LeftOut.PROTECTED),
)
BULK = Bulk("bulk-1", REVOKE, "UALICE", "C1", "critical", T0, PEOPLE, dry_run=True)


def begun(store: SqlStore, *people: BulkPerson, **more: object) -> Bulk:
    """One that runs."""
    bulk = replace(BULK, people=people or PEOPLE, dry_run=False, **more)
    store.add_bulk(bulk)
    assert store.begin_bulk(bulk, T0)
    return store.bulk(bulk.id)


def ask(store: SqlStore, bulk: Bulk, number: int) -> str:
    (one,) = (person for person in bulk.people if person.number == number)
    action = Action(
        bulk.action_id(one), bulk.key(one), bulk.kind, one.user, one.case_id, ALICE, T0, revision=one.user.revision
    )
    return store.add_action(action).id


def drawn(store: SqlStore) -> list[tuple[MessageKind, str]]:
    """What waits to be drawn; it counts as drawn after this."""
    found = outdated(store)
    for message in found:
        store.posted(message.seq, None, T0, message.version)
    return [(message.kind, message.ref) for message in found]


def audited(store: SqlStore) -> list[tuple[str, str, str, str]]:
    entries = store._db.rows(_AUDIT)
    return [(row["who"], row["verdict"], row["subject"], row["reason"]) for row in entries]


def test_a_preview_is_read_back_whole_with_its_plan_and_its_people_in_order(store: SqlStore) -> None:
    store.add_bulk(BULK)
    assert store.bulk("bulk-1") == BULK
    store.show_bulk("bulk-1", "V1")
    planned = replace(BULK, plan=PLAN, people=tuple(replace(one, case_id="case-1") for one in PEOPLE), view_id="V1")
    assert store.plan_bulk(planned)
    store.add_bulk(BULK)
    assert store.bulk("bulk-1") == planned
    assert drawn(store) == []
    with pytest.raises(NotFound):
        store.bulk("another")


def test_it_begins_once_with_the_seals_of_its_people_and_a_message(store: SqlStore) -> None:
    store.add_bulk(BULK)
    sealed = replace(BULK, raises_limit=True, people=(replace(PEOPLE[0], seal="5ea1"), *PEOPLE[1:]))
    assert store.begin_bulk(sealed, T0 + HOUR)
    assert not store.begin_bulk(BULK, T0 + 2 * HOUR)
    now = store.bulk("bulk-1")
    assert now == replace(sealed, state=BulkState.RUNNING, began_at=T0 + HOUR)
    assert drawn(store) == [(MessageKind.BULK, "bulk-1")]
    assert audited(store) == [("UALICE", "asked", "bulk-1", "2 people, above the hourly limit: critical")]
    # Its plan is what was submitted.
    assert not store.plan_bulk(replace(now, plan=PLAN))
    assert store.bulk("bulk-1") == now


def test_only_open_ones_are_looked_after_and_the_newest_are_listed_first(store: SqlStore) -> None:
    for number in range(1, 5):
        bulk = replace(BULK, id=f"bulk-{number}")
        store.add_bulk(bulk)
        if number > 1:
            store.begin_bulk(bulk, T0 + number * HOUR)
    store.stop_bulk("bulk-3", "UBOB", T0)
    store.end_bulk("bulk-4", T0)
    assert [(one.id, one.state, one.people) for one in store.open_bulks()] == [
        ("bulk-2", BulkState.RUNNING, ()),
        ("bulk-3", BulkState.STOPPING, ()),
    ]
    assert [one.id for one in store.bulks(2)] == ["bulk-4", "bulk-3"]


def test_a_stop_is_noted_once_with_who_stopped_it(store: SqlStore) -> None:
    begun(store)
    assert store.stop_bulk("bulk-1", "UBOB", T0 + HOUR)
    assert not store.stop_bulk("bulk-1", "UALICE", T0 + 2 * HOUR)
    now = store.bulk("bulk-1")
    assert (now.state, now.stopped_by, now.stopped_at) == (BulkState.STOPPING, "UBOB", T0 + HOUR)
    assert audited(store)[-1] == ("UBOB", "stopping", "bulk-1", "")


def test_what_became_of_each_is_read_from_their_actions(store: SqlStore) -> None:
    case_id = open_case(store, 1)
    store.shown(case_id, 1, Posted("C1", "1.2"))
    bulk = begun(store, replace(PEOPLE[0], case_id=case_id), *PEOPLE[1:])
    assert [one.fate for one in store.bulk_results("bulk-1")] == [Fate.WAITING, Fate.WAITING, Fate.LEFT_OUT]
    for number in (1, 2):
        ask(store, bulk, number)
    store.end_action("bulk-1-1", Result(ActionState.FAILED, "AWS said no."), T0)
    store.park("bulk-1-2", T0, T0 + HOUR)
    first, second, third = store.bulk_results("bulk-1")
    assert first == BulkResult(bulk.people[0], ActionState.FAILED, None, "AWS said no.", "C1", "1.2")
    assert (second.fate, second.until) == (Fate.PARKED, T0 + HOUR)
    assert third == BulkResult(PEOPLE[2])


def test_its_actions_post_no_reports_but_have_its_message_drawn_again(store: SqlStore) -> None:
    bulk = begun(store)
    ask(store, bulk, 1)
    ask(store, bulk, 2)
    drawn(store)
    store.end_action("bulk-1-1", Result(ActionState.DONE, tell="Done."), T0)
    assert drawn(store) == [(MessageKind.BULK, "bulk-1")]
    store.park("bulk-1-2", T0, T0 + HOUR)
    assert drawn(store) == [(MessageKind.BULK, "bulk-1")]
    store.skip_in_bulk("bulk-1", 2, "It is running already.")
    assert drawn(store) == [(MessageKind.BULK, "bulk-1")]


def test_the_alerts_that_it_changes_are_not_more_urgent_than_what_somebody_waits_for(store: SqlStore) -> None:
    case_id = open_case(store, 1)
    store.shown(case_id, 1, Posted("C1", "1.2"))
    ask(store, begun(store, replace(PEOPLE[0], case_id=case_id)), 1)
    (case,) = (one for one in store.unshown(T0) if one.kind is MessageKind.CASE)
    assert not case.asked
    (message,) = (one for one in store.unshown(T0) if one.kind is MessageKind.BULK)
    assert message.asked


@pytest.mark.parametrize("done", [True, False])
def test_it_ends_once_and_who_was_not_done_gets_a_message_if_there_is_somebody(store: SqlStore, done: bool) -> None:
    bulk = begun(store, *PEOPLE[:2])
    for number in (1, 2):
        ask(store, bulk, number)
    store.end_action("bulk-1-1", Result(ActionState.DONE), T0)
    store.end_action("bulk-1-2", Result(ActionState.DONE if done else ActionState.REFUSED, "Enabled again."), T0)
    drawn(store)
    assert store.end_bulk("bulk-1", T0 + HOUR)
    assert not store.end_bulk("bulk-1", T0 + 2 * HOUR)
    rest = [] if done else [(MessageKind.BULK_REST, "bulk-1")]
    assert drawn(store) == [(MessageKind.BULK, "bulk-1"), *rest]
    told = "2 done, 0 not done, 0 not begun" if done else "1 done, 1 not done, 0 not begun"
    assert audited(store)[-1] == ("UALICE", "ended", "bulk-1", told)
    assert (store.bulk("bulk-1").state, store.bulk("bulk-1").ended_at) == (BulkState.ENDED, T0 + HOUR)


def test_those_that_wait_for_the_hour_are_withdrawn_but_never_what_has_begun(store: SqlStore) -> None:
    bulk = begun(store, *(replace(PEOPLE[0], number=number, user=user(number)) for number in (1, 2, 3)))
    for number in (1, 2, 3):
        ask(store, bulk, number)
    for number in (1, 2):
        store.park(f"bulk-1-{number}", T0, T0 + HOUR)
    store.begin_action("bulk-1-2", (), T0)
    assert store.withdraw_parked("bulk-1", "It was stopped.", T0 + HOUR) == 1
    states = [(one.state, one.message) for one in store.bulk_results("bulk-1")]
    assert states == [(ActionState.REFUSED, "It was stopped."), (ActionState.RUNNING, ""), (ActionState.QUEUED, "")]
    assert audited(store)[-1] == ("UALICE", "refused", user(1).id, "It was stopped.")
    assert counts(store.bulk_results("bulk-1")).under_way == 2
    # Withdrawn, it can be asked for anew by somebody else.
    assert store.unfinished_lanes(user(1).id) == frozenset()


def test_the_bulk_with_one_of_its_people_is_read_without_all_the_others(store: SqlStore) -> None:
    begun(store)
    assert store.bulk_with("bulk-1", user(2).id) == replace(store.bulk("bulk-1"), people=(PEOPLE[1],))
    assert store.bulk_with("bulk-1", user(9).id).people == ()
    with pytest.raises(NotFound):
        store.bulk_with("another", user(2).id)


def test_the_newest_case_of_each_is_found_for_many_at_once(store: SqlStore) -> None:
    ids = [open_case(store, number) for number in (1, 2)]
    found = store.newest_cases([user(number).id for number in range(1, 1200)])
    assert [found[user(number).id].id for number in (1, 2)] == ids
    assert set(found) == {user(1).id, user(2).id}


def test_where_its_message_is_is_known_once_it_is_posted(store: SqlStore) -> None:
    begun(store)
    assert store.bulk_message("bulk-1") is None
    (message,) = outdated(store)
    store.posted(message.seq, Posted("C1", "1.2"), T0, message.version)
    assert store.bulk_message("bulk-1") == Posted("C1", "1.2")


def test_a_plan_that_nobody_submits_is_dropped_after_a_day_and_everything_else_kept(store: SqlStore) -> None:
    begun(store)
    store.add_bulk(replace(BULK, id="bulk-2"))
    store.add_bulk(replace(BULK, id="bulk-3", made_at=T0 + 20 * HOUR))
    store.prune(T0 + 30 * HOUR)
    assert (store.bulk("bulk-2").state, store.bulk("bulk-2").people) == (BulkState.DROPPED, ())
    assert store.bulk("bulk-3") == replace(BULK, id="bulk-3", made_at=T0 + 20 * HOUR)
    assert len(store.bulk("bulk-1").people) == 3
    assert not store.begin_bulk(replace(BULK, id="bulk-2"), T0)


def test_the_message_of_one_under_way_is_kept_however_old_it_is(store: SqlStore) -> None:
    begun(store)
    drawn(store)
    store.prune(T0 + timedelta(days=200))
    store.stop_bulk("bulk-1", "UBOB", T0)
    assert drawn(store) == [(MessageKind.BULK, "bulk-1")]
