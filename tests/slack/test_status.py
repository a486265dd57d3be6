"""How leaverbot is, in words: what is wrong first, and what nobody knows is not claimed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.access.severity import Severity
from bot.core.directory.provisioning import NotCounted
from bot.core.events.counts import Counted, EventCounts
from bot.core.events.subjects import DropReason
from bot.core.scan.coverage import ScanRun, ScanStatus
from bot.core.scan.wording import use_checked
from bot.playground.slack_workspace.blockkit.check import check_message
from bot.ports import Holder
from bot.services.questions.status import Status
from bot.slack.messages import status_message
from bot.slack.wording.coverage import coverage_line
from tests.slack.examples import AT, COMPLETE, RUNNING, words_of

EVENTS = EventCounts(
    listening_since=AT - timedelta(days=2),
    heard_at=AT - timedelta(minutes=3),
    counts={Counted.LEAVERS_BY_EVENT: 39, Counted.LEAVERS_BY_SCAN: 2, Counted.TIMED: 2, Counted.DELAY_SECONDS: 360},
)
WELL = Status(
    at=AT,
    version="1.2.3",
    checks={"database": "", "aws": "", "scans": ""},
    holder=Holder("run", "host-1", 4711, AT - timedelta(hours=5)),
    database="SQLite",
    schema=9,
    scans=(replace(COMPLETE, calls={"identitystore.ListUsers": 3, "sso-admin.ListInstances": 1}),),
    last_complete=AT,
    running=None,
    open_by_severity={Severity.CRITICAL: 1},
    events=EVENTS,
    denies=1,
    denies_changed=0,
    denies_unconfirmed=0,
    actions=(),
    messages=0,
    wishes=0,
    directory=NotCounted(),
)


def said(**changes: object) -> str:
    drawn = status_message(replace(WELL, **changes))
    assert check_message(drawn.blocks) is None
    return words_of(drawn)


def test_what_is_wrong_comes_first_with_its_reason() -> None:
    text = said(checks={"database": "", "aws": "No credentials were found.", "scans": ""})
    assert text.startswith(
        "*Something is wrong: aws*\n• *aws*: No credentials were found.\nPassed: database and scans."
    )


def test_well_is_said_only_of_what_was_checked() -> None:
    assert said().startswith("*All checks passed*\nChecked: database, aws and scans.")


def test_who_is_at_work_is_told_with_host_and_since_when_or_that_nobody_is() -> None:
    assert "`leaverbot run`, process 4711 on host-1, since" in said()
    assert "so no leaverbot is running" in said(holder=None)
    assert "*Database lock*: held by a leaverbot." in said(holder=Holder())


def test_the_last_scans_are_told_with_how_they_ended_and_what_they_asked() -> None:
    failed = replace(COMPLETE, status=ScanStatus.FAILED)
    text = said(scans=(*WELL.scans, failed), running=ScanRun("s", AT))
    assert "4 calls to AWS: identitystore.ListUsers 3 and sso-admin.ListInstances 1." in text
    assert "failed in" in text
    assert "A scan has been running since" in text
    assert "Open cases: 1 critical." in text
    assert "Scan: 2026-03-02 09:41:00 UTC to 2026-03-02 09:42:00 UTC." in text


def test_ids_for_whoever_compares_it_with_a_log_are_in_the_status() -> None:
    text = said(scan_ids=("scan-7",), deny_policies=("p-1", "p-2"))
    assert "Scan `scan-7`: 2026-03-02 09:41:00 UTC to" in text
    assert "Policies: `p-1` and `p-2`." in text


def test_what_cloudtrail_was_read_for_is_in_the_status_alone() -> None:
    notes = tuple(use_checked(("activity in account 1, eu-west-1",), ("1 person without a user name",), AT))
    scan = replace(COMPLETE, notes=notes)
    for text in (said(scans=(scan,)), coverage_line(scan)):
        assert "CloudTrail checked back to 02 Mar 2026." in text
        assert "Not checked for use: 1 person without a user name." in text
    assert "CloudTrail was read for activity in account 1" in said(scans=(scan,))
    assert "activity in account" not in coverage_line(scan)
    assert "none has finished yet" in said(scans=(), last_complete=None)


@pytest.mark.parametrize(
    ("events", "words"),
    [
        (
            EVENTS,
            "*Events*: alive, newest 3 min ago; 2 of 41 leavers were found by the scan first. Events arrive 3 min after they happen, on average",
        ),
        (
            replace(EVENTS, counts={**EVENTS.counts, Counted.LATE: 1, Counted.LATE_SECONDS: 240}),
            "found by the scan first (1 event arrived later, by 4 min on average). Events arrive 3 min",
        ),
        (replace(EVENTS, counts={Counted.LEAVERS_BY_EVENT: 1}), "; 0 of 1 leaver was found by the scan first"),
        (replace(EVENTS, heard_at=AT - timedelta(days=3)), "*Events*: quiet, newest 3 days ago"),
        (EventCounts(), "*Events*: off"),
        (EventCounts(listening_since=AT), "none has arrived yet"),
        (replace(EVENTS, dropped={DropReason(next(iter(DropReason))): 1}), "1 event dropped."),
    ],
)
def test_events_are_alive_only_when_one_was_heard(events: EventCounts, words: str) -> None:
    assert words in said(events=events)


def test_what_waits_is_named() -> None:
    text = said(actions=(RUNNING,), messages=2, wishes=1, events=replace(EVENTS, waiting=3))
    assert "• Revoke: *Dana Rossi*, asked for by" in text
    assert "• 2 messages for Slack, 1 request from a terminal and 3 people to read again" in text
    assert "*Waiting*: nothing." in said()


def test_denies_that_somebody_changed_are_told() -> None:
    assert "in force: 1. Changed by somebody: 2. Not known whether in force: 3." in said(
        denies_changed=2, denies_unconfirmed=3
    )
