"""Who carries rules and when: after reads, whenever it may be time; and what readiness says of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.errors import StoreError, StoreUnavailable
from bot.core.events.subjects import Event, OfUser, Says
from bot.core.rules.announcements import AnnouncementState
from bot.core.rules.durations import parse
from bot.core.rules.rules import AutoRules
from bot.health_checks import LONG_AGO, rules_behind
from bot.ports import Heard
from bot.services.events.reading import read_due
from bot.services.rules.carry import Passed, carry_rules, one_pass, try_rules
from bot.services.rules.holds import reach_now
from bot.services.rules.passes import Passes
from bot.store.store import SqlStore
from tests.services.ruling import REVOKE_RULE, Ruled, ruled

WAITING, ASKED = AnnouncementState.WAITING, AnnouncementState.ASKED


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Ruled]:
    with ruled(tmp_path, REVOKE_RULE) as made:
        yield made


def made(here: Ruled, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows with every pass that reads people."""
    found: list[None] = []
    read = SqlStore.disabled_people

    def counted(store: SqlStore, user_id: str = "") -> object:
        found.append(None)
        return read(store, user_id)

    monkeypatch.setattr(SqlStore, "disabled_people", counted)
    return found


def test_rules_look_right_after_a_scan(here: Ruled) -> None:
    here.leaver()
    here.scan()
    assert here.states() == [WAITING]


def test_rules_look_right_after_a_read_because_of_an_event(here: Ruled) -> None:
    here.scan()
    dana = here.leaver()
    here.context.store.take_events([Heard("m-1", Event(OfUser(dana, Says.DISABLED)))], here.world.clock.now())
    assert read_due(here.context) == 1
    assert here.states() == [WAITING]


def test_a_process_that_does_not_carry_rules_does_nothing_by_itself(here: Ruled) -> None:
    here.leaver()
    here.under(AutoRules()).scan()
    other = replace(here.context, carries_rules=False)
    here.context.store.look_at_rules(str(reach_now(here.context)), None, here.world.clock.now())
    assert carry_rules(other) == 0
    assert here.announcements() == []
    assert carry_rules(here.context) == 1


@pytest.mark.parametrize("error", [StoreUnavailable(), StoreError("broken"), RuntimeError("unforeseen")])
def test_a_pass_that_fails_takes_no_scan_down(here: Ruled, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    here.leaver()

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(SqlStore, "disabled_people", fail)
        here.world.scan()
        assert try_rules(here.context) == Passed()
    assert here.context.store.last_complete_scan()
    here.carry()
    assert here.states() == [WAITING]


def test_who_is_read_is_read_again_only_when_it_is_time_for_something_or_a_minute_has_passed(
    here: Ruled, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.leaver()
    here.scan()
    passes, found = Passes(here.context), made(here, monkeypatch)
    passes.look()
    assert len(found) == 1
    here.wait(seconds=59)
    passes.look()
    assert len(found) == 1
    here.wait(seconds=1)
    passes.look()
    assert len(found) == 2
    here.wait(seconds=-90)
    passes.look()
    assert len(found) == 3


def test_it_acts_at_the_first_look_after_its_time(here: Ruled) -> None:
    here.leaver()
    here.scan()
    passes = Passes(here.context)
    here.wait(minutes=59, seconds=30)
    passes.look()
    here.wait(seconds=29)
    passes.look()
    assert here.states() == [WAITING]
    here.wait(seconds=1)
    passes.look()
    assert here.states() == [ASKED]


def test_what_another_pass_announced_is_done_at_its_time_too(here: Ruled) -> None:
    here.leaver()
    brief = here.under(AutoRules(revoke=parse("0m")))
    passes = Passes(brief.context)
    passes.look()
    brief.scan()
    here.wait(seconds=10)
    passes.look()
    here.wait(seconds=50)
    passes.look()
    assert here.states() == [ASKED]


def test_without_rules_a_look_reads_nobody(here: Ruled, monkeypatch: pytest.MonkeyPatch) -> None:
    passes, found = Passes(here.under(AutoRules()).context), made(here, monkeypatch)
    for _ in range(10):
        here.wait(minutes=1)
        passes.look()
    assert not found


def test_an_announcement_is_looked_at_when_it_comes_to_stand_in_slack_and_not_all_the_time_before(
    here: Ruled, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.leaver()
    here.world.scan()
    passes, found = Passes(here.context), made(here, monkeypatch)
    passes.look()
    here.wait(seconds=10)
    passes.look()
    assert len(found) == 1
    here.carry()
    before = len(found)
    passes.look()
    assert len(found) == before + 1


def test_while_the_hour_is_full_it_looks_again_when_a_place_gets_free(tmp_path: Path) -> None:
    with ruled(tmp_path, AutoRules(revoke=parse("1h"), changes_per_hour=1)) as here:
        here.leaver("dana")
        here.leaver("erik")
        here.scan()
        here.wait(hours=1)
        assert one_pass(here.context).moved == 1
        here.act()
        again_at = one_pass(here.context).again_at
        assert again_at == here.world.clock.now() + timedelta(hours=1)


# Readiness


def test_an_announcement_that_is_not_in_slack_for_two_minutes_is_no_secret(here: Ruled) -> None:
    here.leaver()
    here.world.scan()
    here.wait(minutes=2)
    assert rules_behind(here.context, LONG_AGO) == ""
    here.wait(seconds=1)
    assert rules_behind(here.context, LONG_AGO).startswith("1 announcement is not in Slack yet, the oldest made ")
    here.carry()
    assert rules_behind(here.context, LONG_AGO) == ""


def test_rules_that_wait_for_a_scan_say_so_unless_there_was_no_time_for_one(here: Ruled) -> None:
    now = here.world.clock.now()
    assert "wait for a scan that lists all users" in rules_behind(here.context, LONG_AGO)
    assert rules_behind(here.context, now) == ""
    assert rules_behind(here.under(AutoRules()).context, LONG_AGO) == ""
    here.scan()
    assert rules_behind(here.context, LONG_AGO) == ""
    assert rules_behind(here.under(AutoRules(revoke=parse("1m"))).context, now - timedelta(days=1)) != ""
