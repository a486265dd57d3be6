"""A page of a list as Slack shows it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.access.severity import Severity
from bot.core.kinds import DELETE, DENY, LIFT, REVOKE, SHUT_OUT
from bot.core.lists.filters import CaseFilter, Word
from bot.core.lists.toggles import Toggle
from bot.core.lists.views import DenyMark, ListPage, ListRow
from bot.core.models import Use
from bot.core.scan.coverage import ScanStatus
from bot.slack.lists.payloads import decode_press
from bot.slack.messages.lists.case_list import SHAPES, list_page_message, row_text
from tests.slack.examples import AT, CASE, CLOSED, COMPLETE, buttons, words_of

PARTIAL = replace(COMPLETE, status=ScanStatus.PARTIAL)
LINK = "https://sample.slack.com/archives/C1/p1"
DANA = ListRow(CASE, LINK, kinds=(REVOKE, DENY, SHUT_OUT))
COUNTS = {Toggle.CRITICAL: 12, Toggle.NORMAL: 219, Toggle.CLOSED: 4}
PAGE = ListPage("list-1", CaseFilter(), (DANA,), 2, 10, 231, 231, COUNTS, last_scan=COMPLETE)
NOBODY = replace(PAGE, rows=(), page=1, pages=1, total=0)


def labels(message):
    return [button["text"]["text"] for button in buttons(message) if button["type"] == "button"]


def menu(message):
    """What the menu of the first row offers, by its label."""
    (found,) = [button for button in buttons(message) if button["type"] == "overflow"]
    return {option["text"]["text"]: decode_press(option["value"]) for option in found["options"]}


def test_the_title_says_how_many_there_are_and_how_many_of_them_are_shown():
    assert list_page_message(PAGE).text == "231 disabled people still have access"
    some = replace(PAGE, filter=CaseFilter(Severity.CRITICAL, accounts=("payments-prod",)), total=12)
    said = words_of(list_page_message(some))
    assert "*12 of 231 disabled people with access*\nShown: critical · account *payments-prod*" in said
    one = replace(PAGE, total=1, everybody=1)
    assert list_page_message(one).text == "1 disabled person still has access"


def test_a_row_says_who_how_bad_since_when_and_what_they_can_reach_and_links_to_its_message():
    said = words_of(list_page_message(PAGE))
    assert f"🔴 *<{LINK}|Dana Rossi>* · critical\nsince " in said
    assert " · 4 accounts" in said


@pytest.mark.parametrize(
    "row",
    [
        DANA,
        replace(DANA, case=replace(CASE, used=Use("Federate", AT))),
        replace(DANA, deny=DenyMark.EVERYWHERE),
        ListRow(CLOSED),
    ],
)
def test_a_row_is_two_lines_of_a_phone(row):
    """36 characters fit beside the menu at 390 pixels; Slack shows a day of these months as 26 Nov."""
    shown = re.sub(r"<!date[^>]*>", "26 Nov", row_text(row, SHAPES[0]._replace(user_name=False)))
    lines = re.sub(r"<[^|>]*\||[*>]", "", shown).splitlines()
    assert len(lines) == 2
    assert max(map(len, lines)) <= 36


def test_people_of_the_same_name_are_told_apart_by_their_user_names():
    assert "(dana.rossi)" not in words_of(list_page_message(PAGE))
    other = replace(CASE, id="case-2", user=replace(CASE.user, id="u-2", user_name="dana.rossi2"))
    said = words_of(list_page_message(replace(PAGE, rows=(DANA, replace(DANA, case=other)))))
    assert "(dana.rossi)" in said
    assert "(dana.rossi2)" in said


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (replace(DANA, case=replace(CASE, used=Use("Federate", AT))), "used while disabled"),
        (replace(DANA, case=replace(CASE, read_complete=False)), "not fully read"),
        (replace(DANA, deny=DenyMark.EVERYWHERE), "denied"),
        (replace(DANA, deny=DenyMark.IN_PART), "denied in part"),
        (replace(DANA, protected=True), "protected"),
    ],
)
def test_what_is_unusual_of_a_person_is_said(row, words):
    assert words not in words_of(list_page_message(PAGE))
    assert words in words_of(list_page_message(replace(PAGE, rows=(row,))))


def test_each_filter_that_shows_somebody_has_a_button_with_how_many():
    assert labels(list_page_message(PAGE))[:3] == ["Critical 12", "Normal 219", "No access left 4"]


def test_a_filter_that_is_on_is_marked_and_its_button_switches_it_off():
    page = replace(PAGE, filter=CaseFilter(Severity.CRITICAL), total=12)
    shown = buttons(list_page_message(page))
    assert [button["text"]["text"] for button in shown[:4]] == [
        "✓ Critical 12",
        "Normal 219",
        "No access left 4",
        "Show everybody",
    ]
    assert [decode_press(button["value"]).on for button in shown[:3]] == [False, True, True]


def test_a_page_turns_only_to_pages_that_there_are():
    first, last = replace(PAGE, page=1), replace(PAGE, page=10)
    pages = [{"Previous", "Next"} & set(labels(list_page_message(page))) for page in (first, PAGE, last)]
    assert pages == [{"Next"}, {"Previous", "Next"}, {"Previous"}]
    turning = {
        button["text"]["text"]: decode_press(button["value"]).page
        for button in buttons(list_page_message(PAGE))
        if button["action_id"] in {"list_previous", "list_next"}
    }
    assert turning == {"Previous": 1, "Next": 3}
    assert "Page 2 of 10." in words_of(list_page_message(PAGE))


def test_a_row_has_a_menu_with_what_can_be_done_now():
    assert list(menu(list_page_message(PAGE))) == ["Select", "Details", "Revoke access", "Emergency deny", "Shut out"]
    revoke = menu(list_page_message(PAGE))["Revoke access"]
    assert (revoke.list_id, revoke.case_id, revoke.does) == ("list-1", CASE.id, "revoke")
    every = replace(PAGE, rows=(replace(DANA, kinds=(REVOKE, DENY, SHUT_OUT, LIFT)),))
    assert len(menu(list_page_message(every))) == 5
    nothing = replace(PAGE, rows=(replace(DANA, kinds=()),))
    assert list(menu(list_page_message(nothing))) == ["Select", "Details"]


def test_several_are_selected_with_one_button_a_row_that_says_whether_they_are():
    page = replace(PAGE, selecting=True, selected=1, rows=(DANA, replace(DANA, selected=True)), kinds=(REVOKE,))
    shown = [button for button in buttons(list_page_message(page)) if button["action_id"] == "list_select"]
    assert [(button["text"]["text"], decode_press(button["value"]).on) for button in shown] == [
        ("Select", True),
        ("✓ Selected", False),
    ]


def test_with_somebody_selected_it_offers_what_can_be_asked_for_all_of_them_and_one_button_of_danger():
    page = replace(PAGE, selecting=True, selected=12, kinds=(REVOKE, DENY, SHUT_OUT))
    shown = [button for button in buttons(list_page_message(page)) if button["action_id"].startswith("bulk_")]
    assert [button["text"]["text"] for button in shown] == [
        "Revoke access (12)",
        "Emergency deny (12)",
        "Shut out (12)",
    ]
    assert [button.get("style") for button in shown] == ["primary", None, "danger"]
    assert {decode_press(button["value"]).list_id for button in shown} == {"list-1"}
    assert "*12 people selected*" in words_of(list_page_message(page))
    assert not any(button["action_id"].startswith("bulk_") for button in buttons(list_page_message(PAGE)))


def test_all_that_match_can_be_selected_until_all_are():
    matching = replace(PAGE, filter=CaseFilter(Severity.CRITICAL), total=12)
    assert "Select all 231" in labels(list_page_message(PAGE))
    assert "Select all 12 that match" in labels(list_page_message(matching))
    all_of_them = list_page_message(replace(matching, selecting=True, selected=12, kinds=(REVOKE,)))
    assert not any(label.startswith("Select all") for label in labels(all_of_them))
    assert "Clear" in labels(all_of_them)


def test_people_without_access_are_those_to_delete():
    rows = (ListRow(CLOSED, kinds=(DELETE,)),)
    page = replace(
        PAGE, filter=CaseFilter(closed=True), rows=rows, total=14, everybody=14, selected=14, kinds=(DELETE,)
    )
    said = words_of(list_page_message(page))
    assert "*14 disabled people have no access left*\n" in said
    assert "They are still in the directory." in said
    assert "no way in" in said
    assert "Delete users (14)" in labels(list_page_message(page))


def test_no_open_case_is_all_clear_only_after_a_scan_that_tells_all():
    nobody = replace(NOBODY, everybody=0, counts={})
    assert list_page_message(nobody).text.startswith("No open case. All 44 disabled users were checked")
    assert list_page_message(replace(nobody, last_scan=PARTIAL)).text.startswith(
        "No open case, but that does not mean all clear"
    )
    assert list_page_message(replace(nobody, last_scan=None)).text.endswith("no scan has ended yet.")
    assert "2 closed cases to review" in words_of(list_page_message(replace(nobody, to_review=2)))
    assert labels(list_page_message(nobody)) == []


def test_a_filter_that_shows_nobody_says_which_names_there_are_and_how_to_see_everybody():
    nobody = replace(
        NOBODY,
        filter=CaseFilter(accounts=("payments",), older=timedelta(hours=36)),
        there_are={Word.ACCOUNT: ("payments-dev", "payments-prod")},
    )
    said = words_of(list_page_message(nobody))
    assert "*Nobody matches*\nShown: disabled for 36 hours or longer · account *payments*\n" in said
    assert "Nobody shown here can get into an account called *payments*. Accounts there are: payments-dev and" in said
    assert "Show everybody" in labels(list_page_message(nobody))


def test_nobody_without_access_is_said_as_what_leaverbot_knows():
    nobody = replace(NOBODY, filter=CaseFilter(closed=True), everybody=0)
    assert list_page_message(nobody).text.endswith("as far as leaverbot knows")


def test_an_incomplete_scan_is_said_below_the_list():
    assert "As of the scan <!date" in words_of(list_page_message(PAGE))
    said = words_of(list_page_message(replace(PAGE, last_scan=PARTIAL, scanning=True)))
    assert "was incomplete: somebody may be missing. See /leavers status. A scan is running now." in said
