"""What counts as use of access while disabled, and what is said about the parts nobody could look at."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from tenacity import wait_fixed

from bot.aws.access import SsoAdmin
from bot.aws.cloudtrail import PAGES, PAGES_A_PERSON, CloudTrail
from bot.aws.directory import IdentityStore
from bot.aws.requests.client import Aws
from bot.core.models import Use
from bot.playground.identity_center import AwsServer, Organization
from bot.ports import Trailed
from tests.services.scanning import NO_FILES, OTHERS, _loader

NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
DISABLED = NOW - timedelta(days=3)
LONG_AGO = NOW - timedelta(days=60)
LOOKUP = "cloudtrail.LookupEvents"
# As many as a page holds.
FULL_PAGE = 50
MORE = "more events than leaverbot reads in one scan"


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


@dataclass
class Here:
    """A simulator, and the trail read through the real client. Dana was disabled three days ago."""

    org: Organization
    server: AwsServer
    aws: Aws
    admin: str
    prod: str
    dana: str
    progress: int = 0

    @property
    def management(self) -> str:
        return self.org.management_account_id

    def leaver(self, name: str | None, disabled: datetime = DISABLED) -> str:
        """A disabled user with access to prod and to the management account."""
        user_id = self.org.add_user(name)
        for account_id in (self.prod, self.management):
            self.org.assign(account_id, self.admin, "USER", user_id)
        self.org.change_user(user_id, status="DISABLED", updated_at=disabled)
        return user_id

    def does(self, user_id: str, name: str, at: datetime, **more: Any) -> str:
        """Record an event of the management account; its id."""
        where = {} if "role_arn" in more else {"account_id": self.management}
        return self.org.record_event(user_id, name, at=at, **{**where, **more})

    def look(self, *user_ids: str, pages: int = PAGES, timeless: bool = False, **other: Any) -> Trailed:
        """The trail of these users as the directory describes them; of Dana when none is named."""
        access = SsoAdmin(self.aws)
        users = [IdentityStore(self.aws, access).user(user_id) for user_id in user_ids or (self.dana,)]
        if timeless:
            users = [replace(user, updated_at=None) for user in users]
        users = [replace(user, **other) for user in users]
        trail = CloudTrail(self.aws, access, lambda: NOW, pages)
        return trail.used({user.id: user for user in users}, self.count)

    def count(self) -> None:
        self.progress += 1

    def lookups(self) -> int:
        """How many requests reached CloudTrail, refused ones included."""
        return self.server.calls[LOOKUP]

    def alter(self, change: Callable[[dict[str, Any]], Any]) -> None:
        """Let CloudTrail give each event as `change` makes it: a whole event, or any text."""
        one = self.server.endpoint.operations[LOOKUP]

        def altered(call: Any) -> Any:
            answer: Any = one.run(call)
            for event in answer["Events"]:
                made = change(json.loads(event["CloudTrailEvent"]))
                event["CloudTrailEvent"] = made if isinstance(made, str) else json.dumps(made)
            return answer

        self.server.endpoint.operations = {**self.server.endpoint.operations, LOOKUP: replace(one, run=altered)}


def serve(stack: ExitStack, account: str = "management", **options: Any) -> Here:
    org = Organization(seed=7, throttle=False, now=lambda: NOW, **options)
    admin, prod = org.add_permission_set("AdministratorAccess"), org.add_account("prod")
    if account == "prod":
        org.delegated_admin_account_id = prod
    server, patch = stack.enter_context(AwsServer(org)), stack.enter_context(pytest.MonkeyPatch.context())
    for name in [name for name in os.environ if name.startswith(OTHERS)]:
        patch.delenv(name)
    environment = server.environment(prod if account == "prod" else None)
    for name, value in {**NO_FILES, **environment}.items():
        patch.setenv(name, value)
    # Nobody else needs the quota here, so pauses are cut short.
    patch.setattr("botocore.session.create_loader", _loader)
    patch.setattr("bot.aws.requests.retry._backoff", wait_fixed(0.005))
    patch.setattr("bot.aws.requests.limiter.Limiter.acquire", lambda _self, **_how: None)
    here = Here(org, server, Aws(deadline=0.5), admin, prod, "")
    here.dana = here.leaver("dana@example.com")
    stack.callback(lambda: [client.close() for client in here.aws._clients.values()])
    return here


@pytest.fixture
def here() -> Iterator[Here]:
    with ExitStack() as stack:
        yield serve(stack)


# what is a use


@pytest.mark.parametrize("name", ["UserAuthentication", "Federate", "GetRoleCredentials"])
def test_a_use_of_the_portal_after_being_disabled_is_found(here: Here, name: str) -> None:
    made = here.does(here.dana, name, ago(hours=2))
    assert here.look().uses == {here.dana: Use(name, ago(hours=2), here.management, "eu-west-1", made)}


def test_credentials_for_another_account_are_seen_in_the_management_account(here: Here) -> None:
    here.does(here.dana, "GetRoleCredentials", ago(hours=2), account_id=here.prod)
    assert here.look().uses[here.dana].account_id == here.management


@pytest.mark.parametrize("name", ["UserAuthentication", "RunInstances", "ConsoleLogin"])
@pytest.mark.parametrize("at", [DISABLED - timedelta(seconds=1), DISABLED])
def test_what_was_done_before_being_disabled_is_no_use(here: Here, name: str, at: datetime) -> None:
    here.does(here.dana, name, at)
    assert here.look().uses == {}


def test_what_somebody_else_does_is_not_theirs(here: Here) -> None:
    emil = here.leaver("emil@example.com")
    for name in ("UserAuthentication", "GetRoleCredentials", "RunInstances", "ConsoleLogin"):
        here.does(emil, name, ago(hours=2))
    assert here.look().uses == {}


@pytest.mark.parametrize("name", ["UserAuthentication", "Federate", "GetRoleCredentials", "RunInstances"])
def test_what_was_refused_is_no_use(here: Here, name: str) -> None:
    here.does(here.dana, name, ago(hours=2), error_code="AccessDenied")
    assert here.look().uses == {}


@pytest.mark.parametrize("name", ["UserAuthentication", "ConsoleLogin"])
def test_a_sign_in_that_failed_without_an_error_code_is_no_use(here: Here, name: str) -> None:
    here.does(here.dana, name, ago(hours=2), error_code="any")
    here.alter(lambda told: {key: value for key, value in told.items() if key not in {"errorCode", "errorMessage"}})
    assert here.look().uses == {}


def test_what_a_session_with_their_name_does_in_this_account_is_found(here: Here) -> None:
    made = here.does(here.dana, "RunInstances", ago(hours=2))
    assert here.look().uses == {here.dana: Use("RunInstances", ago(hours=2), here.management, "eu-west-1", made)}


def test_a_session_that_names_no_user_id_is_told_by_its_name_and_role(here: Here) -> None:
    here.does(here.dana, "RunInstances", ago(hours=2))
    here.alter(lambda told: {**told, "userIdentity": {**told["userIdentity"], "onBehalfOf": None}})
    assert here.look().uses[here.dana].event == "RunInstances"


def test_a_session_of_the_same_name_with_another_user_id_is_not_theirs(here: Here) -> None:
    # The name was somebody else's before: their session goes on, and the new user of that name never did anything.
    here.does(here.dana, "RunInstances", ago(hours=2))
    here.org.delete_user(here.dana)
    namesake = here.leaver("dana@example.com")
    assert here.look(namesake).uses == {}


def test_an_ordinary_role_with_a_session_of_their_name_is_not_theirs(here: Here) -> None:
    # A sign-in to the console names no user id.
    role = here.org.add_role(here.management, "deployer")
    here.does(here.dana, "ConsoleLogin", ago(hours=2), role_arn=role)
    assert here.look().uses == {}


def test_an_ordinary_role_that_is_named_like_a_permission_set_is_not_theirs(here: Here) -> None:
    role = here.org.add_role(here.management, "AWSReservedSSO_AdministratorAccess_0123456789abcdef")
    here.does(here.dana, "ConsoleLogin", ago(hours=2), role_arn=role)
    assert here.look().uses == {}


def test_a_role_of_account_access_manager_is_theirs_when_the_event_names_them(here: Here) -> None:
    role = here.org.add_role(here.management, "deployer")
    here.does(here.dana, "RunInstances", ago(hours=2), role_arn=role)
    assert here.look().uses[here.dana].event == "RunInstances"


def test_a_sign_in_to_the_console_is_found_in_us_east_1(here: Here) -> None:
    made = here.does(here.dana, "ConsoleLogin", ago(hours=2))
    assert here.look().uses == {here.dana: Use("ConsoleLogin", ago(hours=2), here.management, "us-east-1", made)}


def test_what_is_done_with_a_role_in_another_account_can_not_be_seen(here: Here) -> None:
    here.does(here.dana, "RunInstances", ago(hours=2), account_id=here.prod)
    assert here.look().uses == {}


def test_the_newest_use_wins_wherever_it_was_found(here: Here) -> None:
    here.does(here.dana, "RunInstances", ago(hours=5))
    here.does(here.dana, "ConsoleLogin", ago(hours=4))
    here.does(here.dana, "Federate", ago(hours=2))
    here.does(here.dana, "Federate", ago(hours=1), error_code="AccessDenied")
    here.does(here.dana, "GetRoleCredentials", ago(hours=3))
    assert here.look().uses[here.dana].at == ago(hours=2)


def test_of_a_user_without_a_time_of_change_nothing_is_claimed_and_that_is_a_gap(here: Here) -> None:
    """What was done then may have been done before the disabling."""
    here.does(here.dana, "RunInstances", ago(days=20))
    found = here.look(timeless=True)
    assert found.uses == {}
    assert "AWS does not say when they were last changed" in found.gaps[0]


def test_a_user_without_a_name_is_found_at_the_portal_and_the_rest_is_a_gap(here: Here) -> None:
    nameless = here.leaver(None)
    here.does(nameless, "Federate", ago(hours=2))
    found = here.look(nameless)
    assert found.uses[nameless].event == "Federate"
    assert found.gaps == ("1 person without a user name",)


def test_everybody_gets_their_own_newest_use_from_their_own_time_on(here: Here) -> None:
    disabled = {here.leaver(f"leaver-{number}@example.com", ago(hours=number)): number for number in range(1, 31)}
    for user_id, number in disabled.items():
        here.does(user_id, "GetRoleCredentials", ago(hours=number, minutes=-10))
        here.does(user_id, "GetRoleCredentials", ago(hours=number, minutes=-20))
        here.does(user_id, "GetRoleCredentials", ago(hours=number, minutes=10))
    found = here.look(here.dana, *disabled)
    assert {user_id: use.at for user_id, use in found.uses.items()} == {
        user_id: ago(hours=number, minutes=-20) for user_id, number in disabled.items()
    }
    assert found.gaps == ()


def test_a_use_on_a_later_page_is_found(here: Here) -> None:
    emil = here.leaver("emil@example.com")
    for number in range(2 * FULL_PAGE):
        here.does(emil, "GetRoleCredentials", ago(minutes=number))
    here.does(here.dana, "GetRoleCredentials", ago(hours=5))
    assert here.look().uses[here.dana].at == ago(hours=5)


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", "null", "{}", '{"userIdentity": null}', '{"userIdentity": {"onBehalfOf": "x"}}']
)
def test_a_malformed_event_is_skipped_and_noted_and_the_others_are_read(here: Here, broken: str) -> None:
    here.does(here.dana, "Federate", ago(hours=3))
    bad = here.does(here.dana, "Federate", ago(hours=2))
    here.alter(lambda told: broken if told["eventID"] == bad else told)
    with structlog.testing.capture_logs() as logs:
        assert here.look().uses[here.dana].at == ago(hours=3)
    assert {(log["log_level"], log["event_id"]) for log in logs if "event_id" in log} == {("debug", bad)}


# what is said of what was looked at, and what not


def test_what_was_looked_at_is_said(here: Here) -> None:
    assert here.look() == Trailed(
        {},
        (
            f"activity in account {here.management}, eu-west-1 and us-east-1 since 2026-11-21 14:02 UTC",
            "sign-ins and role credentials in eu-west-1 since 2026-11-21 14:02 UTC",
        ),
        back_to=datetime(2026, 11, 21, 14, 2, tzinfo=UTC),
    )
    assert here.progress == here.lookups() == 5


def test_nobody_to_look_for_costs_nothing(here: Here) -> None:
    found = CloudTrail(here.aws, SsoAdmin(here.aws), lambda: NOW).used({}, here.count)
    assert (found, here.server.calls) == (Trailed({}, ()), {})


def test_nothing_older_than_ninety_days_is_asked_for(here: Here) -> None:
    here.org.change_user(here.dana, updated_at=ago(days=200))
    here.does(here.dana, "Federate", ago(days=89))
    found = here.look()
    assert found.uses[here.dana].at == ago(days=89)
    assert "since 2026-08-26 15:02 UTC" in found.looked[0]
    assert found.gaps == ()


def test_a_user_who_was_changed_this_moment_is_not_asked_for(here: Here) -> None:
    here.org.change_user(here.dana, updated_at=NOW)
    assert here.look() == Trailed({}, ())
    assert here.lookups() == 0


def test_denied_is_one_gap_in_aws_words_and_no_error() -> None:
    with ExitStack() as stack:
        here = serve(stack, cloudtrail="denied")
        found = here.look(here.dana, here.leaver("emil@example.com"))
        assert (found.uses, found.looked) == ({}, ())
        (gap,) = found.gaps
        assert gap.startswith("CloudTrail in eu-west-1 and us-east-1: AWS denied cloudtrail.LookupEvents")
        # Once for each region, however many users there are.
        assert here.lookups() == 2


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalFailure"])
def test_out_of_reach_until_the_deadline_is_a_gap(here: Here, code: str) -> None:
    here.server.faults.add(LOOKUP, code=code, times=None)
    found = here.look()
    assert (found.uses, found.looked) == ({}, ())
    (gap,) = found.gaps
    assert gap.startswith("CloudTrail in eu-west-1 and us-east-1: AWS ")
    assert LOOKUP in gap


def test_what_was_found_before_it_failed_stays_and_the_rest_is_a_gap(here: Here) -> None:
    here.does(here.dana, "RunInstances", ago(hours=2))
    sign_ins = {"AttributeKey": "EventName", "AttributeValue": "UserAuthentication"}
    here.server.faults.add(LOOKUP, code="AccessDeniedException", times=None, when={"LookupAttributes": [sign_ins]})
    found = here.look()
    assert found.uses[here.dana].event == "RunInstances"
    where = f"activity in account {here.management}, eu-west-1 and us-east-1"
    assert found.looked == (f"{where} since 2026-11-21 14:02 UTC",)
    (gap,) = found.gaps
    assert gap.startswith("the rest of CloudTrail in eu-west-1: AWS denied")


def test_throttled_for_a_moment_is_no_gap(here: Here) -> None:
    here.does(here.dana, "Federate", ago(hours=2))
    here.server.faults.add(LOOKUP, code="ThrottlingException", times=3)
    found = here.look()
    assert (set(found.uses), found.gaps) == ({here.dana}, ())


def test_more_sign_ins_than_are_read_are_a_gap_that_names_the_time(here: Here) -> None:
    emil = here.leaver("emil@example.com")
    for number in range(4 * FULL_PAGE):
        here.does(emil, "Federate", ago(minutes=number))
    here.does(here.dana, "Federate", ago(hours=10))
    found = here.look(pages=8)
    assert found.uses == {}
    assert found.gaps == (f"sign-ins (Federate) before {ago(minutes=2 * FULL_PAGE - 1):%Y-%m-%d %H:%M} UTC: {MORE}",)


def test_the_last_page_that_may_be_read_is_no_gap_when_nothing_is_behind_it(here: Here) -> None:
    for number in range(FULL_PAGE):
        here.does(here.dana, "Federate", ago(minutes=number + 1), error_code="AccessDenied")
    assert here.look(pages=5).gaps == ()


def test_the_pages_end_where_nothing_older_can_be_news(here: Here) -> None:
    for number in range(4 * FULL_PAGE):
        here.does(here.dana, "Federate", ago(minutes=number + 1))
        here.does(here.dana, "RunInstances", ago(minutes=number + 1))
    assert here.look().uses[here.dana].at == ago(minutes=1)
    assert here.lookups() == 5


def test_people_whose_calls_all_fail_do_not_use_up_the_pages_of_the_others(here: Here) -> None:
    emil, fay = here.leaver("emil@example.com"), here.leaver("fay@example.com")
    for number in range((PAGES_A_PERSON + 1) * FULL_PAGE):
        here.does(here.dana, "RunInstances", ago(minutes=number), error_code="AccessDenied")
        here.does(fay, "RunInstances", ago(minutes=2 * number), error_code="AccessDenied")
    here.does(emil, "RunInstances", ago(hours=20))
    found = here.look(here.dana, emil, fay)
    assert found.uses[emil].event == "RunInstances"
    # Dana was read back less far than Fay; before that time somebody was not read.
    reached = f"{ago(minutes=PAGES_A_PERSON * FULL_PAGE - 1):%Y-%m-%d %H:%M} UTC"
    assert found.gaps == (f"activity in eu-west-1 of dana@example.com and fay@example.com before {reached}: {MORE}",)


def test_more_people_than_can_be_looked_up_leave_pages_for_sign_ins(here: Here) -> None:
    people = [here.leaver(f"leaver-{number}@example.com") for number in range(9)]
    here.does(people[-1], "Federate", ago(hours=2))
    found = here.look(*people, pages=9)
    assert found.uses[people[-1]].event == "Federate"
    assert here.lookups() == 9
    three = "leaver-6@example.com, leaver-7@example.com and leaver-8@example.com"
    all_nine = "leaver-0@example.com, leaver-1@example.com, leaver-2@example.com and 6 more"
    assert found.gaps == (
        f"activity in eu-west-1 of {three} before 2026-11-24 14:02 UTC: {MORE}",
        f"activity in us-east-1 of {all_nine} before 2026-11-24 14:02 UTC: {MORE}",
    )


# where the bot runs


def test_sign_ins_are_a_gap_when_the_bot_does_not_run_in_the_management_account() -> None:
    with ExitStack() as stack:
        here = serve(stack, account="prod")
        here.does(here.dana, "Federate", ago(hours=2))
        here.does(here.dana, "RunInstances", ago(hours=3), account_id=here.prod)
        found = here.look()
        assert found.uses[here.dana].event == "RunInstances"
        assert [line.partition(" since ")[0] for line in found.looked] == [
            f"activity in account {here.prod}, eu-west-1 and us-east-1"
        ]
        why = f"AWS logs them in the management account {here.management}, and leaverbot runs in {here.prod}"
        assert found.gaps == (f"sign-ins and role credentials: {why}",)


def test_which_account_is_the_management_account_can_be_out_of_reach(here: Here) -> None:
    here.server.faults.add("organizations.DescribeOrganization", code="AccessDeniedException", times=None)
    found = here.look()
    (gap,) = found.gaps
    assert gap.startswith("sign-ins and role credentials: AWS denied organizations.DescribeOrganization")


@pytest.mark.parametrize(
    "options",
    [
        {"region": "us-east-1"},
        {"region": "us-gov-west-1", "partition": "aws-us-gov"},
        {"region": "cn-north-1", "partition": "aws-cn"},
    ],
)
def test_one_region_is_asked_once(options: dict[str, Any]) -> None:
    with ExitStack() as stack:
        here = serve(stack, **options)
        here.does(here.dana, "ConsoleLogin", ago(hours=2))
        found = here.look()
        assert found.uses[here.dana].region == options["region"]
        assert found.gaps == ()
        assert here.lookups() == 4
