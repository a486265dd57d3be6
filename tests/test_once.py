"""What a run of `once` came to: when it is complete, and when somebody should look."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.core.scan.coverage import Coverage, ScanStatus
from bot.processes.once import Outcome, scanned_lately
from bot.store.store import SqlStore
from tests.stand_ins import StillClock
from tests.store.records import save, scan_of

NOW = StillClock().at
ALL_READ = Outcome(Coverage(ScanStatus.COMPLETE, NOW, NOW))


def test_a_complete_scan_with_nothing_left_is_complete() -> None:
    assert ALL_READ.complete
    assert not ALL_READ.failed


@pytest.mark.parametrize("left", [{"actions": 1}, {"messages": 1}])
def test_work_that_goes_on_at_the_next_run_is_not_complete_and_no_failure(left: dict[str, int]) -> None:
    outcome = replace(ALL_READ, **left)
    assert not outcome.complete
    assert not outcome.failed


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(None),
        Outcome(Coverage(ScanStatus.PARTIAL, NOW, NOW)),
        Outcome(Coverage(ScanStatus.FAILED, NOW, NOW)),
        replace(ALL_READ, messages=1, trouble="Slack did not answer."),
        replace(ALL_READ, lost="The lock is lost."),
    ],
)
def test_somebody_should_look_at_a_scan_that_is_not_complete_a_slack_that_is_away_and_a_lost_lock(
    outcome: Outcome,
) -> None:
    assert not outcome.complete
    assert outcome.failed


@pytest.mark.parametrize(
    ("minutes", "status", "lately"),
    [(59, ScanStatus.COMPLETE, True), (61, ScanStatus.COMPLETE, False), (1, ScanStatus.PARTIAL, False)],
)
def test_a_scan_is_late_enough_for_a_refused_once_if_it_is_complete_and_ended_within_the_hour(
    tmp_path: Path, minutes: int, status: ScanStatus, lately: bool
) -> None:
    url = f"sqlite:///{tmp_path / 'leaverbot.db'}"
    assert not scanned_lately(url)
    with closing(SqlStore.open(url)) as store:
        save(store, scan_of(at=SystemClock().now() - timedelta(minutes=minutes), status=status))
    assert scanned_lately(url) == lately
