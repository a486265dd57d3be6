"""What the health port says about the loops, the messages, the scans and the database."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.core.access.person_read import Problem
from bot.core.errors import StoreError, StoreUnavailable
from bot.core.models import GrantKind
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.engine.projector import Progress
from bot.health_checks import LATE_SECONDS, ask_all, is_written, left_alone, scans_behind, stalled, unshown
from bot.services.context import Context
from bot.store.store import SqlStore
from tests.core.strategies import T0
from tests.stand_ins import StillClock, context_over
from tests.store.records import action, open_case
from tests.store.test_unreadable import write

QUARTER = timedelta(minutes=15)
FAILED, PARTIAL, COMPLETE = ScanStatus.FAILED, ScanStatus.PARTIAL, ScanStatus.COMPLETE


@dataclass
class Loop:
    round_ended: float
    alive: bool = True


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    store = SqlStore.open(f"sqlite:///{tmp_path / 'health.db'}")
    # Every quarter of an hour, as the settings calculate it: a scan that is still running is not due yet.
    yield context_over(store, clock=StillClock(T0), scan_due=lambda at: at - QUARTER)
    store.close()


def scanned(context: Context, *ended: tuple[timedelta, ScanStatus]) -> None:
    """Store scans that ended this long ago."""
    for ago, status in ended:
        at, scan_id = T0 - ago, context.new_id()
        problems = () if status is COMPLETE else (Problem("the list of users", "AWS did not answer"),)
        read = Coverage(
            status, at, at, tuple(GrantKind), users_read=0, leavers=0, leavers_read=0, calls={}, problems=problems
        )
        context.store.begin_scan(scan_id, "schedule", None, at)
        context.store.save_scan(scan_id, Scan(read), 20, context.new_id)


def test_an_unfinished_action_that_cannot_be_read_is_named(context: Context) -> None:
    case_id = open_case(context.store)
    stored = context.store.add_action(action(case_id))
    assert left_alone(context) == ""
    write(context.store, "UPDATE actions SET kind = 'walk'")
    assert left_alone(context).startswith("1 unfinished action cannot be continued: ")
    assert left_alone(context).endswith(f"Ids: {stored.id}")


@pytest.mark.parametrize(
    ("ended", "behind"),
    [
        ([(QUARTER, COMPLETE)], ""),
        ([(2 * QUARTER, COMPLETE), (QUARTER, FAILED)], ""),
        ([(2 * QUARTER, FAILED), (QUARTER, COMPLETE)], ""),
        ([(3 * QUARTER, COMPLETE), (QUARTER, PARTIAL)], "no complete scan since"),
        ([(3 * QUARTER, COMPLETE)], "no complete scan since"),
        ([], "there never was one"),
        ([(3 * QUARTER, COMPLETE), (2 * QUARTER, FAILED), (QUARTER, FAILED)], "the last two scans failed: the list of"),
        ([(QUARTER, COMPLETE), (QUARTER / 2, FAILED), (QUARTER / 3, FAILED)], "the last two scans failed: the list of"),
    ],
)
def test_the_bot_is_ready_while_the_last_complete_scan_is_not_too_old_and_not_two_failed(
    context: Context, ended: list[tuple[timedelta, ScanStatus]], behind: str
) -> None:
    scanned(context, *ended)
    said = scans_behind(context, started_at=T0 - timedelta(days=1))
    assert behind in said
    assert bool(said) is bool(behind)


def test_a_process_that_just_started_is_given_two_turns_unless_scans_fail(context: Context) -> None:
    scanned(context, (timedelta(days=2), COMPLETE))
    assert scans_behind(context, started_at=T0 - QUARTER) == ""
    assert scans_behind(context, started_at=T0 - 3 * QUARTER)


def test_a_loop_is_well_while_it_ends_its_rounds() -> None:
    assert stalled(Loop(time.monotonic())) == ""
    assert stalled(Loop(time.monotonic() - 3600)) == "has not ended a round for 60 minutes"
    assert stalled(Loop(time.monotonic(), alive=False)) == "has ended"


def test_messages_that_wait_for_long_are_told_with_their_reason() -> None:
    fresh = Progress(looked=1.0, waiting=400, longest=20.0, trouble="Slack limits chat.postMessage.")
    assert unshown(fresh) == ""
    assert unshown(replace(fresh, longest=LATE_SECONDS * 2)) == (
        "400 messages wait to be shown, the oldest for 10 minutes: Slack limits chat.postMessage."
    )


def test_the_database_is_asked_to_write(context: Context, tmp_path: Path) -> None:
    assert is_written(context) == ""
    (tmp_path / "health.db").chmod(0o600)
    broken = replace(context, clock=SystemClock())
    context.store.close()
    for file in tmp_path.glob("health.db*"):
        file.unlink()
    (tmp_path / "health.db").write_bytes(b"no database at all" * 100)
    (said,) = ask_all({"database": lambda: is_written(broken)}).values()
    assert said.startswith("The database cannot be used now")


def test_a_check_that_fails_for_a_reason_nobody_foresaw_is_not_well() -> None:
    def fail() -> str:
        raise KeyError("x")

    assert "reference" in ask_all({"a": fail, "b": lambda: ""})["a"]


@pytest.mark.parametrize(
    ("url", "passes"),
    [
        ("postgresql://u:p@127.0.0.1:1/db", True),
        ("postgresql://u:p@no-such-host.invalid/db", True),
        ("sqlite:////no/such/folder/leaverbot.db", False),
        ("sqlite:///{folder}", False),
    ],
)
def test_a_database_that_is_away_passes_and_a_wrong_place_does_not(url: str, passes: bool, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        SqlStore.open(url.format(folder=tmp_path))
    assert isinstance(caught.value, StoreUnavailable) is passes
