"""What messages count: everything there is, not what they list; and no total that is not known."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from bot.cli.scan_output import scan_json
from bot.cli.scanning.report import show_scan
from bot.core.lists.toggles import Toggle
from bot.core.lists.views import ListPage
from bot.core.models import Use
from bot.core.scan.coverage import Coverage, Scan, ScanRun
from bot.playground.identity_center import Fault
from bot.services.lists.pages import open_list
from bot.slack.messages import scan_message
from bot.slack.wording.coverage import coverage_line
from tests.in_line import sync
from tests.services.desk import Desk, person
from tests.services.scanning import faked
from tests.services.test_scan_bad_days import furnished
from tests.slack.examples import words_of
from tests.store.values import COVERAGE, kept, read
from tests.world import words

BREAKS_OFF = "the list could not be read to its end, so there may be more"


def used(number: int, desk: Desk):
    return replace(person(number), used=Use("Federate", desk.clock.now(), "111111111111", "eu-west-1", f"e-{number}"))


@pytest.mark.parametrize("count", [1, 6, 33])
def test_a_digest_counts_every_incident_and_not_only_those_it_names(desk: Desk, count: int) -> None:
    desk.found(*(used(n, desk) for n in range(1, count + 1)), *(person(n) for n in range(40, 65)))
    assert sync(desk.context)
    *alone, digest = desk.messages()
    assert len(alone) == min(count, 5)
    assert f"; {count} used it while disabled" in words(digest)
    opened = open_list(desk.context, desk.asker(), "")
    assert isinstance(opened, ListPage)
    assert opened.counts[Toggle.INCIDENT] == count


def test_the_first_summary_compares_with_nothing_and_the_second_with_the_first(desk: Desk) -> None:
    desk.found(person(1), person(2))
    desk.store.add_summary("one", desk.clock.now())
    assert sync(desk.context)
    first = words(desk.messages()[-1])
    assert "2 disabled people still have access (the first summary)" in first
    assert "\n2 new. 0 closed." in first
    assert "(was " not in first
    desk.clock.sleep(3600)
    desk.store.add_summary("two", desk.clock.now())
    assert sync(desk.context)
    assert "(2 at the last summary)" in words(desk.messages()[-1])


@pytest.mark.parametrize("days", [40, 3])
def test_the_oldest_is_who_has_been_disabled_longest_and_not_whose_case_is(desk: Desk, days: int) -> None:
    desk.found(since(1, desk, days=0))
    desk.clock.sleep(600)
    desk.found(since(1, desk, days=0), since(2, desk, days=days), person(3))
    desk.store.add_summary("one", desk.clock.now())
    assert sync(desk.context)
    told = words(desk.messages()[-1])
    assert f"|User 2> · {days} days" in told
    assert told.index("|User 2>") < told.index("|User 1>")


def test_who_is_seen_disabled_was_disabled_then_whatever_changed_in_the_directory_since(desk: Desk) -> None:
    desk.found(since(1, desk, days=0))
    desk.clock.sleep(5 * 86_400)
    desk.found(since(1, desk, days=1), since(2, desk, days=3))
    desk.store.add_summary("one", desk.clock.now())
    assert sync(desk.context)
    assert "|User 1> · 5 days" in words(desk.messages()[-1])


def since(number: int, desk: Desk, *, days: int):
    read = person(number)
    return replace(read, user=replace(read.user, updated_at=desk.clock.now() - timedelta(days=days)))


def said(scan: Scan) -> list[str]:
    """How many were checked, everywhere where it is said."""
    console = Console(file=io.StringIO(), width=400)
    show_scan(scan, console)
    asked = words_of(
        scan_message(ScanRun("s", scan.coverage.started_at, scan.coverage, askers=("U1",), opened=len(scan.people)))
    )
    return [coverage_line(scan.coverage), asked, console.file.getvalue()]  # type: ignore[attr-defined]  # the StringIO from above


@pytest.mark.parametrize(("page", "found"), [(2, "1 disabled user found so far"), (3, "2 disabled users found so far")])
def test_of_a_list_that_breaks_off_no_total_is_claimed(page: int, found: str) -> None:
    org, _, _, _ = furnished()
    with faked(org) as here:
        here.server.faults.add(Fault("identitystore.ListUsers", code="AccessDeniedException", nth=page, times=None))
        scan = here.scan()
    for text in said(scan):
        assert f"{found}; {BREAKS_OFF}" in text
        assert "disabled users checked" not in text
        assert "disabled user checked" not in text
    assert scan_json(scan)["scan"]["user_list_complete"] is False
    assert read(COVERAGE, kept(COVERAGE, scan.coverage)) == scan.coverage


def test_of_a_whole_list_the_total_is_said() -> None:
    org, _, _, _ = furnished()
    with faked(org) as here:
        scan = here.scan()
    for text in said(scan):
        assert "3 of 3 disabled users checked" in text
        assert "so far" not in text
    assert scan_json(scan)["scan"]["user_list_complete"] is True


def test_who_was_found_and_not_read_is_said_beside_the_list_that_breaks_off() -> None:
    coverage = replace(scan_of_two(), leavers_read=1)
    assert f"2 disabled users found so far, 1 of them checked; {BREAKS_OFF}" in coverage_line(coverage)


def test_a_scan_stored_by_an_older_leaverbot_tells_the_same_by_its_problem() -> None:
    stored = kept(COVERAGE, scan_of_two())
    del stored["user_list_complete"]
    assert not read(COVERAGE, stored).user_list_complete
    assert read(COVERAGE, {**stored, "problems": [{"what": "3 groups", "why": "throttled"}]}).user_list_complete


def test_when_no_user_was_read_nothing_is_counted() -> None:
    org, _, _, _ = furnished()
    with faked(org) as here:
        here.server.faults.add(Fault("identitystore.ListUsers", code="AccessDeniedException", times=None))
        scan = here.scan()
    assert "failed: no user was read." in coverage_line(scan.coverage)


def scan_of_two() -> Coverage:
    org, _, _, _ = furnished()
    with faked(org) as here:
        here.server.faults.add(Fault("identitystore.ListUsers", code="AccessDeniedException", nth=3, times=None))
        coverage: Coverage = here.scan().coverage
    return coverage
