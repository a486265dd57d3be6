"""What the simulated AWS sends about changes is understood: whom each event is about, and what it says."""

import json
from collections.abc import Callable

import pytest

from bot.core.events.records import read_event
from bot.core.events.subjects import Home, OfAnybody, OfGroup, OfUser, Says, Subject
from bot.core.events.watched import event_pattern
from bot.playground.identity_center import Organization
from tests.playground.identity_center.simulated_aws import serving


class Company:
    """An organization whose events arrive in a queue, with one person and a group of each kind."""

    def __init__(self, *, scim: bool = False) -> None:
        self.org = Organization(seed=5, throttle=False, change_events=True, account_access=True)
        self.queue = self.org.add_queue("leaverbot-events")
        self.dana = self.org.add_user("dana@example.com", scim=scim)
        self.group = self.org.add_group("admins", scim=scim)
        self.admin = self.org.add_permission_set("Admin")
        self.role = self.org.add_role(self.org.management_account_id, "deployer")
        self.grafana = self.org.add_application("Grafana")
        self.org.add_rule(event_pattern(), self.queue)

    def subjects(self) -> list[Subject]:
        home = Home(self.org.identity_store_id, self.org.instance_arn, frozenset({self.org.management_account_id}))
        return [read_event(json.loads(message.body), home).subject for message in self.queue.messages.values()]


CHANGES: dict[str, tuple[Callable[[Company], object], Callable[[Company], Subject]]] = {
    "disabled": (
        lambda here: here.org.set_status(here.dana, "DISABLED"),
        lambda here: OfUser(here.dana, Says.DISABLED),
    ),
    "deleted": (lambda here: here.org.delete_user(here.dana), lambda here: OfUser(here.dana, Says.DELETED)),
    "joined": (
        lambda here: here.org.add_member(here.group, here.dana),
        lambda here: OfUser(here.dana, Says.ACCESS),
    ),
    "assigned": (
        lambda here: here.org.assign(here.org.management_account_id, here.admin, "USER", here.dana),
        lambda here: OfUser(here.dana, Says.ACCESS),
    ),
    "group assigned": (
        lambda here: here.org.assign(here.org.management_account_id, here.admin, "GROUP", here.group),
        lambda here: OfGroup(here.group),
    ),
    "application": (
        lambda here: here.org.assign_application(here.grafana, "USER", here.dana),
        lambda here: OfUser(here.dana, Says.ACCESS),
    ),
    "entitled": (
        lambda here: here.org.entitle(here.role, "USER", here.dana),
        lambda here: OfUser(here.dana, Says.ACCESS),
    ),
    "group entitled": (
        lambda here: here.org.entitle(here.role, "GROUP", here.group),
        lambda here: OfGroup(here.group),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_the_console_names_whom_it_is_about(change: str) -> None:
    here = Company()
    make, wanted = CHANGES[change]
    make(here)
    assert here.subjects() == [wanted(here)]


def test_the_identity_provider_hides_what_it_changed_and_who_joined() -> None:
    here = Company(scim=True)
    here.org.set_status(here.dana, "DISABLED")
    here.org.add_member(here.group, here.dana)
    here.org.delete_user(here.dana)
    assert here.subjects() == [OfUser(here.dana, Says.CHANGED), OfAnybody(), OfUser(here.dana, Says.DELETED)]


def test_what_is_done_through_the_api_is_understood() -> None:
    here = Company()
    with serving(here.org) as aws:
        aws.store.create_group_membership(**aws.ids, GroupId=here.group, MemberId={"UserId": here.dana})
        where = aws.assignment(here.org.management_account_id, here.admin, "USER", here.dana)
        aws.sso.create_account_assignment(**where)
        aws.store.delete_user(**aws.ids, UserId=here.dana)
    access = OfUser(here.dana, Says.ACCESS)
    assert here.subjects() == [access, access, OfUser(here.dana, Says.DELETED)]
