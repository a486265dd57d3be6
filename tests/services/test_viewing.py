"""Which buttons a case shows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cases import Case, CaseState, CloseReason
from bot.core.models import Account, Severity, User
from bot.core.policy import Rules
from bot.core.views import AccountCover, Control
from bot.ports import StoredDeny
from bot.services.viewing import controls

T0 = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
USER = User("00000000-0000-4000-8000-000000000001", "dana")
OPEN = Case("c", USER, (), Severity.NORMAL, CaseState.OPEN, 1, T0, "schedule", T0)
ALL = Rules(responders=frozenset({"U1"}), admins=frozenset({"U2"}), deny_ready=True)
DENY = StoredDeny(USER, "p-1", "x", T0, "U1", (AccountCover(Account("1"), covered=True, why=""),))


def shown(case: Case = OPEN, rules: Rules = ALL, **more: object) -> tuple[Control, ...]:
    settings = {"deny": None, "protected": False, "superseded": False, "busy": frozenset(), "deleted": False, **more}
    return controls(case, rules, **settings)  # type: ignore[arg-type]


def test_an_open_case_shows_everything_that_can_be_done() -> None:
    assert shown() == (Control.REVOKE, Control.DENY, Control.DELETE, Control.DETAILS)


def test_a_denied_user_can_be_lifted_and_not_denied_again() -> None:
    assert Control.LIFT in shown(deny=DENY)
    assert Control.DENY not in shown(deny=DENY)


def test_a_deny_that_holds_nowhere_can_be_placed_again() -> None:
    nowhere = replace(DENY, cover=(AccountCover(Account("1"), covered=False, why="taken out by hand"),))
    assert {Control.LIFT, Control.DENY} <= set(shown(deny=nowhere))


@pytest.mark.parametrize(
    ("rules", "missing"),
    [(replace(ALL, admins=frozenset()), Control.DELETE), (replace(ALL, deny_ready=False), Control.DENY)],
)
def test_what_the_settings_do_not_allow_has_no_button(rules: Rules, missing: Control) -> None:
    assert missing not in shown(rules=rules)


@given(
    st.sampled_from([None, *CloseReason]),
    st.sampled_from([None, DENY]),
    st.frozensets(st.sampled_from(["access", "deny"])),
    st.booleans(),
)
def test_watch_only_and_superseded_show_no_button_and_protected_only_details(
    reason: CloseReason | None, deny: StoredDeny | None, busy: frozenset[str], deleted: bool
) -> None:
    case = replace(OPEN, state=CaseState.CLOSED if reason else CaseState.OPEN, closed_reason=reason)
    state = {"deny": deny, "busy": busy, "deleted": deleted}
    assert shown(case, Rules(), **state) == ()
    assert shown(case, superseded=True, **state) == ()
    assert shown(case, protected=True, **state) == (Control.DETAILS,)


@given(st.sampled_from(CloseReason), st.booleans())
def test_a_closed_case_never_offers_a_revoke(reason: CloseReason, deleted: bool) -> None:
    assert Control.REVOKE not in shown(replace(OPEN, state=CaseState.CLOSED, closed_reason=reason), deleted=deleted)


@given(st.sampled_from([None, *CloseReason]))
def test_while_something_is_under_way_its_buttons_are_away(reason: CloseReason | None) -> None:
    case = replace(OPEN, state=CaseState.CLOSED if reason else CaseState.OPEN, closed_reason=reason)
    busy = set(shown(case, busy=frozenset({"access", "deny"}), deny=DENY))
    assert busy <= {Control.DETAILS}
