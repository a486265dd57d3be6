"""Every reason has its sentence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.person_read import Problem
from bot.core.kinds import DENY
from bot.core.models import User
from bot.core.plans.operations import OperationState, Outcome
from bot.core.reasons import Code, Reason
from bot.core.waiting import Wait
from bot.slack.wording.operations import tally
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


@given(st.lists(st.sampled_from(OperationState), min_size=1, max_size=60))
def test_the_tally_counts_every_operation_once(states: list[OperationState]) -> None:
    read = tally(
        [Outcome(operation=None, state=state) for state in states]  # type: ignore[arg-type]  # only states count here
    )
    first, *others = [int(part.split()[0]) for part in read.split(", ") if part[0].isdigit()]
    assert f"{first} of {len(states)} done" in read
    assert first == states.count(OperationState.DONE)
    assert first + sum(others) == len(states)


def test_the_tally_of_a_revoke_whose_credentials_expired_in_the_middle() -> None:
    states = [OperationState.ANSWERED] * 18 + [OperationState.UNKNOWN] * 10 + [OperationState.NOT_BEGUN] * 12
    said = tally([Outcome(operation=None, state=state) for state in states])  # type: ignore[arg-type]  # only states count
    assert said == (
        "0 of 40 done, 18 done according to AWS, not read back, 10 asked for, outcome not known yet, 12 not started"
    )


def test_a_result_that_could_not_be_read_says_what_is_known_of_each_operation_only_where_there_are_some() -> None:
    unread = Reason(Code.RESULT_UNREAD, why="AWS did not answer.")
    assert sentence(unread).startswith("The result could not be read back: AWS did not answer.")
    begun = Outcome(operation=None, state=OperationState.ASKED)  # type: ignore[arg-type]  # only the state counts
    told = sentence(replace(unread, outcomes=(begun,)))
    assert told.startswith("0 of 1 done, 1 asked for, outcome not known yet. The result could not be read back")
