"""Which buttons a case shows, and what of a deny."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import kinds
from bot.core.access.severity import Severity
from bot.core.actions import Action, ActionState, Asker, Result
from bot.core.authorization import DenyRules, DenyStrategy, Rules
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.deny.placed import AccountCover, PlacedDeny
from bot.core.deny.plans import Names, plan_deny
from bot.core.kinds import SHUT_OUT, Lane
from bot.core.models import Account, Grant, GrantKind, User
from bot.core.models import Path as Through
from bot.core.plans.operations import Operation, OperationKind, OperationState, Outcome
from bot.services.context import CaseFacts
from bot.services.denies import deny_view, holds_everywhere
from bot.services.kinds import SERVICES
from bot.services.messages.case import case_view, controls
from tests.services.denials import Denials, denials

T0 = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
USER = User("00000000-0000-4000-8000-000000000001", "dana")
OPEN = Case("c", USER, (), Severity.NORMAL, CaseState.OPEN, 1, T0, "schedule", T0)
ALL = Rules(responders=frozenset({"U1"}), admins=frozenset({"U2"}), deny=DenyRules())
NOT_READY = replace(ALL, deny=DenyRules(strategy=DenyStrategy.SCP))
DENY = PlacedDeny(USER, "p-1", T0, "U1", (AccountCover(Account("1"), covered=True, why=""),), id="d")
NOWHERE = replace(DENY, cover=(AccountCover(Account("1"), covered=False, why="taken out by hand"),))
MISSING = replace(DENY, missing="It was taken out of p-1.")
UNCONFIRMED = replace(DENY, confirmed=False)
DENIES = st.sampled_from([None, DENY, NOWHERE, MISSING, UNCONFIRMED])
BUSY = st.frozensets(st.sampled_from(["access", "deny"]))
REASONS = st.sampled_from([None, *CloseReason])


def shown(
    case: Case = OPEN,
    rules: Rules = ALL,
    *,
    deny: PlacedDeny | None = None,
    retry: bool = False,
    deleted: bool = False,
    protected: bool = False,
    superseded: bool = False,
    busy: frozenset[str] = frozenset(),
) -> tuple[kinds.Control, ...]:
    """The buttons of the case. `retry`: part of the newest deny failed; `deleted`: leaverbot deleted the user."""
    missed = Outcome(Operation(OperationKind.ADD_TO_DENY, {}, {}), OperationState.REFUSED)
    failed = Action("a", "a", kinds.DENY, USER, "c", Asker("U1", "C1"), T0, operations=(missed,))
    done = Action("b", "b", kinds.DELETE, USER, "c", Asker("U1", "C1"), T0, state=ActionState.DONE)
    newest = {one.kind: one for one, there in ((failed, retry), (done, deleted)) if there}
    rules = replace(rules, protected=(USER.user_name,) if protected else ())
    facts = CaseFacts(case, rules, deny, newest)
    return controls(facts, SERVICES, busy=frozenset(map(Lane, busy)), superseded=superseded)


def closed(reason: CloseReason | None) -> Case:
    """The case, closed for this reason; open for none."""
    return replace(OPEN, state=CaseState.CLOSED if reason else CaseState.OPEN, closed_reason=reason)


def test_an_open_case_shows_everything_that_can_be_done() -> None:
    assert shown() == (kinds.REVOKE, kinds.DENY, kinds.SHUT_OUT, kinds.DELETE, kinds.DETAILS)


@pytest.mark.parametrize(("status", "there"), [(None, False), ("ACTIVE", False), ("SUSPENDED", True)])
def test_a_user_can_be_deleted_only_once_no_usable_way_in_is_left(status: str | None, there: bool) -> None:
    left = replace(OPEN, grants=(Grant(GrantKind.ACCOUNT, Through.DIRECT, account_id="1" * 12, account_status=status),))
    assert (kinds.DELETE in shown(left)) == there


def test_a_denied_user_can_be_lifted_and_not_denied_again() -> None:
    assert kinds.LIFT in shown(deny=DENY)
    assert kinds.DENY not in shown(deny=DENY)


@pytest.mark.parametrize("deny", [NOWHERE, MISSING, UNCONFIRMED])
def test_a_deny_that_holds_nowhere_or_is_missing_or_unread_can_be_placed_again(deny: PlacedDeny) -> None:
    assert {kinds.LIFT, kinds.DENY} <= set(shown(deny=deny))


@pytest.mark.parametrize("covered", [True, None])
def test_a_deny_that_holds_somewhere_or_may_hold_is_not_placed_again(covered: bool | None) -> None:
    one = AccountCover(Account("1"), covered=covered, why="")
    part = replace(DENY, cover=(AccountCover(Account("2"), covered=False, why=""), one))
    assert kinds.DENY not in shown(deny=part)
    assert kinds.DENY not in shown(deny=replace(DENY, cover=()))


@given(DENIES, st.booleans(), st.booleans(), BUSY, REASONS)
def test_after_a_part_failed_a_deny_can_be_tried_again_unless_something_stands_against_it(
    deny: PlacedDeny | None, ready: bool, superseded: bool, busy: frozenset[str], reason: CloseReason | None
) -> None:
    rules = ALL if ready else NOT_READY
    found = shown(closed(reason), rules, deny=deny, retry=True, superseded=superseded, busy=busy)
    allowed = ready and not superseded and "deny" not in busy and reason is not CloseReason.ENABLED
    assert (kinds.DENY in found) == allowed


@given(DENIES, st.booleans(), st.booleans(), BUSY, REASONS, st.booleans())
def test_shut_out_is_offered_exactly_when_revoke_and_deny_can_both_begin_and_nothing_is_under_way(
    deny: PlacedDeny | None, retry: bool, ready: bool, busy: frozenset[str], reason: CloseReason | None, deleted: bool
) -> None:
    rules = ALL if ready else NOT_READY
    found = shown(closed(reason), rules, deny=deny, retry=retry, busy=busy, deleted=deleted)
    both = {kinds.REVOKE, kinds.DENY} <= set(found)
    assert (kinds.SHUT_OUT in found) == (both and not busy)
    # What the pieces come to: an open case, nothing under way, and a deny that is to be placed.
    assert (kinds.SHUT_OUT in found) == (
        reason is None and not busy and ready and (retry or deny in {None, NOWHERE, MISSING, UNCONFIRMED})
    )


@given(DENIES, st.booleans(), BUSY, REASONS, st.booleans())
def test_controls_are_in_one_order_each_once(
    deny: PlacedDeny | None, retry: bool, busy: frozenset[str], reason: CloseReason | None, deleted: bool
) -> None:
    found = shown(closed(reason), deny=deny, retry=retry, busy=busy, deleted=deleted)
    assert list(found) == [control for control in kinds.controls() if control in found]


@given(DENIES, BUSY, REASONS)
def test_whatever_is_or_may_be_denied_can_be_lifted_unless_the_denies_are_under_way(
    deny: PlacedDeny | None, busy: frozenset[str], reason: CloseReason | None
) -> None:
    for rules in (ALL, NOT_READY):
        found = shown(closed(reason), rules, deny=deny, busy=busy)
        assert (kinds.LIFT in found) == (deny is not None and "deny" not in busy)


@pytest.mark.parametrize(
    ("rules", "missing"),
    [(replace(ALL, admins=frozenset()), kinds.DELETE), (NOT_READY, kinds.DENY), (NOT_READY, kinds.SHUT_OUT)],
)
def test_what_the_settings_do_not_allow_has_no_button(rules: Rules, missing: kinds.Control) -> None:
    assert missing not in shown(rules=rules)


@given(REASONS, DENIES, BUSY, st.booleans(), st.booleans())
def test_watch_only_and_superseded_show_no_button_and_protected_only_a_lift_and_details(
    reason: CloseReason | None, deny: PlacedDeny | None, busy: frozenset[str], deleted: bool, retry: bool
) -> None:
    case = closed(reason)
    state = {"deny": deny, "busy": busy, "deleted": deleted, "retry": retry}
    assert shown(case, Rules(deny=DenyRules()), **state) == ()
    assert shown(case, superseded=True, **state) == ()
    lift = (kinds.LIFT,) if deny and "deny" not in busy else ()
    assert shown(case, protected=True, **state) == (*lift, kinds.DETAILS)


@given(st.sampled_from(CloseReason), st.booleans(), DENIES, st.booleans())
def test_a_closed_case_never_offers_a_revoke_nor_a_shut_out(
    reason: CloseReason, deleted: bool, deny: PlacedDeny | None, retry: bool
) -> None:
    found = shown(closed(reason), deleted=deleted, deny=deny, retry=retry)
    assert not {kinds.REVOKE, kinds.SHUT_OUT} & set(found)


@given(REASONS, DENIES, st.booleans())
def test_while_something_is_under_way_its_buttons_are_away(
    reason: CloseReason | None, deny: PlacedDeny | None, retry: bool
) -> None:
    state = {"deny": deny, "retry": retry}
    assert set(shown(closed(reason), busy=frozenset({"access", "deny"}), **state)) <= {kinds.DETAILS}
    access, denies = (set(shown(closed(reason), busy=frozenset({lane}), **state)) for lane in ("access", "deny"))
    assert not access & {kinds.REVOKE, kinds.DELETE, kinds.SHUT_OUT}
    assert not denies & {kinds.DENY, kinds.LIFT, kinds.SHUT_OUT}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path, hours=24) as made:
        yield made


def found_leaver(here: Denials) -> str:
    """A leaver with one way in and an open case."""
    dana = here.leaver("dana", (here.org.add_account("prod"), here.org.add_permission_set("ReadOnlyAccess")))
    here.scan()
    return dana


def test_a_deny_that_was_not_read_back_is_not_shown_as_one_but_can_be_lifted(here: Denials) -> None:
    case = here.context.store.case(here.case(found_leaver(here))).case
    here.context.store.place_denies([replace(UNCONFIRMED, user=case.user)])
    view = case_view(here.context, case)
    assert view.deny is None
    assert {kinds.LIFT, kinds.DENY} <= set(view.controls)


def test_a_deny_is_shown_with_its_end_counted_from_when_the_last_way_in_was_gone(here: Denials) -> None:
    open_end = deny_view(here.context, replace(DENY, reason="left", not_disabled=True, missing="gone by hand"))
    assert open_end is not None
    assert (open_end.ends_at, open_end.kept) == (None, timedelta(hours=24))
    assert (open_end.user.id, open_end.policy_id, open_end.since, open_end.by) == (USER.id, "p-1", T0, "U1")
    assert (open_end.cover, open_end.reason, open_end.not_disabled) == (DENY.cover, "left", True)
    assert open_end.missing == "gone by hand"
    clear = deny_view(here.context, replace(DENY, clear_since=T0))
    assert clear is not None
    assert clear.ends_at == T0 + timedelta(hours=24)
    assert deny_view(here.context, None) is None


@pytest.mark.parametrize("in_shut_out", [False, True])
@pytest.mark.parametrize("state", [OperationState.DONE, OperationState.REFUSED])
def test_only_after_part_of_the_newest_deny_failed_one_in_force_can_be_tried_again(
    here: Denials, state: OperationState, in_shut_out: bool
) -> None:
    store, now = here.context.store, here.clock.now()
    dana = found_leaver(here)
    case_id = here.case(dana)
    parent = here.ask(dana, SHUT_OUT, case_id=case_id) if in_shut_out else ""
    deny = here.ask(dana, case_id=case_id, parent=parent)
    store.begin_action(deny, plan_deny(USER, scp=True, roles=(), names=Names({}, {})).operations, now)
    store.set_operation(deny, 0, state, now)
    store.end_action(deny, Result(ActionState.INCOMPLETE), now)
    if parent:
        store.end_action(parent, Result(ActionState.INCOMPLETE), now)
    store.place_denies([replace(DENY, user=here.user(dana))])
    view = case_view(here.context, store.case(case_id).case)
    assert (kinds.DENY in view.controls) == (state is OperationState.REFUSED)
    assert view.latest is not None
    assert view.latest.id == (parent or deny)


def test_while_a_shut_out_runs_its_case_shows_it_and_no_button_that_acts(here: Denials) -> None:
    dana = found_leaver(here)
    case_id = here.case(dana)
    name = here.ask(dana, SHUT_OUT, case_id=case_id)
    for steps in ((), (kinds.DENY,)):
        view = case_view(here.context, here.context.store.case(case_id).case)
        assert view.latest is not None
        assert (view.latest.id, view.controls) == (name, (kinds.DETAILS,))
        assert tuple(step.kind for step in view.latest.steps) == steps
        here.clock.move(seconds=1)
        here.step(name)


@pytest.mark.parametrize("deny", [NOWHERE, MISSING, UNCONFIRMED, replace(DENY, cover=())])
def test_a_deny_holds_everywhere_only_when_it_was_read_back_so(deny: PlacedDeny) -> None:
    assert holds_everywhere(DENY)
    assert not holds_everywhere(deny)
