"""Every reason has its sentence."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.access.person_read import Problem
from bot.core.kinds import DENY
from bot.core.models import User
from bot.core.reasons import Code, Reason
from bot.core.waiting import Wait
from bot.slack.wording.reasons import sentence

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("code", Code)
def test_every_reason_has_a_sentence(code: Code) -> None:
    dana = User("u-1", "dana")
    unread = (Problem("groups of dana", "AWS is down."),)
    wait = Wait(None, NOON, NOON + timedelta(hours=1))
    reason = Reason(code, dana, "AWS is down.", 2, DENY, missing=unread, wait=wait)
    text = sentence(reason)
    assert text == text.strip()
    assert len(text.split()) > 2
    assert "{" not in text
    assert "None" not in text


def test_lists_are_cut_and_one_thing_is_no_plural() -> None:
    names = tuple("abcdefg")
    assert sentence(Reason(Code.DENY_HOLDS_NOT, names=names)) == "The deny does not hold in a, b, c, d, e and 2 more."
    assert "the permission set a, and provisions it in 1 account." in sentence(
        Reason(Code.CHANGES_INLINE, names=names[:1], count=1)
    )
    assert "the permission sets a, b, and provisions it in 2 places." in sentence(
        Reason(Code.CHANGES_INLINE, names=names[:2], count=2)
    )
    assert "take away the last one: " in sentence(Reason(Code.LEFT_TO_MANAGEMENT, count=1))


def test_braces_in_a_name_stay_what_they_are() -> None:
    assert "{user.id}" in sentence(Reason(Code.ENABLED, User("u-1", display_name="{user.id}")))


def test_only_what_may_pass_is_worth_another_try() -> None:
    unread = Problem("groups", "AWS is busy.", passing=True)
    again = sentence(Reason(Code.UNREAD_TO_PLAN, User("u-1", "dana"), missing=(unread, unread)))
    assert again.endswith("groups and 1 more like it: AWS is busy. Try again in a minute.")
    lasting = sentence(Reason(Code.UNREAD_TO_PLAN, User("u-1", "dana"), missing=(Problem("groups", "No."),)))
    assert lasting.endswith("groups: No.")
