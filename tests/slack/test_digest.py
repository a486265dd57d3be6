"""The digest: many cases in few words, always as they are now."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.access.severity import Severity
from bot.core.lists.digests import Digest, First
from bot.core.models import Use
from bot.slack.messages import digest_message
from bot.slack.payloads import decode_digest
from tests.slack.examples import AT, CASE
from tests.world import buttons, words

LINK = "https://acme.slack.com/archives/C1/p1772444520000100"
FOUND = Digest("scan-1", 231, 219, {Severity.CRITICAL: 12, Severity.NORMAL: 207}, (CASE,), AT)
FIRST = replace(FOUND, open_now=231, first=First.WHOLE)


def said(digest: Digest) -> str:
    return words(digest_message(digest).blocks)


def pressable(digest: Digest) -> dict[str, Any]:
    """What the buttons carry, by their labels."""
    found = [one for block in digest_message(digest).blocks for one in block.get("elements", [])]
    return {one["text"]["text"]: one["value"] for one in found if one["type"] == "button"}


def test_it_says_how_many_were_found_and_are_open_now_by_severity():
    text = said(FOUND)
    assert text.startswith("*219 disabled people still have access*\n231 found <!date^")
    assert "; 219 open now: 12 critical, 207 normal." in text


def test_it_names_the_worst_with_a_link_where_they_have_a_message_of_their_own():
    assert "• *Dana Rossi* · critical · 4 accounts" in said(FOUND)
    assert f"• <{LINK}|Dana Rossi> · critical · 4 accounts" in said(replace(FOUND, links={CASE.user.id: LINK}))
    used = replace(CASE, used=Use("Federate", AT, "111111111111", "eu-west-1", "event-1"))
    assert "• *Dana Rossi* · used while disabled" in said(replace(FOUND, worst=(used,)))


def test_review_leads_to_the_list_of_these_cases_while_any_is_open():
    assert {label: decode_digest(value) for label, value in pressable(FOUND).items()} == {"Review": "scan-1"}
    none = replace(FOUND, open_now=0, by_severity={}, worst=())
    assert pressable(none) == {}
    assert said(none).startswith("*All 231 cases are closed*")


def test_on_the_first_day_it_says_why_there_are_so_many_and_offers_the_critical_ones():
    assert (
        "This is the first scan: these are all the disabled people who can get in today, however long ago they were "
        "disabled." in said(FIRST)
    )
    assert buttons({"blocks": digest_message(FIRST).blocks}) == ["Review", "Start with critical"]
    harmless = replace(FIRST, by_severity={Severity.CRITICAL: 0, Severity.NORMAL: 231})
    assert list(pressable(harmless)) == ["Review"]


@pytest.mark.parametrize(
    ("digest", "never"),
    [
        (replace(FIRST, open_now=219), "today, however"),
        (replace(FIRST, first=First.PART), "scan: these are all"),
        (FOUND, "first scan"),
    ],
)
def test_it_claims_to_show_all_who_can_get_in_only_while_that_is_so(digest: Digest, never: str):
    assert never not in said(digest)


def test_without_a_bot_it_names_the_command_in_place_of_buttons():
    alone = replace(FIRST, buttons=False)
    assert pressable(alone) == {}
    assert "Everybody: `/leavers`" in said(alone)
