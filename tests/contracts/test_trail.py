"""The contract of `ports.Trail`, for what was used."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.errors import AwsRejected
from bot.core.models import User
from bot.playground.identity_center import Organization
from bot.playground.identity_center.changes.directory_events import record_request
from bot.ports import Trailed
from tests.contracts.failures import FAILURES
from tests.services.scanning import Connected

Reach = Callable[..., Connected]


class Company:
    """Dana was disabled three days ago."""

    def __init__(self, **options: Any) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.org = org = Organization(seed=7, throttle=False, **options)
        self.admin, self.prod = org.add_permission_set("AdministratorAccess"), org.add_account("prod")
        self.dana = self.leaver("dana@example.com")

    def leaver(self, name: str) -> str:
        user = self.org.add_user(name)
        self.org.assign(self.org.management_account_id, self.admin, "USER", user)
        self.org.change_user(user, status="DISABLED", updated_at=self.ago(days=3))
        return user

    def ago(self, **parts: float) -> datetime:
        return self.now - timedelta(**parts)

    def does(self, user: str, name: str, at: datetime, **more: Any) -> str:
        return self.org.record_event(user, name, at=at, account_id=self.org.management_account_id, **more)


def look(here: Connected, *user_ids: str) -> Trailed:
    users: list[User] = [here.context.directory.user(user_id) for user_id in user_ids]
    return here.context.trail.used({user.id: user for user in users}, lambda: None)


@pytest.mark.parametrize(
    "event", ["UserAuthentication", "Federate", "GetRoleCredentials", "ConsoleLogin", "RunInstances"]
)
def test_the_newest_use_after_the_disabling_is_found(reach: Reach, event: str) -> None:
    company = Company()
    more = {"source": "ec2.amazonaws.com"} if event == "RunInstances" else {}
    where = {"region": "us-east-1"} if event == "ConsoleLogin" else {}
    company.does(company.dana, event, company.ago(days=2), **more, **where)
    newest = company.does(company.dana, event, company.ago(hours=1), **more, **where)
    found = look(reach(company.org), company.dana)
    (use,) = found.uses.values()
    assert (use.event, use.event_id, use.at) == (event, newest, company.ago(hours=1))
    assert found.looked
    assert found.gaps == ()


def test_what_came_before_was_refused_or_is_of_somebody_else_is_no_use(reach: Reach) -> None:
    company = Company()
    other = company.leaver("eve@example.com")
    company.does(company.dana, "Federate", company.ago(days=4))
    company.does(
        company.dana, "RunInstances", company.ago(days=1), source="ec2.amazonaws.com", error_code="AccessDenied"
    )
    company.does(other, "Federate", company.ago(days=1))
    here = reach(company.org)
    assert look(here, company.dana).uses == {}
    assert list(look(here, company.dana, other).uses) == [other]


def test_of_somebody_whose_last_change_has_no_time_nothing_is_told_and_that_is_a_gap(reach: Reach) -> None:
    company = Company()
    company.does(company.dana, "Federate", company.ago(hours=1))
    here = reach(company.org)
    timeless = replace(here.context.directory.user(company.dana), updated_at=None)
    found = here.context.trail.used({timeless.id: timeless}, lambda: None)
    assert found.uses == {}
    assert "dana@example.com" in found.gaps[0]


def test_a_trail_that_cannot_be_read_is_a_gap_and_not_no_use(reach: Reach) -> None:
    company = Company(cloudtrail="denied")
    found = look(reach(company.org), company.dana)
    assert (found.uses, found.looked) == ({}, ())
    assert "denied cloudtrail.LookupEvents" in found.gaps[0]


def requests(org: Organization, *when: tuple[datetime, str | None]) -> None:
    for at, error_code in when:
        record_request(org, "PatchUser", at, error_code)


def test_of_what_the_directory_sends_the_newest_is_told_and_the_newest_that_was_refused(reach: Reach) -> None:
    company = Company()
    early, late, failed = company.ago(days=3), company.ago(hours=2), company.ago(hours=1)
    requests(company.org, (early, None), (late, None), (failed, "UnauthorizedException"))
    company.does(company.dana, "Federate", company.ago(minutes=5))
    found = reach(company.org).context.trail.provisioning()
    assert (found.newest, found.refused) == (late, failed)
    assert timedelta(days=89) < found.at - found.back_to <= timedelta(days=90)


def test_a_directory_that_sent_nothing_is_told_with_how_far_back_that_is_known(reach: Reach) -> None:
    found = reach(Organization(seed=7, throttle=False)).context.trail.provisioning()
    assert (found.newest, found.refused) == (None, None)
    assert found.at - found.back_to > timedelta(days=89)


def test_where_aws_logs_it_in_another_account_it_cannot_be_looked_at(reach: Reach) -> None:
    company = Company()
    member = company.org.add_account("security")
    company.org.delegated_admin_account_id = member
    with pytest.raises(AwsRejected, match="management account"):
        reach(company.org, account_id=member).context.trail.provisioning()


@FAILURES
def test_what_aws_says_instead_is_raised(reach: Reach, fault: dict[str, Any], error: type[Exception]) -> None:
    here = reach(Company().org)
    here.server.faults.add("cloudtrail.LookupEvents", times=None, **fault)
    with pytest.raises(error):
        here.context.trail.provisioning()
