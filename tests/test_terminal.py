"""What `leaverbot scan` prints: for people, in a wide and in a narrow terminal and into a pipe; and for a spreadsheet."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.cli.scan_output import scan_json
from bot.cli.scanning.progress_bar import so_far
from bot.cli.scanning.report import EVERYBODY, Shown, show_scan
from bot.cli.scanning.spreadsheet import COLUMNS, cell, write_csv
from bot.core.access.person_read import PersonRead, Problem
from bot.core.access.severity import Severity
from bot.core.models import Grant, GrantKind, Orphan, Path, Privilege, Use, User, UserStatus
from bot.core.scan.coverage import Coverage, How, Scan, ScanStatus, Strategy
from tests.core.strategies import T0

DANA = User("11111111-2222-3333-4444-555555555555", "dana@example.com", "Dana Rossi", status=UserStatus.DISABLED)
ACCOUNT = Grant(
    GrantKind.ACCOUNT,
    Path.DIRECT,
    account_id="111111111111",
    account_name="payments-prod",
    permission_set_arn="arn:ps",
    permission_set_name="Platform",
    privilege=Privilege.ADMINISTRATOR,
)
APPLICATION = Grant(GrantKind.APPLICATION, Path.DIRECT, application_arn="arn:app", application_name="Grafana")
ROLE = Grant(
    GrantKind.ENTITLEMENT,
    Path.GROUP,
    group_id="g",
    group_name="Operators",
    account_id="222222222222",
    entitlement_id="e",
    role_arn="arn:aws:iam::222222222222:role/Deploy",
)
COVERAGE = Coverage(
    ScanStatus.COMPLETE,
    T0,
    T0,
    tuple(GrantKind),
    users_read=7,
    leavers=1,
    leavers_read=1,
    calls={"identitystore.ListUsers": 3},
    how=(How("account", Strategy.BY_LOCATION, "about 3 calls instead of 9"),),
    notes=("permission sets are off",),
)


def printed(scan: Scan, width: int | None = None, shown: Shown = EVERYBODY, *, verbose: bool = False) -> str:
    """Into a pipe, or in a terminal of this width."""
    console = Console(file=io.StringIO(), width=width or 80, force_terminal=width is not None, color_system=None)
    show_scan(scan, console, shown, verbose=verbose)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO from above
    return text


def company(*people: PersonRead) -> Scan:
    return Scan(replace(COVERAGE, leavers=len(people), leavers_read=len(people)), people)


def leaver(name: str, *grants: Grant, days: int = 0) -> PersonRead:
    """Somebody who was disabled so many days ago."""
    user = replace(DANA, id=f"id-{name}", user_name=f"{name.lower()}@example.com", display_name=name)
    return PersonRead(replace(user, updated_at=T0 - timedelta(days=days)), grants)


AARON, BO, CLEO = leaver("Aaron", APPLICATION), leaver("Bo", ACCOUNT), leaver("Cleo", ACCOUNT, days=9)


def test_every_kind_is_shown_with_its_name_and_its_way() -> None:
    text = printed(Scan(COVERAGE, (PersonRead(DANA, (ACCOUNT, APPLICATION, ROLE)),)))
    assert "payments-prod: Platform (administrator), directly" in text
    assert "application Grafana, directly" in text
    assert "222222222222: role Deploy through account access, through Operators" in text


def test_ways_in_that_differ_only_in_the_account_are_one() -> None:
    grants = [replace(ACCOUNT, account_id=f"{number:012}", account_name=f"account-{number}") for number in range(9)]
    for width in (None, 200):
        assert "Platform (administrator) in 9 accounts, directly" in printed(company(leaver("Dora", *grants)), width)


def test_how_it_was_read_is_said_to_those_who_ask_what_it_cost_and_what_is_noted_to_all() -> None:
    scan = Scan(COVERAGE, (PersonRead(DANA, (ACCOUNT,)),))
    how = "Read account assignments account by account: about 3 calls instead of 9."
    assert how not in printed(scan)
    assert how in printed(scan, verbose=True)
    assert "3 calls to AWS" in printed(scan)
    assert "Note: permission sets are off." in printed(scan)


def test_all_clear_is_said_only_when_every_kind_was_read() -> None:
    clear = "All 3 disabled users were checked. None can get in."
    assert "The 1 disabled user was checked" in printed(Scan(COVERAGE))
    assert "No user is disabled." in printed(Scan(replace(COVERAGE, leavers=0)))
    assert clear in printed(Scan(replace(COVERAGE, leavers=3)))
    assert clear not in printed(Scan(replace(COVERAGE, leavers=3, kinds_read=(GrantKind.ACCOUNT,))))
    partial = replace(COVERAGE, status=ScanStatus.PARTIAL, problems=(Problem("a group", "throttled"),))
    text = printed(Scan(partial))
    assert clear not in text
    assert "Not read: a group: throttled" in text
    assert "may still get in" in text


def test_the_first_line_says_how_many_can_get_in_and_how_bad_that_is() -> None:
    scan = company(AARON, BO, CLEO)
    for width in (None, 40, 200):
        assert printed(scan, width).startswith("3 disabled people can still get in: 2 critical and 1 normal.\n")
    partial = replace(scan, coverage=replace(scan.coverage, status=ScanStatus.PARTIAL))
    assert printed(partial).startswith("At least 3 disabled people can still get in")
    used = replace(BO, used=Use("Federate", T0))
    assert printed(company(used)).startswith(
        "1 disabled person can still get in: 1 critical. 1 used their access while disabled.\n"
    )


def test_the_worst_come_first_and_among_these_the_longest_disabled() -> None:
    text = printed(company(AARON, BO, CLEO))
    assert text.index("Cleo") < text.index("Bo") < text.index("Aaron")


def test_a_pipe_gets_one_whole_line_a_leaver_without_a_box() -> None:
    lines = printed(company(AARON, BO, CLEO)).splitlines()
    assert sum(" can still get into " in line for line in lines) == 3
    assert "Critical: Bo (bo@example.com) can still get into 1 AWS account · disabled " in "\n".join(lines)
    assert not set("".join(lines)) & set("│┃┏━┓└─┘")


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_a_narrow_terminal_gets_one_line_a_leaver_no_box_and_no_word_in_two(width: int) -> None:
    text = printed(company(AARON, BO, CLEO), width)
    assert not set(text) & set("│┃┏━┓└─┘")
    about = [line for line in text.splitlines() if line.startswith(("Critical: ", "Normal: "))]
    assert [line.split(" · ")[0] for line in about] == ["Critical: Cleo", "Critical: Bo", "Normal: Aaron"]
    assert all(len(line) <= width for line in about)
    parts = {part for line in about for part in line.split(" · ")[1:]}
    assert all(part in {"1 AWS account", "1 application"} or part.startswith("disabled 2026-11-") for part in parts)


def test_a_wide_terminal_gets_a_table_in_which_no_word_is_in_two() -> None:
    long = replace(ACCOUNT, account_name="payments-in-production-of-dublin")
    text = printed(company(leaver("Dora", long), BO), 160)
    assert "┃" in text
    assert "payments-in-production-of-dublin" in text
    narrower = printed(company(leaver("Dora", long), BO), 100)
    assert "┃" not in narrower


def test_severity_and_top_choose_who_is_listed_but_not_who_is_counted() -> None:
    scan = company(AARON, BO, CLEO)
    text = printed(scan, shown=Shown(frozenset({Severity.CRITICAL}), 1))
    assert text.startswith("3 disabled people can still get in")
    assert "Listed: 1 of 3." in text
    assert "Cleo" in text
    assert "Bo " not in text
    assert "Aaron" in printed(scan, shown=Shown(frozenset({Severity.NORMAL})))
    assert "Listed" not in printed(scan)


def test_access_used_after_the_disabling_stands_with_the_name_and_comes_first() -> None:
    other = replace(DANA, id="99999999-2222-3333-4444-555555555555", display_name="Aaron")
    use = Use("Federate", T0, "111111111111", "eu-west-1", "event-1")
    scan = Scan(COVERAGE, (PersonRead(other, (ACCOUNT,)), PersonRead(DANA, (APPLICATION,), used=use)))
    text = printed(scan)
    assert text.index("Dana Rossi") < text.index("Aaron")
    assert "used their access while disabled: opened an account from the access portal, 2026-11-24 at 09:00" in text
    assert [case["used"] and case["used"]["event"] for case in scan_json(scan)["cases"]] == ["Federate", None]


def rows_of(scan: Scan) -> list[list[str]]:
    out = io.StringIO()
    write_csv(scan, scan.people, out)
    return list(csv.reader(io.StringIO(out.getvalue())))


def test_a_spreadsheet_gets_a_row_for_each_way_in() -> None:
    head, *rows = rows_of(company(leaver("Dora", ACCOUNT, APPLICATION, ROLE)))
    assert tuple(head) == COLUMNS
    assert [row[head.index("account")] or row[head.index("application")] for row in rows] == [
        "payments-prod",
        "",
        "Grafana",
    ]
    assert {row[head.index("user_name")] for row in rows} == {"dora@example.com"}
    assert rows[0][head.index("permission_set_or_role")] == "Platform"


@pytest.mark.parametrize(
    "hostile", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "x;=1", "x,@y", "\uff1d1"]
)
def test_no_name_becomes_a_formula(hostile: str) -> None:
    _, row = rows_of(company(leaver(hostile, ACCOUNT)))
    shown = row[COLUMNS.index("display_name")]
    assert "'" in shown
    assert not shown.startswith(("=", "+", "-", "@", "\uff1d", "\t", "\r", "\n", " "))
    assert not any(f"{end}{sign}" in shown for end in ";," for sign in "=+-@")


@given(st.text(max_size=60))
def test_a_cell_is_one_line_that_starts_no_formula(text: str) -> None:
    assert len(cell(text).splitlines()) <= 1
    assert not cell(text).startswith(("=", "+", "-", "@"))


def test_a_name_with_quotes_commas_and_line_breaks_stays_one_cell() -> None:
    rows = rows_of(company(leaver('Do"ra,\nEvil\r\n"x', ACCOUNT)))
    assert len(rows) == 2
    assert rows[1][COLUMNS.index("display_name")] == 'Do"ra, Evil "x'


def test_progress_says_how_much_of_how_much_and_how_long_it_still_takes() -> None:
    assert so_far(120, 231, 9.4, "Reading") == "120 of 231 · about 9 s left · Reading"
    assert so_far(2000, None, None, "Reading") == "2,000 · Reading"
    assert so_far(1, 9000, 150, "Reading") == "1 of 9,000 · about 2 min left · Reading"
    assert so_far(9, 9, 0, "Reading") == "9 of 9 · Reading"


def test_what_deleted_users_left_is_counted_and_listed_in_the_document() -> None:
    scan = Scan(replace(COVERAGE, orphans=2), orphans=(Orphan("gone", ACCOUNT), Orphan("gone", APPLICATION)))
    assert "Left behind by 1 deleted user: 2 grants, which nobody can use." in printed(scan)
    assert "deleted user: at least 2 grants" in printed(replace(scan, coverage=COVERAGE))
    assert [orphan["user_id"] for orphan in scan_json(scan)["orphans"]] == ["gone", "gone"]
