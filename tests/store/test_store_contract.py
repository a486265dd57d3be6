"""The contract of `ports.Store`, held by every database we support."""

import contextlib
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.core import kinds
from bot.core.access.person_read import PersonRead, Problem
from bot.core.access.severity import Severity
from bot.core.actions import LEAVERBOT, ActionState, Asker, Result
from bot.core.cases import CaseState, Closed, CloseReason, Opened, Updated
from bot.core.deny.placed import PlacedDeny
from bot.core.errors import AlreadyUnderWay, NotFound, StoreError
from bot.core.kinds import DELETE, DENY, LIFT, PRUNE, REVOKE, Lane
from bot.core.models import Grant, GrantKind, Path, PermissionSet, RoleAt, Use
from bot.core.plans.operations import OperationState
from bot.core.plans.plan import plan_revoke, subject_of
from bot.core.scan.coverage import ScanStatus, Seen
from bot.core.views import DialogState
from bot.ports import MessageKind, Posted, StoredDialog, Surroundings
from bot.store.database import schema
from bot.store.database.migrate import migrate
from bot.store.store import SqlStore
from tests.in_line import outdated, outdated_cases
from tests.store.records import (
    ALICE,
    T0,
    action,
    broken_at,
    deny_operations,
    grant,
    new_id,
    open_case,
    save,
    scan_of,
    user,
)

APPLICATION = Grant(GrantKind.APPLICATION, Path.DIRECT, application_arn="arn:aws:sso::111111111111:application/i/a")
ENTITLEMENT = Grant(
    GrantKind.ENTITLEMENT,
    Path.DIRECT,
    account_id="444444444444",
    entitlement_id="e-1",
    role_arn="arn:aws:iam::444444444444:role/Ops",
)


def test_a_new_leaver_with_a_grant_opens_a_case(store: SqlStore) -> None:
    (change,) = save(store, scan_of(PersonRead(user(), (grant(),))))
    assert isinstance(change, Opened)
    case = store.open_cases()[user().id]
    assert (case.user, case.grants, case.state, case.found_by) == (user(), (grant(),), CaseState.OPEN, "schedule")


def test_a_changed_grant_updates_the_case_and_queues_a_note_for_its_thread(store: SqlStore) -> None:
    case_id = open_case(store)
    (change,) = save(store, scan_of(PersonRead(user(), (grant(), grant("222222222222")))))
    assert isinstance(change, Updated)
    (waiting,) = [item for item in outdated(store) if item.kind is MessageKind.CHANGE]
    assert waiting.case_id == case_id
    assert store.change(waiting.ref).added == (grant("222222222222"),)


def test_the_same_scan_twice_changes_nothing_more(store: SqlStore) -> None:
    open_case(store)
    assert save(store, scan_of(PersonRead(user(), (grant(),)))) == []


def test_a_complete_read_without_grants_closes_the_case(store: SqlStore) -> None:
    case_id = open_case(store)
    (change,) = save(store, scan_of(PersonRead(user())))
    assert isinstance(change, Closed)
    assert store.case(case_id).case.closed_reason is CloseReason.NO_GRANTS
    assert store.open_cases() == {}


@pytest.mark.parametrize(("seen", "reason"), [(Seen.ENABLED, CloseReason.ENABLED), (Seen.GONE, CloseReason.GONE)])
def test_enabled_again_and_gone_close_the_case_with_that_reason(
    store: SqlStore, seen: Seen, reason: CloseReason
) -> None:
    case_id = open_case(store)
    save(store, scan_of(others={user().id: seen}))
    assert store.case(case_id).case.closed_reason is reason


def test_an_unread_person_keeps_the_case_open(store: SqlStore) -> None:
    open_case(store)
    save(store, scan_of(others={user().id: Seen.UNREAD}, status=ScanStatus.PARTIAL))
    assert user().id in store.open_cases()


def test_an_incomplete_read_takes_no_grant_away(store: SqlStore) -> None:
    open_case(store)
    save(store, scan_of(PersonRead(user(), (), unread=(Problem("x", "y"),)), status=ScanStatus.PARTIAL))
    assert store.open_cases()[user().id].grants == (grant(),)


def test_a_scan_that_ended_is_not_saved_again(store: SqlStore) -> None:
    stored = store.begin_scan("s1", "schedule", None, T0)
    scan = scan_of(PersonRead(user(), (grant(),)))
    assert store.save_scan(stored.id, scan, 20, new_id)
    assert store.save_scan(stored.id, scan, 20, new_id) == []


def test_a_second_request_joins_the_running_scan(store: SqlStore) -> None:
    first = store.begin_scan("s1", "schedule", None, T0)
    second = store.begin_scan("s2", "command", ALICE, T0)
    assert second.id == first.id
    store.save_scan(first.id, scan_of(), 20, new_id)
    (told,) = outdated(store)
    assert (told.kind, told.ref, store.scan(told.ref).askers) == (MessageKind.SCAN, "s1", (ALICE.user,))


def test_a_scan_does_not_undo_an_action_that_ended_after_it_began(store: SqlStore) -> None:
    case_id = open_case(store)
    asked = store.add_action(action(case_id))
    store.begin_action(asked.id, (), T0)
    ended = T0 + timedelta(minutes=1)
    store.end_action(
        asked.id,
        Result(ActionState.DONE, read=PersonRead(user()), verified_at=ended, close=CloseReason.REVOKED),
        ended,
    )
    old = scan_of(PersonRead(user(), (grant(),)), at=T0 + timedelta(seconds=30))
    assert save(store, old) == []
    assert store.open_cases() == {}


def test_more_new_cases_than_the_limit_become_one_digest(store: SqlStore) -> None:
    save(store, scan_of(*(PersonRead(user(number), (grant(),)) for number in range(1, 5))), digest_after=3)
    (waiting,) = outdated(store)
    assert waiting.kind is MessageKind.DIGEST
    assert len(store.digest_cases(waiting.ref)) == 4
    assert outdated_cases(store) == []


def test_a_case_of_a_digest_gets_a_message_when_it_is_wanted(store: SqlStore) -> None:
    save(store, scan_of(PersonRead(user(), (grant(),))), digest_after=0)
    case_id = store.open_cases()[user().id].id
    assert store.case(case_id).digest
    store.want_message(case_id)
    assert [stored.case.id for stored in outdated_cases(store)] == [case_id]


def test_a_case_is_stale_until_its_newest_version_is_shown(store: SqlStore) -> None:
    case_id = open_case(store)
    (stored,) = outdated_cases(store)
    store.shown(case_id, stored.case.version, Posted("C1", "1.0"))
    assert outdated_cases(store) == []
    store.mark_stale(case_id)
    (stored,) = outdated_cases(store)
    assert stored.posted == Posted("C1", "1.0")


def test_the_places_of_open_cases_are_known(store: SqlStore) -> None:
    case_id = open_case(store)
    assert store.places() == {}
    store.shown(case_id, 1, Posted("C1", "1.0"))
    assert store.places() == {case_id: Posted("C1", "1.0")}


def test_showing_an_older_version_late_does_not_hide_a_newer_one(store: SqlStore) -> None:
    case_id = open_case(store)
    version = store.case(case_id).case.version
    store.shown(case_id, version, Posted("C1", "1.0"))
    store.mark_stale(case_id)
    store.shown(case_id, version, Posted("C1", "1.0"))
    assert len(outdated_cases(store)) == 1


def test_a_new_case_draws_the_closed_one_of_the_same_user_again(store: SqlStore) -> None:
    old = open_case(store)
    save(store, scan_of(PersonRead(user())))
    store.shown(old, store.case(old).case.version, Posted("C1", "1.0"))
    save(store, scan_of(PersonRead(user(), (grant(),))))
    assert old in {stored.case.id for stored in outdated_cases(store)}


def test_every_role_that_any_case_ever_reached_is_remembered(store: SqlStore) -> None:
    open_case(store, 1, grant("111111111111"), grant("333333333333", status="SUSPENDED"))
    save(store, scan_of(PersonRead(user(), (grant("222222222222", "Admin"), APPLICATION, ENTITLEMENT))))
    save(store, scan_of(PersonRead(user())))
    save(store, scan_of(PersonRead(user(), (grant("111111111111", "Admin"),)), PersonRead(user(2), (grant("9" * 12),))))
    roles = [(one.account_id, one.permission_set_arn) for one in (grant(), grant("222222222222", "Admin"))]
    also = [("111111111111", roles[1][1]), (ENTITLEMENT.account_id, "")]
    assert store.reached(user().id) == {RoleAt(*role) for role in (*roles, *also)}


def test_the_same_press_twice_is_one_action(store: SqlStore) -> None:
    case_id = open_case(store)
    first = store.add_action(action(case_id, key="press-1"))
    second = store.add_action(action(case_id, key="press-1"))
    assert first.id == second.id


def test_one_unfinished_action_a_user_and_lane(store: SqlStore) -> None:
    case_id = open_case(store)
    first = store.add_action(action(case_id))
    with pytest.raises(AlreadyUnderWay) as caught:
        store.add_action(action(case_id, DELETE))
    assert caught.value.action_id == first.id
    store.add_action(action(case_id, DENY))
    assert store.unfinished_lanes(user().id) == {"access", "deny"}


def test_of_many_presses_at_once_exactly_one_becomes_an_action(store: SqlStore) -> None:
    case_id = open_case(store)
    won: list[str] = []

    def press() -> None:
        with contextlib.suppress(AlreadyUnderWay):
            won.append(store.add_action(action(case_id)).id)

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_an_action_keeps_the_operations_it_began_with(store: SqlStore) -> None:
    asked = store.add_action(action(open_case(store)))
    plan = plan_revoke(PersonRead(user(), (grant(),)))
    store.begin_action(asked.id, plan.operations, T0, undo=("aws …",))
    assert store.action(asked.id).undo == ()
    store.set_operation(asked.id, 0, OperationState.ASKED, T0)
    store.set_operation(asked.id, 0, OperationState.RUNNING, T0, request_id="r1")
    store.begin_action(asked.id, (), T0)
    found = store.action(asked.id)
    assert found.state is ActionState.RUNNING
    assert [(op.operation, op.state, op.request_id) for op in found.operations] == [
        (plan.operations[0], OperationState.RUNNING, "r1")
    ]
    assert found.undo == ("aws …",)


def test_an_undo_command_is_there_for_what_aws_did_or_may_have_done_and_for_nothing_else(store: SqlStore) -> None:
    asked = store.add_action(action(open_case(store)))
    plan = plan_revoke(PersonRead(user(), tuple(grant(str(number) * 12) for number in range(1, 5)))).operations
    store.begin_action(asked.id, plan, T0, undo=("a", "b", "c", "d"))
    for seq, state in enumerate((OperationState.UNKNOWN, OperationState.REFUSED, OperationState.DONE)):
        store.set_operation(asked.id, seq, OperationState.ASKED, T0)
        store.set_operation(asked.id, seq, state, T0)
    store.set_operation(asked.id, 3, OperationState.NOT_BEGUN, T0)
    assert store.action(asked.id).undo == ("a", "c")


@pytest.mark.parametrize("after_use", [True, False])
def test_a_partial_revoke_leaves_a_case_as_severe_as_all_that_is_known_of_it(store: SqlStore, after_use: bool) -> None:
    """A use makes it critical, and is no less true because a revoke does not look for it again."""
    used = Use("ConsoleLogin", T0) if after_use else None
    save(store, scan_of(PersonRead(user(), (grant(), grant("222222222222")), used=used)))
    case = store.open_cases()[user().id]
    asked = store.add_action(action(case.id))
    store.end_action(asked.id, Result(ActionState.INCOMPLETE, read=PersonRead(user(), (grant(),)), verified_at=T0), T0)
    assert store.open_cases()[user().id].severity is (Severity.CRITICAL if after_use else Severity.NORMAL)


def test_ending_an_action_updates_and_closes_its_case_and_queues_the_report(store: SqlStore) -> None:
    case_id = open_case(store)
    asked = store.add_action(action(case_id))
    store.begin_action(asked.id, (), T0)
    store.end_action(
        asked.id, Result(ActionState.DONE, read=PersonRead(user()), verified_at=T0, close=CloseReason.REVOKED), T0
    )
    case = store.case(case_id).case
    assert (case.state, case.closed_reason, case.closed_by, case.grants) == (
        CaseState.CLOSED,
        CloseReason.REVOKED,
        "UALICE",
        (),
    )
    assert [item.kind for item in outdated(store)] == [MessageKind.REPORT]
    assert store.unfinished_actions() == []


def test_an_action_ends_once(store: SqlStore) -> None:
    asked = store.add_action(action(open_case(store)))
    store.end_action(asked.id, Result(ActionState.REFUSED, "no", tell="no"), T0)
    store.end_action(asked.id, Result(ActionState.DONE), T0)
    assert store.action(asked.id).state is ActionState.REFUSED
    assert [item.kind for item in outdated(store)] == [MessageKind.TELL]


def test_around_a_case_is_what_its_user_has_under_way_and_in_force(store: SqlStore) -> None:
    case = store.case(open_case(store)).case
    assert store.around(case) == Surroundings(superseded=False, deny=None, newest={}, busy=frozenset())
    asked = store.add_action(action(case.id))
    deny = PlacedDeny(user(), "p-1", T0, "UALICE", (), id="deny")
    store.place_denies([deny])
    busy = frozenset({Lane.ACCESS})
    assert store.around(case) == Surroundings(superseded=False, deny=deny, newest={REVOKE: asked}, busy=busy)


def test_a_case_is_superseded_once_its_user_has_a_newer_one(store: SqlStore) -> None:
    case_id = open_case(store)
    save(store, scan_of(at=T0 + timedelta(hours=1), others={user().id: Seen.ENABLED}))
    assert not store.around(store.case(case_id).case).superseded
    save(store, scan_of(PersonRead(user(), (grant(),)), at=T0 + timedelta(hours=2)))
    assert store.around(store.case(case_id).case).superseded


def test_a_dialog_is_kept_as_it_was_set(store: SqlStore) -> None:
    dialog = StoredDialog("d1", kinds.REVOKE, DialogState.READING, ALICE, query="user1")
    store.add_dialog(dialog, T0)
    assert store.dialog("d1") == dialog
    filled = replace(dialog, state=DialogState.READY, user=user(), user_id=user().id, view_id="V1", digest="abc")
    store.set_dialog(filled)
    assert store.dialog("d1") == filled


@pytest.mark.parametrize("admin", [True, False])
def test_a_dialog_keeps_whether_an_admin_opened_it(store: SqlStore, admin: bool) -> None:
    dialog = StoredDialog("d1", kinds.SHUT_OUT, DialogState.READING, ALICE, admin=admin)
    store.add_dialog(dialog, T0)
    store.set_dialog(replace(dialog, state=DialogState.READY))
    assert store.dialog("d1").admin is admin


def test_what_is_not_there_is_said(store: SqlStore) -> None:
    for look in (store.case, store.action, store.dialog, store.scan, store.change):
        with pytest.raises(NotFound):
            look("nothing")


def test_messages_wait_in_order_until_they_are_posted(store: SqlStore) -> None:
    store.tell("k1", ALICE, "one", T0)
    store.tell("k2", ALICE, "two", T0)
    store.tell("k1", ALICE, "one again", T0)
    assert [item.text for item in outdated(store)] == ["one", "two"]
    store.posted(outdated(store)[0].seq, None, T0)
    assert [item.text for item in outdated(store)] == ["two"]


def test_a_summary_is_queued_once_and_knows_the_one_before(store: SqlStore) -> None:
    store.add_summary("a", T0)
    store.add_summary("b", T0 + timedelta(days=1))
    store.add_summary("b", T0 + timedelta(days=2))
    assert store.summary_times("b") == (T0 + timedelta(days=1), T0)
    assert store.summary_times("a") == (T0, None)
    assert store.summary_times(None)[0] == T0 + timedelta(days=1)
    assert len(outdated(store)) == 2


def test_a_summary_knows_what_was_open_at_the_one_before(store: SqlStore) -> None:
    assert store.open_at_summary_before(None) is None
    store.add_summary("a", T0)
    open_case(store)
    store.add_summary("b", T0 + timedelta(days=1))
    assert store.open_at_summary_before("a") is None
    assert store.open_at_summary_before("b") == dict.fromkeys(Severity, 0)
    assert sum((store.open_at_summary_before(None) or {}).values()) == 1


def test_an_exposure_ends_when_the_last_way_in_is_gone_and_not_when_the_user_is_enabled_again(store: SqlStore) -> None:
    for number, seen in ((1, None), (2, Seen.GONE), (3, Seen.ENABLED)):
        somebody = replace(user(), id=f"u-{number}", updated_at=T0 - timedelta(days=number))
        save(store, scan_of(PersonRead(somebody, (grant(),)), at=T0 + timedelta(minutes=number)))
        at = T0 + timedelta(hours=number)
        save(store, scan_of(at=at, others={somebody.id: seen}) if seen else scan_of(PersonRead(somebody), at=at))
    days = [timedelta(days=1, hours=1, seconds=5), timedelta(days=2, hours=2, seconds=5)]
    assert [timedelta(seconds=one.seconds) for one in store.exposures_since(T0)] == days
    assert len(store.exposures_since(T0 + timedelta(hours=1, seconds=5))) == 1


def test_a_changed_or_removed_audit_entry_breaks_the_chain(store: SqlStore) -> None:
    for number in range(4):
        store.record(T0 + timedelta(seconds=number), "UALICE", "revoke", "user", "refused", f"reason {number}")
    with store._db.transaction() as connection:
        assert broken_at(connection) is None
        connection.execute(schema.audit.delete().where(schema.audit.c.seq == 2))
        assert broken_at(connection) == 3


def test_every_step_of_an_action_is_in_the_audit_log(store: SqlStore) -> None:
    asked = store.add_action(action(None, DENY))
    store.begin_action(asked.id, deny_operations(), T0)
    store.end_action(asked.id, Result(ActionState.DONE), T0)
    with store._db.transaction() as connection:
        rows = connection.execute(sa.select(schema.audit).order_by(schema.audit.c.seq)).mappings().all()
    assert [(row["who"], row["what"], row["verdict"]) for row in rows] == [
        ("UALICE", "deny", "asked"),
        ("UALICE", "deny", "done"),
    ]


def test_times_come_back_aware_and_exact(store: SqlStore) -> None:
    odd = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)
    asked = store.add_action(replace(action(None), asked_at=odd))
    assert store.action(asked.id).asked_at == odd


@pytest.mark.usefixtures("url")  # in a database of its own
def test_a_newer_database_is_refused(store: SqlStore) -> None:
    with store._db.transaction() as connection:
        connection.execute(schema.versions.insert().values(version=999))
    with pytest.raises(StoreError, match="newer leaverbot"):
        migrate(store._db.engine)


def test_migrating_twice_does_nothing(store: SqlStore) -> None:
    case_id = open_case(store)
    migrate(store._db.engine)
    assert store.case(case_id).case.id == case_id


def test_the_last_scan_and_those_since_are_told_in_order(store: SqlStore) -> None:
    for minute in range(3):
        save(store, scan_of(at=T0 + timedelta(minutes=minute)))
    assert [scan.started_at.minute for scan in store.scans_since(T0 + timedelta(minutes=1))] == [1, 2]
    last = store.last_scan()
    assert last is not None
    assert last.started_at.minute == 2
    (run, _) = store.newest_runs(2)
    assert (run.coverage, store.scan(run.id).coverage) == (last, last)


def test_pruning_forgets_old_scans_and_dialogs_but_no_case_action_audit_or_newest_scan(store: SqlStore) -> None:
    case_id = open_case(store)
    save(store, scan_of(PersonRead(user(), (grant(),)), at=T0 + timedelta(minutes=1)))
    asked = store.add_action(action(case_id))
    store.end_action(asked.id, Result(ActionState.DONE), T0)
    store.posted(outdated(store)[0].seq, None, T0)
    store.add_dialog(StoredDialog("d1", kinds.REVOKE, DialogState.READING, ALICE), T0)
    store.prune(T0 + timedelta(days=365))
    assert len(store.scans_since(T0 - timedelta(days=1))) == 1
    with pytest.raises(NotFound):
        store.dialog("d1")
    assert store.case(case_id).case.id == case_id
    assert store.action(asked.id).state is ActionState.DONE
    with store._db.transaction(reads=True) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.audit)).scalar() == 3
        assert broken_at(connection) is None


def test_of_many_who_start_an_action_at_once_exactly_one_notes_its_workflow(store: SqlStore) -> None:
    asked = store.add_action(action(None))
    won: list[bool] = []
    threads = [
        threading.Thread(target=lambda number=number: won.append(store.set_workflow(asked.id, f"w{number}", "")))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1


def test_an_operation_in_a_final_state_stays_as_it_is(store: SqlStore) -> None:
    asked = store.add_action(action(None))
    store.begin_action(asked.id, deny_operations(), T0, undo=("",))
    store.set_operation(asked.id, 0, OperationState.DONE, T0)
    store.set_operation(asked.id, 0, OperationState.REFUSED, T0 + timedelta(minutes=1), detail="late")
    (found,) = store.action(asked.id).operations
    assert (found.state, found.detail, found.at) == (OperationState.DONE, "", T0)


def test_an_operation_carries_the_time_it_moved(store: SqlStore) -> None:
    asked = store.add_action(action(None))
    store.begin_action(asked.id, deny_operations(), T0)
    assert [op.at for op in store.action(asked.id).operations] == [None]
    for second, state in enumerate((OperationState.ASKED, OperationState.RUNNING, OperationState.DONE), start=1):
        store.set_operation(asked.id, 0, state, T0 + timedelta(seconds=second))
        found = store.action(asked.id)
        assert [op.at for op in found.operations] == [T0 + timedelta(seconds=second)]
        assert [outcome.at for outcome in found.outcomes] == [T0 + timedelta(seconds=second)]


def test_what_is_appended_to_a_running_action_comes_after_what_it_began_with(store: SqlStore) -> None:
    asked = store.add_action(action(None, DENY))
    store.add_operations(asked.id, deny_operations(7))
    store.begin_action(asked.id, deny_operations(1), T0)
    store.add_operations(asked.id, ())
    store.add_operations(asked.id, deny_operations(2))
    store.end_action(asked.id, Result(ActionState.DONE), T0)
    store.add_operations(asked.id, deny_operations(3))
    found = store.action(asked.id).operations
    assert [(op.seq, op.operation) for op in found] == [(0, deny_operations(1)[0]), (1, deny_operations(2)[0])]


def test_an_action_keeps_why_and_for_what_it_was_asked(store: SqlStore) -> None:
    wish = replace(action(None, DENY), reason="a stolen laptop", not_disabled=True, with_delete=True)
    view = store.add_action(wish)
    assert (view.reason, view.not_disabled, view.with_delete) == ("a stolen laptop", True, True)
    plain = store.add_action(action(None))
    assert (plain.reason, plain.not_disabled, plain.with_delete) == ("", False, False)


def test_the_reason_is_in_the_audit_log(store: SqlStore) -> None:
    store.add_action(replace(action(None, DENY), reason="a stolen laptop"))
    with store._db.transaction() as connection:
        row = connection.execute(sa.select(schema.audit)).mappings().one()
    assert (row["who"], row["what"], row["subject"], row["verdict"], row["reason"]) == (
        "UALICE",
        "deny",
        user().id,
        "asked",
        "a stolen laptop",
    )


def test_the_permission_sets_that_a_revoke_emptied_are_kept(store: SqlStore) -> None:
    asked = store.add_action(action(None))
    assert store.action(asked.id).emptied == ()
    emptied = (PermissionSet("arn:1", "Billing"), PermissionSet("arn:2"))
    store.end_action(asked.id, Result(ActionState.DONE, emptied=emptied), T0)
    assert store.action(asked.id).emptied == emptied


def test_a_permission_set_is_deleted_once_at_a_time_and_keeps_nothing_else_out(store: SqlStore) -> None:
    arn = "arn:aws:sso:::permissionSet/ssoins-1234567890123456/ps-1234567890123456"
    prune = replace(action(None, PRUNE), user=subject_of(PermissionSet(arn, "Billing")))
    first = store.add_action(prune)
    assert (first.user.id, first.user.label) == (arn, "Billing")
    with pytest.raises(AlreadyUnderWay):
        store.add_action(replace(prune, id=new_id(), key=new_id()))
    store.add_action(replace(prune, id=new_id(), key=new_id(), user=subject_of(PermissionSet(f"{arn}7"))))
    store.add_action(action(None))


def test_several_actions_are_read_at_once_in_the_order_they_were_asked_for_by_id(store: SqlStore) -> None:
    names = [store.add_action(action(open_case(store, number), number=number)).id for number in (1, 2, 3)]
    wanted = [names[2], names[0]]
    assert store.actions(wanted) == [store.action(name) for name in wanted]
    assert store.actions([]) == []
    with pytest.raises(NotFound):
        store.actions([*wanted, "nobody's"])


def test_unfinished_actions_are_told_by_kind_the_oldest_first(store: SqlStore) -> None:
    late = store.add_action(replace(action(None, DENY), asked_at=T0 + timedelta(minutes=1))).id
    early = store.add_action(action(None, LIFT, number=2)).id
    other = store.add_action(replace(action(None, number=3), asked_at=T0 - timedelta(minutes=1))).id
    assert [one.id for one in store.unfinished_actions()] == [other, early, late]
    assert [one.id for one in store.unfinished_actions(DENY, LIFT)] == [early, late]
    store.end_action(early, Result(ActionState.DONE), T0)
    assert [one.id for one in store.unfinished_actions(DENY, LIFT)] == [late]


def test_what_leaverbot_lifts_by_itself_tells_nobody(store: SqlStore) -> None:
    for asker, told in ((Asker(LEAVERBOT, ""), []), (ALICE, ["done"])):
        asked = store.add_action(replace(action(None, LIFT), asker=asker))
        store.end_action(asked.id, Result(ActionState.DONE, tell="done"), T0)
        assert [item.text for item in outdated(store) if item.kind is MessageKind.TELL] == told
        assert f"report:{asked.id}" in {item.key for item in outdated(store)}


def test_the_accounts_that_aws_is_working_on_are_known_across_actions(store: SqlStore) -> None:
    asked = store.add_action(action(None))
    plan = plan_revoke(PersonRead(user(), (grant(), grant("222222222222"))))
    store.begin_action(asked.id, plan.operations, T0, undo=("", ""))
    store.set_operation(asked.id, 0, OperationState.ASKED, T0)
    store.set_operation(asked.id, 0, OperationState.RUNNING, T0, request_id="r1")
    assert store.busy_accounts() == ["111111111111"]
    store.end_action(asked.id, Result(ActionState.FAILED), T0)
    assert store.busy_accounts() == []


def test_alerts_are_drawn_again_when_the_settings_changed_and_only_then(store: SqlStore) -> None:
    case_id = open_case(store)
    store.shown(case_id, store.case(case_id).case.version, Posted("C1", "1.0"))
    store.draw_again_if_changed("one", T0)
    store.shown(case_id, store.case(case_id).case.version, Posted("C1", "1.0"))
    store.draw_again_if_changed("one", T0)
    assert outdated_cases(store) == []
    store.draw_again_if_changed("two", T0)
    assert len(outdated_cases(store)) == 1


def test_a_closed_case_takes_no_new_access_in(store: SqlStore) -> None:
    case_id = open_case(store)
    save(store, scan_of(PersonRead(user())))
    asked = store.add_action(action(case_id))
    store.end_action(asked.id, Result(ActionState.INCOMPLETE, read=PersonRead(user(), (grant(),)), verified_at=T0), T0)
    assert store.case(case_id).case.grants == ()


def test_the_end_of_the_longest_session_is_kept_over_several_revokes(store: SqlStore) -> None:
    long, short = replace(grant(), session_seconds=43_200), replace(grant("222222222222"), session_seconds=3600)
    case_id = open_case(store, 1, long, short)
    save(store, scan_of(PersonRead(user(), (short,)), at=T0))
    save(store, scan_of(PersonRead(user()), at=T0 + timedelta(minutes=5)))
    until = store.case(case_id).case.sessions_until
    assert until is not None
    assert until >= T0 + timedelta(hours=12)


def test_the_audit_chain_holds_when_many_write_at_once(store: SqlStore) -> None:
    threads = [
        threading.Thread(target=store.record, args=(T0, "U", "what", f"subject {number}", "done", ""))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store._db.transaction(reads=True) as connection:
        assert broken_at(connection) is None
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.audit)).scalar() == 8


def test_the_totals_count_ended_scans_and_actions(store: SqlStore) -> None:
    save(store, scan_of(at=T0))
    save(store, scan_of(at=T0 + timedelta(minutes=1), status=ScanStatus.PARTIAL))
    asked = store.add_action(action(None))
    assert store.totals()[1] == {}
    store.end_action(asked.id, Result(ActionState.DONE), T0)
    scans, actions, last = store.totals()
    assert (dict(scans), dict(actions)) == ({"complete": 1, "partial": 1}, {("revoke", "done"): 1})
    assert last == T0 + timedelta(seconds=5)


def test_a_revoke_that_could_not_be_read_back_is_credited_when_the_scan_closes_the_case(store: SqlStore) -> None:
    case_id = open_case(store)
    asked = store.add_action(action(case_id))
    store.end_action(asked.id, Result(ActionState.INCOMPLETE, "not read back"), T0)
    save(store, scan_of(PersonRead(user()), at=T0 + timedelta(minutes=1)))
    case = store.case(case_id).case
    assert (case.closed_reason, case.closed_by) == (CloseReason.REVOKED, "UALICE")


def test_the_open_case_is_drawn_again_when_an_action_without_a_case_ends(store: SqlStore) -> None:
    asked = store.add_action(action(None, DENY))
    case_id = open_case(store)
    before = store.case(case_id).case.version
    store.end_action(asked.id, Result(ActionState.DONE), T0)
    assert store.case(case_id).case.version > before


def test_a_press_is_known_once_it_is_an_action(store: SqlStore) -> None:
    assert not store.knows_press("press-1")
    store.add_action(action(None, key="press-1"))
    assert store.knows_press("press-1")
