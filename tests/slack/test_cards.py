"""The card that only one person sees: pressed when it shows an older state, it is replaced by how things are now."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.actions import Action, ActionState, Asker, Result
from bot.core.cases import CloseReason
from bot.core.kinds import REVOKE
from bot.core.views import PersonView
from bot.playground.slack_workspace import payloads
from bot.playground.slack_workspace.blockkit.inputs import find_control
from bot.services.messages.case import case_view
from bot.slack.payloads import CASE_MORE
from tests.in_line import outdated, sync
from tests.slack.desk import DENY, LEAVER, Desk
from tests.world import buttons, choice, words


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    show(made)
    yield made
    made.close()


def show(desk: Desk) -> None:
    """Alice was shown the card of the leaver."""
    case = desk.store.open_cases()[LEAVER]
    view = PersonView(PersonRead(case.user, case.grants), case.severity, case_view(desk.context, case))
    desk.context.chat.answer_person(Asker(desk.alice, desk.channel), view)


def revoked(desk: Desk) -> None:
    """Somebody else took the access away, which ended just now."""
    case, now = desk.store.open_cases()[LEAVER], desk.context.clock.now()
    desk.store.add_action(Action("r", "r", REVOKE, case.user, case.id, Asker(desk.bob, desk.channel), now))
    read = PersonRead(case.user)
    desk.store.end_action("r", Result(ActionState.DONE, read=read, verified_at=now, close=CloseReason.REVOKED), now)


def press(desk: Desk, action_id: str) -> int:
    """Alice presses a button of her card; the status of the answer."""
    card = next(post for post in desk.workspace.ephemeral_posts if post.only_for == desk.alice)
    chosen = choice({"blocks": card.all_blocks()}, action_id)
    found = find_control(card.all_blocks(), CASE_MORE if chosen else action_id, None)
    assert found
    answer = desk.dispatch(payloads.press_on_message(desk.workspace, desk.alice, card, *found, chosen))
    assert sync(desk.context)
    return answer.status


def card(desk: Desk) -> Mapping[str, Any]:
    return next(message for message in desk.workspace.ephemerals(desk.alice) if message.get("blocks"))


def test_a_press_on_a_card_of_a_case_that_was_closed_since_replaces_it_and_says_why_nothing_was_begun(
    desk: Desk,
) -> None:
    assert "Revoke access" in buttons(card(desk))
    revoked(desk)
    assert press(desk, "case_revoke") == 200
    assert "can still get into" not in words(card(desk))
    assert "Revoke access" not in buttons(card(desk))
    assert "has changed" in desk.told()


def test_a_press_that_begins_something_leaves_no_button_for_it_on_the_card(desk: Desk) -> None:
    assert press(desk, DENY) == 200
    assert desk.stored() == 1
    assert "started by" in words(card(desk))
    assert "Emergency deny" not in buttons(card(desk))


def test_a_card_that_shows_how_things_are_stays_as_it_is(desk: Desk) -> None:
    before = card(desk)
    calls = desk.slack.calls["response_url"]
    press(desk, "case_details")
    assert card(desk) == before
    assert desk.slack.calls["response_url"] == calls


def test_a_press_on_the_alert_replaces_nothing_of_its_own(desk: Desk) -> None:
    desk.dispatch(desk.payload())
    assert sync(desk.context)
    assert "started by" not in words(card(desk))


def test_a_card_that_slack_does_not_let_be_replaced_holds_nothing_up(desk: Desk) -> None:
    desk.slack.faults.add("response_url", "status", status=404)
    press(desk, DENY)
    assert outdated(desk.store) == []
