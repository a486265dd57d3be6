"""/leavers opens a list, and every control on it works through Slack: against the simulated workspace."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.errors import NotFound
from bot.core.kinds import DETAILS, REVOKE
from bot.core.lists.order import PAGE
from bot.core.lists.toggles import Toggle
from bot.core.models import GrantKind
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.playground.slack_workspace import payloads
from bot.playground.slack_workspace.blockkit.check import filled_in
from bot.playground.slack_workspace.blockkit.inputs import find_control
from bot.playground.slack_workspace.records import Post
from bot.services.lists.selection import selected
from bot.slack.connection import client
from bot.slack.lists.payloads import ListControl, decode_press, encode_press, filter_id
from bot.slack.lists.presses import PRESSES
from tests.services.desk import person
from tests.slack.desk import Desk
from tests.world import eventually, words

THIRTY = [person(number) for number in range(2, 32)]


class Screen:
    """The list that somebody has in front of them."""

    def __init__(self, desk: Desk, typed: str = "", user: str = "") -> None:
        self.desk, self.user = desk, user or desk.alice
        channel = desk.workspace.channels[desk.channel]
        answer = desk.dispatch(payloads.slash_command(desk.workspace, self.user, channel, typed))
        reply = json.loads(answer.body)
        assert reply["response_type"] == "ephemeral"
        self.post = Post(
            desk.channel,
            desk.workspace.new_ts(),
            desk.workspace.bot_user,
            reply["text"],
            filled_in(reply["blocks"]),
            only_for=self.user,
        )
        desk.workspace.add_post(self.post)

    @property
    def words(self) -> str:
        return words({"text": self.post.text, "blocks": self.post.blocks})

    def labels(self) -> list[str]:
        found = [
            element for block in self.post.blocks for element in (*block.get("elements", []), block.get("accessory"))
        ]
        return [one["text"]["text"] for one in found if one and one["type"] == "button"]

    def rows(self) -> list[str]:
        return [block["block_id"] for block in self.post.blocks if "accessory" in block]

    def payload(self, action_id: str, *, row: int | None = None, option: str = "") -> dict[str, Any]:
        block_id = None if row is None else self.rows()[row]
        found = find_control(self.post.blocks, action_id, block_id)
        assert found
        value = next((one["value"] for one in found[1].get("options", []) if one["text"]["text"] == option), None)
        return payloads.press_on_message(self.desk.workspace, self.user, self.post, *found, value)

    def press(self, action_id: str, **more: Any) -> None:
        assert self.desk.dispatch(self.payload(action_id, **more)).status == 200


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Thirty people and dana, who is the alert's."""
    made = Desk(tmp_path)
    find(made, *THIRTY)
    yield made
    assert not made.workspace.complaints
    made.close()


def find(desk: Desk, *people: PersonRead) -> None:
    now = desk.context.clock.now()
    read = Coverage(
        ScanStatus.COMPLETE, now, now, tuple(GrantKind), users_read=9, leavers=30, leavers_read=30, calls={}
    )
    scan = desk.store.begin_scan(desk.context.new_id(), "schedule", None, now)
    desk.store.save_scan(scan.id, Scan(read, people, {}, "999999999999"), 20, desk.context.new_id)


def chosen(desk: Desk, screen: Screen) -> list[str]:
    control = find_control(screen.post.blocks, ListControl.SEVERAL, None)
    assert control
    return [case.user.label for case in selected(desk.context, decode_press(control[1]["value"]).list_id)]


def test_the_pages_turn_in_place_each_press_through_its_own_response_url(desk: Desk) -> None:
    screen = Screen(desk)
    before = len(desk.workspace.ephemerals(desk.alice))
    assert "Page 1 of 4." in screen.words
    # More presses than one response_url takes.
    for number in (2, 1, 2, 1, 2, 1, 2):
        screen.press("list_next" if number == 2 else "list_previous")
        assert f"Page {number} of 4." in screen.words
    assert len(desk.workspace.ephemerals(desk.alice)) == before


def test_filter_words_are_commands(desk: Desk) -> None:
    assert "Nobody matches" in Screen(desk, "critical").words
    assert "30 of 31 disabled people with access" in Screen(desk, "account acct-11").words
    assert "Nobody shown here can get into an account called *payments*" in Screen(desk, "list account payments").words


def test_a_filter_button_narrows_the_list_in_place_and_show_everybody_undoes_it(desk: Desk) -> None:
    screen = Screen(desk, "account payments-prod")
    screen.press(filter_id(Toggle.NORMAL))
    assert "Shown: normal · account *payments-prod*" in screen.words
    screen.press(ListControl.EVERYBODY)
    assert "31 disabled people still have access" in screen.words


def test_several_are_selected_row_by_row_over_two_pages(desk: Desk) -> None:
    screen = Screen(desk)
    screen.press(ListControl.SEVERAL)
    screen.press(ListControl.SELECT, row=0)
    screen.press(ListControl.NEXT)
    screen.press(ListControl.SELECT, row=1)
    assert "*2 people selected*" in screen.words
    assert len(chosen(desk, screen)) == 2
    screen.press(ListControl.SELECT, row=1)
    assert "*1 person selected*" in screen.words
    screen.press(ListControl.CLEAR)
    assert (chosen(desk, screen), "selected*" in screen.words) == ([], False)


def test_select_in_a_rows_menu_selects_that_person_and_shows_buttons_for_the_others(desk: Desk) -> None:
    screen = Screen(desk)
    screen.press(ListControl.ROW, row=0, option="Select")
    assert "*1 person selected*" in screen.words
    assert screen.labels().count("Select") == PAGE - 1


def test_all_that_match_are_selected_at_once(desk: Desk) -> None:
    screen = Screen(desk, "account acct-11")
    screen.press(ListControl.ALL)
    assert "*30 people selected*" in screen.words
    assert len(chosen(desk, screen)) == 30
    assert {"Revoke access (30)", "Emergency deny (30)", "Shut out (30)"} <= set(screen.labels())


@pytest.mark.parametrize(("option", "dialog"), [("Details", DETAILS), ("Revoke access", REVOKE)])
def test_a_rows_menu_opens_the_dialog_of_that_person_and_leaves_the_list(desk: Desk, option: str, dialog) -> None:
    screen = Screen(desk, "account payments-prod")
    before = screen.words
    screen.press(ListControl.ROW, row=0, option=option)
    view = desk.workspace.view(desk.alice)
    assert view
    assert view["callback_id"] == f"dialog_{dialog.name}"
    assert screen.words == before


def test_a_list_that_is_gone_says_how_to_open_a_fresh_one_and_stays_on_the_screen(desk: Desk) -> None:
    screen = Screen(desk)
    payload = screen.payload(ListControl.NEXT)
    desk.store.prune(desk.context.clock.now().replace(year=2027))
    assert desk.dispatch(payload).status == 200
    assert "This list is too old to be used. /leavers opens a fresh one." in desk.told()
    assert "Page 1 of 4." in screen.words


def as_somebody_else(body: dict[str, Any], user: str) -> dict[str, Any]:
    return {**body, "user": {**body["user"], "id": user}, "response_url": ""}


def test_whoever_may_not_look_gets_one_sentence_and_neither_a_list_nor_a_press_on_one(desk: Desk) -> None:
    eve, channel = desk.workspace.add_user("eve"), desk.workspace.channels[desk.channel]
    answer = desk.dispatch(payloads.slash_command(desk.workspace, eve, channel, ""))
    assert "leaverbot shows this only to" in answer.body
    assert "Dana" not in answer.body
    screen = Screen(desk)
    assert desk.dispatch(as_somebody_else(screen.payload(ListControl.ALL), eve)).status == 200
    direct = [words(post) for channel in desk.workspace.channels for post in desk.workspace.messages(channel)]
    assert any("leaverbot shows this only to" in text for text in direct)
    assert chosen(desk, screen) == []


def test_nobody_works_on_the_list_of_somebody_else(desk: Desk) -> None:
    screen = Screen(desk)
    assert desk.dispatch(as_somebody_else(screen.payload(ListControl.ALL), desk.bob)).status == 200
    assert "This list was opened by somebody else." in desk.told(desk.bob)
    assert chosen(desk, screen) == []


def test_when_the_response_url_is_used_up_the_list_comes_as_a_new_message(desk: Desk) -> None:
    screen = Screen(desk)
    before = len(desk.workspace.ephemerals(desk.alice))
    payload = screen.payload(ListControl.NEXT)
    for url in desk.workspace.response_urls.values():
        url.left = 0
    assert desk.dispatch(payload).status == 200
    assert "Page 1 of 4." in screen.words
    shown = desk.workspace.ephemerals(desk.alice)
    assert len(shown) == before + 1
    assert "Page 2 of 4." in words(shown[-1])
    desk.workspace.complaints.clear()


def test_a_press_is_taken_in_time_while_slack_draws_slowly_and_the_list_comes_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen(desk)
    monkeypatch.setattr(client, "REDRAW_SECONDS", 0.01)
    desk.slack.faults.add("response_url", "latency", seconds=0.5)
    screen.press(ListControl.ALL)
    assert "selected*" not in screen.words
    eventually(lambda: "*31 people selected*" in screen.words)


def test_every_control_of_a_list_has_its_answer(desk: Desk) -> None:
    assert set(PRESSES) == {*ListControl, *(filter_id(toggle) for toggle in Toggle)}


@pytest.mark.parametrize(
    "value", ["", "{}", "[]", '{"v":2,"list":"l"}', '{"v":1,"list":1}', '{"v":1,"list":"l","page":true}', '{"v":1}']
)
def test_a_control_of_another_version_leads_nowhere_and_says_so(value: str) -> None:
    with pytest.raises(NotFound, match="older version"):
        decode_press(value)


def test_a_control_is_read_as_it_was_written() -> None:
    press = decode_press(encode_press("l", page=3, on=False, case_id="c", does="revoke"))
    assert (press.list_id, press.page, press.on, press.case_id, press.does) == ("l", 3, False, "c", "revoke")
