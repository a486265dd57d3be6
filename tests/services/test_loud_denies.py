"""The deny of somebody who is not disabled: one message in the channel, drawn again whenever something about it changes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.kinds import LIFT
from bot.core.views import NoticeKind
from bot.playground.identity_center import Fault
from bot.ports import MessageKind, Waiting
from bot.services.messages import projection
from bot.services.messages.channel import loud_deny
from bot.services.messages.report import report_of
from bot.services.permission_sets import read_unused
from bot.slack.messages import loud_deny_message
from tests.in_line import outdated
from tests.services.denials import Denials, denials
from tests.slack.examples import buttons, words_of


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def employee(here: Denials) -> str:
    """Somebody who works here, with one way in."""
    eve = here.leaver("eve", (here.org.add_account("shop"), here.org.add_permission_set("PowerUserAccess")))
    here.org.set_status(eve, "ENABLED")
    return eve


def told(here: Denials) -> Waiting:
    """The one message about the deny, which is to be drawn; it counts as drawn after this."""
    (message,) = [one for one in outdated(here.context.store) if one.kind is MessageKind.DENY]
    here.context.store.posted(message.seq, None, here.clock.now(), message.version)
    return message


def shown(here: Denials) -> tuple[str, list[str]]:
    drawn = loud_deny_message(loud_deny(here.context, told(here).ref))
    return words_of(drawn), [button["action_id"] for button in buttons(drawn)]


def test_when_an_employee_who_is_denied_is_disabled_the_message_says_so_after_the_next_scan(here: Denials) -> None:
    eve = employee(here)
    here.carry_out(eve, not_disabled=True, reason="stolen laptop")
    here.scan()
    words, pressed = shown(here)
    assert "is not disabled" in words
    assert "stolen laptop" in words
    assert pressed == ["user_lift"]
    here.org.set_status(eve, "DISABLED")
    here.scan()
    words, pressed = shown(here)
    assert "is not disabled" not in words
    assert "is disabled now" in words
    assert "The alert has the buttons." in words
    assert pressed == []


def test_one_who_is_disabled_without_any_way_in_is_known_to_be_disabled_too(here: Denials) -> None:
    eve = here.leaver("eve")
    here.org.set_status(eve, "ENABLED")
    here.carry_out(eve, not_disabled=True, reason="stolen laptop")
    shown(here)
    here.org.set_status(eve, "DISABLED")
    here.scan()
    words, pressed = shown(here)
    assert "is disabled now" in words
    assert pressed == ["user_lift"]


def test_while_it_is_lifted_and_after_that_the_message_has_no_button(here: Denials) -> None:
    eve = employee(here)
    here.carry_out(eve, not_disabled=True, reason="stolen laptop")
    shown(here)
    here.ask(eve, LIFT, reason="found again")
    words, pressed = shown(here)
    assert "Lift deny started by" in words
    assert pressed == []
    here.work()
    words, pressed = shown(here)
    assert "was lifted by" in words
    assert pressed == []


def test_what_is_done_about_somebody_after_their_deny_was_lifted_draws_its_message_no_more(here: Denials) -> None:
    eve = employee(here)
    here.carry_out(eve, not_disabled=True, reason="stolen laptop")
    here.carry_out(eve, LIFT, reason="found again")
    shown(here)
    here.carry_out(eve, not_disabled=True, reason="stolen again")
    anew = told(here)
    deny = here.context.store.deny(eve)
    assert deny is not None
    assert anew.ref == deny.id


def test_the_deny_of_a_leaver_has_no_message_of_its_own(here: Denials) -> None:
    dana = here.leaver("dana", (here.org.add_account("shop"), here.org.add_permission_set("PowerUserAccess")))
    here.carry_out(dana)
    assert [one.kind for one in outdated(here.context.store) if one.kind is MessageKind.DENY] == []


def test_a_deny_that_was_not_placed_has_no_message(here: Denials) -> None:
    eve = employee(here)
    here.aws.faults.add(Fault("organizations.UpdatePolicy", code="AccessDeniedException", times=None))
    here.carry_out(eve, not_disabled=True, reason="stolen laptop")
    assert here.context.store.deny(eve) is None
    assert [one.kind for one in outdated(here.context.store) if one.kind is MessageKind.DENY] == []


@pytest.mark.parametrize("drawn", [True, False])
def test_whether_there_are_buttons_reaches_everything_that_has_some(here: Denials, drawn: bool) -> None:
    eve = employee(here)
    here.carry_out(eve, not_disabled=True, reason="stolen laptop")
    here.context.store.notice("k", NoticeKind.DRIFT, eve, "Somebody changed it.", here.clock.now())
    context = replace(here.context, rules=replace(here.context.rules, buttons=drawn))
    waits = {message.kind: message for message in outdated(context.store)}
    assert loud_deny(context, waits[MessageKind.DENY].ref).buttons == drawn
    assert projection._notice(context, waits[MessageKind.NOTICE]).buttons == drawn
    assert report_of(context, waits[MessageKind.REPORT].ref).buttons == drawn
    assert read_unused(context).buttons == drawn
