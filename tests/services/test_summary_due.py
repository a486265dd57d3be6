"""A summary that is due: one for the newest time that went by, and none twice."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.playground.identity_center import Organization
from bot.services.context import Context
from bot.services.messages.summary import add_summary_if_due
from bot.settings import SlackSettings
from tests.databases import quick_store
from tests.fakes.aws import FakeAws
from tests.stand_ins import StillClock, context_over


class Runs:
    """Runs that ask for the summary when it is due, at 9:00 UTC."""

    def __init__(self, path: Path) -> None:
        self.clock, self.store = StillClock(), quick_store(path)
        self.context: Context = context_over(self.store, clock=self.clock, aws=FakeAws(Organization(seed=1)))
        self.settings = SlackSettings(
            SLACK_BOT_TOKEN="xoxb-1-2-abc", channel="C0123456789", summary_schedule="0 9 * * *"
        )

    def run(self, at: datetime) -> int:
        """How many summaries there are after a run at this time."""
        self.clock.at = at
        add_summary_if_due(self.context, self.settings.summary_due(at))
        return len(self.context.store.unshown(at))


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "store.db")


def test_a_new_database_waits_for_the_next_time(runs: Runs) -> None:
    afternoon = StillClock().at.replace(hour=14)
    assert runs.run(afternoon) == 0
    assert runs.run(afternoon + timedelta(hours=18)) == 0
    assert runs.run(afternoon + timedelta(hours=19, minutes=5)) == 1


def test_a_summary_is_posted_once_and_a_long_pause_brings_one(runs: Runs) -> None:
    morning = StillClock().at.replace(hour=8)
    assert runs.run(morning) == 0
    assert [runs.run(morning + timedelta(minutes=minutes)) for minutes in (61, 62, 600)] == [1, 1, 1]
    assert runs.run(morning + timedelta(days=30, hours=2)) == 2
    assert runs.run(morning + timedelta(days=30, hours=3)) == 2


def test_a_summary_that_the_running_bot_posted_is_not_posted_again(runs: Runs) -> None:
    nine = StillClock().at.replace(hour=9)
    runs.store.add_summary("summary:tick", nine + timedelta(seconds=1))
    assert runs.run(nine + timedelta(minutes=5)) == 1
