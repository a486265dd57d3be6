"""One sentence a test: what may be said after a scan, and what has to be."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.access.person_read import Problem
from bot.core.lists.filters import CaseFilter
from bot.core.lists.views import ListPage
from bot.core.models import GrantKind
from bot.core.scan.coverage import How, ScanStatus, Strategy
from bot.slack.messages import list_page_message, summary_message
from bot.slack.wording.coverage import coverage_line, how_line
from tests.slack.examples import AT, COMPLETE, words_of
from tests.slack.test_messages import QUIET

TWO_KINDS = replace(COMPLETE, kinds_read=(GrantKind.ACCOUNT, GrantKind.APPLICATION))
DENIED = Problem(
    "account access manager", "AWS denied account-access:ListEntitlements.", kind=GrantKind.ENTITLEMENT, whole=True
)
PARTIAL = replace(TWO_KINDS, status=ScanStatus.PARTIAL, problems=(DENIED,))
CLEAR = "All 44 disabled users were checked <!date^1772444520^{date_short_pretty} at {time}|2026-03-02 09:42 UTC>. None can get in."


def empty_list(last):
    return list_page_message(ListPage("", CaseFilter(), (), 1, 1, 0, 0, last_scan=last))


def summary_words(**changes):
    return words_of(summary_message(replace(QUIET, **changes)))


def test_all_clear_takes_a_complete_scan_of_every_kind():
    assert empty_list(COMPLETE).text == f"No open case. {CLEAR}"
    assert summary_message(replace(QUIET, last_scan=COMPLETE, all_clear=True)).text == CLEAR


@pytest.mark.parametrize("last", [None, TWO_KINDS, PARTIAL, replace(COMPLETE, status=ScanStatus.FAILED)])
def test_without_one_it_is_never_said_whoever_thinks_so(last):
    for message in (empty_list(last), summary_message(replace(QUIET, last_scan=last, all_clear=True))):
        assert message.text.startswith("No open case, but that does not mean all clear: ")
        assert "None can get in" not in words_of(message)


def test_one_and_no_disabled_user_read_well():
    one = replace(COMPLETE, leavers=1, leavers_read=1)
    assert "The 1 disabled user was checked" in empty_list(one).text
    none = replace(COMPLETE, leavers=0, leavers_read=0)
    assert "No open case. No user is disabled: 600 users read <!date" in empty_list(none).text


def test_a_kind_that_was_not_read_is_named_with_the_reason():
    message = empty_list(PARTIAL)
    assert message.text.endswith("was incomplete (not all of account access manager was read).")
    said = coverage_line(PARTIAL)
    assert "Account access manager: not read. AWS denied account-access:ListEntitlements." in said
    assert said.count("AWS denied") == 1


def test_a_complete_scan_of_some_kinds_says_which_are_missing():
    assert "did not read all of account access manager." in empty_list(TWO_KINDS).text
    assert "Not read for everybody: account access manager." in coverage_line(TWO_KINDS)


def test_other_problems_are_counted_besides():
    groups = (Problem("3 groups", "AWS throttled the reads."),) * 2
    said = coverage_line(replace(PARTIAL, problems=(DENIED, *groups, Problem("1 group", "AWS denied it."))))
    assert "Not read: 3 groups and 1 more like it. AWS throttled the reads. And 1 more kind of problem." in said
    assert said.endswith("No case was closed because of what could not be read.")


def test_orphans_disagreements_and_notes_are_said_when_there_are_any():
    said = coverage_line(COMPLETE)
    assert said.endswith("600 users read, 44 of 44 disabled users checked.")
    note = "Who is in the management account could be read; only the management account can change it"
    said = coverage_line(replace(COMPLETE, orphans=3, disagreements=1, notes=(note,)))
    assert f"{note}." in said
    assert "3 grants belong to deleted users; nobody can use them: `/leavers orphans`." in said
    assert "AWS's two answers about access through groups differ in 1 grant; all of them were counted." in said
    assert "1 grant belongs to a deleted user; nobody can use it" in coverage_line(replace(COMPLETE, orphans=1))


def test_a_failed_scan_does_not_list_kinds():
    failed = replace(COMPLETE, status=ScanStatus.FAILED, kinds_read=(), problems=(Problem("users", "AWS was out."),))
    assert "Not read: users. AWS was out." in coverage_line(failed)
    assert "everybody" not in coverage_line(failed)


def test_only_the_status_says_how_it_was_read():
    how = (
        How("account", Strategy.BY_PRINCIPAL, "44 calls instead of about 900"),
        How("membership", Strategy.BY_LOCATION, "about 3 calls instead of 44"),
    )
    last = replace(COMPLETE, how=how)
    line = (
        "How it was read: account assignments person by person (44 calls instead of about 900); "
        "memberships group by group (about 3 calls instead of 44)."
    )
    assert how_line(last) == line
    assert "How it was read:" in summary_words(last_scan=last)
    assert "person by person" not in summary_words(last_scan=last)
    assert "How it was read" not in words_of(empty_list(last))
    assert how_line(COMPLETE) == ""


def test_one_reason_for_all_that_was_read_stands_once():
    wanted = "grants of deleted users are looked for"
    how = tuple(How(what, Strategy.BY_LOCATION, wanted) for what in ("account", "membership"))
    line = "How it was read: account assignments account by account; memberships group by group"
    assert how_line(replace(COMPLETE, how=how)) == f"{line} ({wanted})."


def test_an_older_complete_scan_is_no_all_clear():
    text = summary_message(replace(QUIET, at=AT + timedelta(days=1), all_clear=False)).text
    assert "the last complete scan is from" in text
