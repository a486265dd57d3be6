"""Whether the company directory still tells AWS of leavers: looked at after each scan, told to the channel once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.directory.next_step import DirectoryKind
from bot.core.directory.provisioning import Alive, CouldNotLook, Looked, NotLooked, Silent, TooEarly
from bot.playground.identity_center.changes.directory_events import record_request
from bot.ports import MessageKind
from bot.services.directory.provisioning import directory_finding, provisioning
from bot.services.events.trouble import note_trouble
from bot.services.messages.summary import summary
from tests import event_records
from tests.services.eventing import Hearing

HOURS_BETWEEN_SCANS = 12


class Company(Hearing):
    """Nine of ten users come from a directory. `trail`: CloudTrail may be read; `queue`: there is an events queue."""

    def __init__(self, folder: Path, *, trail: bool = False, queue: bool = True, local: int = 1) -> None:
        super().__init__(folder)
        for number in range(10):
            self.org.add_user(f"user{number}@example.com", scim=number >= local)
        self.aws.org.now = self.clock.now
        self.context = replace(self.context, trail=self.aws.trail if trail else None)
        if queue:
            self.store.listen(self.clock.now())

    def days(self, count: int) -> None:
        """So many days go by, with a scan every twelve hours."""
        for _ in range(count * 24 // HOURS_BETWEEN_SCANS):
            self.clock.move(hours=HOURS_BETWEEN_SCANS)
            self.scan()

    def provisions(self) -> None:
        """The directory changes a user, and the event arrives."""
        changed = next(user.id for user in self.org.users() if user.scim)
        self.hear(event_records.scim("PatchUser", changed, at=self.clock.now()))

    @property
    def told(self) -> list[str]:
        """What the channel was told of the directory."""
        messages = [self.store.message(unshown.key) for unshown in self.store.unshown(self.clock.now())]
        return [one.text for one in messages if one and one.kind is MessageKind.NOTICE]


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    here = Company(tmp_path)
    yield here
    here.store.close()


def test_a_directory_that_falls_silent_is_told_once_until_it_is_heard_again(company: Company) -> None:
    company.scan()
    company.provisions()
    company.days(7)
    assert isinstance(provisioning(company.context), Alive)
    assert company.told == []
    company.days(12)
    (first,) = company.told
    assert first.startswith("90 % of users come from your directory; its last event was 8 days ago. An expired token")
    company.provisions()
    company.days(1)
    assert len(company.told) == 1
    company.days(8)
    assert len(company.told) == 2


def test_the_finding_stands_in_the_summary_while_it_lasts(company: Company) -> None:
    company.scan()
    company.provisions()
    company.days(9)
    found = summary(company.context).directory
    assert isinstance(found, Silent)
    assert found.now - found.event_at == timedelta(days=9)
    company.provisions()
    assert summary(company.context).directory is None


def test_without_a_single_event_or_long_enough_nothing_is_alarming(company: Company) -> None:
    company.scan()
    company.days(3)
    assert isinstance(provisioning(company.context), TooEarly)
    company.days(40)
    assert company.told == []
    assert directory_finding(company.context) is None


@pytest.mark.parametrize("gap", ["trouble with the queue", "leaverbot did not run"])
def test_silence_counts_only_while_leaverbot_could_have_heard(company: Company, gap: str) -> None:
    company.scan()
    company.provisions()
    if gap == "leaverbot did not run":
        company.clock.move(days=30)
    else:
        note_trouble(company.context, "the queue is away")
        company.days(30)
        assert isinstance(provisioning(company.context), CouldNotLook)
        note_trouble(company.context, "")
    company.days(7)
    assert isinstance(provisioning(company.context), TooEarly)
    assert company.told == []
    company.days(1)
    assert len(company.told) == 1
    assert "no event for at least 7 days" in company.told[0]


def test_a_list_that_was_not_read_to_its_end_says_nothing_of_where_users_come_from(company: Company) -> None:
    company.scan()
    before = company.store.scim_watch().origins
    assert before
    assert (before.users, before.external) == (10, 9)
    company.org.add_user("new@example.com")
    company.aws.faults.add("identitystore.ListUsers", code="AccessDeniedException", nth=1, times=1)
    company.scan()
    assert company.store.scim_watch().origins == before


def test_a_company_without_a_directory_is_told_once_unless_it_is_active_directory(tmp_path: Path) -> None:
    here = Company(tmp_path, local=10)
    here.context = replace(here.context, directory_kind=DirectoryKind.AD)
    here.days(2)
    assert here.told == []
    here.context = replace(here.context, directory_kind=None)
    here.days(2)
    assert here.told == ["No user comes from a directory: nobody is disabled here by itself."]
    here.store.close()


def sent(here: Company, at: datetime) -> None:
    record_request(here.org, "PatchUser", at)


def test_cloudtrail_knows_of_silence_from_before_leaverbot_was_there(tmp_path: Path) -> None:
    here = Company(tmp_path, trail=True, queue=False)
    sent(here, here.clock.now() - timedelta(days=19))
    here.scan()
    (said,) = here.told
    assert "its last event was 19 days ago" in said
    assert here.aws.calls["cloudtrail.LookupEvents"] == 1
    here.store.close()


def test_cloudtrail_is_asked_at_most_once_an_hour(tmp_path: Path) -> None:
    here = Company(tmp_path, trail=True, queue=False)
    for _ in range(8):
        here.scan()
        here.clock.move(minutes=15)
    assert here.aws.calls["cloudtrail.LookupEvents"] == 2
    here.store.close()


def test_a_trail_that_may_not_be_read_is_no_silence(tmp_path: Path) -> None:
    here = Company(tmp_path, trail=True, queue=False)
    sent(here, here.clock.now() - timedelta(days=6))
    here.scan()
    assert isinstance(here.store.scim_watch().trail, Looked)
    here.aws.faults.add("cloudtrail.LookupEvents", code="AccessDeniedException", times=None)
    here.days(3)
    assert isinstance(here.store.scim_watch().trail, NotLooked)
    found = provisioning(here.context)
    assert isinstance(found, CouldNotLook)
    assert "denied cloudtrail.LookupEvents" in found.why
    assert here.told == []
    here.store.close()
