"""`leaverbot schedule` without anything more: what is scheduled, for people and for programs."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.leaves.leave import Leave
from bot.store.store import SqlStore
from tests.cli.test_questions import COMMANDS, folder, store, told  # noqa: F401 - fixtures
from tests.store.records import T0, user

LEAVE = Leave("leave-1", user(1), T0 + timedelta(days=6, hours=8), "UALICE", "C1", T0, revoke=True)


@pytest.mark.parametrize("how", [(), ("--list",)], ids=str)
def test_it_lists_what_is_scheduled_in_the_zone_of_the_settings(
    store: SqlStore,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    how: tuple[str, ...],
) -> None:
    monkeypatch.setenv("LEAVERBOT_TIMEZONE", "Europe/Berlin")
    empty = told("schedule", *how)
    assert "No leave is scheduled" in empty
    assert "leaverbot schedule" in empty
    store.add_leave(LEAVE)
    shown = " ".join(told("schedule", *how).split())
    assert "1 scheduled leave" in shown
    assert "User 1, 2026-11-30 18:00 Europe/Berlin: deny, and revoke once disabled" in shown
    document = json.loads(told("schedule", "--json"))
    assert document["timezone"] == "Europe/Berlin"
    assert [(one["at"], one["revoke"], one["state"]) for one in document["leaves"]] == [
        ("2026-11-30T17:00:00+00:00", True, "planned")
    ]


def test_its_help_has_examples_and_exit_codes_and_the_page_names_it(folder: Path) -> None:  # noqa: F811 - the fixture
    said = " ".join(told("schedule", "--help").split())
    for part in ("Exit codes: 0 scheduled", "Examples:", "--revoke", "--cancel", "--json", "LEAVERBOT_TIMEZONE"):
        assert part in said, part
    page = COMMANDS.partition("## Scheduled leave")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| `leaverbot schedule", page, re.MULTILINE)) == 3
