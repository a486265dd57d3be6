"""What `leaverbot scan` prints for people."""

import io
from dataclasses import replace

from rich.console import Console

from bot.cli.scan_output import scan_json, show_scan
from bot.core.access.person_read import PersonRead, Problem
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


def printed(scan: Scan) -> str:
    console = Console(file=io.StringIO(), width=200)
    show_scan(scan, console)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO from above
    return text


def test_every_kind_is_shown_with_its_name_and_its_way() -> None:
    text = printed(Scan(COVERAGE, (PersonRead(DANA, (ACCOUNT, APPLICATION, ROLE)),)))
    assert "payments-prod: Platform (administrator)" in text
    assert "application Grafana" in text
    assert "222222222222: role Deploy (account access) through group Operators" in text


def test_how_it_was_read_what_it_cost_and_what_is_noted_is_said() -> None:
    text = printed(Scan(COVERAGE, (PersonRead(DANA, (ACCOUNT,)),)))
    assert "Read account assignments account by account: about 3 calls instead of 9." in text
    assert "3 calls to AWS" in text
    assert "Note: permission sets are off." in text


def test_all_clear_is_said_only_when_every_kind_was_read() -> None:
    clear = "All 3 disabled users were checked. None can get in."
    assert "The one disabled user was checked" in printed(Scan(COVERAGE))
    assert "No user is disabled." in printed(Scan(replace(COVERAGE, leavers=0)))
    assert clear in printed(Scan(replace(COVERAGE, leavers=3)))
    assert clear not in printed(Scan(replace(COVERAGE, leavers=3, kinds_read=(GrantKind.ACCOUNT,))))
    partial = replace(COVERAGE, status=ScanStatus.PARTIAL, problems=(Problem("a group", "throttled"),))
    text = printed(Scan(partial))
    assert clear not in text
    assert "Not read: a group: throttled" in text
    assert "may still get in" in text


def test_access_used_after_the_disabling_stands_with_the_name_and_comes_first() -> None:
    other = replace(DANA, id="99999999-2222-3333-4444-555555555555", display_name="Aaron")
    use = Use("Federate", T0, "111111111111", "eu-west-1", "event-1")
    scan = Scan(COVERAGE, (PersonRead(other, (ACCOUNT,)), PersonRead(DANA, (APPLICATION,), used=use)))
    text = printed(scan)
    assert text.index("Dana Rossi") < text.index("Aaron")
    assert "used access after being disabled: Federate, 2026-11-24 09:00 UTC" in text
    assert [case["used"] and case["used"]["event"] for case in scan_json(scan)["cases"]] == ["Federate", None]


def test_what_deleted_users_left_is_counted_and_listed_in_the_document() -> None:
    scan = Scan(replace(COVERAGE, orphans=2), orphans=(Orphan("gone", ACCOUNT), Orphan("gone", APPLICATION)))
    assert "Left behind by 1 deleted user: 2 grants, which nobody can use." in printed(scan)
    assert "deleted user: at least 2 grants" in printed(replace(scan, coverage=COVERAGE))
    assert [orphan["user_id"] for orphan in scan_json(scan)["orphans"]] == ["gone", "gone"]
