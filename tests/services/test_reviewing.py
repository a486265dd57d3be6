"""Access that was used while its user was disabled stays in sight until a responder says that it was looked into."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core import kinds
from bot.core.access.person_read import PersonRead
from bot.core.actions import Asker
from bot.core.authorization import Rules
from bot.core.cases import CaseState
from bot.core.lists.filters import CaseFilter
from bot.core.models import GrantKind, Use
from bot.core.scan.coverage import Coverage, Scan, ScanStatus, Seen
from bot.services.lists.page import whole_list
from bot.services.messages.case import case_view
from bot.slack.messages import Message, list_page_message
from bot.slack.payloads import encode_control
from bot.slack.presses.cases import Buttons
from bot.store.database import schema
from tests.in_line import sync
from tests.services.desk import Desk, person
from tests.world import buttons, words

TO_REVIEW = "*Used while disabled, not reviewed* (press *Reviewed* on the alert)"


def incident(desk: Desk, number: int = 1, event: str = "Federate") -> PersonRead:
    return replace(person(number), used=Use(event, desk.clock.now(), "111111111111", "eu-west-1", event))


def scan(desk: Desk, *people: PersonRead, **others: Seen) -> None:
    """Save a complete scan that saw these leavers, and the users of these cases otherwise."""
    now, kinds = desk.clock.now(), tuple(GrantKind)
    coverage = Coverage(ScanStatus.COMPLETE, now, now, kinds, users_read=9, leavers=2, leavers_read=2, calls={})
    stored = desk.store.begin_scan(desk.context.new_id(), "schedule", None, now)
    seen = {case.user.id: others["seen"] for case in desk.store.open_cases().values()} if others else {}
    desk.store.save_scan(stored.id, Scan(coverage, people, seen, "999999999999"), 20, desk.context.new_id)


def closed_incident(desk: Desk, how: str) -> str:
    """The id of a case whose access was used, and that is closed."""
    scan(desk, incident(desk))
    (case,) = desk.store.open_cases().values()
    assert sync(desk.context)
    desk.clock.sleep(60)
    if how == "revoked":
        scan(desk, replace(person(1), grants=()))
    else:
        scan(desk, seen=Seen.ENABLED if how == "enabled again" else Seen.GONE)
    assert desk.store.case(case.id).case.state is CaseState.CLOSED
    assert sync(desk.context)
    return case.id


def press(
    desk: Desk, case_id: str, user: str, *, version: int | None = None, rules: Rules | None = None
) -> Message | None:
    parts = replace(desk.context, rules=rules or desk.context.rules)
    pressed = Buttons(parts, parts.chat)  # type: ignore[arg-type]  # it opens no dialog
    value = encode_control(case_id, version or desk.store.case(case_id).case.version)
    return pressed.press(kinds.REVIEWED, value, Asker(user, desk.channel), "", f"press-{case_id}")


def summary(desk: Desk, name: str) -> str:
    desk.clock.sleep(86_400)
    scan(desk)
    desk.store.add_summary(name, desk.clock.now())
    assert sync(desk.context)
    return words(desk.messages()[-1])


def audit(desk: Desk) -> list[tuple[Any, ...]]:
    table = schema.audit
    with desk.store._db.transaction(reads=True) as connection:
        wanted = sa.select(table.c.who, table.c.what, table.c.verdict).where(table.c.what == "review")
        return [tuple(row) for row in connection.execute(wanted)]


def listed(desk: Desk) -> str:
    return str(list_page_message(whole_list(desk.context, CaseFilter())).blocks)


@pytest.mark.parametrize("how", ["revoked", "enabled again", "gone"])
def test_a_closed_incident_stays_in_the_summary_until_it_is_reviewed(desk: Desk, how: str) -> None:
    case_id = closed_incident(desk, how)
    for day in ("one", "two", "three"):
        told = summary(desk, day)
        assert "None can get in. 1 closed case to review: access used while disabled" in told
        assert TO_REVIEW in told
        assert "User 1" in told
    assert "1 closed case to review" in listed(desk)
    assert press(desk, case_id, desk.alice) is None
    told = summary(desk, "four")
    assert "User 1" not in told
    assert "to review" not in told + listed(desk)


def test_its_message_has_the_button_open_and_closed_and_says_who_pressed_it(desk: Desk) -> None:
    case_id = closed_incident(desk, "enabled again")
    (message,) = desk.messages()
    assert "Reviewed" in buttons(message)
    assert press(desk, case_id, desk.alice) is None
    assert sync(desk.context)
    (message,) = desk.messages()
    assert "Reviewed" not in buttons(message)
    assert f"Reviewed by <@{desk.alice}>" in words(message)


def test_an_open_incident_can_be_reviewed_and_a_newer_use_asks_for_it_again(desk: Desk) -> None:
    scan(desk, incident(desk))
    (case,) = desk.store.open_cases().values()
    assert press(desk, case.id, desk.alice) is None
    assert not desk.store.unreviewed()
    desk.clock.sleep(60)
    scan(desk, person(1))
    assert not desk.store.unreviewed()
    scan(desk, incident(desk, event="ConsoleLogin"))
    assert [stored.case.id for stored in desk.store.unreviewed()] == [case.id]


def test_pressing_twice_is_harmless_and_the_first_one_counts(desk: Desk) -> None:
    case_id = closed_incident(desk, "revoked")
    version = desk.store.case(case_id).case.version
    bob = "U2"
    rules = Rules(responders=frozenset({desk.alice}), admins=frozenset({bob}))
    assert press(desk, case_id, bob, rules=rules) is None
    assert press(desk, case_id, desk.alice, version=version, rules=rules) is None
    assert desk.store.case(case_id).case.reviewed_by == bob
    assert audit(desk) == [(bob, "review", "done")]


@pytest.mark.parametrize("responders", [True, False])
def test_who_has_no_role_is_refused_and_that_is_recorded(desk: Desk, responders: bool) -> None:
    case_id = closed_incident(desk, "revoked")
    rules = Rules(responders=frozenset({"UOTHER"})) if responders else Rules()
    refused = press(desk, case_id, desk.alice, rules=rules)
    assert refused is not None
    assert desk.store.case(case_id).case.reviewed_at is None
    assert audit(desk) == [(desk.alice, "review", "refused")]


def test_a_use_that_the_presser_could_not_see_yet_is_not_reviewed(desk: Desk) -> None:
    scan(desk, incident(desk))
    (case,) = desk.store.open_cases().values()
    desk.clock.sleep(60)
    scan(desk, incident(desk, event="ConsoleLogin"))
    told = press(desk, case.id, desk.alice, version=case.version)
    assert told is not None
    assert "has changed" in told.text
    assert desk.store.case(case.id).case.reviewed_at is None


def test_an_incident_of_a_digest_has_its_button_after_it_is_closed_too(desk: Desk) -> None:
    desk.found(incident(desk), *(person(n) for n in range(2, 5)), digest_after=1)
    assert sync(desk.context)
    desk.clock.sleep(60)
    desk.found(*(person(n) for n in range(2, 5)), replace(person(1), grants=()))
    assert sync(desk.context)
    assert ["Reviewed" in buttons(message) for message in desk.messages()] == [True, False]


@pytest.mark.parametrize(
    ("rules", "shown"), [({}, True), ({"protected": ("user1@*",)}, True), ({"responders": frozenset()}, False)]
)
def test_the_button_stands_wherever_somebody_may_press_it(desk: Desk, rules: dict[str, Any], shown: bool) -> None:
    case_id = closed_incident(desk, "revoked")
    parts = replace(desk.context, rules=replace(Rules(responders=frozenset({desk.alice})), **rules))
    assert (kinds.REVIEWED in case_view(parts, desk.store.case(case_id).case).controls) == shown


def test_it_stays_when_a_newer_case_of_the_same_person_is_open(desk: Desk) -> None:
    case_id = closed_incident(desk, "enabled again")
    desk.clock.sleep(60)
    scan(desk, person(1))
    view = case_view(desk.context, desk.store.case(case_id).case)
    assert (view.superseded, view.controls) == (True, (kinds.REVIEWED,))
    assert press(desk, case_id, desk.alice) is None
