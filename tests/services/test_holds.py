"""Holds: many people on whom rules would act for the first time, and an admin who says so first."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.authorization import Refused
from bot.core.reasons import Code
from bot.core.rules.durations import parse
from bot.core.rules.holds import WhyHeld
from bot.services.messages.summary import summary
from bot.services.questions.status import status
from bot.services.rules.holds import accept, has_looked
from bot.slack.messages import status_message, summary_message
from tests.services.braking import ADMIN, ALICE, BOB, LIMITS, NO_RULES, RESPONDER, REVOKES, Braking
from tests.world import words

SOONER = replace(REVOKES, revoke=parse("1d"))
LATER = replace(REVOKES, revoke=parse("30d"))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Braking]:
    made = Braking(tmp_path, REVOKES)
    yield made
    assert not made.chat.complaints
    made.store.close()


def leavers(here: Braking, count: int, *, access: bool = True, name: str = "left") -> list[str]:
    """People disabled before the first scan."""
    people = [here.user(f"{name}{number}", access=access) for number in range(count)]
    here.disable(*people)
    return people


# The first scan


def test_nobody_is_acted_on_before_a_complete_scan_has_looked(here: Braking) -> None:
    assert not has_looked(here.context)


def test_more_than_the_limit_wait_after_the_first_scan_and_exactly_the_limit_do_not(here: Braking) -> None:
    people = leavers(here, 3)
    here.scan()
    assert has_looked(here.context)
    assert here.store.held() == frozenset()
    assert here.store.holds() == []
    assert people[0] not in here.store.held()


def test_the_first_scan_holds_everybody_who_is_disabled_with_access_or_without(here: Braking) -> None:
    people = [*leavers(here, 2), *leavers(here, 2, access=False, name="gone")]
    here.scan()
    (hold,) = here.store.holds()
    assert (hold.why, hold.user_ids) == (WhyHeld.FIRST_SCAN, set(people))
    assert here.store.held() >= set(people)
    assert here.store.brake() is None
    (message,) = [text for text in here.said() if "Rules wait" in text]
    assert "Rules wait: they would act on 4 disabled people" in message
    assert "2 of them still have access (2 normal)" in message
    assert re.search(r"The worst: <https://\S+\|Left0> and <https://\S+\|Left1>", message), "their alerts are there"
    assert "revoke (" in message
    assert "LEAVERBOT_AUTO_REVOKE_AFTER=3d" in message
    assert here.buttons() == ["Let rules act on these 4"]


def test_summary_and_status_say_for_whom_rules_wait_while_rules_are_on(here: Braking) -> None:
    leavers(here, 4)
    here.scan()
    for said in (summary_message(summary(here.context)), status_message(status(here.context, {}, None))):
        assert "*Rules wait* before they act on 4 disabled people" in words(said.blocks)
    here.restart(NO_RULES)
    assert "Rules wait" not in words(summary_message(summary(here.context)).blocks)


def test_a_protected_user_does_not_count(here: Braking) -> None:
    leavers(here, 4)
    here.restart(protected=("left0@example.com",))
    here.scan()
    assert here.store.holds() == []


def test_a_list_of_users_that_broke_off_leaves_it_to_the_next_scan(here: Braking) -> None:
    leavers(here, 4)
    here.aws.faults.add("identitystore.ListUsers", code="AccessDeniedException")
    here.scan()
    assert not has_looked(here.context)
    assert here.store.holds() == []


def test_a_process_that_carries_no_rules_looks_at_nothing(here: Braking) -> None:
    """A terminal command with other settings that happens to hold the lock."""
    leavers(here, 4)
    here.context = replace(here.context, carries_rules=False)
    here.scan()
    assert here.store.looked_at_rules() is None
    assert not has_looked(here.context)


# Rules that change


def test_between_a_wider_rule_and_a_scan_nobody_is_acted_on(here: Braking) -> None:
    leavers(here, 3)
    here.scan()
    here.restart(SOONER)
    assert not has_looked(here.context)
    here.scan()
    assert has_looked(here.context)
    assert here.store.held() == frozenset()


def test_a_rule_switched_on_holds_all_who_are_disabled(here: Braking) -> None:
    here.restart(NO_RULES)
    people = leavers(here, 4)
    here.scan()
    assert here.store.holds() == []
    here.restart(REVOKES)
    here.scan()
    (hold,) = here.store.holds()
    assert (hold.why, hold.user_ids) == (WhyHeld.RULES_CHANGED, set(people))


@pytest.mark.parametrize("protected", [(), ("somebody",)])
def test_a_protected_name_that_is_taken_out_holds_all_who_are_disabled(
    here: Braking, protected: tuple[str, ...]
) -> None:
    leavers(here, 4)
    here.restart(protected=("somebody", "left0@example.com"))
    here.scan()
    here.restart(protected=protected)
    here.scan()
    (hold,) = here.store.holds()
    assert len(hold.user_ids) == 4


def test_a_longer_time_holds_nobody_and_is_what_counts_from_then_on(here: Braking) -> None:
    here.scan()
    leavers(here, 4)
    here.restart(replace(LATER, brake=replace(LIMITS, count=100)))
    here.scan()
    assert here.store.holds() == []
    here.restart(REVOKES)
    here.scan()
    assert here.store.holds(), "back to the time before is shorter than the time since"


def test_a_hold_made_by_a_later_change_takes_the_place_of_the_one_before(here: Braking) -> None:
    leavers(here, 4)
    here.scan()
    here.restart(SOONER)
    here.scan()
    (hold,) = here.store.holds()
    assert hold.why is WhyHeld.RULES_CHANGED
    assert here.buttons() == ["Let rules act on these 4"]
    assert sum("Rules do not wait here any more" in text for text in here.said()) == 1


def test_rules_that_nobody_may_start_are_off(here: Braking) -> None:
    leavers(here, 4)
    here.restart(admins=frozenset(), responders=frozenset())
    here.scan()
    assert here.store.holds() == []
    here.restart(admins=frozenset({"U1"}))
    here.scan()
    assert here.store.holds()


# Accepting


def test_an_admin_lets_rules_act_on_exactly_these_people(here: Braking) -> None:
    people = leavers(here, 4)
    here.scan()
    assert here.accept() is None
    assert has_looked(here.context)
    assert here.store.held() == frozenset()
    assert not here.store.held() & set(people)
    assert any("Rules may act on these 4 people" in text and "Allowed by <@U1>" in text for text in here.said())
    here.scan()
    assert here.store.holds() == [], "nothing has changed since"


def test_a_responder_may_not(here: Braking) -> None:
    leavers(here, 4)
    here.scan()
    refused = here.accept(BOB, RESPONDER)
    assert refused
    assert (refused.reason.code, refused.ask) == (Code.HOLD_FOR_ADMINS, ("U1",))
    assert here.store.holds()


def test_whoever_is_enabled_again_or_gone_drops_out_and_the_old_button_is_refused(here: Braking) -> None:
    people = leavers(here, 6)
    here.scan()
    (drawn,) = here.store.holds()
    here.enable(people[0])
    here.org.delete_user(people[1])
    here.scan()
    (hold,) = here.store.holds()
    assert hold.user_ids == set(people[2:])
    assert here.buttons() == ["Let rules act on these 4"]
    for old in ({"count": 6}, {"version": drawn.version}):
        refused = here.accept(**old)
        assert refused
        assert (refused.reason.code, refused.reason.count) == (Code.HOLD_CHANGED, 4)
    assert here.accept() is None


def test_somebody_who_dropped_out_and_is_disabled_again_is_an_ordinary_leaver(here: Braking) -> None:
    people = leavers(here, 4)
    here.scan()
    here.enable(people[0])
    here.scan()
    here.disable(people[0])
    here.scan()
    assert people[0] not in here.store.held()
    assert people[1] in here.store.held()


def test_a_hold_of_whom_nobody_is_left_is_over(here: Braking) -> None:
    people = leavers(here, 4)
    here.scan()
    (hold,) = here.store.holds()
    here.enable(*people)
    here.scan()
    assert here.store.holds() == []
    result = accept(here.context, hold.id, 4, hold.version, ALICE, ADMIN)
    assert isinstance(result, Refused)
    assert result.reason.code is Code.HOLD_OVER


def test_people_who_turn_disabled_later_are_not_in_it(here: Braking) -> None:
    leavers(here, 4)
    later = here.user("later")
    here.scan()
    here.disable(later)
    here.scan()
    assert later not in here.store.held()
    assert here.accept() is None


def test_protecting_one_of_them_draws_the_number_anew(here: Braking) -> None:
    leavers(here, 4)
    here.scan()
    here.restart(protected=("left0@example.com",))
    assert here.accept(count=4)
    here.scan()
    assert here.buttons() == ["Let rules act on these 3"]
    assert here.accept() is None


def test_without_buttons_it_shows_the_command(here: Braking) -> None:
    leavers(here, 4)
    here.restart(buttons=False)
    here.scan()
    assert any("leaverbot rules accept" in text for text in here.said())
    assert here.buttons() == []


def test_switched_off_meanwhile_its_message_offers_nothing(here: Braking) -> None:
    leavers(here, 4)
    here.scan()
    here.restart(NO_RULES)
    here.scan()
    assert here.buttons() == []
    assert any("No rule is on now" in text for text in here.said())
    assert here.store.held(), "they wait for when rules are on again"


def test_after_the_brake_even_a_few_wait(here: Braking) -> None:
    people = here.burst(5)
    here.enable(*people[:3])
    here.scan()
    (hold,) = here.store.holds()
    assert (hold.why, hold.user_ids) == (WhyHeld.BRAKE_ENDED, set(people[3:]))
    assert here.buttons() == ["Let rules act on these 2"]
    assert here.accept() is None
    assert has_looked(here.context)
    assert here.store.held() == frozenset()
