"""A deny that a rule placed is lifted by itself once two reads a minute apart show its user enabled."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.actions import LEAVERBOT, Action, ActionState, Asker
from bot.core.kinds import LIFT
from bot.core.views import NoticeKind
from bot.services.kinds.deny.expiry import check_denies, check_enabled
from tests.services.denials import Denials, denials

RULE = "rule LEAVERBOT_AUTO_DENY=all"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def denied(here: Denials, by: str = RULE, name: str = "dana") -> str:
    """A leaver with a way in and a deny in force, placed by this one."""
    dana = here.leaver(name, (here.org.add_account(f"prod-{name}"), here.org.add_permission_set(f"Access-{name}")))
    assert here.carry_out(dana, reason="left").state is ActionState.DONE
    known = here.context.store.deny(dana)
    assert known
    here.context.store.lift_deny(dana, "U1", here.clock.now())
    here.context.store.place_denies([replace(known, id=f"deny-{name}", by=by)])
    return dana


def enable(here: Denials, user: str) -> None:
    here.org.set_status(user, "ENABLED")
    check_denies(here.context)


def lifts(here: Denials) -> list[Action]:
    return here.context.store.unfinished_actions(LIFT)


def test_it_is_lifted_after_a_minute_with_the_reason_and_nobody_is_asked(here: Denials) -> None:
    dana = denied(here)
    enable(here, dana)
    here.clock.move(seconds=59)
    check_enabled(here.context)
    check_denies(here.context)
    assert lifts(here) == []
    here.clock.move(seconds=1)
    check_enabled(here.context)
    (lift,) = lifts(here)
    assert (lift.by, lift.reason) == (
        LEAVERBOT,
        "a rule had placed it, and two reads a minute apart showed the user enabled",
    )
    here.work()
    assert here.context.store.action(lift.id).state is ActionState.DONE
    assert dana not in here.text()
    assert here.context.store.deny(dana) is None
    assert here.notices(NoticeKind.ENABLED) == []


def test_a_scan_may_be_the_second_read_and_a_restart_forgets_nothing(here: Denials) -> None:
    dana = denied(here)
    here.org.set_status(dana, "ENABLED")
    here.scan()
    later = here.again()
    later.clock.move(hours=3)
    later.scan()
    later.work()
    assert later.context.store.deny(dana) is None


@pytest.mark.parametrize("between", ["DISABLED", None, "unreadable", "deleted"])
def test_a_read_that_shows_anything_else_in_between_starts_it_anew(here: Denials, between: str | None) -> None:
    dana = denied(here)
    enable(here, dana)
    here.clock.move(seconds=30)
    fault: dict[str, Any] = {"unreadable": {"kind": "page"}, "deleted": {"code": "ResourceNotFoundException"}}
    if between in fault:
        here.aws.faults.add("identitystore.DescribeUser", times=None, **fault[between])
    else:
        here.org.set_status(dana, between)
    check_denies(here.context)
    here.aws.faults.clear()
    enable(here, dana)
    here.clock.move(seconds=59)
    check_enabled(here.context)
    assert lifts(here) == []
    here.clock.move(seconds=1)
    check_enabled(here.context)
    assert len(lifts(here)) == 1


def test_somebody_disabled_again_when_it_is_to_be_lifted_stays_denied_and_it_starts_anew(here: Denials) -> None:
    dana = denied(here)
    enable(here, dana)
    here.clock.move(seconds=60)
    check_enabled(here.context)
    (lift,) = lifts(here)
    here.org.set_status(dana, "DISABLED")
    here.work()
    assert here.context.store.action(lift.id).state is ActionState.REFUSED
    here.org.set_status(dana, "ENABLED")
    check_enabled(here.context)
    assert lifts(here) == []
    deny = here.context.store.deny(dana)
    assert deny
    assert deny.enabled_since is None


def test_of_one_that_a_person_placed_people_are_only_told(here: Denials) -> None:
    dana = denied(here, by="U1")
    enable(here, dana)
    for _ in range(3):
        here.clock.move(minutes=2)
        check_denies(here.context)
        check_enabled(here.context)
    assert lifts(here) == []
    assert len(here.notices(NoticeKind.ENABLED)) == 1
    assert here.context.store.deny(dana)


def test_a_person_who_asks_for_it_again_makes_it_theirs(here: Denials) -> None:
    dana = denied(here)
    enable(here, dana)
    here.org.set_status(dana, "DISABLED")
    assert here.carry_out(dana, reason="he called twice").state is ActionState.DONE
    deny = here.context.store.deny(dana)
    assert deny
    assert (deny.by, deny.reason, deny.enabled_since) == ("U1", "he called twice", None)
    for _ in range(2):
        enable(here, dana)
        here.clock.move(minutes=2)
        check_enabled(here.context)
    assert lifts(here) == []


def test_a_rule_never_takes_over_the_deny_of_a_person(here: Denials) -> None:
    dana = denied(here, by="U1")
    known = here.context.store.deny(dana)
    assert known
    here.context.store.place_denies([replace(known, by=RULE)])
    deny = here.context.store.deny(dana)
    assert deny
    assert deny.by == "U1"


def test_a_row_that_asks_for_such_a_lift_proves_nothing(here: Denials) -> None:
    dana = denied(here)
    forged = here.ask(dana, LIFT, asker=Asker(LEAVERBOT, ""), reason="enabled")
    here.work()
    assert here.context.store.action(forged).state is ActionState.REFUSED
    assert here.context.store.deny(dana)
