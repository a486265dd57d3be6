"""What being looked at by a person brings about; only looking changes nothing."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.actions import Asker
from bot.playground.identity_center import Organization
from bot.ports import Posted
from bot.processes.context import NothingStarts
from bot.services.permission_sets import read_unused
from bot.services.questions.person import person_view, show
from bot.services.scan.run import request_scan, run_scan
from bot.store.beside import open_to_read
from tests.databases import quick_store
from tests.fakes.aws import FakeAws
from tests.fakes.chat import FakeChat
from tests.stand_ins import Noted, context_over
from tests.world import words


class Company:
    """One leaver, Dana, whom a scan has found; `store` has the case."""

    def __init__(self, folder: Path) -> None:
        self.org = Organization(seed=1)
        self.place = (self.org.add_account("payments-prod"), self.org.add_permission_set("ReadOnlyAccess"))
        self.dana = self.org.add_user("dana@example.com", display_name="Dana")
        self.org.assign(*self.place, "USER", self.dana)
        self.org.set_status(self.dana, "DISABLED")
        self.url = f"sqlite:///{folder / 'company.db'}"
        self.work, self.chat = Noted(), FakeChat()
        store, aws = quick_store(folder / "company.db"), FakeAws(self.org)
        self.context = context_over(store, aws=aws, work=self.work, chat=self.chat)
        self.scan()

    def scan(self) -> None:
        stored, _ = request_scan(self.context, "schedule")
        run_scan(self.context, stored.id)
        self.work.scans.clear()


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def test_new_access_of_somebody_whose_case_is_closed_brings_a_scan_about(company: Company) -> None:
    asker = Asker("U1", "C1")
    show(company.context, asker, "dana@example.com")
    assert company.work.scans == []
    company.org.unassign(*company.place, "USER", company.dana)
    company.scan()
    company.org.assign(*company.place, "USER", company.dana)
    show(company.context, asker, "dana@example.com")
    assert len(company.work.scans) == 1


def test_only_looking_needs_no_more_than_a_store_that_is_read(company: Company) -> None:
    with closing(open_to_read(company.url)) as store:
        context = replace(company.context, store=store, work=NothingStarts())
        seen = person_view(context, company.dana)
        assert seen.case
        assert [one.permission_set for one in read_unused(context, note=False).sets] == []


def test_a_permission_set_is_unused_since_it_was_first_seen_so_whoever_only_reads_says_the_same(
    company: Company,
) -> None:
    arn = company.org.add_permission_set("Old")
    first = company.context.clock.now()
    read_unused(company.context)
    company.context.clock.sleep(3600)
    with closing(open_to_read(company.url)) as store:
        (old,) = read_unused(replace(company.context, store=store), note=False).sets
    assert (old.permission_set.arn, old.since) == (arn, first)


def test_several_with_that_name_are_linked_to_the_messages_of_their_cases(company: Company) -> None:
    company.org.add_user("danby@example.com", display_name="Danby")
    (case,) = company.context.store.open_cases().values()
    company.context.store.shown(case.id, case.version, Posted("C1", "1.2"))
    show(company.context, Asker("U1", "C1"), "dan")
    (answer,) = company.chat.told("U1")
    assert "|Dana> · dana@example.com · disabled" in words(answer)
    assert "*Danby* · danby@example.com · enabled" in words(answer)
