"""What is stored about one person, on every database we support."""

from dataclasses import replace
from datetime import timedelta

from bot.core.access.person_read import PersonRead
from bot.core.actions import ActionState, Result
from bot.core.cases import CloseReason
from bot.core.history import What, in_order
from bot.core.kinds import DENY, PRUNE, SHUT_OUT
from bot.core.models import User
from bot.core.views import NoticeKind
from bot.ports import Verdict
from bot.store.store import SqlStore
from tests.store.records import T0, action, grant, open_case, save, scan_of, user

MINUTE = timedelta(minutes=1)


def told(store: SqlStore) -> list[What]:
    return [entry.what for entry in in_order(store.records(user().id))]


def test_a_case_from_its_opening_to_its_end_is_told_in_order(store: SqlStore) -> None:
    case_id = open_case(store)
    save(store, scan_of(PersonRead(user(), (grant(), grant("222222222222"))), at=T0 + MINUTE))
    asked = store.add_action(replace(action(case_id), asked_at=T0 + 2 * MINUTE))
    store.begin_action(asked.id, (), T0 + 2 * MINUTE)
    read = PersonRead(user(), ())
    end = T0 + 3 * MINUTE
    store.end_action(asked.id, Result(ActionState.DONE, read=read, verified_at=end, close=CloseReason.REVOKED), end)
    assert told(store) == [What.OPENED, What.CHANGED, What.ASKED, What.ENDED, What.CLOSED]


def test_who_was_refused_is_told_and_a_refused_action_only_once(store: SqlStore) -> None:
    store.record(T0, "UMALLORY", "revoke", user().id, Verdict.REFUSED, "only responders may")
    asked = store.add_action(action(open_case(store)))
    store.end_action(asked.id, Result(ActionState.REFUSED, "enabled again"), T0 + MINUTE)
    entries = in_order(store.records(user().id))
    assert [(one.what, one.who) for one in entries if one.what in {What.REFUSED, What.ENDED}] == [
        (What.REFUSED, "UMALLORY"),
        (What.ENDED, "UALICE"),
    ]


def test_a_step_was_not_asked_for_on_its_own_and_its_end_is_told(store: SqlStore) -> None:
    case_id = open_case(store)
    whole = store.add_action(action(case_id, SHUT_OUT))
    step = store.add_action(action(case_id, DENY, parent=whole.id))
    store.end_action(step.id, Result(ActionState.DONE), T0 + MINUTE)
    assert told(store) == [What.ASKED, What.OPENED, What.ENDED]


def test_what_was_told_about_a_deny_belongs_to_it_and_others_do_not(store: SqlStore) -> None:
    store.notice("n1", NoticeKind.DRIFT, user().id, "somebody took it out", T0)
    store.notice("n2", NoticeKind.DRIFT, user(2).id, "of somebody else", T0)
    open_case(store, 2)
    assert [(entry.what, entry.text) for entry in in_order(store.records(user().id))] == [
        (What.NOTICED, "somebody took it out")
    ]


def test_nothing_is_told_of_somebody_of_whom_nothing_is_stored(store: SqlStore) -> None:
    assert told(store) == []
    assert store.people() == []


def test_people_are_known_by_their_newest_name_and_permission_sets_are_no_people(store: SqlStore) -> None:
    case_id = open_case(store)
    renamed = replace(user(), user_name="renamed@example.com")
    store.add_action(replace(action(case_id), user=renamed, asked_at=T0 + 5 * MINUTE))
    store.add_action(replace(action(None, PRUNE), user=User("arn:aws:sso:::permissionSet/x/y", "", "Old")))
    assert [(one.id, one.user_name) for one in store.people()] == [(user().id, "renamed@example.com")]
