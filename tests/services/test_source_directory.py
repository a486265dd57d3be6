"""Looks into the directory that leavers come from: after each scan, and at one person when asked."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from bot.core.directory.source import ActiveThere, CouldNotLook, Looked, Off, OffThere, SourceAccount, Unseen
from bot.core.models import User
from bot.health_checks import Work
from bot.metrics import Metrics
from bot.playground.identity_center import Organization
from bot.services.context import Context
from bot.services.directory.source import ONE_WITHIN, look_now
from bot.services.messages.summary import summary
from bot.services.questions.person import person_view
from bot.services.scan.run import request_scan, run_scan
from bot.store.store import SqlStore
from tests.databases import quick_store
from tests.fakes.aws import FakeAws
from tests.fakes.source_directory import FakeSourceDirectory
from tests.stand_ins import StillClock, context_over
from tests.test_event_metrics import Shown

SLOW = CouldNotLook(Unseen.TOO_SLOW)


def account(name: str, *, enabled: bool) -> SourceAccount:
    email = f"{name}@example.com"
    return SourceAccount(f"id-of-{name}", email, email, name, name.title(), enabled=enabled)


@dataclass
class Here:
    """dana has access and is active in the other directory, sam has none and is disabled there, and kim is at work."""

    org: Organization
    store: SqlStore
    context: Context
    source: FakeSourceDirectory
    clock: StillClock
    dana: str
    sam: str

    def scan(self, **others: object) -> None:
        context = replace(self.context, **others)
        run_scan(context, request_scan(context, "schedule")[0].id)

    def seen(self, user_id: str) -> Looked | None:
        look = self.store.source_look(user_id)
        return look.looked if look else None


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    org = Organization(seed=3, throttle=False)
    ids = [org.add_user(f"{name}@example.com", name.title(), f"{name}@example.com") for name in ("sam", "dana", "kim")]
    org.assign(org.management_account_id, org.add_permission_set("Reader", "PT1H"), "USER", ids[1])
    for user_id in ids[:2]:
        org.set_status(user_id, "DISABLED")
    source = FakeSourceDirectory([account("dana", enabled=True), account("sam", enabled=False)])
    with closing(quick_store(tmp_path / "looks.db")) as store:
        clock = StillClock()
        context = context_over(store, clock=clock, aws=FakeAws(org), source=source)
        yield Here(org, store, context, source, clock, dana=ids[1], sam=ids[0])


def test_each_scan_looks_for_all_leavers_at_once_and_for_nobody_else(here: Here) -> None:
    here.scan()
    assert [asked for asked, _ in here.source.asked] == [[here.dana, here.sam]]
    assert here.seen(here.dana) == ActiveThere("dana@example.com")
    assert here.seen(here.sam) == OffThere(Off.DISABLED, None, "sam@example.com")


def test_the_scan_and_its_alerts_are_stored_before_anybody_looks(here: Here) -> None:
    class Late(FakeSourceDirectory):
        def look(self, users: Sequence[User], within: timedelta) -> Mapping[str, Looked]:
            assert here.store.last_scan() is not None
            assert here.dana in here.store.open_cases()
            return super().look(users, within)

    late = Late()
    here.scan(source=late)
    assert late.asked


def test_who_was_not_looked_at_for_longest_comes_first_among_those_without_access(here: Here) -> None:
    lee = here.org.add_user("lee@example.com", "Lee", "lee@example.com")
    here.org.set_status(lee, "DISABLED")
    here.scan()
    here.clock.move(hours=1)
    here.source.asked.clear()
    here.store.keep_source_looks({here.sam: here.seen(here.sam) or SLOW}, here.clock.now())
    here.scan()
    assert here.source.asked[0][0] == [here.dana, lee, here.sam]


def test_no_time_for_another_look_does_not_undo_what_the_last_one_showed(here: Here) -> None:
    here.scan(source=FakeSourceDirectory(broken=SLOW))
    assert here.seen(here.dana) == SLOW
    here.scan()
    here.scan(source=FakeSourceDirectory(broken=SLOW))
    assert here.seen(here.dana) == ActiveThere("dana@example.com")


def test_a_directory_that_cannot_be_read_is_told_from_one_that_says_nobody_is_there(here: Here) -> None:
    here.scan()
    down = CouldNotLook(Unseen.UNAVAILABLE, "no answer")
    here.scan(source=FakeSourceDirectory(broken=down))
    assert here.seen(here.dana) == down
    here.source.accounts.clear()
    here.scan()
    assert here.seen(here.dana) == CouldNotLook(Unseen.NOT_FOUND)


def test_one_person_is_looked_at_now_and_that_is_kept(here: Here) -> None:
    here.scan()
    here.source.accounts[0] = account("dana", enabled=False)
    here.clock.move(minutes=5)
    user = here.context.directory.user(here.dana)
    look = look_now(here.context, user)
    assert look is not None
    assert (look.looked, look.at) == (OffThere(Off.DISABLED, None, "dana@example.com"), here.clock.now())
    assert here.source.asked[-1] == ([here.dana], ONE_WITHIN)
    assert here.store.source_look(here.dana) == look


def test_a_changed_answer_draws_the_alert_again(here: Here) -> None:
    here.scan()
    before = here.store.open_cases()[here.dana].version
    here.source.accounts[0] = account("dana", enabled=False)
    look_now(here.context, here.context.directory.user(here.dana))
    assert here.store.open_cases()[here.dana].version == before + 1


def test_where_nobody_looks_any_more_nothing_old_is_kept(here: Here) -> None:
    here.scan()
    assert look_now(replace(here.context, source=None), here.context.directory.user(here.dana)) is None
    assert here.seen(here.dana) is not None
    here.scan(source=None)
    assert here.seen(here.dana) is None


def test_the_summary_names_who_has_access_and_counts_who_has_none(here: Here) -> None:
    here.source.accounts[:] = [account("dana", enabled=True), account("sam", enabled=True)]
    here.scan()
    told = summary(here.context)
    assert ([case.user.id for case in told.disagree], told.disagree_closed) == ([here.dana], 1)
    here.source.accounts.clear()
    here.scan()
    assert (summary(here.context).disagree, summary(here.context).disagree_closed) == ((), 0)


def test_the_answers_are_metrics(here: Here) -> None:
    here.scan()
    work = Work(here.context, None, Shown())  # type: ignore[arg-type] - only the store is read
    shown = generate_latest(Metrics(lambda: work).registry).decode().splitlines()
    assert [line for line in shown if line.startswith("leaverbot_source_looks{")] == [
        'leaverbot_source_looks{answer="active"} 1.0',
        'leaverbot_source_looks{answer="disabled"} 1.0',
        'leaverbot_source_looks{answer="deleted"} 0.0',
        'leaverbot_source_looks{answer="could_not_look"} 0.0',
    ]


def test_details_look_again_and_a_process_that_does_not_look_shows_the_last_look(here: Here) -> None:
    here.scan()
    here.source.accounts[0] = account("dana", enabled=False)
    beside = replace(here.context, source=None)
    assert person_view(beside, here.dana).source == here.store.source_look(here.dana)
    seen = person_view(here.context, here.dana).source
    assert seen is not None
    assert seen.looked == OffThere(Off.DISABLED, None, "dana@example.com")
    here.org.set_status(here.dana, "ENABLED")
    assert person_view(here.context, here.dana).source is None
